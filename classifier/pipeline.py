"""A model's public face: texts or versions in, findings out. Importing it loads neither scikit-learn nor a model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np

from classifier import storage
from classifier.cues import cues
from classifier.heads import CATEGORIES, CHARACTERISTICS, HEADS, SCORE
from classifier.language import Identifier, judge
from classifier.mapped import Normalised
from classifier.scorer import Floats, Scorer
from classifier.text import normalise
from data.model import Assessed, Category, Characteristic, Contribution, Explanation, Finding, Part, Version
from data.words import judged_words

SHIPPED = Path(__file__).with_name("model")
LONGEST = 20_000  # code points of one text that are read; what lies behind is named as not assessed
_CATEGORIES = tuple(map(Category, CATEGORIES))
_CHARACTERISTICS = tuple(map(Characteristic, CHARACTERISTICS))
MOST_SHOWN = 40  # contributions shown for and against each; the others go into the rest


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a text is assessed, and what is known of it before any score."""

    plain: Normalised
    assessed: Assessed
    language: str
    left_out: tuple[str, ...]


class Model:
    """A loaded model. Its findings are the same for a text alone, in any batch and in any order (within 1e-6)."""

    def __init__(self, scorer: Scorer, manifest: Mapping[str, Any], *, identifier: Identifier | None = None) -> None:
        self.scorer = scorer
        self._identifier = identifier
        self.manifest = manifest
        self.hash = storage.digest(manifest)

    def classify(
        self, texts: Sequence[str], *, media: Sequence[int] | None = None, explain: bool = False
    ) -> list[Finding]:
        """Return one finding a text, in order.

        `media` says for each text how many pictures or films without a description come with it. An explanation counts
        its offsets in code points of the text as given. Never fails for a text.
        """
        unseen = [0] * len(texts) if media is None else media
        return self._findings(list(zip(texts, unseen, strict=True)), explain)

    def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        """Return the findings of each version, in order: its own words and, if it passes any on, those of others.

        Offsets of the own part's explanation count through its judged words, which begin with its text.
        """
        own = [(judged_words(version, Part.OWN), _undescribed(version)) for version in versions]
        shared = [judged_words(version, Part.SHARED) for version in versions if version.shared_text]
        found = iter(self._findings([*own, *((text, 0) for text in shared)], explain))
        parts = [(next(found),) for _ in versions]
        others = (replace(finding, part=Part.SHARED) for finding in found)
        return [(*p, next(others)) if v.shared_text else p for p, v in zip(parts, versions, strict=True)]

    def _findings(self, texts: Sequence[tuple[str, int]], explain: bool) -> list[Finding]:
        read = [_read(text, unseen, self._identifier) for text, unseen in texts]
        scored = [n for n, words in enumerate(read) if words.assessed is not Assessed.NONE]
        raw = dict(zip(scored, self.scorer.raw([read[n].plain.text for n in scored]), strict=True))
        return [
            self._finding(text, words, raw.get(n), explain)
            for n, ((text, _), words) in enumerate(zip(texts, read, strict=True))
        ]

    def _finding(self, text: str, words: "_Words", raw: Floats | None, explain: bool) -> Finding:
        blank = Finding(self.hash, None, assessed=words.assessed, language=words.language, not_assessed=words.left_out)
        if raw is None:
            return blank
        probability = probabilities(raw).tolist()
        return replace(
            blank,
            score=probability[0],
            categories=dict(zip(_CATEGORIES, probability[1 : 1 + len(_CATEGORIES)], strict=True)),
            characteristics=dict(zip(_CHARACTERISTICS, probability[1 + len(_CATEGORIES) :], strict=True)),
            cues=cues(words.plain.text),
            explanation=_explained(self.scorer, words.plain, text, float(raw[0])) if explain else None,
        )


def load(directory: Path | str | None = None, *, identifier: Identifier | None = None) -> Model:
    """Load a model (the shipped one by default); raise `ModelError` when it is not what its manifest says.

    `identifier` replaces the language model, for tests.
    """
    scorer, manifest = storage.read(Path(directory) if directory else SHIPPED)
    return Model(scorer, manifest, identifier=identifier)


def _undescribed(version: Version) -> int:
    """Return how many pictures and films of a version have no description."""
    return max(0, version.media_count - sum(bool(alt.strip()) for alt in version.alt_texts))


def probabilities(raw: Floats) -> Floats:
    """Return the probabilities in [0, 1] of raw scores (log-odds)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(raw, -500.0, 500.0))))


def _read(text: str, unseen: int, identifier: Identifier | None) -> _Words:
    """Settle what of a text can be assessed: the beginning of a very long one, and of that what may be English."""
    plain = normalise(text[:LONGEST])
    longer = len(text) > LONGEST or len(plain.text) > LONGEST  # names of emoji are longer than emoji
    plain = Normalised(plain.text[:LONGEST], plain.offsets[:LONGEST])
    unread = (*(("image",) if unseen else ()), *(("length",) if longer else ()))
    if not plain.text.strip():
        return _Words(plain, Assessed.NONE, "", unread or ("empty",))
    judged = judge(plain.text, identifier)
    left_out = (*unread, *(("language",) if judged.other else ()))
    kept = plain.keep(judged.english) if judged.other else plain
    if judged.other and not any(c.isalnum() for c in kept.text):
        return _Words(kept, Assessed.NONE, judged.language, left_out)
    return _Words(kept, Assessed.PARTIAL if left_out else Assessed.FULL, judged.language, left_out)


def _explained(scorer: Scorer, plain: Normalised, original: str, raw: float) -> Explanation:
    """Say which stretches of the original the score comes from; base, context, weights and rest add up to raw."""
    found = scorer.attribute(plain.text, HEADS.index(SCORE))
    given = _on_original(plain, original, found.words)
    for_ = sorted((c for c in given if c.weight > 0), key=lambda c: (-c.weight, c.start))[:MOST_SHOWN]
    against = sorted((c for c in given if c.weight < 0), key=lambda c: (c.weight, c.start))[:MOST_SHOWN]
    base = found.base + found.context
    rest = fsum([raw, -base, *(-c.weight for c in (*for_, *against))])
    return Explanation(raw, base, tuple(for_), tuple(against), rest)


def _on_original(plain: Normalised, original: str, words: Sequence[tuple[int, int, float]]) -> list[Contribution]:
    """Return one contribution for every stretch of the original; an emoji's words or a hashtag's are added up."""
    weights: dict[tuple[int, int], float] = {}
    for start, end, weight in words:
        stretch = plain.span(start, end)
        weights[stretch] = weights.get(stretch, 0.0) + weight
    return [Contribution(a, b, original[a:b], weight) for (a, b), weight in weights.items() if weight != 0.0]
