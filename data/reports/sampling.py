"""Which versions belong to which stratum, how many are drawn of each, and which: pure, and the same for the same seed.

Harm is rare and lies mostly where scores are high, but not only: what the model does not see at all scores low. So the
ranking is cut into the highest 1 %, the next 9 %, the next 40 % and the rest, and each is drawn from. The shares of the
draw come near the best for such cuts (Neyman, 1934: in proportion to N sqrt(p (1 - p)), for guessed shares of harm of
10 %, 2 %, 0.3 % and 0.05 %), with a little more at the top, where the threshold of alerts is looked at too.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

FLAGGED = "flagged"
CUTS = (("highest", 0.01), ("next", 0.10), ("middle", 0.50), ("rest", 1.0))  # stratum, down to this share of the rank
SHARES: Mapping[str, float] = {FLAGGED: 0.2, "highest": 0.08, "next": 0.2, "middle": 0.32, "rest": 0.2}  # of the draw


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that can be drawn, with the finding on its own words and whether that raised an alert."""

    version_id: int
    finding_id: int
    score: float
    flagged: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """A version drawn from its stratum with its `probability`."""

    version_id: int
    finding_id: int
    stratum: str
    probability: float


def strata(frame: Iterable[Candidate], seed: str) -> dict[str, list[Candidate]]:
    """Return every stratum's versions; equal scores are put in an order by the seed."""
    found: dict[str, list[Candidate]] = {FLAGGED: []}
    ranked: list[Candidate] = []
    for one in frame:
        (found[FLAGGED] if one.flagged else ranked).append(one)
    ranked.sort(key=lambda one: (-one.score, _lot(seed, "rank", one.version_id)))
    ends = [0, *(round(down * len(ranked)) for _, down in CUTS)]
    return found | {name: ranked[a:b] for (name, _), (a, b) in zip(CUTS, pairwise(ends), strict=True)}


def allocate(populations: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many are drawn of each stratum: by `SHARES`, and where one is too small the others get more.

    One after the other goes to whoever is furthest behind, the highest averages method of Webster (1832).
    """
    given = dict.fromkeys(populations, 0)
    for _ in range(min(size, sum(populations.values()))):
        room = [name for name in populations if given[name] < populations[name]]
        given[min(room, key=lambda name: (given[name] + 0.5) / SHARES[name])] += 1
    return given


def draw(cut: Mapping[str, list[Candidate]], size: int, seed: str) -> list[Drawn]:
    """Return the draw in the order in which it is shown, the strata mixed.

    A stratum's first ones by the digest of seed and version are drawn: anyone with the seed can do it again.
    """
    given = allocate({name: len(rows) for name, rows in cut.items()}, size)
    drawn = []
    for name, rows in cut.items():
        first = sorted(rows, key=lambda one: _lot(seed, "draw", one.version_id))[: given[name]]
        chance = given[name] / len(rows) if rows else 0.0
        drawn += [Drawn(one.version_id, one.finding_id, name, chance) for one in first]
    return sorted(drawn, key=lambda one: _lot(seed, "show", one.version_id))


def _lot(seed: str, what: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{what}:{number}".encode()).hexdigest()
