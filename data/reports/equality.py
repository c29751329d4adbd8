"""Alert and dismissal rates by group, with n and intervals, small figures hidden. Pure.

A dismissal is an alert that a person judged "not upheld": our mistake. Groups that share nothing (kinds of account) are
hidden as one table with totals; groups that overlap (characteristics) row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from data.reports.intervals import Share, share
from data.reports.suppression import THRESHOLD, hidden, hidden_line, with_totals

UPHELD, DISMISSED, RAISED = 0, 1, 4  # columns of a group's counts


@dataclass(frozen=True, slots=True)
class Group:
    """Alerts of a group by what became of them; `texts` were assessed, None where that is not known by group."""

    name: str
    texts: int | None = None
    upheld: int = 0
    dismissed: int = 0
    cannot_tell: int = 0
    waiting: int = 0

    @property
    def counts(self) -> list[int]:
        """The alerts by what became of them, without their total."""
        return [self.upheld, self.dismissed, self.cannot_tell, self.waiting]


@dataclass(frozen=True, slots=True)
class Rates:
    """What may be shown of a group: `raised` alerts (None: hidden), `rate` of texts, `dismissals` of those judged.

    `hidden` says that some figure of the group is too small to be shown.
    """

    name: str
    texts: int | None
    raised: int | None
    rate: Share | None
    dismissals: Share | None
    hidden: bool


def apart(groups: Sequence[Group], threshold: int = THRESHOLD) -> list[Rates]:
    """Return the rates of groups that share nothing and, last, of all; small figures hidden with what gives them away.

    A second table of the same alerts, cut otherwise, could be subtracted from this one: publish one cut.
    """
    gone = hidden(with_totals([group.counts for group in groups] or [[0] * RAISED]), threshold)
    return [_rates(group, {c for r, c in gone if r == row}) for row, group in enumerate([*groups, total(groups)])]


def overlapping(groups: Sequence[Group], threshold: int = THRESHOLD) -> list[Rates]:
    """Return the rates of groups in which an alert can stand twice: there is no total to subtract from."""
    return [_rates(g, set(hidden_line([*g.counts, sum(g.counts)], threshold))) for g in groups]


def told(number: int, whole: int, threshold: int = THRESHOLD) -> Share | None:
    """Return `number` out of `whole` as a share, None where it, or what is left, is too small to be shown."""
    return None if hidden_line([number, whole - number, whole], threshold) else share(number, whole)


def total(groups: Sequence[Group]) -> Group:
    """Return all groups that share nothing as one."""
    sums = [sum(column) for column in zip(*(group.counts for group in groups), strict=True)] or [0] * RAISED
    texts = None if any(group.texts is None for group in groups) else sum(group.texts or 0 for group in groups)
    return Group("all", texts, *sums)


def _rates(group: Group, gone: set[int]) -> Rates:
    raised = None if RAISED in gone else sum(group.counts)
    known = raised is not None and group.texts is not None
    judged = group.upheld + group.dismissed
    open_ = not gone & {UPHELD, DISMISSED}
    return Rates(
        name=group.name,
        texts=group.texts,
        raised=raised,
        rate=share(min(raised or 0, group.texts or 0), group.texts or 0) if known else None,
        dismissals=share(group.dismissed, judged) if open_ else None,
        hidden=bool(gone),
    )
