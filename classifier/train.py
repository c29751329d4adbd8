"""Training: fine-tune the encoder, cut it to 8 bits, fit and calibrate the heads on it, measure, write model and card.

The four steps leave their work behind, so that a training goes on where it was stopped, and the heads alone can be
fitted anew in minutes on an encoder that is there (`Plan.encoder`).
"""

import json
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier import card, datasets, own, storage
from classifier.encoder import Encoder
from classifier.evaluate import on_sets
from classifier.fit import MaskedHeads, blended, calibrate, exported
from classifier.heads import CATEGORIES, HEADS, SCORE
from classifier.measure import BUDGET, best_limit, macro_f1, threshold
from classifier.pipeline import probabilities
from classifier.recipe import Recipe
from classifier.scorer import Floats, Linear, Scorer
from classifier.sets import SETS, of_variant
from classifier.storage import digest
from data.errors import UseError
from data.model import Category

LIBRARIES = (
    "numpy",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "py3langid",
    "emoji",
    "tokenizers",
    "onnxruntime",
    "onnx",
    "torch",
    "transformers",
)
GRID = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2, 0.3)
FOR_HEADS = 20  # one public text in so many of `train` is kept from the encoder, to fit and calibrate the heads on
FOLDS = 5
TUNING = ("onnx", "torch", "transformers", "tokenizers", "onnxruntime")
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on, how, and where to.

    `encoder` is the folder of a model whose encoder is used as it is; without it one is fine-tuned, with checkpoints in
    `work`. `beside` are the figures of another variant, for the card.
    """

    datasets: Path
    out: Path
    work: Path = Path("var/training")
    own: Path = own.TRAINING
    variant: str = "full"
    seed: int = 7
    prevalence: float = 0.005
    recipe: Recipe = field(default_factory=Recipe)
    names: tuple[str, ...] = ()
    other_data: bool = False
    encoder: Path | None = None
    beside: Path | None = None

    @property
    def sets(self) -> tuple[str, ...]:
        """The public sets that are read."""
        return self.names or of_variant(self.variant)


def train(plan: Plan, now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    """Train a model into `plan.out` and return its manifest; a model that stands there is replaced at the very end.

    Raises `UseError` when a file is missing or is not the known one, `InputError` when it has another shape.
    """
    fresh = plan.out / "unfinished"
    manifest = _trained(replace(plan, out=fresh), now, say)
    storage.put(fresh, plan.out)
    return manifest


def _trained(plan: Plan, now: datetime, say: Callable[[str], None]) -> dict[str, Any]:
    start = time.monotonic()
    found = _known(plan)
    say(f"Reading {len(plan.sets)} public sets and our own rows …")
    frame = read(plan.datasets, plan.sets, plan.own)
    tuning, fitting, measuring = parts(frame)
    encoder, tuned = _encoder(plan, tuning, measuring, say)
    say(f"Fitting and calibrating {len(HEADS)} heads on {len(fitting)} texts that the encoder has not seen …")
    made = fitted(encoder, fitting, plan.recipe, plan.seed)
    calibration = calibrate(made.raw, labels(fitting), made.trained, plan.prevalence)
    model = Scorer(encoder, calibration.of(made.heads))
    told = _manifest(plan, frame, found, made.trained) | limits(model, made.raw, fitting) | tuned
    manifest = storage.write(plan.out, model.heads, told)
    say(f"Measuring on {len(measuring)} other texts that were held out …")
    figures = on_sets(model.heads, measuring, uncalibrated(model, measuring), manifest)
    _describe(plan, manifest, figures, now, time.monotonic() - start)
    say(f"Model {digest(manifest)[:12]} written in {time.monotonic() - start:.0f} s.")
    return manifest


def read(directory: Path, names: Sequence[str], ours: Path) -> pd.DataFrame:
    """Read public sets and our own rows into one frame."""
    return pd.concat([datasets.read(directory, names), own.frame(ours)], ignore_index=True)


def parts(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the rows to tune the encoder, to fit the heads and to measure on. No text of one is in another.

    Heads are fitted on rows that the encoder has not seen, a share of the public `train` rows and tables of our own by
    other hands: on rows it was tuned on every head would look better than it is. `dev` rows are only measured on.
    """
    ours, dev = frame["source"] == own.SOURCE, frame["split"] == "dev"
    kept = ~dev & ((~ours & (frame["group"] % FOR_HEADS == 0)) | (frame["split"] == "heads"))
    elsewhere = ~frame["text"].isin(frame.loc[dev, "text"])
    fitting = elsewhere & kept
    tuning = elsewhere & ~dev & ~kept & ~frame["text"].isin(frame.loc[fitting, "text"])
    return frame[tuning], frame[fitting], frame[dev]


def labels(frame: pd.DataFrame) -> Floats:
    """Return the targets of a frame, of shape (n_texts, n_heads)."""
    return frame[list(HEADS)].to_numpy(dtype=float)


def uncalibrated(scorer: Scorer, frame: pd.DataFrame) -> Floats:
    """Return what the heads say of the texts of a frame before calibration, of shape (n_texts, n_heads)."""
    texts = frame["text"].tolist()
    chunks = [scorer.uncalibrated(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)]
    return np.concatenate(chunks) if chunks else np.empty((0, len(HEADS)))


