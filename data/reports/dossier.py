"""What a panel needs of one account at renewal: its business case, what it did, what was upheld, and our mistakes.

Pure. Only numbers of what was dismissed; nothing of interim steps, drafts or support; the account is compared with its
own past alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from data.model import Account, AlertStatus, Judgement, Outcome, Passport
from data.reports.cadence import Kept
from data.reports.counting import NAMES, Counts
from data.reports.intervals import Share, share
from data.reports.topics import Topics
from data.review import FINISHED

LISTED = (Outcome.CORRECT_OR_REMOVE, Outcome.REFER)  # advice and training are support: numbers only


@dataclass(frozen=True, slots=True)
class Month:
    """A month, cut to the dossier's time: what was published, and how many days of it were collected."""

    first: date
    last: date
    posts: int
    raised: int
    upheld: int
    collected: float
    days: float

    @property
    def unseen(self) -> bool:
        """Whether nothing can be said of it."""
        return self.collected == 0 and self.posts == 0


@dataclass(frozen=True, slots=True)
class Stand:
    """The figures of a stretch of time; `unjudged` alerts wait for a decision, `appealed` for another one.

    `outcomes` counts the upheld alerts by what followed; `replied` of the `asked` owners' chances were taken.
    """

    since: date
    until: date
    collected: float
    days: float
    counts: Counts
    unjudged: int
    cannot_tell: int
    appealed: int
    outcomes: Mapping[str, int]
    asked: int
    replied: int

    @property
    def mistakes(self) -> int:
        """Our mistakes: alerts that a person judged not to be right."""
        return self.counts.not_upheld

    @property
    def raised(self) -> Share | None:
        """Alerts among the texts assessed."""
        return share(self.counts.raised, self.counts.texts)

    @property
    def upheld(self) -> Share | None:
        """Upheld alerts among the texts assessed; the upper end allows for all `pending` ones."""
        found = share(self.counts.upheld, self.counts.texts)
        most = share(self.counts.upheld + self.pending, self.counts.texts)
        return replace(found, high=most.high) if found and most else None

    @property
    def pending(self) -> int:
        """Alerts that nobody has judged yet, or that could not be told."""
        return self.counts.pending


@dataclass(frozen=True, slots=True)
class Upheld:
    """One upheld alert with an outcome that counts: the words judged (empty: erased) and the owner's replies."""

    alert_id: int
    published_at: datetime | None
    decided_at: datetime
    clause: str
    title: str
    outcome: str
    reason: str
    words: str
    replies: tuple[str, ...]
    status: str

    @property
    def final(self) -> bool:
        """Whether the decision stands: no appeal waits, and the alert was not opened again."""
        return self.status in FINISHED


@dataclass(frozen=True, slots=True)
class Commended:
    """A post that someone commends, when and why; reason and words are empty once they were erased."""

    post_id: int
    published_at: datetime | None
    at: datetime
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the account's passports."""

    at: datetime
    action: str
    reason: str
    conditions: str


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch that was not collected, and why."""

    from_at: datetime
    to_at: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """The renewal report of one account; `before` is the time of the same length just before."""

    account: Account
    passport: Passport | None
    holders: tuple[tuple[str, str], ...]
    made_at: datetime
    now: Stand
    before: Stand
    months: tuple[Month, ...]
    holes: tuple[Hole, ...]
    upheld: tuple[Upheld, ...]
    steps: tuple[Step, ...]
    followers: tuple[int | None, int | None]
    kept: Kept = field(default_factory=Kept)
    topics: Topics = field(default_factory=Topics)
    commended: tuple[Commended, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return the same numbers for programs."""
        kept = asdict(self.kept) | self.kept.document()
        return asdict(self) | {"now": _stand(self.now), "before": _stand(self.before), "kept": kept}


def stand(
    since: date, until: date, rows: Iterable[Any], alerts: Sequence[Any], collected: tuple[float, float]
) -> Stand:
    """Return the figures of a time from its rollup rows, its alerts and its (collected, possible) days."""
    counts = Counts()
    for row in rows:
        counts.add(Counts(*(getattr(row, name) for name in NAMES)))
    judgements = Counter(alert.judgement for alert in alerts)
    upheld = [alert for alert in alerts if alert.judgement == Judgement.UPHELD]
    return Stand(
        since=since,
        until=until,
        collected=round(collected[0], 1),
        days=round(collected[1], 1),
        counts=counts,
        unjudged=judgements[None],
        cannot_tell=judgements[Judgement.CANNOT_TELL],
        appealed=sum(alert.status == AlertStatus.APPEALED for alert in alerts),
        outcomes={outcome.value: sum(alert.outcome == outcome for alert in upheld) for outcome in Outcome},
        asked=sum(alert.reply_asked_at is not None for alert in alerts),
        replied=sum(alert.replied_at is not None for alert in alerts),
    )


def _stand(found: Stand) -> dict[str, Any]:
    shares = {name: asdict(made) if (made := getattr(found, name)) else None for name in ("raised", "upheld")}
    return asdict(found) | {"mistakes": found.mistakes, "shares": shares}
