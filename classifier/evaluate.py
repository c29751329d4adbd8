"""Measuring a model: on a council's own labelled table, and on the development splits of the public sets."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from classifier import own
from classifier.heads import CATEGORIES, HEADS
from classifier.measure import auc as area
from classifier.measure import (
    average_precision,
    balanced_accuracy,
    calibration_error,
    interval,
    measured,
    perfect_error,
    reliability,
    share,
    workload,
)
from classifier.pipeline import Model, probabilities
from classifier.scorer import Floats, Linear
from data.errors import InputError, Mistake, UseError
from data.model import Assessed, Category, Characteristic, Finding

if TYPE_CHECKING:
    import pandas as pd

FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
PREVALENCES = (0.001, 0.005, 0.01)  # shares of harmful posts that a workload is told for
ALERTING = tuple(c for c in Category if c is not Category.PROFANITY)  # profanity alone is of low severity
NAMED = 2  # times as many texts reach a category's threshold as reach the score's


@dataclass(frozen=True, slots=True)
class Labelled:
    """One row of a table: whether a reviewer upheld the text, and as what; `kind` of a harmless row, what it tests."""

    text: str
    flag: bool
    categories: frozenset[Category] = frozenset()
    characteristics: frozenset[Characteristic] = frozenset()
    kind: str = ""
    functionality: str = ""


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

    Rows that could not be assessed count as not alerted and stay out of the ranking. Calibration is judged after
    re-basing the scores from the model's prevalence to the share of upheld rows in the table.
    """
    found = model.classify([row.text for row in rows])
    flag = np.array([row.flag for row in rows])
    alerted = np.array([alerts(f) for f in found])
    known = np.array([f.score is not None for f in found])
    score = np.array([f.score for f in found if f.score is not None])
    right = alerted == flag
    return {
        "n": len(rows),
        "upheld": int(flag.sum()),
        "not_assessed": sum(f.assessed is Assessed.NONE for f in found),
        "alerts": int(alerted.sum()),
        "precision": share(flag[alerted]),
        "recall": share(alerted[flag]),
        "false_alarms": share(alerted[~flag]),
        "balanced_accuracy": balanced_accuracy(flag, alerted),
        **_ranking(flag[known], score, float(model.manifest["prevalence"])),
        "workload": _workload(share(alerted[flag]), share(alerted[~flag])),
        "categories": {c: _category(c, rows, found) for c in Category if any(c in row.categories for row in rows)},
        "characteristics": _by_characteristic(rows, flag, alerted),
        "kinds": _by([row.kind for row in rows], ~flag, alerted),
        "functionalities": _by([row.functionality for row in rows], np.ones(len(rows), dtype=bool), right),
    }


def limits_for(model: Model, texts: Sequence[str], most: int) -> dict[str, float]:
    """Return thresholds for a policy at which at most `most` of these texts raise an alert: `score` and categories.

    The texts are a workload: a week of ordinary posts, say. The score decides how many alert, since it is one number
    for any clause; a category's own threshold, reached by at most `NAMED` times as many, says which clause it is.
    """
    found = [f for f in model.classify(texts) if f.score is not None]
    if most >= len(found):
        raise UseError(f"{most} alerts are allowed for {len(found)} posts that could be assessed; nothing to choose.")
    named = min(most * NAMED, len(found) - 1)
    categories = {str(c): above([f.categories[c] for f in found], named) for c in ALERTING}
    return {"score": above([f.score or 0.0 for f in found], most), **categories}


def above(values: Sequence[float], most: int) -> float:
    """Return the lowest threshold that at most `most` of more values reach."""
    return float(np.nextafter(-np.sort(-np.array(values))[most], 1.0))


def on_public(model: Model, directory: Path) -> dict[str, list[dict[str, Any]]]:
    """Measure a model on the development rows of its sets, at its suggested thresholds. None of them trained it."""
    from classifier import train as training  # late: pandas and pyarrow are not needed for a council's own table

    names = [one["name"] for one in model.manifest["sets"]]
    if not names or model.manifest.get("own", {}).get("sha256") != own.digests(own.TRAINING):
        raise UseError("This model was trained on other rows than those here; measure it with its own version's.")
    _, _, rows = training.parts(training.read(directory, names, own.TRAINING))
    raw = training.uncalibrated(model.scorer, rows)
    return on_sets(model.scorer.heads, rows, raw, model.manifest)


