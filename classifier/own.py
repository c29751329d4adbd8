"""Our own labelled rows: `data/training/*.csv` to train on, `data/suites/*.csv` to measure with, never the other way.

Columns: id, text, flag (1: a reviewer would uphold it), categories and characteristics (lists with ";"), kind (of a
harmless row), group (twins share it; in training also author and situation, in a suite the functionality).
"""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import data
from classifier.heads import CATEGORIES, CHARACTERISTICS, HEADS, SCORE
from classifier.text import normalise
from data.model import Category

TRAINING = Path(data.__file__).with_name("training")
SUITES = Path(data.__file__).with_name("suites")
SOURCE = "own"
HELD_OUT = 12  # one group of twins in so many is only ever measured on: whole groups, each by one author
FOR_HEADS = "heads-"  # tables by other hands, which the encoder never sees: the heads are fitted on them


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled row."""

    id: str
    text: str
    flag: bool
    categories: frozenset[str]
    characteristics: frozenset[str]
    kind: str
    functionality: str
    group: str

    @property
    def mentions(self) -> bool:
        """Whether the row is harmless and mentions a characteristic."""
        return not self.flag and bool(self.characteristics)


def rows(folder: Path) -> Iterator[Row]:
    """Yield the rows of every table of a folder, in order of file and line."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (_row(path.stem, row) for row in csv.DictReader(file))


def frame(folder: Path = TRAINING) -> pd.DataFrame:
    """Return rows as `classifier.datasets.read` returns public ones: text, source, split, group and every head."""
    found = list(rows(folder))
    made = pd.DataFrame({"text": [normalise(row.text).text for row in found], "source": SOURCE})
    made["group"] = [_number(row.group) for row in found]
    heads = np.array([row.id.startswith(FOR_HEADS) for row in found])
    made["split"] = np.where(made["group"] % HELD_OUT == 0, "dev", np.where(heads, "heads", "train"))
    targets = np.array([_targets(row) for row in found]).reshape(len(found), len(HEADS))
    return pd.concat([made, pd.DataFrame(targets, columns=list(HEADS))], axis=1)


def digests(folder: Path = TRAINING) -> dict[str, str]:
    """Return the SHA-256 of every table of a folder, by file name."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.csv"))}


def _row(table: str, row: dict[str, str]) -> Row:
    categories, characteristics = (
        frozenset(filter(None, row[c].split(";"))) for c in ("categories", "characteristics")
    )
    tests = row.get("functionality") or ""
    group = f"{table}/{tests}/{row['group']}"
    return Row(row["id"], row["text"], row["flag"] == "1", categories, characteristics, row["kind"], tests, group)


def _targets(row: Row) -> list[float]:
    """Return 1, 0 or NaN (unknown) for every head.

    Whether a demeaning row also harasses, and whether a harmful one also swears, was not asked of its writer; swearing
    alone says nothing about the score.
    """
    target = dict.fromkeys(HEADS, 0.0)
    target |= {name: 1.0 for name in CATEGORIES if name in row.categories}
    only_profane = row.categories == {Category.PROFANITY}
    target[SCORE] = float("nan") if only_profane else float(row.flag)
    if row.flag and Category.HARASSMENT not in row.categories:
        target[Category.HARASSMENT] = float("nan")
    if row.flag:
        target[Category.PROFANITY] = float("nan")
        target |= {name: float(name in row.characteristics) for name in CHARACTERISTICS}
    return [target[name] for name in HEADS]


def _number(group: str) -> int:
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16)
