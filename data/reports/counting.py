"""From posts, findings and alerts to the figures of an account's days. Pure: the store gives the rows.

A *text* is a post's own words or those it passes on; each is judged for itself, and an alert is about one text. All
counts on the day that the post was published, so that what was raised and upheld is always a part of what was
assessed; a post whose time is not known counts on the day it was first collected.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from data.clock import local_day
from data.model import Assessed, Judgement, Part

NOTHING = ["empty"]  # what a finding says of a part that has no words: it is no text


@dataclass(slots=True)
class Counts:
    """The figures of some account-days.

    `waiting` posts have not been looked at yet. `texts` were assessed in full or in part, `unassessed` ones could not
    be. `raised` alerts are prompts; `upheld` and `not_upheld` those that a person judged so (the latest judgement that
    was not taken back), never mixed with the ones merely raised. `own_full`, `own_partial` and `own_none` say how far
    the own words of posts were assessed.
    """

    posts: int = 0
    waiting: int = 0
    texts: int = 0
    unassessed: int = 0
    raised: int = 0
    upheld: int = 0
    not_upheld: int = 0
    own_full: int = 0
    own_partial: int = 0
    own_none: int = 0

    @property
    def pending(self) -> int:
        """Alerts that nobody has judged yet, or that could not be told."""
        return self.raised - self.upheld - self.not_upheld

    def add(self, other: "Counts") -> None:
        """Add other figures to these."""
        for name in NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in NAMES)


NAMES = tuple(Counts.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with the time it counts at."""

    id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TextRow:
    """How far one part of a post's present version was assessed."""

    post_id: int
    part: str
    assessed: str
    not_assessed: list[str]


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with its judgement, None while nobody has judged it."""

    post_id: int
    part: str
    judgement: str | None


def by_day(
    posts: Iterable[PostRow], texts: Iterable[TextRow], alerts: Iterable[AlertRow], zone: str
) -> dict[date, Counts]:
    """Return the figures of an account by day in the council's zone; of several rows about one text the last counts."""
    day = {post.id: local_day(post.at, zone) for post in posts}
    levels = {(text.post_id, text.part): text for text in texts}
    flagged = {(alert.post_id, alert.part): alert for alert in alerts}
    found: dict[date, Counts] = defaultdict(Counts)
    looked = {post_id for post_id, _ in (*levels, *flagged)}
    for post_id, on in day.items():
        found[on].posts += 1
        found[on].waiting += post_id not in looked
        if (own := levels.get((post_id, Part.OWN))) is not None:
            _add_own(found[on], own.assessed)
    for key in {**levels, **flagged}:
        _add_text(found[day[key[0]]], levels.get(key), flagged.get(key))
    return dict(found)


def _add_own(counts: Counts, assessed: str) -> None:
    counts.own_full += assessed == Assessed.FULL
    counts.own_partial += assessed == Assessed.PARTIAL
    counts.own_none += assessed == Assessed.NONE


def _add_text(counts: Counts, text: TextRow | None, alert: AlertRow | None) -> None:
    if alert is not None:
        counts.texts += 1  # it was assessed when it was flagged, whatever has become of it since
        counts.raised += 1
        counts.upheld += alert.judgement == Judgement.UPHELD
        counts.not_upheld += alert.judgement == Judgement.NOT_UPHELD
    elif text is not None and text.assessed != Assessed.NONE:
        counts.texts += 1
    elif text is not None and text.not_assessed != NOTHING:
        counts.unassessed += 1
