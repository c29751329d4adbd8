"""The model's card tells everything, and nothing that is not so."""

import json
from typing import Any

import pytest

from classifier import card, storage
from classifier.pipeline import SHIPPED
from classifier.sets import SETS


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The shipped model's manifest."""
    return storage.read_manifest(SHIPPED)


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """The shipped model's figures."""
    found: dict[str, Any] = json.loads((SHIPPED / storage.FIGURES).read_text(encoding="utf-8"))
    return found


def test_our_own_rows_are_a_row_of_the_table(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    written = card.written(manifest, "f" * 64, figures, None)
    [row] = [line for line in written.splitlines() if line.startswith("| own |") and "twins" in line]
    assert f"| {manifest['own']['train']} | {manifest['own']['dev']} |" in row


def test_unstated_licences_are_named(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    written = card.written(manifest, "f" * 64, figures, None)
    for one in SETS.values():
        assert (f"{one.name}" in written.split("is unstated or unverified")[0].splitlines()[-1]) != one.stated


def test_a_variant_that_was_not_trained_is_said_so(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    assert "has not been trained beside this one" in card.written(manifest, "f" * 64, figures, None)
    beside = card.written(manifest, "f" * 64, figures, figures)
    assert "has not been trained" not in beside
    assert beside.count("| dynahate |") == 3


def test_what_eight_bits_cost_is_said_where_it_was_measured(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    cut = {"tuned": {"auc": {"float32": 0.91234, "int8": 0.91}}}
    assert "AUC 0.9123 in float32 and 0.9100 in 8 bits" in card.written(manifest | cut, "f" * 64, figures, None)
    assert "in float32" not in card.written(manifest | {"tuned": {}}, "f" * 64, figures, None)


def test_it_says_where_macro_f1_was_told(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    chosen = card.written(manifest | {"set_limits": {"edos": -1.2}}, "f" * 64, figures, None)
    assert "set on rows of the set's `train` part" in chosen
    without = card.written(manifest | {"set_limits": {}}, "f" * 64, figures, None)
    assert "Macro-F1 at even odds." in without


def test_an_untrained_head_is_a_warning(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    written = card.written(manifest | {"untrained": ["age"]}, "f" * 64, figures, None)
    assert "**age is not trained**" in written


def test_the_shipped_card_is_this_one(manifest: dict[str, Any], figures: dict[str, Any]) -> None:
    shipped = (SHIPPED / storage.CARD).read_text(encoding="utf-8")
    assert shipped == card.written(manifest, storage.digest(manifest), figures, None)
