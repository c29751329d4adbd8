"""Readers of public training sets into one frame: a text and, for every head, 1, 0 or unknown (NaN)."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from classifier.heads import CATEGORIES, CHARACTERISTICS, HEADS, SCORE
from classifier.sets import EVERY_KIND, SETS, PublicSet
from classifier.text import normalise
from data.errors import InputError, Mistake, UseError
from data.model import Category

DIGESTS = Path(__file__).with_name("datasets.sha256")
LABELS = ("abusive", "hate", "offensive")
COLUMNS = ("text", "source", "split", *LABELS, "characteristics", "kind")
SPLITS = ("train", "dev")


def read(directory: Path, names: Sequence[str]) -> pd.DataFrame:
    """Read the sets `names` of a folder into one frame.

    Columns: text (normalised, with links and handles masked), source, split, marks (stretches of the text that
    annotators marked, or None), group (a stable number of the text), and one column of 1.0, 0.0 or NaN for every head.
    Rows keep the order of `names` and of the files.
    Raises `UseError` for a missing file and `InputError` naming file and column for one of another shape.
    """
    missing = [name for name in names if not path_of(directory, name).exists()]
    if missing:
        raise UseError(
            f"{directory} lacks {', '.join(f'{name}.parquet' for name in missing)}; name the folder of the sets."
        )
    return pd.concat([_one(path_of(directory, name), SETS[name]) for name in names], ignore_index=True)


def path_of(directory: Path, name: str) -> Path:
    """Return where a set lies in a folder of sets."""
    return directory / f"{name}.parquet"


def digests(directory: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of every set's file, by file name."""
    paths = [path_of(directory, name) for name in names]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def known_digests(file: Path = DIGESTS) -> dict[str, str]:
    """Read the digests of the files that the shipped model was trained on, in the form of `sha256sum`."""
    pairs = (line.split() for line in file.read_text(encoding="ascii").splitlines() if line)
    return {name: digest for digest, name in pairs}


def differing(found: dict[str, str], known: dict[str, str]) -> list[str]:
    """Return the files whose content is not the known one, in order of name."""
    return sorted(name for name, digest in found.items() if known.get(name) != digest)


def targets(frame: pd.DataFrame, of: PublicSet) -> pd.DataFrame:
    """Return the targets of a set's rows: one column a head, 1.0, 0.0 or NaN. `classifier.sets` has the rules."""
    hate, abusive, offensive = (_numbers(frame[c]) for c in ("hate", "abusive", "offensive"))
    kinds = [frozenset(str(k).split("+")) if isinstance(k, str) else frozenset[str]() for k in frame["kind"]]
    unsure = (offensive == 1) & (abusive != 1)  # rude, but whether to anyone nobody said
    harmful = (hate == 1) | (abusive == 1)
    harmless = (abusive == 0) & (hate != 1) & ~unsure
    columns = {Category.DISCRIMINATION.value: hate}
    for category in (Category.HARASSMENT, Category.SEXUAL_HARASSMENT, Category.THREAT):
        columns[category] = _category(category, of, kinds, harmful, harmless)
    columns[Category.HARASSMENT][(abusive == 1) & (hate == 0)] = 1.0
    columns[Category.PROFANITY] = _profanity(of, kinds)
    met = np.any([columns[c] == 1 for c in CATEGORIES if c != Category.PROFANITY], axis=0)
    score = np.where(harmful | met, 1.0, np.where(harmless, 0.0, np.nan))
    return pd.DataFrame({SCORE: score, **columns, **_characteristics(frame, of, hate)}, index=frame.index)[list(HEADS)]


def _one(path: Path, of: PublicSet) -> pd.DataFrame:
    frame = _checked(path)
    made = pd.DataFrame(
        {"text": [normalise(t).text for t in frame["text"]], "source": of.name, "split": frame["split"]}
    )
    made["marks"] = pd.Series(_marks(frame), index=made.index, dtype=object)
    made["group"] = [int(hashlib.sha256(t.encode()).hexdigest()[:8], 16) for t in made["text"]]
    return pd.concat([made, targets(frame, of)], axis=1)


def _marks(frame: pd.DataFrame) -> list[tuple[tuple[int, int], ...] | None]:
    """Return the stretches of each normalised text that annotators marked as the harm in it; None where nobody did."""
    if "rationale" not in frame:
        return [None] * len(frame)
    rows = zip(frame["text"], frame["rationale"], strict=True)
    return [_mapped(text, json.loads(marks)) if isinstance(marks, str) else None for text, marks in rows]


def _mapped(original: str, marks: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    """Return stretches of the original as stretches of the normalised text."""
    offsets = normalise(original).offsets
    inside = [np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > start)) for start, end in marks]
    return tuple((int(at[0]), int(at[-1]) + 1) for at in inside if len(at))


def _checked(path: Path) -> pd.DataFrame:
    frame = pd.read_parquet(path).reset_index(drop=True)
    mistakes = [Mistake(1, c, "the column is missing") for c in COLUMNS if c not in frame]
    if not mistakes:
        mistakes = list(_mistakes(frame))
    if mistakes:
        raise InputError(path.name, mistakes)
    return frame


def _mistakes(frame: pd.DataFrame) -> Iterator[Mistake]:
    """Yield the first mistake of every column; rows count as in a table with a header row."""
    for column, right in RIGHT.items():
        wrong = [n for n, value in enumerate(frame[column]) if not right(value)]
        if wrong:
            value = frame[column].iloc[wrong[0]] if column != "text" else "it"
            yield Mistake(wrong[0] + 2, column, f"{value!s:.40} is not a value of this column ({len(wrong)} rows)")


def _is_label(value: Any) -> bool:
    return bool(pd.isna(value)) or value in (0, 1)


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)


def _category(
    category: Category, of: PublicSet, kinds: list[frozenset[str]], harmful: np.ndarray, harmless: np.ndarray
) -> np.ndarray:
    meaning = {kind for kind, means in of.meets.items() if category in means}
    met = np.array([bool(k & meaning) for k in kinds])
    column = np.where(harmless | (harmful & (category in of.tells)), 0.0, np.nan)
    column[met & (harmful | (category is Category.THREAT))] = 1.0
    return column


def _profanity(of: PublicSet, kinds: list[frozenset[str]]) -> np.ndarray:
    meaning = {kind for kind, means in of.meets.items() if Category.PROFANITY in means}
    column = np.full(len(kinds), np.nan)
    column[np.array([EVERY_KIND in of.clean or bool(k and k <= of.clean) for k in kinds], dtype=bool)] = 0.0
    column[np.array([bool(k & meaning) for k in kinds], dtype=bool)] = 1.0
    return column


def _characteristics(frame: pd.DataFrame, of: PublicSet, hate: np.ndarray) -> dict[str, np.ndarray]:
    """A category is met *because of* it: named on hateful rows, absent on others; unknown where nobody said."""
    named = [frozenset(_named(v)) for v in frame["characteristics"]]
    told = np.array([bool(n) for n in named], dtype=bool)
    columns = {}
    for name in CHARACTERISTICS:
        asked = told & (not of.about or name in of.about)
        has = np.array([name in n for n in named], dtype=float)
        columns[name] = np.where(hate == 0, 0.0, np.where((hate == 1) & asked, has, np.nan))
    return columns


def _named(value: Any) -> list[str]:
    return [str(v) for v in value] if isinstance(value, np.ndarray | list | tuple) else []


RIGHT: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "split": lambda value: value in SPLITS,
    **dict.fromkeys(LABELS, _is_label),
    "characteristics": lambda value: set(_named(value)) <= set(CHARACTERISTICS),
}
