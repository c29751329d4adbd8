"""The model that postreeve ships: whole, small, honest about itself."""

import json

import pytest

from classifier import storage
from classifier.datasets import known_digests
from classifier.evaluate import on_table, read_labelled
from classifier.heads import HEADS
from classifier.own import SUITES, digests
from classifier.pipeline import SHIPPED, Model, load
from classifier.sets import SETS
from data.model import Category
from data.policy import default, hits, raises_alert

MOST_BYTES = 25 * 2**20


def test_it_is_small() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= MOST_BYTES


def test_it_was_trained_on_the_known_files(shipped: Model) -> None:
    known = known_digests()
    assert all(known[f"{one['name']}.parquet"] == one["sha256"] for one in shipped.manifest["sets"])
    assert [one["name"] for one in shipped.manifest["sets"]] == list(SETS)
    assert shipped.manifest["prevalence"] == 0.005


def test_its_card_is_of_this_model(shipped: Model) -> None:
    card = (SHIPPED / storage.CARD).read_text(encoding="utf-8")
    assert shipped.hash in card
    for one in shipped.manifest["sets"]:
        assert f"| {one['name']} | {SETS[one['name']].what} | {one['licence']} |" in card
        assert f"| {one['train']} | {one['dev']} |" in card
    assert "A council's own voice" in card
    assert "The other variant" in card


def test_its_figures_are_above_chance() -> None:
    figures = json.loads((SHIPPED / storage.FIGURES).read_text(encoding="utf-8"))
    heads = {row["head"]: row for row in figures["heads"]}
    assert set(heads) == set(HEADS)
    assert heads["score"]["auc"] > 0.8
    assert heads["score"]["calibration_error"] < 0.06
    benign = [row for row in figures["sets"] if row["set"].startswith("benign_")]
    assert len(benign) == 3
    assert all(row["false_alarms"] <= 0.01 for row in benign)


@pytest.mark.parametrize(
    "text",
    [
        "Bins in Oakfield will be collected on Saturday instead of Friday this week.",
        "The library is closed on Monday for staff training. Books can be renewed online.",
        "Road closed at Mill Lane until 6 pm; please follow the signed diversion.",
        "Join us for the remembrance service at the war memorial on Sunday.",
    ],
)
def test_daily_bread_stays_below_every_suggested_threshold(shipped: Model, text: str) -> None:
    [found] = shipped.classify([text])
    limits = shipped.manifest["suggested_thresholds"]
    assert all(found.categories[c] < limits[c] for c in Category)
    assert found.score is not None
    assert found.score < 0.01


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("You are a pathetic, stupid idiot and everyone laughs at you", Category.HARASSMENT),
        ("Women are too stupid and emotional to run anything, send them back to the kitchen", Category.DISCRIMINATION),
    ],
)
def test_blunt_harm_is_far_likelier_than_its_prior(shipped: Model, text: str, category: Category) -> None:
    [found] = shipped.classify([text])
    assert found.score is not None
    assert found.score > 2 * shipped.manifest["prevalence"]
    assert found.categories[category] > 3 * shipped.manifest["prevalence"]


@pytest.mark.xfail(strict=True, reason="plain threats are hardly found; docs/classifier.md says so")
def test_a_plain_threat_is_put_before_a_person(shipped: Model) -> None:
    [found] = shipped.classify(["Someone should kill them all, I will hang every last one of them"])
    assert raises_alert(hits(default(), found))
    assert found.categories[Category.THREAT] > 3 * shipped.manifest["prevalence"]


def test_the_suite_is_not_lost_ground() -> None:
    """Floors a little under what was measured; the figures themselves are in docs/classifier.md."""
    rows = [row for path in sorted(SUITES.glob("*.csv")) for row in read_labelled(path)]
    policy = default()
    found = on_table(load(), rows, lambda f: raises_alert(hits(policy, f)))
    assert found["auc"] > 0.86
    assert found["false_alarms"] < 0.045
    assert found["recall"] > 0.28


def test_it_knows_the_rows_it_was_trained_on(shipped: Model) -> None:
    assert shipped.manifest["own"]["sha256"] == digests()
