"""Our own rows: enough of them, well formed, no templates, and what trains is never what measures."""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from classifier import own
from classifier.evaluate import read_labelled
from classifier.own import Row
from data.model import Category, Characteristic
from data.samples import council
from tests.support.likeness import alike, skeleton

TWINS = {
    "told": 200,
    "whistle": 200,
    "critic": 200,
    "union": 100,
    "network": 50,
    "warm": 150,
    "jokey": 150,
    "blunt": 200,
}
FUNCTIONALITIES = 40


@cache
def training() -> tuple[Row, ...]:
    """The rows to train on."""
    return tuple(own.rows(own.TRAINING))


@cache
def suite() -> tuple[Row, ...]:
    """The rows to measure with."""
    return tuple(own.rows(own.SUITES))


def test_there_are_enough_to_train_on() -> None:
    assert len(training()) >= 8000
    harmful = Counter(c for row in training() if row.flag for c in row.characteristics)
    assert {c: harmful[c] for c in Characteristic if harmful[c] < 300} == {}
    categories = Counter(c for row in training() for c in row.categories)
    assert {c: categories[c] for c in Category if categories[c] < 60} == {}
    assert sum(row.mentions or row.kind == "hard" for row in training()) >= 3000
    kinds = Counter(row.kind for row in training())
    assert {k: kinds[k] for k, least in TWINS.items() if kinds[k] < least} == {}


def test_there_are_enough_to_measure_with() -> None:
    assert len(suite()) >= 2500
    harmful = Counter(c for row in suite() if row.flag for c in row.characteristics)
    assert {c: harmful[c] for c in Characteristic if harmful[c] < 150} == {}
    sizes = Counter(row.functionality for row in suite())
    assert len(sizes) >= FUNCTIONALITIES
    assert min(sizes.values()) >= 30


def test_harmful_rows_have_harmless_twins() -> None:
    groups: dict[str, set[bool]] = {}
    for row in training():
        groups.setdefault(row.group, set()).add(row.flag)
    harmful = [flags for flags in groups.values() if True in flags]
    assert sum(False in flags for flags in harmful) >= 0.8 * len(harmful)


@pytest.mark.parametrize("rows", [training, suite])
def test_rows_are_well_formed(rows: object) -> None:
    found: tuple[Row, ...] = rows()  # type: ignore[operator]
    assert len({row.id for row in found}) == len(found)
    for row in found:
        assert row.text.strip() == row.text
        assert row.categories <= set(Category), row.id
        assert row.characteristics <= set(Characteristic), row.id
        assert row.flag == bool(row.categories - {Category.PROFANITY}), row.id
        assert bool(row.kind) == (not row.categories), row.id
        assert Category.DISCRIMINATION not in row.categories or row.characteristics, row.id


def test_nothing_is_written_by_template_within_and_across_demonstration_training_and_suite() -> None:
    demonstration = [p.text for p in council.all_posts()]
    texts = [*demonstration, *(row.text for row in (*training(), *suite()))]
    [(_, most)] = Counter(map(skeleton, texts)).most_common(1)
    assert most / len(texts) <= 0.005
    close = list(alike(texts))
    assert len({number for pair in close for number in pair}) / len(texts) <= 0.03
    bounds = len(demonstration), len(demonstration) + len(training())
    part = [sum(number >= bound for bound in bounds) for number in range(len(texts))]
    assert [(texts[i], texts[j]) for i, j in close if part[i] != part[j]] == []


def test_every_suite_is_a_table_that_evaluate_reads() -> None:
    for path in own.SUITES.glob("*.csv"):
        assert len(read_labelled(path)) == sum(1 for _ in csv.DictReader(path.open(encoding="utf-8")))


def test_what_trains_is_never_what_measures() -> None:
    frame = own.frame()
    assert len(frame) == len(training())
    measured = {row.text for row in suite()} | {p.text for p in council.all_posts()}
    assert not measured & {row.text for row in training()}
    assert Path(own.TRAINING).name == "training"
