"""Rates by group: what is small is hidden everywhere, and what is shown has its n and interval."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reports import equality
from data.reports.equality import Group, apart, overlapping, total
from data.reports.intervals import wilson

COUNTS = st.integers(0, 60)
GROUPS = st.lists(
    st.builds(Group, st.text("abc", min_size=1), st.integers(300, 900), COUNTS, COUNTS, COUNTS, COUNTS), max_size=6
)


def test_a_group_s_rates_have_their_n_and_interval() -> None:
    [one, other, everything] = apart([Group("service", 1000, 10, 30, 5, 15), Group("officer", 500, 20, 10, 6, 6)])
    assert (one.raised, one.texts, one.hidden) == (60, 1000, False)
    assert one.rate is not None
    assert (one.rate.share, one.rate.low, one.rate.high) == (0.06, *wilson(60, 1000))
    assert one.dismissals is not None
    assert (one.dismissals.number, one.dismissals.total) == (30, 40)
    assert other.dismissals is not None
    assert (other.dismissals.number, other.dismissals.total) == (10, 30)
    assert (everything.name, everything.raised, everything.texts) == ("all", 102, 1500)


def test_what_is_small_is_hidden_with_what_would_give_it_away() -> None:
    [one, other, everything] = apart([Group("service", 1000, 2, 30, 0, 0), Group("officer", 500, 20, 10, 0, 0)])
    assert one.hidden
    assert one.dismissals is None  # its total would tell the two that were upheld
    assert other.dismissals is None  # else the column's total would
    assert everything.raised == 62


@given(GROUPS)
def test_no_small_figure_is_ever_shown(groups: list[Group]) -> None:
    for line, group in zip(apart(groups), [*groups, total(groups)], strict=True):
        if line.raised is not None:
            assert line.raised == 0 or line.raised >= 5
        if line.dismissals is not None:
            for shown in (group.upheld, group.dismissed):
                assert shown == 0 or shown >= 5
            assert line.dismissals.number == group.dismissed


@given(GROUPS)
def test_groups_that_overlap_hide_row_by_row(groups: list[Group]) -> None:
    for line, group in zip(overlapping(groups), groups, strict=True):
        counts = [*group.counts, sum(group.counts)]
        assert line.hidden is any(0 < count < 5 for count in counts)
        if not line.hidden:
            assert line.raised == counts[-1]


@pytest.mark.parametrize(
    ("number", "whole", "shown"),
    [(0, 0, False), (0, 9, True), (3, 9, False), (7, 9, False), (5, 10, True), (9, 9, True)],
)
def test_a_single_share_is_shown_if_both_its_sides_may_be(number: int, whole: int, shown: bool) -> None:
    assert (equality.told(number, whole) is not None) is shown


def test_of_no_group_the_total_is_nothing() -> None:
    [everything] = apart([])
    assert (everything.raised, everything.rate, everything.dismissals, everything.texts) == (0, None, None, 0)
    assert overlapping([]) == []


def test_texts_that_are_not_known_make_no_rate() -> None:
    [one] = overlapping([Group("race", None, 10, 10)])
    assert (one.texts, one.rate, one.raised) == (None, None, 20)
    assert total([Group("race", None, 10)]).texts is None
