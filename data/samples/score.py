"""How many of the planted posts of the demonstration were found: told as it is, poor figures too."""

from collections import Counter
from dataclasses import asdict, dataclass

from sqlalchemy import select

from data.samples import council
from data.schema import alert, post
from data.store.engine import Store


@dataclass(frozen=True, slots=True)
class Score:
    """Alerts among what deserves one, what only looks as if it did, and everything else."""

    planted: int
    planted_found: int
    lookalikes: int
    lookalikes_flagged: int
    ordinary: int
    ordinary_flagged: int

    def sentences(self) -> str:
        """Return the figures for a person."""
        return (
            f"Of {self.planted} posts planted as deserving an alert, {self.planted_found} were found. "
            f"Of {self.lookalikes} that only look as if they did, {self.lookalikes_flagged} were flagged by mistake; "
            f"of {self.ordinary} ordinary ones, {self.ordinary_flagged}."
        )

    def document(self) -> dict[str, int]:
        """Return the figures for a program."""
        return asdict(self)


def score(store: Store) -> Score:
    """Compare the store's alerts with what was planted."""
    with store.read() as tx:
        flagged = set(tx.scalars(select(post.c.platform_id).join_from(alert, post, post.c.id == alert.c.post_id)))
        known = set(tx.scalars(select(post.c.platform_id)))
    every = [p for p in council.all_posts() if p.id in known]
    total = Counter(p.expect for p in every)
    hit = Counter(p.expect for p in every if p.id in flagged)
    return Score(total["alert"], hit["alert"], total["lookalike"], hit["lookalike"], total[""], hit[""])