def _encoder(
    plan: Plan, tuning: pd.DataFrame, unseen: pd.DataFrame, say: Callable[[str], None]
) -> tuple[Encoder, dict[str, Any]]:
    """Return an encoder and what it was tuned on: another model's, or one fine-tuned on these rows, in 8 bits."""
    if plan.encoder is not None:
        before = storage.read_manifest(plan.encoder)
        if before.get("variant") != plan.variant and not plan.other_data:
            raise UseError(f"The encoder in {plan.encoder} is not of the variant {plan.variant}; leave --encoder out.")
        return storage.write_encoder(plan.out, *storage.read_encoder(plan.encoder)), {"tuned": before["tuned"]}
    from classifier import finetune  # late: torch is there only for training

    made = finetune.encoder(tuning, unseen, plan.recipe.schedule, plan.work, say)
    rows = {str(name): int(n) for name, n in tuning.groupby("source").size().items()}
    tuned = {
        "from": finetune.pretrained_digests(),
        "rows": rows,
        "own": own.digests(plan.own),
        "versions": _versions(TUNING),
        "auc": made.auc,
    }
    return storage.write_encoder(plan.out, made.graph, made.tokenizer), {"tuned": tuned}


@dataclass(frozen=True, slots=True)
class Fitted:
    """Heads before calibration, which of them are trained, and what heads fitted on other rows say of each row.

    `raw` has the shape (n_texts, n_heads).
    """

    heads: Linear
    trained: NDArray[np.bool_]
    raw: Floats


def fitted(encoder: Encoder, rows: pd.DataFrame, recipe: Recipe, seed: int) -> Fitted:
    """Fit the heads on rows; what is said of each row, by heads fitted on the others, decides how they are blended."""
    texts, y = rows["text"].tolist(), labels(rows)
    vectors = np.concatenate([encoder.transform(texts[at : at + CHUNK]) for at in range(0, len(texts), CHUNK)])
    weight = rows["source"].map(lambda s: recipe.weights.get(s, 1.0)).to_numpy(dtype=float)
    fold = (rows["group"].to_numpy() // FOR_HEADS) % FOLDS
    raw = np.zeros_like(y)
    for n in range(FOLDS):
        here = fold == n
        part = MaskedHeads(recipe.c, seed).fit(vectors[~here], y[~here], weight[~here])
        raw[here] = part.decision_function(vectors[here])
    heads = MaskedHeads(recipe.c, seed).fit(vectors, y, weight)
    blend = blended(raw, y, heads.trained_)
    return Fitted(exported(heads, blend), heads.trained_, raw @ blend)


def limits(model: Scorer, raw: Floats, frame: pd.DataFrame) -> dict[str, Any]:
    """Return what the manifest says of thresholds: those suggested for alerts, and each set's own for macro-F1."""
    even = model.heads.slope[0] * raw[:, 0] + model.heads.offset[0]
    harm = frame[SCORE].to_numpy(dtype=float)
    known, source = ~np.isnan(harm), frame["source"].to_numpy()
    sets = {str(name): known & (source == name) for name in dict.fromkeys(source)}
    return {
        "suggested_thresholds": suggested(model, raw, frame),
        "set_limits": {name: round(best_limit(harm[at] == 1, even[at]), 3) for name, at in sets.items()},
    }


def suggested(model: Scorer, raw: Floats, frame: pd.DataFrame) -> dict[str, float]:
    """Suggest a threshold for every category within its budget of false alarms, and one for naming a characteristic."""
    y = labels(frame)
    probability = probabilities(model.heads.slope * raw + model.heads.offset + model.heads.shift)
    benign = frame["source"].map(lambda name: name != own.SOURCE and SETS[name].benign).to_numpy(dtype=bool)
    ours = (frame["source"] == own.SOURCE).to_numpy(dtype=bool)
    chosen = {}
    for n, name in enumerate(CATEGORIES, 1):
        harmless = (y[:, n] == 0) & ((y[:, 0] == 0) | (name == Category.PROFANITY)) & (ours | benign)
        chosen[name] = threshold(probability[harmless, n], probability[benign, n], BUDGET[Category(name)])
    first = 1 + len(CATEGORIES)
    return {str(name): value for name, value in chosen.items()} | {
        "characteristic": _naming(y[:, first:], probability[:, first:])
    }


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


def _manifest(plan: Plan, frame: pd.DataFrame, found: Mapping[str, str], trained: NDArray[np.bool_]) -> dict[str, Any]:
    rows = frame.groupby(["source", "split"]).size()
    positives = {h: int((frame.loc[frame["split"] == "train", h] == 1).sum()) for h in HEADS}
    counts = {split: int(rows.get((own.SOURCE, split), 0)) for split in ("train", "dev")}
    return {
        "name": f"postreeve-minilm-{plan.variant}",
        "variant": plan.variant,
        "prevalence": plan.prevalence,
        "seed": plan.seed,
        "recipe": plan.recipe.described(),
        "untrained": [h for h, fit in zip(HEADS, trained, strict=True) if not fit],
        "positive_rows": {str(h): n for h, n in positives.items()},
        "own": {**counts, "sha256": own.digests(plan.own)},
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
        "versions": {"python": platform.python_version(), **_versions()},
    }


def _versions(names: Sequence[str] = LIBRARIES) -> dict[str, str]:
    """Return the versions of the libraries that a training rests on; torch is absent when only heads were fitted."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _describe(
    plan: Plan, manifest: Mapping[str, Any], figures: Mapping[str, Any], now: datetime, seconds: float
) -> None:
    command = f"postreeve train --datasets DIR --out OUT --variant {plan.variant} --seed {plan.seed}"
    command += " --beside OTHER" if plan.beside else ""
    command += " --encoder MODEL" if plan.encoder else ""
    full = {"command": command, "date": now.date().isoformat(), "seconds": round(seconds), **figures}
    (plan.out / storage.FIGURES).write_text(json.dumps(full, indent=1) + "\n", encoding="utf-8")
    beside = json.loads((plan.beside / storage.FIGURES).read_text(encoding="utf-8")) if plan.beside else None
    text = card.written(manifest, digest(manifest), full, beside)
    (plan.out / storage.CARD).write_text(text, encoding="utf-8")
