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
from classifier.linear import Floats, Linear
from classifier.text import Normalised, normalise
from data.model import Assessed, Category, Characteristic, Contribution, Explanation, Finding, Part, Version

SHIPPED = Path(__file__).with_name("model")
LONGEST = 100_000  # code points of one text that are read; what lies behind is named as not assessed
MOST_SHOWN = 40  # contributions shown for and against each; the others go into the rest


@dataclass(frozen=True, slots=True)
class _Words:
    """What of a text is assessed, and what is known of it before any score."""

    plain: Normalised
    assessed: Assessed
    language: str
    left_out: tuple[str, ...]


class Model:
    """A loaded model. Its findings are the same for a text alone, in any batch and in any order."""

    def __init__(self, scorer: Linear, manifest: Mapping[str, Any], *, identifier: Identifier | None = None) -> None:
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
        unseen = media or [0] * len(texts)
        return [self._finding(text, n, explain) for text, n in zip(texts, unseen, strict=True)]

    def findings(self, versions: Sequence[Version], *, explain: bool = False) -> list[tuple[Finding, ...]]:
        """Return the findings of each version, in order: its own words and, if it passes any on, those of others.

        Offsets of the own part's explanation count through `own_words(version)`, which begins with the version's text.
        """
        return [self._parts(version, explain) for version in versions]

    def _parts(self, version: Version, explain: bool) -> tuple[Finding, ...]:
        described = sum(bool(alt.strip()) for alt in version.alt_texts)
        own = self._finding(own_words(version), max(0, version.media_count - described), explain)
        if not version.shared_text:
            return (own,)
        return (own, replace(self._finding(version.shared_text, 0, explain), part=Part.SHARED))

    def _finding(self, text: str, unseen: int, explain: bool) -> Finding:
        words = _read(text, unseen, self._identifier)
        blank = Finding(self.hash, None, assessed=words.assessed, language=words.language, not_assessed=words.left_out)
        if words.assessed is Assessed.NONE:
            return blank
        raw = self.scorer.raw(words.plain.text)
        probability = dict(zip(HEADS, probabilities(raw).tolist(), strict=True))
        return replace(
            blank,
            score=probability[SCORE],
            categories={Category(name): probability[name] for name in CATEGORIES},
            characteristics={Characteristic(name): probability[name] for name in CHARACTERISTICS},
            cues=cues(words.plain.text),
            explanation=_explained(self.scorer, words.plain, text, float(raw[0])) if explain else None,
        )


def load(directory: Path | str | None = None, *, identifier: Identifier | None = None) -> Model:
    """Load a model (the shipped one by default); raise `ModelError` when it is not what its manifest says.

    `identifier` replaces the language model, for tests.
    """
    scorer, manifest = storage.read(Path(directory) if directory else SHIPPED)
    return Model(scorer, manifest, identifier=identifier)


def own_words(version: Version) -> str:
    """Return what is assessed as a version's own words: its text, then a line each its warning and alt texts."""
    return "\n".join([version.text, *filter(None, [version.warning, *version.alt_texts])])


def probabilities(raw: Floats) -> Floats:
    """Return the probabilities in [0, 1] of raw scores (log-odds)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(raw, -500.0, 500.0))))


def _read(text: str, unseen: int, identifier: Identifier | None) -> _Words:
    """Settle what of a text can be assessed: the beginning of a very long one, and of that what may be English."""
    plain = normalise(text[:LONGEST])
    unread = (*(("image",) if unseen else ()), *(("length",) if len(text) > LONGEST else ()))
    if not plain.text.strip():
        return _Words(plain, Assessed.NONE, "", unread or ("empty",))
    judged = judge(plain.text, identifier)
    left_out = (*unread, *(("language",) if judged.other else ()))
    kept = plain.keep(judged.english) if judged.other else plain
    if judged.other and not any(c.isalnum() for c in kept.text):
        return _Words(kept, Assessed.NONE, judged.language, left_out)
    return _Words(kept, Assessed.PARTIAL if left_out else Assessed.FULL, judged.language, left_out)


def _explained(scorer: Linear, plain: Normalised, original: str, raw: float) -> Explanation:
    """Say which stretches of the original the score comes from; base, weights and rest add up to the raw score."""
    found = scorer.attribute(plain.text, HEADS.index(SCORE))
    given = [_contribution(plain, original, *token) for token in found.tokens if token[2] != 0.0]
    for_ = sorted((c for c in given if c.weight > 0), key=lambda c: (-c.weight, c.start))[:MOST_SHOWN]
    against = sorted((c for c in given if c.weight < 0), key=lambda c: (c.weight, c.start))[:MOST_SHOWN]
    rest = fsum([raw, -found.base, *(-c.weight for c in (*for_, *against))])
    return Explanation(raw, found.base, tuple(for_), tuple(against), rest)


def _contribution(plain: Normalised, original: str, start: int, end: int, weight: float) -> Contribution:
    first, last = plain.span(start, end)
    return Contribution(first, last, original[first:last], weight)