def on_sets(
    heads: Linear, frame: "pd.DataFrame", raw: Floats, manifest: Mapping[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Measure on rows of the public sets and our own: every head over all; the score and the alerts for each set.

    `raw` holds the uncalibrated scores of the frame's texts. AUC and AP do not depend on prevalence; the calibration
    error is taken at the rows' own. The thresholds of alerts, and of macro-F1 one for each set, are those that the
    manifest names: they were set on rows of `train`.
    """
    thresholds = manifest["suggested_thresholds"]
    y = frame[list(HEADS)].to_numpy(dtype=float)
    even = heads.slope * raw + heads.offset
    probability = probabilities(even + heads.shift)
    told = [{"head": str(h), **asdict(measured(y[:, n], even[:, n]))} for n, h in enumerate(HEADS)]
    flagged = probability[:, 1 : 1 + len(CATEGORIES)] >= np.array([thresholds[c] for c in CATEGORIES])
    for n, name in enumerate(CATEGORIES, 1):
        told[n] |= {
            "threshold": thresholds[name],
            "recall": share(flagged[y[:, n] == 1, n - 1]),
            "false_alarms": share(flagged[(y[:, 0] == 0) & (y[:, n] == 0), n - 1]),
        }
    alerted = flagged[:, [CATEGORIES.index(c) for c in ALERTING]].any(axis=1)
    names = frame["source"].to_numpy()
    groups = {"all": np.ones(len(frame), dtype=bool), **{s: names == s for s in dict.fromkeys(names)}}
    limits = manifest.get("set_limits", {})
    sets = [_on_set(s, limits.get(s, 0.0), rows, y[:, 0], even[:, 0], alerted) for s, rows in groups.items()]
    return {"heads": told, "sets": sets}


def _on_set(name: str, limit: float, rows: Any, y: Floats, even: Floats, alerted: Any) -> dict[str, Any]:
    return {
        "set": name,
        **asdict(measured(y[rows], even[rows], limit)),
        "recall": share(alerted[rows & (y == 1)]),
        "false_alarms": share(alerted[rows & (y == 0)]),
    }


def _ranking(flag: Any, score: Floats, prevalence: float) -> dict[str, Any]:
    upheld = share(flag)
    names = ("auc", "ap", "calibration_error", "calibration_error_if_perfect", "reliability")
    if upheld in (None, 0.0, 1.0):
        return dict.fromkeys(names)
    score = np.clip(score, 1e-12, 1 - 1e-12)
    odds = score / (1 - score) * (upheld / (1 - upheld)) / (prevalence / (1 - prevalence))
    probability = odds / (1 + odds)
    figures = (
        area(flag, score),
        average_precision(flag, score),
        calibration_error(flag, probability),
        perfect_error(probability),
        reliability(flag, probability),
    )
    return dict(zip(names, figures, strict=True))


def _workload(recall: float | None, false_alarms: float | None) -> list[dict[str, float | None]]:
    """Return what recall and false alarms come to at the prevalences that a council may meet."""
    if recall is None or false_alarms is None:
        return []
    told = [(p, *workload(recall, false_alarms, p)) for p in PREVALENCES]
    return [{"prevalence": p, "alerts_per_1000": alerts, "expected_precision": right} for p, alerts, right in told]


def _category(name: Category, rows: Sequence[Labelled], found: Sequence[Finding]) -> dict[str, Any]:
    """Return how one category's head ranks the rows that meet it above those that meet none."""
    used = [
        (name in r.categories, f.categories[name])
        for r, f in zip(rows, found, strict=True)
        if f.score is not None and (name in r.categories or not r.flag)
    ]
    truth, probability = np.array([t for t, _ in used], dtype=bool), np.array([p for _, p in used])
    met = int(truth.sum())
    return {"n": len(used), "upheld": met, "ap": average_precision(truth, probability) if 0 < met < len(used) else None}


def _by_characteristic(rows: Sequence[Labelled], flag: Any, alerted: Any) -> dict[str, Any]:
    """Return, for every characteristic, the recall on harm because of it and the false alarms where it is mentioned."""
    told = {}
    for name in Characteristic:
        has = np.array([name in row.characteristics for row in rows])
        if has.any():
            told[str(name)] = {
                "recall": _told(alerted[has & flag]),
                "false_alarms": _told(alerted[has & ~flag]),
            }
    return told


def _by(names: Sequence[str], among: Any, hit: Any) -> dict[str, Any]:
    """Return the share of hits for every name, with its interval, among the rows that count."""
    labels = np.array(names)
    return {str(n): _told(hit[among & (labels == n)]) for n in sorted(set(names)) if n}


def _told(hit: Any) -> dict[str, Any]:
    return {"n": len(hit), "share": share(hit), "interval": interval(int(hit.sum()), len(hit))}


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
        (row.get("kind") or "").strip(),
        (row.get("functionality") or "").strip(),
    )


def _listed(row: Mapping[str, str], column: str) -> list[str]:
    return [word.strip() for word in (row.get(column) or "").split(";") if word.strip()]
