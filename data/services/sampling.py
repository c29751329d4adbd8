"""Drawing the missed-harm sample. Off until the council has settled its size, assessment and notice.

The answers judge the flags, never an account: they raise no alert, stand in no dossier and teach no model.
"""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from data.clock import local_day
from data.config import Settings
from data.errors import IllegalStep, UseError
from data.model import Person
from data.permissions import Action, check
from data.reports import sampling
from data.reports.periods import Unit, midnight, span, start
from data.services.actors import ref
from data.store import ledger, samples
from data.store.engine import Store
from data.store.rows import AnyRow

NEEDED = ("sample_size", "sample_dpia", "sample_notice")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A draw to be made: from the versions first seen on these days (the last whole quarter when left out).

    `size` is that of the settings when 0; `seed` a new one when empty.
    """

    since: date | None = None
    until: date | None = None
    size: int = 0
    seed: str = ""


def check_on(settings: Settings, today: date) -> None:
    """Raise `UseError` unless the council has fixed the sample in its assessment and told the owners."""
    missing = [name for name in NEEDED if not getattr(settings, name)]
    if missing:
        raise UseError(
            f"The sample is off: set {', '.join(NEEDED[:-1])} and {NEEDED[-1]} first (not set: {', '.join(missing)}). "
            "Reading posts that nothing speaks against takes a size fixed in the impact assessment, and a notice to "
            "the owners."
        )
    if date.fromisoformat(settings.sample_notice) > today:
        raise UseError(
            f"The sample is off until {settings.sample_notice}, the day of the notice: owners are told first."
        )


def draw(store: Store, actor: Person, settings: Settings, asked: Asked) -> AnyRow:
    """Draw a sample; return its row. Raises `UseError` while it is off, `IllegalStep` for what the size does not allow.

    The same seed on the same store draws the same.
    """
    check(actor, Action.DRAW_SAMPLE)
    today = local_day(store.now(), settings.zone)
    check_on(settings, today)
    since, until = _days(asked, settings, today)
    seed = asked.seed or secrets.token_hex(16)
    with store.write() as tx:
        size = _size(tx, settings, asked.size, today)
        if (other := samples.overlapping(tx, since, until)) is not None:
            raise IllegalStep(f"Draw {other.id} is of {other.since} to {other.until}; a post is drawn from once.")
        begin, end = span(since, until, settings.zone)
        found, models, unassessed = samples.frame(tx, begin, end)
        if not found:
            raise IllegalStep(f"Of {since} to {until} no post was assessed, so none can be drawn.")
        cut = sampling.strata(found, seed)
        drawn = sampling.draw(cut, size, seed)
        taken = Counter(one.stratum for one in drawn)
        values = {
            "at": store.now(),
            "actor": ref(actor),
            "since": since,
            "until": until,
            "dpia": settings.sample_dpia,
            "seed": seed,
            "models": sorted(models),
            "strata": [{"name": n, "population": len(rows), "drawn": taken[n]} for n, rows in cut.items()],
            "unassessed": unassessed,
            "unscanned": samples.unscanned(tx, begin, end),
        }
        number = samples.add(tx, values, drawn)
        detail = {"since": str(since), "until": str(until), "size": len(drawn), "seed": seed}
        ledger.append(tx, store.now(), ref(actor), "sample.draw", f"draw:{number}", detail)
        return samples.draws(tx)[0]


def _days(asked: Asked, settings: Settings, today: date) -> tuple[date, date]:
    notice = date.fromisoformat(settings.sample_notice)
    quarter = start(today, Unit.QUARTER)
    last = asked.until or quarter - DAY
    first = asked.since or max(start(last, Unit.QUARTER), notice)
    if first < notice:
        raise IllegalStep(f"Owners were told on {notice}; no post from before is drawn.")
    if last >= today:
        raise IllegalStep(f"{last} is not over yet: a sample is drawn of days that are.")
    if first > last:
        raise IllegalStep(f"There is no day to draw from: {first} lies after {last}. Name the days: --from and --to.")
    return first, last


def _size(tx: Connection, settings: Settings, asked: int, today: date) -> int:
    """Return how many may be drawn: what the assessment allows for a quarter counts what this quarter has drawn."""
    before = samples.drawn_since(tx, midnight(start(today, Unit.QUARTER), settings.zone))
    left = settings.sample_size - before
    if left <= 0 or asked > left:
        raise IllegalStep(
            f"The impact assessment fixes {settings.sample_size} posts a quarter (sample_size); {before} are drawn in "
            f"this one, so {max(left, 0)} may be."
        )
    return asked or left
