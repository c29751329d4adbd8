"""Heads trained on the tests' own rows, once, on the encoder that postreeve ships."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from classifier import pipeline
from classifier.pipeline import SHIPPED, Model
from classifier.recipe import Recipe
from classifier.train import Plan, train
from tests.classifier.samples import write_own, write_sets

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class English:
    """A language model that takes everything for English."""

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return English with certainty."""
        return [("en", 1.0)]


@dataclass(frozen=True)
class Trained:
    """What one training left behind."""

    folder: Path
    datasets: Path
    plan: Plan
    manifest: dict[str, Any]
    said: list[str]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """A small model, its data and its plan."""
    folder = tmp_path_factory.mktemp("trained")
    names = write_sets(folder / "sets")
    plan = Plan(
        folder / "sets",
        folder / "model",
        recipe=Recipe(c=0.3),
        names=names,
        other_data=True,
        encoder=SHIPPED,
        own=write_own(folder / "own"),
    )
    said: list[str] = []
    return Trained(folder / "model", folder / "sets", plan, train(plan, NOW, said.append), said)


@pytest.fixture(scope="session")
def small(trained: Trained) -> Model:
    """The small model, loaded from its files."""
    return pipeline.load(trained.folder, identifier=English())


@pytest.fixture(scope="session")
def shipped() -> Model:
    """The model that postreeve ships."""
    return pipeline.load()


@pytest.fixture
def copied(trained: Trained, tmp_path: Path) -> Callable[[], Path]:
    """Make a copy of the small model that a test may damage."""

    def copy() -> Path:
        target = tmp_path / "model"
        target.mkdir()
        for path in trained.folder.iterdir():
            (target / path.name).write_bytes(path.read_bytes())
        return target

    return copy
