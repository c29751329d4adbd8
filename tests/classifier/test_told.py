"""Measures as lines for a person."""

from typing import Any

from classifier.told import described

SHARE = {"n": 40, "share": 0.5, "interval": (0.35, 0.65)}
NOTHING = {"n": 0, "share": None, "interval": None}


def told(**found: Any) -> str:
    """Return the lines of one table."""
    return described({"model": "ab" * 32, "policy": "p1", "files": {"own.csv": found}})


def test_the_model_and_the_policy_come_first() -> None:
    assert told(n=3).splitlines()[0] == "Model abababababab, policy p1"


def test_figures_that_cannot_be_told_are_dashes() -> None:
    assert "own.csv: n 3, precision –, recall 0.500" in told(n=3, recall=0.5, precision=None)


def test_the_weakest_functionalities_are_named_worst_first() -> None:
    shares = {f"f{n}": SHARE | {"share": n / 10} for n in range(9, 0, -1)}
    [line] = [line for line in told(functionalities=shares).splitlines() if "weakest" in line]
    assert line == "  weakest: f1 10%, f2 20%, f3 30%, f4 40%, f5 50%"


def test_characteristics_have_their_intervals() -> None:
    lines = told(characteristics={"age": {"recall": SHARE, "false_alarms": NOTHING}})
    assert "  age: recall 50.0% (35.0% to 65.0%; 40 rows), false alarms where it is mentioned –" in lines


def test_a_workload_is_told_in_posts() -> None:
    lines = told(workload=[{"prevalence": 0.005, "alerts_per_1000": 12.34, "expected_precision": 0.1}])
    assert "  at 0.5% harmful: 12.3 alerts per 1,000 posts, 0.100 of them right" in lines


def test_thresholds_are_told_to_the_sixth_place() -> None:
    assert "  threshold of threat: 0.123457" in told(thresholds={"threat": 0.123456789})


def test_sets_and_rationales_follow_the_tables() -> None:
    ways = {way: {"auprc": value} for way, value in (("contributions", 0.5), ("occlusion", 0.6), ("random", 0.2))}
    document = {
        "model": "ab" * 32,
        "policy": "p1",
        "files": {},
        "sets": {"sets": [{"set": "all", "n": 9, "auc": 0.8}]},
        "rationales": {"toxic_spans": {"n": 3, "marked": 0.1, **ways}},
    }
    assert described(document).splitlines()[1:] == [
        "all: n 9, auc 0.800",
        "rationales of toxic_spans, AUPRC: contributions 0.500, occlusion 0.600, random 0.200",
    ]
