"""Do explanations point where people point? Against rationales that annotators marked, chance, and occlusion.

Measures after DeYoung et al. (2020), ERASER: average precision of word weights and F1 of as many top words as people
mark on average; comprehensiveness, the fall of the probability when a fifth of the words is taken out.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier.datasets import path_of
from classifier.encoder import windows
from classifier.heads import HEADS, SCORE
from classifier.mapped import Normalised
from classifier.measure import average_precision
from classifier.pipeline import probabilities
from classifier.scorer import Floats, Scorer
from classifier.text import normalise

SETS = ("hatexplain", "toxic_spans")
MOST = 300  # texts of a set that are measured
TAKEN_OUT = 0.2
SEED = 7


@dataclass(frozen=True, slots=True)
class Marked:
    """A normalised text, the stretches of its words in it, and which of them people marked."""

    text: str
    words: list[tuple[int, int]]
    truth: NDArray[np.bool_]


def on_rationales(scorer: Scorer, directory: Path) -> dict[str, Any]:
    """Measure explanations of the score on the development rows of the sets that have rationales in a folder."""
    there = {name: read(scorer, path_of(directory, name)) for name in SETS if path_of(directory, name).exists()}
    return {name: _on_set(scorer, texts) for name, texts in there.items() if texts}


def read(scorer: Scorer, path: Path) -> list[Marked]:
    """Draw harmful development texts with a rationale, in one window, with some words marked and some not."""
    frame = pd.read_parquet(path)
    if "rationale" not in frame:
        return []
    frame = frame[(frame["split"] == "dev") & (frame["abusive"] == 1) & frame["rationale"].notna()]
    drawn = frame.iloc[np.random.default_rng(SEED).permutation(len(frame))]
    plains = ((normalise(text), spans) for text, spans in zip(drawn["text"], drawn["rationale"], strict=True))
    short = (_marked(scorer, plain, spans) for plain, spans in plains if _in_one_window(scorer, plain))
    return list(islice((one for one in short if one.truth.any() and not one.truth.all()), MOST))


def _in_one_window(scorer: Scorer, plain: Normalised) -> bool:
    return len(windows(scorer.encoder.tokens.ids([plain.text]))) == 1


def _marked(scorer: Scorer, plain: Normalised, rationale: str) -> Marked:
    words = [(start, end) for start, end, _ in scorer.attribute(plain.text, HEADS.index(SCORE)).words]
    marks = [(int(start), int(end)) for start, end in json.loads(rationale)]
    truth = [
        any(first < end and start < last for start, end in marks) for first, last in (plain.span(*w) for w in words)
    ]
    return Marked(plain.text, words, np.array(truth, dtype=bool))


def _on_set(scorer: Scorer, texts: Sequence[Marked]) -> dict[str, Any]:
    rng = np.random.default_rng(SEED)
    share = float(np.mean([one.truth.mean() for one in texts]))
    given = [_contributions(scorer, one) for one in texts]
    told = {
        "contributions": given,
        "occlusion": [_occlusion(scorer, one) for one in texts],
        "random": [rng.random(len(one.words)) for one in texts],
    }
    return {"n": len(texts), "marked": share} | {
        name: {
            "auprc": float(np.mean([average_precision(o.truth, w) for o, w in zip(texts, weights, strict=True)])),
            "token_f1": _token_f1(texts, weights, share),
            "comprehensiveness": _comprehensiveness(scorer, texts, weights),
        }
        for name, weights in told.items()
    }


def _contributions(scorer: Scorer, one: Marked) -> Floats:
    return np.array([weight for *_, weight in scorer.attribute(one.text, HEADS.index(SCORE)).words])


def _occlusion(scorer: Scorer, one: Marked) -> Floats:
    """Return how far the raw score falls when each word is left out."""
    texts = [one.text, *(one.text[:start] + one.text[end:] for start, end in one.words)]
    raw = scorer.raw(texts)[:, HEADS.index(SCORE)]
    fall: Floats = raw[0] - raw[1:]
    return fall


def _token_f1(texts: Sequence[Marked], weights: Sequence[Floats], share: float) -> float:
    """Return the mean F1 of each text's top words, as many as people mark on average."""
    figures = []
    for one, weight in zip(texts, weights, strict=True):
        top = _top(weight, share)
        figures.append(2 * float(one.truth[top].sum()) / (len(top) + float(one.truth.sum())))
    return float(np.mean(figures))


def _comprehensiveness(scorer: Scorer, texts: Sequence[Marked], weights: Sequence[Floats]) -> float:
    """Return how far the probability at even odds falls, on average, without each text's top words."""
    left = [_without(one, _top(weight, TAKEN_OUT)) for one, weight in zip(texts, weights, strict=True)]
    column = HEADS.index(SCORE)
    shift = scorer.heads.shift[column]
    before, after = (scorer.raw(group)[:, column] - shift for group in ([one.text for one in texts], left))
    return float(np.mean(probabilities(before) - probabilities(after)))


def _top(weight: Floats, share: float) -> NDArray[np.intp]:
    return np.argsort(-weight, kind="stable")[: max(1, round(share * len(weight)))]


def _without(one: Marked, taken: NDArray[np.intp]) -> str:
    gone = set(taken.tolist())
    edges = [0, *(edge for n, span in enumerate(one.words) if n in gone for edge in span), len(one.text)]
    return "".join(one.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
