"""Agreement of two reviewers, against figures worked out by hand and against what must hold of any pairs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.agreement import Agreement, agreement

LABELS = st.sampled_from(["upheld", "not_upheld", "cannot_tell"])


def pairs(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    return [pair for pair, n in table.items() for _ in range(n)]


def test_figures_by_hand() -> None:
    # 50 alerts: both uphold 20, both do not 15, they differ on 5 and 10. Chance by margins: .5*.6 + .5*.4 = .5.
    found = agreement(pairs({("u", "u"): 20, ("n", "n"): 15, ("u", "n"): 5, ("n", "u"): 10}))
    assert (found.n, found.raw) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)
    # Mean share of "u" is .55, so chance is 2 * .55 * .45 = .495.
    assert found.ac1 == pytest.approx((0.7 - 0.495) / 0.505)


def test_kappa_falls_where_nearly_all_is_judged_alike_and_ac1_does_not() -> None:
    found = agreement(pairs({("n", "n"): 95, ("u", "n"): 3, ("n", "u"): 2}))
    assert found.raw == 0.95
    assert found.kappa is not None
    assert found.ac1 is not None
    assert found.kappa < 0
    assert found.ac1 > 0.94


def test_what_is_not_defined_is_not_told() -> None:
    assert agreement([]) == Agreement(0, None, None, None)
    assert agreement([("u", "u")] * 4) == Agreement(4, 1.0, None, 1.0)


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=60))
def test_agreement_is_the_same_whoever_is_named_first(given_pairs: list[tuple[str, str]]) -> None:
    there, back = agreement(given_pairs), agreement([(b, a) for a, b in given_pairs])
    assert there.raw == back.raw
    assert there.kappa == pytest.approx(back.kappa)
    assert there.ac1 == pytest.approx(back.ac1)
    assert there.ac1 is None or there.ac1 <= 1.0


@given(st.lists(LABELS, min_size=1, max_size=60))
def test_whoever_always_agrees_agrees_wholly(labels: list[str]) -> None:
    found = agreement([(one, one) for one in labels])
    assert found.raw == found.ac1 == 1.0
    assert found.kappa in (None, 1.0)
