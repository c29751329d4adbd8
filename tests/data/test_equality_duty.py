"""The figures of the equality record against a plain count of the same alerts, whatever people decided."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from data.model import Judgement
from data.reports.equality import apart, overlapping
from data.reports.grouping import NONE, Flagged, Hit
from data.services.openness import _apart, _overlapping, pooled

AT = datetime(2026, 11, 1, tzinfo=UTC)
ACCOUNTS = tuple("abcdefgh")
KINDS = st.dictionaries(st.sampled_from(ACCOUNTS), st.sampled_from(("service", "officer", "councillor")), min_size=1)
JUDGEMENTS = st.sampled_from([None, *(str(j) for j in Judgement)])
NAMES = st.lists(st.sampled_from(("race", "sex", "age")), max_size=3)


def flagged(number: int, account: str, judgement: str | None) -> Flagged:
    return Flagged(number, account, AT, "high", "decided", None, None, judgement)


@st.composite
def councils(draw: st.DrawFn) -> tuple[dict[str, str], list[Flagged]]:
    """Accounts with their kinds, and alerts on them."""
    kinds = draw(KINDS)
    ones = draw(st.lists(st.tuples(st.sampled_from(sorted(kinds)), JUDGEMENTS), max_size=60))
    return kinds, [flagged(n, account, judgement) for n, (account, judgement) in enumerate(ones)]


@given(councils())
def test_every_alert_is_counted_once_by_what_became_of_it(made: tuple[dict[str, str], list[Flagged]]) -> None:
    kinds, alerts = made
    groups = _apart(alerts, dict.fromkeys(kinds, 100), kinds)
    counted = Counter((kinds[one.account_id], one.judgement) for one in alerts)
    for group in groups:
        assert group.upheld == counted[group.name, "upheld"]
        assert group.dismissed == counted[group.name, "not_upheld"]
        assert group.cannot_tell == counted[group.name, "cannot_tell"]
        assert group.waiting == counted[group.name, None]
        assert group.texts == 100 * list(kinds.values()).count(group.name)
    assert sum(sum(group.counts) for group in groups) == len(alerts)


@given(councils())
def test_pooling_moves_figures_and_loses_none(made: tuple[dict[str, str], list[Flagged]]) -> None:
    kinds, alerts = made
    together = pooled(kinds)
    assert set(together) == set(kinds)
    sizes = Counter(together.values())
    assert len(sizes) == 1 or min(sizes.values()) >= 3
    before = _apart(alerts, dict.fromkeys(kinds, 10), kinds)
    after = _apart(alerts, dict.fromkeys(kinds, 10), together)
    for column in range(4):
        assert sum(g.counts[column] for g in before) == sum(g.counts[column] for g in after)
    everything = apart(after)[-1]
    assert everything.raised in (None, len(alerts))


@given(st.lists(st.tuples(JUDGEMENTS, NAMES), max_size=40))
def test_an_alert_stands_once_under_each_characteristic_it_was_flagged_for(
    ones: Sequence[tuple[str | None, list[str]]],
) -> None:
    alerts = [flagged(n, "a", judgement) for n, (judgement, _) in enumerate(ones)]
    hits = {n: [Hit("discrimination", tuple(names)), Hit("threat", ())] for n, (_, names) in enumerate(ones)}
    groups = {group.name: sum(group.counts) for group in _overlapping(alerts, hits)}
    plain = Counter(name for _, names in ones for name in (set(names) or {NONE}))
    assert groups == dict(plain)
    assert len(overlapping(_overlapping(alerts, hits))) == len(plain)


def test_an_alert_without_a_hit_that_stands_is_under_none() -> None:
    [group] = _overlapping([flagged(1, "a", "upheld")], {})
    assert (group.name, group.upheld, group.texts) == (NONE, 1, None)
