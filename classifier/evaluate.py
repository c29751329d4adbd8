"""Measuring a model: on a council's own labelled table, and on the development splits of the public sets."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.heads import CATEGORIES, HEADS, SCORE
from classifier.linear import Floats, Linear
from classifier.measure import auc as area
from classifier.measure import average_precision, calibration_error, measured, share
from classifier.pipeline import Model, probabilities
from classifier.sets import SETS
from data.errors import InputError, Mistake
from data.model import Assessed, Category, Characteristic, Finding

if TYPE_CHECKING:
    import pandas as pd

FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
ALERTING = tuple(c for c in Category if c is not Category.PROFANITY)  # profanity alone is of low severity


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row of a council's own table: whether a reviewer upheld the text, and as what."""

    text: str
    flag: bool
    categories: frozenset[Category] = frozenset()
    characteristics: frozenset[Characteristic] = frozenset()


def read_labelled(path: Path) -> list[Labelled]:
    """Read `text,flag[,categories][,characteristics]` (lists with ";"); raise `InputError` with every mistake."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file, strict=True)
            missing = [c for c in ("text", "flag") if c not in (table.fieldnames or ())]
            if missing:
                raise InputError(path.name, [Mistake(1, c, "the column is missing") for c in missing])
            rows = list(table)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(path.name, [Mistake(1, "", f"the file is not CSV in UTF-8: {error}")]) from error
    mistakes = [m for n, row in enumerate(rows, 2) for m in _mistakes(n, row)]
    if mistakes or not rows:
        raise InputError(path.name, mistakes or [Mistake(2, "", "there are no rows")])
    return [_labelled(row) for row in rows]


def on_table(model: Model, rows: Sequence[Labelled], alerts: Callable[[Finding], bool]) -> dict[str, Any]:
    """Measure a model on labelled rows; `alerts` says whether a finding would be put before a person.

    Rows that could not be assessed count as not alerted and stay out of the ranking. The calibration error is taken
    after re-basing the scores from the model's prevalence to the share of upheld rows in the table.
    """
    found = model.classify([row.text for row in rows])
    flag = np.array([row.flag for row in rows])
    alerted = np.array([alerts(f) for f in found])
    known = np.array([f.score is not None for f in found])
    score = np.array([f.score if f.score is not None else np.nan for f in found])
    result: dict[str, Any] = {
        "n": len(rows),
        "upheld": int(flag.sum()),
        "not_assessed": sum(f.assessed is Assessed.NONE for f in found),
        "alerts": int(alerted.sum()),
        "precision": share(flag[alerted]),
        "recall": share(alerted[flag]),
        "false_alarms": share(alerted[~flag]),
        "recall_by": _recall_by(rows, alerted),
    }
    return result | _ranking(flag[known], score[known], float(model.manifest["prevalence"]))


def on_public(model: Model, directory: Path) -> dict[str, list[dict[str, Any]]]:
    """Measure a model on the rows of its sets that neither fitted nor calibrated it, at its suggested thresholds."""
    from classifier import datasets  # late: pandas and pyarrow are not needed for a council's own table

    _, _, rows = datasets.parts(datasets.read(directory, [one["name"] for one in model.manifest["sets"]]))
    return on_sets(model.scorer, rows, raw_scores(model.scorer, rows["text"]), model.manifest["suggested_thresholds"])


def raw_scores(scorer: Linear, texts: Iterable[str]) -> Floats:
    """Return the heads' scores before calibration, of shape (n_texts, n_heads)."""
    return np.array([scorer.uncalibrated(text) for text in texts]).reshape(-1, len(HEADS))


