"""Raw scores, their windows, and the words they are made of."""

import numpy as np
import pytest

from classifier import storage
from classifier.encoder import WINDOW
from classifier.pipeline import SHIPPED
from classifier.scorer import Scorer

LONG = " ".join(f"Item {n}: the gate at field {n} is painted." for n in range(60))


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    """The shipped scorer."""
    return storage.read(SHIPPED)[0]


@pytest.mark.parametrize("text", ["bins", "Café, closed &c <url>", LONG, f"You are pathetic. {LONG}", ""])
@pytest.mark.parametrize("head", [0, 2])
def test_base_context_and_words_add_up(scorer: Scorer, text: str, head: int) -> None:
    found = scorer.attribute(text, head)
    assert found.base + found.context + sum(w for *_, w in found.words) == pytest.approx(found.raw, abs=1e-6)
    assert found.raw == pytest.approx(scorer.raw([text])[0, head], abs=1e-5)


def test_a_word_is_one_however_many_pieces_it_has(scorer: Scorer) -> None:
    text = "Llanfihangel unquestionably"
    assert [text[start:end] for start, end, _ in scorer.attribute(text, 0).words] == text.split()


def test_a_long_text_scores_as_its_worst_window(scorer: Scorer) -> None:
    bad = "You are a pathetic, stupid idiot and everyone laughs at you."
    alone, clean, buried = scorer.raw([bad, LONG, f"{LONG} {bad} {LONG}"])[:, 2]
    assert len(LONG.split()) > WINDOW
    assert clean < buried <= alone + 1.0
    found = scorer.attribute(f"{LONG} {bad} {LONG}", 2)
    assert any(start >= len(LONG) for start, *_ in found.words)


def test_texts_keep_their_order(scorer: Scorer) -> None:
    texts = [LONG, "bins", f"{LONG} {LONG}", "library"]
    together = scorer.raw(texts)
    assert np.abs(together - np.concatenate([scorer.raw([t]) for t in texts])).max() < 1e-4


def test_words_are_told_against_the_average_word(scorer: Scorer) -> None:
    heads = scorer.heads
    assert heads.start == pytest.approx(heads.base + heads.slope * (heads.centre @ heads.weights))
    weights = [
        w for text in ("Bins on Friday.", "You are a pathetic idiot.") for *_, w in scorer.attribute(text, 0).words
    ]
    assert min(weights) < 0 < max(weights)


def test_no_texts(scorer: Scorer) -> None:
    assert scorer.raw([]).shape == (0, 15)
