"""Training: read the public sets, fit the heads, calibrate, suggest thresholds, measure, write model and card."""

import json
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from classifier import card, datasets, storage
from classifier.evaluate import on_sets, raw_scores
from classifier.fit import Calibration, Floats, MaskedHeads, Size, calibrate, pipeline
from classifier.heads import CATEGORIES, HEADS
from classifier.linear import Linear
from classifier.measure import BUDGET, macro_f1, threshold
from classifier.pipeline import probabilities
from classifier.sets import SETS, of_variant
from classifier.storage import digest
from data.errors import UseError
from data.model import Category

LIBRARIES = ("numpy", "scipy", "scikit-learn", "pandas", "pyarrow", "py3langid")
GRID = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on, how, and where to. `beside` are the figures of another variant, for the card."""

    datasets: Path
    out: Path
    variant: str = "full"
    seed: int = 7
    prevalence: float = 0.005
    size: Size = field(default_factory=Size)
    names: tuple[str, ...] = ()
    other_data: bool = False
    beside: Path | None = None

    @property
    def sets(self) -> tuple[str, ...]:
        """The sets that are read."""
        return self.names or of_variant(self.variant)


def train(plan: Plan, now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    """Train a model into `plan.out` and return its manifest.

    Raises `UseError` when a file is missing or is not the known one, `InputError` when it has another shape.
    """
    start = time.monotonic()
    found = _known(plan)
    say(f"Reading {len(plan.sets)} sets …")
    frame = datasets.read(plan.datasets, plan.sets)
    fitting, calibrating, measuring = datasets.parts(frame)
    say(f"Fitting {len(HEADS)} heads on {len(fitting)} texts …")
    fitted = pipeline(plan.size, plan.seed)
    fitted.fit(fitting["text"].tolist(), labels(fitting))
    say(f"Calibrating on {len(calibrating)} texts that were held out …")
    bare = exported(fitted)
    raw = raw_scores(bare, calibrating["text"])
    model = calibrated(bare, calibrate(raw, labels(calibrating), trained(fitted), plan.prevalence))
    thresholds = suggested(model, raw, calibrating)
    manifest = storage.write(plan.out, model, _manifest(plan, frame, found, fitted, thresholds))
    say(f"Measuring on {len(measuring)} other texts that were held out …")
    figures = on_sets(model, measuring, raw_scores(model, measuring["text"]), thresholds)
    _describe(plan, manifest, figures, now, time.monotonic() - start)
    say(f"Model {digest(manifest)[:12]} written in {time.monotonic() - start:.0f} s.")
    return manifest


def labels(frame: pd.DataFrame) -> Floats:
    """Return the targets of a frame, of shape (n_texts, n_heads)."""
    return frame[list(HEADS)].to_numpy(dtype=float)


def trained(fitted: Pipeline) -> np.ndarray:
    """Return which heads had rows to be fitted on."""
    heads: MaskedHeads = fitted.named_steps["heads"]
    return np.asarray(heads.trained_)


def exported(fitted: Pipeline) -> Linear:
    """Return a fitted pipeline as plain arrays, not calibrated yet."""
    heads: MaskedHeads = fitted.named_steps["heads"]
    grams = dict(fitted.named_steps["grams"].transformer_list)
    idf = np.concatenate([grams["words"].idf_, grams["characters"].idf_])
    first = len(grams["words"].idf_)
    n = len(HEADS)
    return Linear(
        storage.block(list(grams["words"].get_feature_names_out()), 0, idf),
        storage.block(list(grams["characters"].get_feature_names_out()), first, idf),
        heads.coef_.astype(np.float16),
        np.where(heads.trained_, heads.intercept_, 0.0),
        np.ones(n),
        np.zeros(n),
        np.zeros(n),
    )


def calibrated(bare: Linear, by: Calibration) -> Linear:
    """Return a model with slope, offset and shift in place."""
    return Linear(bare.word, bare.character, bare.weights, bare.intercept, by.slope, by.offset, by.shift)


def suggested(model: Linear, raw: Floats, frame: pd.DataFrame) -> dict[str, float]:
    """Suggest a threshold for every category within its budget of false alarms, and one for naming a characteristic."""
    y = labels(frame)
    probability = probabilities(model.slope * raw + model.offset + model.shift)
    benign, natural = (
        frame["source"].map(lambda name, kind=kind: getattr(SETS[name], kind)).to_numpy(dtype=bool)
        for kind in ("benign", "natural")
    )
    chosen = {}
    for n, name in enumerate(CATEGORIES, 1):
        harmless = (y[:, n] == 0) & ((y[:, 0] == 0) | (name == Category.PROFANITY)) & (natural | ~natural.any())
        chosen[name] = threshold(probability[harmless, n], probability[benign, n], BUDGET[Category(name)])
    first = 1 + len(CATEGORIES)
    return chosen | {"characteristic": _naming(y[:, first:], probability[:, first:])}


def _naming(y: Floats, probability: Floats) -> float:
    """Return the threshold that names characteristics best (macro-F1) on texts that are about at least one."""
    rows = (y == 1).any(axis=1)
    known = ~np.isnan(y[rows])
    if not known.any():
        return GRID[0]
    truth, given = y[rows][known] == 1, probability[rows][known]
    return max(GRID, key=lambda t: macro_f1(truth, given >= t))


def _known(plan: Plan) -> dict[str, str]:
    """Return the digests of the files; refuse other files than the known ones, unless told otherwise."""
    missing = [name for name in plan.sets if not datasets.path_of(plan.datasets, name).exists()]
    if missing:
        raise UseError(f"{plan.datasets} lacks {', '.join(missing)} (.parquet); name the folder that holds the sets.")
    found = datasets.digests(plan.datasets, plan.sets)
    strange = datasets.differing(found, datasets.known_digests())
    if strange and not plan.other_data:
        raise UseError(
            f"Not the files listed in {datasets.DIGESTS.name}: {', '.join(strange)}. "
            "Fetch those again, or train on these with --other-data."
        )
    return found


def _manifest(
    plan: Plan, frame: pd.DataFrame, found: Mapping[str, str], fitted: Pipeline, thresholds: Mapping[str, float]
) -> dict[str, Any]:
    rows = frame.groupby(["source", "split"]).size()
    positives = {h: int((frame.loc[frame["split"] == "train", h] == 1).sum()) for h in HEADS}
    return {
        "name": f"postreeve-linear-{plan.variant}",
        "variant": plan.variant,
        "prevalence": plan.prevalence,
        "seed": plan.seed,
        "untrained": [h for h, fit in zip(HEADS, trained(fitted), strict=True) if not fit],
        "positive_rows": {str(h): n for h, n in positives.items()},
        "suggested_thresholds": {str(name): value for name, value in thresholds.items()},
        "sets": [
            {
                "name": name,
                "licence": SETS[name].licence,
                "licence_stated": SETS[name].stated,
                "train": int(rows.get((name, "train"), 0)),
                "dev": int(rows.get((name, "dev"), 0)),
                "sha256": found[f"{name}.parquet"],
            }
            for name in plan.sets
        ],
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def _describe(
    plan: Plan, manifest: Mapping[str, Any], figures: Mapping[str, Any], now: datetime, seconds: float
) -> None:
    command = f"postreeve train --datasets DIR --out OUT --variant {plan.variant} --seed {plan.seed}"
    command += " --beside OTHER" if plan.beside else ""
    full = {"command": command, "date": now.date().isoformat(), "seconds": round(seconds), **figures}
    (plan.out / storage.FIGURES).write_text(json.dumps(full, indent=1) + "\n", encoding="utf-8")
    beside = json.loads((plan.beside / storage.FIGURES).read_text(encoding="utf-8")) if plan.beside else None
    text = card.written(manifest, digest(manifest), full, beside)
    (plan.out / storage.CARD).write_text(text, encoding="utf-8")
