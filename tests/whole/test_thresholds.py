"""The shipped policy's thresholds come from the workload that the documents name, and from nothing else."""

import pytest

from classifier import pipeline
from data.model import Category
from data.policy import default
from tests.thresholds import chosen, limit, rounded_up


def test_the_shipped_thresholds_are_those_of_the_workload() -> None:
    found = chosen(pipeline.load())
    clauses = [clause for clause in default().clauses if clause.category is not Category.PROFANITY]
    assert {clause.category for clause in clauses} == set(found) - {"score"}
    for clause in clauses:
        assert clause.threshold == pytest.approx(found[clause.category], rel=0.05), clause.id
        assert clause.score == pytest.approx(found["score"], rel=0.05), clause.id


def test_a_limit_is_reached_by_no_more_than_allowed() -> None:
    values = [n / 1000 for n in range(1000)]
    reached = [sum(value >= limit(values, most) for value in values) for most in (0, 20, 40)]
    assert reached == [0, 20, 40]


@pytest.mark.parametrize(("value", "up"), [(0.12341, 0.124), (0.124, 0.124), (0.00999999, 0.01), (0.0301001, 0.0302)])
def test_thresholds_are_rounded_up(value: float, up: float) -> None:
    assert rounded_up(value) == pytest.approx(up, abs=1e-12)
