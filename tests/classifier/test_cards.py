"""The card of the model in use, as the worker answers it."""

import json
import shutil
from pathlib import Path

import pytest

from classifier import cards, storage
from classifier.pipeline import SHIPPED
from data.cli import Context
from data.config import Settings
from data.errors import ModelError
from data.store.engine import Store


def context(store: Store, **more: str) -> Context:
    return Context(Settings(store=str(store.url), **more))  # type: ignore[arg-type]


def test_the_shipped_model_s_card_is_answered(sqlite_store: Store) -> None:
    told = cards.answering(context(sqlite_store))({})
    manifest = storage.read_manifest(SHIPPED)
    assert told["hash"] == storage.digest(manifest)
    assert told["name"] == manifest["name"]
    assert told["card"].startswith(f"# {manifest['name']}")
    assert told["prevalence"] == manifest["prevalence"]
    assert any(row["set"] == "own" and row["recall"] > 0 for row in told["figures"]["sets"])
    assert told["adapted"] is None
    json.dumps(told)


def test_a_folder_that_the_settings_name_is_told(sqlite_store: Store, tmp_path: Path) -> None:
    manifest = storage.read_manifest(SHIPPED) | {"name": "ours", "adapted": {"base": "0" * 64}}
    (tmp_path / storage.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    told = cards.answering(context(sqlite_store, model=str(tmp_path)))({})
    assert (told["name"], told["adapted"]) == ("ours", {"base": "0" * 64})
    assert told["card"] == (SHIPPED / storage.CARD).read_text(encoding="utf-8")  # its base's


def test_a_card_of_its_own_goes_first(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / storage.MANIFEST, tmp_path)
    (tmp_path / storage.CARD).write_text("# Mine\n", encoding="utf-8")
    told = cards.card(tmp_path)
    assert (told["card"], told["figures"]) == ("# Mine\n", {})


def test_a_model_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        cards.card(tmp_path / "nowhere")
