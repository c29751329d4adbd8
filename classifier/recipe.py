"""How the shipped model is made: what is seen how often, at which learning rates. Figures, no code that needs torch."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from classifier import own
from classifier.heads import CATEGORIES, CHARACTERISTICS

Passes = Mapping[str, float]  # how often the rows of a source are seen; a source that is not named is not seen

PUBLIC: Passes = {
    "dynahate": 1.6,
    "edos": 1.3,
    "toxigen_human": 2,
    "cad": 1,
    "hatemojibuild": 3,
    "mhs": 0.4,
    "hatexplain": 0.3,
    "davidson": 0.3,
    "toxic_spans": 0.7,
    "gab_hate_corpus": 0.3,
    "stormfront": 0.3,
    "sbic_dev": 1,
    "convabuse": 1,
    "fox_news_comments": 1,
    "benign_crisislex_orgs": 1,
    "benign_uk_petitions": 1,
    "benign_govuk": 1,
}
# Sets whose labels disagree with their own text most often weigh less.
NOISY: Mapping[str, float] = {"hatexplain": 0.6, "davidson": 0.6, "stormfront": 0.5, "gab_hate_corpus": 0.7}
# What each head's loss weighs while the encoder is tuned: the score most, it ranks posts; then categories.
HEAD_WEIGHTS = (1.0, *(0.4,) * len(CATEGORIES), *(0.25,) * len(CHARACTERISTICS))


@dataclass(frozen=True, slots=True)
class Course:
    """One stretch of fine-tuning: what is seen how often, and the learning rate, its height and its end."""

    passes: Passes
    rate: float
    last_rate: float
    marks: float = 0.0  # weight of the loss on words that annotators marked as the harm in a text
    dropout: float = 0.0  # of hidden features; few passes over much text do not overfit, and it costs time


@dataclass(frozen=True, slots=True)
class Schedule:
    """The whole of a fine-tuning but its data: equal schedules, data and seeds give equal weights but for rounding."""

    courses: tuple[Course, ...]
    seed: int = 7
    batch: int = 48
    longest: int = 96  # tokens
    warm_up: float = 0.05
    decay: float = 0.01  # of the weights (AdamW)
    weights: Mapping[str, float] = field(default_factory=dict)  # of a source's rows in the loss; 1 by default
    heads: tuple[float, ...] = HEAD_WEIGHTS
    shares: tuple[float, ...] = ()  # of the weights at each course's end in the final ones; the last course's alone


# From the second course on a council's own voice has its say; the public sets come along: nothing shall be forgotten.
COUNCIL: Passes = {
    own.SOURCE: 4,
    "dynahate": 0.7,
    "edos": 0.7,
    "toxigen_human": 0.8,
    "cad": 0.4,
    "hatemojibuild": 0.8,
    "mhs": 0.1,
    "hatexplain": 0.1,
    "davidson": 0.1,
    "toxic_spans": 0.5,
    "gab_hate_corpus": 0.1,
    "stormfront": 0.1,
    "sbic_dev": 0.4,
    "convabuse": 0.7,
    "fox_news_comments": 0.3,
    "benign_crisislex_orgs": 1,
    "benign_uk_petitions": 1,
    "benign_govuk": 1,
}
# The strongest public sets once more, those with noisy labels hardly.
BROAD: Passes = {
    own.SOURCE: 1.5,
    "dynahate": 1,
    "edos": 1.3,
    "toxigen_human": 1.5,
    "cad": 1.2,
    "hatemojibuild": 1,
    "mhs": 0.2,
    "hatexplain": 0.1,
    "davidson": 0.1,
    "toxic_spans": 0.3,
    "gab_hate_corpus": 0.2,
    "stormfront": 0.1,
    "sbic_dev": 1,
    "convabuse": 1,
    "fox_news_comments": 1,
    "benign_crisislex_orgs": 0.7,
    "benign_uk_petitions": 0.7,
    "benign_govuk": 0.7,
}
LAST: Passes = {
    own.SOURCE: 4,
    "dynahate": 1.5,
    "edos": 1.8,
    "toxigen_human": 1.8,
    "cad": 1.3,
    "hatemojibuild": 1.5,
    "mhs": 0.2,
    "hatexplain": 0.1,
    "davidson": 0.1,
    "toxic_spans": 0.6,
    "gab_hate_corpus": 0.2,
    "stormfront": 0.1,
    "sbic_dev": 1,
    "convabuse": 1,
    "fox_news_comments": 1,
    "benign_crisislex_orgs": 1,
    "benign_uk_petitions": 1,
    "benign_govuk": 1,
}
# New hands, and what the course before was poor at: threats, insults, what is said of pregnancy.
AGAIN: Passes = {
    own.SOURCE: 3,
    "dynahate": 0.5,
    "edos": 0.8,
    "toxigen_human": 1,
    "cad": 0.7,
    "hatemojibuild": 0.7,
    "davidson": 0.1,
    "toxic_spans": 0.3,
    "gab_hate_corpus": 0.1,
    "stormfront": 0.1,
    "sbic_dev": 0.4,
    "convabuse": 0.7,
    "fox_news_comments": 0.3,
    "benign_crisislex_orgs": 0.6,
    "benign_uk_petitions": 0.6,
    "benign_govuk": 0.6,
}
MORE: Passes = {**AGAIN, own.SOURCE: 3, "dynahate": 0.6, "edos": 0.9, "toxigen_human": 1.1, "hatemojibuild": 0.9}
# Two hands more, shortly: ordinary posts that alarm for nothing, and harm without a rude word.
FRESH: Passes = {
    own.SOURCE: 1.5,
    "dynahate": 0.2,
    "edos": 0.3,
    "toxigen_human": 0.5,
    "cad": 0.3,
    "hatemojibuild": 0.4,
    "toxic_spans": 0.1,
    "sbic_dev": 0.2,
    "convabuse": 0.3,
    "fox_news_comments": 0.2,
    "benign_crisislex_orgs": 0.4,
    "benign_uk_petitions": 0.4,
    "benign_govuk": 0.4,
}
FINE_TUNING = Schedule(
    (
        Course(PUBLIC, 1.2e-4, 3e-5),
        Course(COUNCIL, 8e-5, 1e-6, marks=0.3),
        Course(BROAD, 8e-5, 5e-5),
        Course(LAST, 7e-5, 1e-6, marks=0.3, dropout=0.1),
        Course(AGAIN, 6e-5, 1e-6, marks=0.3, dropout=0.1),
        Course(MORE, 6e-5, 1e-6, marks=0.3, dropout=0.1),
        Course(FRESH, 5e-5, 1e-6, marks=0.3, dropout=0.1),
    ),
    weights={own.SOURCE: 1.5, **NOISY},
    # The later courses learn a council's voice and forget some of the public sets. A mean of the last two ends keeps
    # more of both than the last alone (weights averaged along one path of fine-tuning: Wortsman et al. 2022).
    shares=(0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Fine-tuning, then the heads: at which weights they are fitted, and `c`, the inverse of the penalty."""

    schedule: Schedule = FINE_TUNING
    weights: Mapping[str, float] = field(default_factory=lambda: {own.SOURCE: 3.0, **NOISY})
    c: float = 0.005

    def described(self) -> dict[str, Any]:
        """Return the recipe as plain values, for the manifest."""
        return asdict(self)


def drawn(frame: pd.DataFrame, passes: Passes, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw rows: whole passes over a source, and of the broken one a random share; in random order."""
    source = frame["source"].to_numpy()
    rows = [np.empty(0, dtype=np.int64)]
    for name, times in passes.items():
        of = np.flatnonzero(source == name)
        whole = int(times)
        rows += [of] * whole + [rng.permutation(of)[: round((times - whole) * len(of))]]
    return rng.permutation(np.concatenate(rows))
