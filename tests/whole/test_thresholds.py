"""The shipped policy's thresholds come from the workload that the documents name, and from nothing else."""

import pytest

from classifier import pipeline
from data.model import Category
from data.policy import default
from tests.thresholds import chosen, rounded_up


def test_the_shipped_thresholds_are_those_of_the_workload() -> None:
    found = chosen(pipeline.load())
    clauses = default().clauses
    assert {clause.category for clause in clauses} == set(found) - {"score"}
    for clause in clauses:
        assert clause.threshold == pytest.approx(found[clause.category], rel=0.05), clause.id
        asked = 0.0 if clause.category is Category.PROFANITY else found["score"]
        assert clause.score == pytest.approx(asked, rel=0.05), clause.id


@pytest.mark.parametrize(("value", "up"), [(0.12341, 0.124), (0.124, 0.124), (0.00999999, 0.01), (0.0301001, 0.0302)])
def test_thresholds_are_rounded_up(value: float, up: float) -> None:
    assert rounded_up(value) == pytest.approx(up, abs=1e-12)
