"""The page of measures."""

import re

from bs4 import BeautifulSoup

from classifier.report import page

TOLD = {"n": 40, "share": 0.5, "interval": (0.35, 0.65)}
FILE = {
    "n": 80,
    "upheld": 40,
    "not_assessed": 0,
    "alerts": 30,
    "precision": 0.9,
    "recall": 0.5,
    "false_alarms": 0.01,
    "balanced_accuracy": 0.745,
    "auc": 0.9,
    "ap": None,
    "calibration_error": 0.02,
    "calibration_error_if_perfect": 0.01,
    "reliability": [(0.1, 0.05, 50), (0.9, 0.95, 30)],
    "workload": [{"prevalence": 0.001, "alerts_per_1000": 10.5, "expected_precision": 0.05}],
    "categories": {"threat": {"n": 60, "upheld": 20, "ap": 0.7}},
    "characteristics": {"age": {"recall": TOLD, "false_alarms": {"n": 0, "share": None, "interval": None}}},
    "kinds": {"mention": TOLD},
    "functionalities": {"kept_out": TOLD, "banter": {"n": 10, "share": 1.0, "interval": (0.7, 1.0)}},
}


def document(name: str = "council.csv") -> BeautifulSoup:
    """Return the page of one table."""
    measures = {"model": "ab" * 32, "policy": "p<1>", "files": {name: FILE}}
    return BeautifulSoup(page(measures, "2026-11-22"), "html.parser")


def test_every_figure_is_told_in_words_and_drawn() -> None:
    found = document()
    text = found.get_text(" ")
    for part in ("10.5", "5.0%", "50.0% (35.0% to 65.0%; 40 rows)", "2026-11-22", "0.745", "threat", "0.700"):
        assert part in text or part.replace("5.0%", "0.050") in text, part
    assert len(found.find_all("svg")) == 3
    assert all(svg.find("title").get_text() for svg in found.find_all("svg"))
    assert len(found.select("rect.low")) == 1
    assert len(found.select("circle.dot")) == 2


def test_the_page_stands_alone() -> None:
    raw = page({"model": "a", "policy": "b", "files": {"x.csv": FILE}}, "2026-11-22")
    assert "<script" not in raw
    assert not re.search(r"(src|href)=", raw)
    assert "lang='en-GB'" in raw


def test_names_are_text_and_not_markup() -> None:
    found = document("<img src=x onerror=alert(1)>.csv")
    assert not found.find_all("img")
    assert "p<1>" in found.get_text()


def test_sets_are_a_table_of_their_own() -> None:
    row = {"set": "all", "n": 9, "positives": 3, "auc": 0.8, "ap": 0.7, "macro_f1": 0.6, "recall": 0.5}
    measures = {"model": "a", "policy": "b", "files": {}, "sets": {"sets": [row | {"false_alarms": None}]}}
    text = BeautifulSoup(page(measures, "2026-11-22"), "html.parser").get_text(" ")
    assert "public sets" in text
    assert "0.600" in text
