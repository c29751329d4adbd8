"""Severity and what it does: the order, which clause raises an alert, and which is shown first."""

from itertools import pairwise, permutations

import pytest

from data import policy
from data.model import Category, Characteristic, ClauseHit, Finding, Severity

ORDER = [Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.URGENT]


def hit(severity: Severity, probability: float = 0.5, clause: str = "X") -> ClauseHit:
    return ClauseHit(clause, "Possible: x", severity, Category.HARASSMENT, (), probability, 0.1)


def test_the_order_of_severity() -> None:
    assert [s.rank for s in ORDER] == [0, 1, 2, 3]
    assert all(a.rank < b.rank for a, b in pairwise(ORDER))


@pytest.mark.parametrize(
    ("severities", "raised"),
    [
        ((), False),
        ((Severity.LOW,), False),
        ((Severity.LOW, Severity.LOW), False),
        ((Severity.MEDIUM,), True),
        ((Severity.LOW, Severity.MEDIUM), True),
        ((Severity.HIGH,), True),
        ((Severity.URGENT, Severity.LOW), True),
    ],
)
def test_what_raises_an_alert(severities: tuple[Severity, ...], raised: bool) -> None:
    assert policy.raises_alert(tuple(map(hit, severities))) is raised


@pytest.mark.parametrize("names", list(permutations(["threat", "harassment", "profanity"])))
def test_the_gravest_comes_first_in_whatever_order_they_are_given(names: tuple[str, ...]) -> None:
    found = Finding("m", 0.5, {Category(n): 0.9 for n in names})
    assert [h.clause for h in policy.hits(policy.default(), found)] == ["T1", "H1", "P1"]


@pytest.mark.parametrize("category", list(Category))
def test_each_category_meets_its_clause_at_its_threshold_and_not_below(category: Category) -> None:
    own = [c for c in policy.default().clauses if c.category is category and "own" in c.parts]
    [clause] = own
    at = Finding("m", 0.5, {category: clause.threshold})
    below = Finding("m", 0.5, {category: clause.threshold * 0.999})
    assert [h.clause for h in policy.hits(policy.default(), at)] == [clause.id]
    assert policy.hits(policy.default(), below) == ()


@pytest.mark.parametrize("characteristic", list(Characteristic))
def test_a_characteristic_is_named_beside_discrimination_only(characteristic: Characteristic) -> None:
    likely = {characteristic: 0.4}
    [named] = policy.hits(policy.default(), Finding("m", 0.5, {Category.DISCRIMINATION: 0.9}, likely))
    [silent] = policy.hits(policy.default(), Finding("m", 0.5, {Category.HARASSMENT: 0.9}, likely))
    assert named.characteristics == (characteristic,)
    assert silent.characteristics == ()
