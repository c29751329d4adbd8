"""Accounts by group and time, and the figures of a dossier: pure, so told with rows made up here."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.model import Account, AccountKind, Platform
from data.reports.collected import Coverage
from data.reports.counting import Counts
from data.reports.dossier import Dossier, Month, Upheld, stand
from data.reports.grouping import NONE, Flagged, Gathering, Hit, Member
from data.reports.intervals import wilson
from data.reports.periods import Unit
from data.reports.trends import Ask, Facts, Figure, Group, lines

LONDON = "Europe/London"
JUNE = datetime(2026, 6, 15, 9, tzinfo=UTC)
STAYED = Member("bins", "feed", "service", ((datetime(2024, 1, 1, tzinfo=UTC), "Environment"),))
MOVED = Member("parks", "x", "officer", ((datetime(2024, 1, 1, tzinfo=UTC), "Culture"), (JUNE, "Streets")))
HALF = (date(2026, 1, 1), date(2026, 6, 30))


@dataclass
class Row:
    """A rollup row."""

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


def gathering(unit: Unit | None = Unit.MONTH, group: Group | None = None, then: bool = True, **only: str) -> Gathering:
    narrowed = {Group(name): value for name, value in only.items()}
    return Gathering(Ask(*HALF, unit, group, then, narrowed), {"bins": STAYED, "parks": MOVED}, LONDON, Facts())


def alert(account: str = "bins", at: datetime = JUNE, **more: Any) -> Flagged:
    usual: dict[str, Any] = {"severity": "high", "status": "open", "reply_asked_at": None, "replied_at": None}
    return Flagged(1, account, at, **usual | more)


def test_accounts_that_never_moved_are_read_together() -> None:
    assert gathering(group=Group.DEPARTMENT).constant() == {"Environment": ["bins"]}
    assert gathering(group=Group.DEPARTMENT, then=False).constant() == {"Environment": ["bins"], "Streets": ["parks"]}
    assert gathering().constant() == {None: ["bins"]}
    assert gathering(then=False, platform="x").constant() == {None: ["parks"]}


@pytest.mark.parametrize(
    ("on", "then", "wanted"),
    [
        (date(2020, 1, 1), True, "Culture"),
        (date(2026, 6, 14), True, "Culture"),
        (date(2026, 6, 15), True, "Streets"),
        (date(2020, 1, 1), False, "Streets"),
    ],
)
def test_the_department_of_a_day(on: date, then: bool, wanted: str) -> None:
    assert gathering(then=then).department(MOVED, on) == wanted


def test_days_collected_are_split_where_an_account_moved() -> None:
    found = gathering(Unit.MONTH, Group.DEPARTMENT)
    whole = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    found.add_coverage(Coverage("parks", whole[0], (whole,)), datetime(2027, 1, 1, tzinfo=UTC))
    june = date(2026, 6, 1)
    assert found.facts.days[june, "Culture"][0] == pytest.approx(14.0)
    assert found.facts.days[june, "Streets"][0] == pytest.approx(16.0, abs=0.05)
    assert found.facts.days[june, None] == pytest.approx((30.0, 30.0), abs=0.05)
    assert found.facts.days[None, None][0] == pytest.approx(181, abs=0.1)


def test_what_lies_ahead_is_no_possible_day() -> None:
    found = gathering(None)
    found.add_coverage(Coverage("bins", datetime(2026, 1, 1, tzinfo=UTC), ()), datetime(2026, 1, 11, tzinfo=UTC))
    assert found.facts.days[None, None] == pytest.approx((0.0, 10.0))


@pytest.mark.parametrize(
    ("group", "raised", "upheld"),
    [
        (Group.CATEGORY, {"threat", "harassment", None}, {"harassment", None}),
        (Group.CHARACTERISTIC, {"age", None}, {NONE, None}),
        (Group.SEVERITY, {"high", None}, {"high", None}),
        (Group.OUTCOME, {None}, {"refer", None}),
    ],
)
def test_an_alert_stands_under_what_was_flagged_and_what_was_confirmed(
    group: Group, raised: set[str | None], upheld: set[str | None]
) -> None:
    found = gathering(None, group)
    hits = [Hit("threat", ("age",)), Hit("harassment", ("age",))]
    found.add_alert(alert(judgement="upheld", outcome="refer", categories=("harassment",)), hits)
    assert {name for _, name in found.facts.raised} == raised
    assert {name for _, name in found.facts.upheld} == upheld
    assert found.facts.raised[None, None] == found.facts.upheld[None, None] == 1


def test_an_alert_of_another_department_or_account_is_left_out() -> None:
    found = gathering(None, Group.SEVERITY, department="Culture")
    found.add_alert(alert("parks"), [])
    found.add_alert(alert("bins"), [])
    found.add_alert(alert("unknown"), [])
    assert found.facts.raised == {}
    found.add_alert(alert("parks", datetime(2026, 6, 1, tzinfo=UTC)), [])
    assert found.facts.raised[None, "high"] == 1


def test_figures_come_under_their_period_their_group_and_the_totals() -> None:
    found = gathering(Unit.MONTH, Group.PLATFORM)
    found.add_counts("feed", date(2026, 2, 3), Row(posts=9, texts=9, raised=6))
    found.add_counts("x", date(2026, 2, 4), Row(posts=8, texts=8, raised=12, upheld=6))
    told = {(line.period, line.group): line for line in lines(found.ask, found.facts)}
    assert told["2026-02", None].raised.number == told["all", None].raised.number == 18
    assert told["all", "x"].upheld == Figure(6, told["all", "x"].upheld.share, pending=6)
    assert told["2026-01", "x"].unseen


def test_pending_alerts_widen_the_interval_of_what_was_upheld() -> None:
    rows = [Row(posts=50, texts=50, raised=10, upheld=3, not_upheld=5)]
    found = stand(*HALF, rows, [alert(judgement="upheld", outcome="advice"), alert()], (10.04, 181.0))
    assert found.upheld is not None
    assert (found.upheld.low, found.upheld.high) == (wilson(3, 50)[0], wilson(3 + 2, 50)[1])
    assert (found.pending, found.mistakes, found.unjudged, found.collected) == (2, 5, 1, 10.0)
    assert (found.outcomes["advice"], found.outcomes["refer"]) == (1, 0)
    assert stand(*HALF, [], [], (0.0, 0.0)).upheld is None


def test_the_document_has_every_number_and_no_support() -> None:
    nothing = stand(*HALF, [Row(posts=2, texts=1)], [], (1.0, 2.0))
    account = Account("bins", Platform.FEED, "Bins", "", AccountKind.SERVICE, "Environment")
    found = Dossier(account, None, (), JUNE, nothing, nothing, (), (), (), (), (None, 7)).document()
    assert found["now"]["counts"] == {**vars_of(Counts()), "posts": 2, "texts": 1}
    assert found["now"]["shares"]["raised"]["total"] == 1
    assert found["followers"] == (None, 7)
    assert not {"support", "interim", "drafts"} & set(found)


def vars_of(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in Counts.__dataclass_fields__}


def test_a_month_without_days_or_posts_is_unseen_and_an_open_alert_not_final() -> None:
    assert Month(*HALF, posts=0, raised=0, upheld=0, collected=0.0, days=30.0).unseen
    assert not Month(*HALF, posts=1, raised=0, upheld=0, collected=0.0, days=30.0).unseen
    one = Upheld(1, None, JUNE, "H1", "", "refer", "x", "", (), "decided")
    assert one.final
    assert not Upheld(1, None, JUNE, "H1", "", "refer", "x", "", (), "appealed").final