def on_sets(
    scorer: Linear, frame: "pd.DataFrame", raw: Floats, thresholds: Mapping[str, float]
) -> dict[str, list[dict[str, Any]]]:
    """Measure on rows of the public sets: every head over all of them; the score and the alerts for each set.

    `raw` is `raw_scores` of the frame's texts. AUC and AP do not depend on prevalence; macro-F1 (at even odds) and the
    calibration error are taken at the rows' own prevalence; alerts at `thresholds`, at the model's.
    """
    y = frame[list(HEADS)].to_numpy(dtype=float)
    own = scorer.slope * raw + scorer.offset
    probability = probabilities(own + scorer.shift)
    heads = [{"head": str(h), **asdict(measured(y[:, n], own[:, n]))} for n, h in enumerate(HEADS)]
    limits = np.array([thresholds[c] for c in CATEGORIES])
    flagged = probability[:, 1 : 1 + len(CATEGORIES)] >= limits
    for n, name in enumerate(CATEGORIES, 1):
        heads[n] |= {
            "threshold": thresholds[name],
            "recall": share(flagged[y[:, n] == 1, n - 1]),
            "false_alarms": share(flagged[(y[:, 0] == 0) & (y[:, n] == 0), n - 1]),
        }
    alerted = flagged[:, [CATEGORIES.index(c) for c in ALERTING]].any(axis=1)
    names = frame["source"].to_numpy()
    groups = {"all": np.ones(len(frame), dtype=bool), **{s: names == s for s in SETS if (names == s).any()}}
    return {"heads": heads, "sets": [_on_set(s, rows, y[:, 0], own[:, 0], alerted) for s, rows in groups.items()]}


def _on_set(name: str, rows: Any, y: Floats, own: Floats, alerted: Any) -> dict[str, Any]:
    return {
        "set": name,
        **asdict(measured(y[rows], own[rows])),
        "recall": share(alerted[rows & (y == 1)]),
        "false_alarms": share(alerted[rows & (y == 0)]),
    }


def _ranking(flag: Any, score: Floats, prevalence: float) -> dict[str, float | None]:
    own = share(flag)
    if own in (None, 0.0, 1.0):
        return {"auc": None, "ap": None, "calibration_error": None}
    score = np.clip(score, 1e-12, 1 - 1e-12)
    odds = score / (1 - score) * (own / (1 - own)) / (prevalence / (1 - prevalence))
    return {
        "auc": area(flag, score),
        "ap": average_precision(flag, score),
        "calibration_error": calibration_error(flag, odds / (1 + odds)),
    }


def _recall_by(rows: Sequence[Labelled], alerted: Any) -> dict[str, float | None]:
    """Return the recall of alerts for every category and characteristic that the table's upheld rows name."""
    names = sorted({str(n) for row in rows if row.flag for n in (*row.categories, *row.characteristics)})
    having = {n: [row.flag and n in (*row.categories, *row.characteristics) for row in rows] for n in names}
    return {name: share(alerted[np.array(has)]) for name, has in having.items()}


def _mistakes(number: int, row: Mapping[str, Any]) -> list[Mistake]:
    if None in row or None in row.values():
        return [Mistake(number, "", "the row has another number of fields than the header")]
    found = []
    if not row["text"].strip():
        found.append(Mistake(number, "text", "the text is empty"))
    if row["flag"].strip().lower() not in FLAGS:
        found.append(Mistake(number, "flag", "write 1 for upheld or 0 for not upheld"))
    for column, known in (("categories", set(Category)), ("characteristics", set(Characteristic))):
        wrong = sorted(set(_listed(row, column)) - {str(k) for k in known})
        found += [
            Mistake(number, column, f"{w[:40]!r} is not known; known are {', '.join(sorted(known))}") for w in wrong
        ]
    return found


def _labelled(row: Mapping[str, str]) -> Labelled:
    return Labelled(
        row["text"],
        FLAGS[row["flag"].strip().lower()],
        frozenset(Category(c) for c in _listed(row, "categories")),
        frozenset(Characteristic(c) for c in _listed(row, "characteristics")),
    )


def _listed(row: Mapping[str, str], column: str) -> list[str]:
    return [word.strip() for word in (row.get(column) or "").split(";") if word.strip()]


def headline(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the figures of the score head over all sets."""
    found: Mapping[str, Any] = next(row for row in figures["heads"] if row["head"] == SCORE)
    return found
