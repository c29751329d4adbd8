"""Windows, batches, and vectors that depend on nothing but their own text."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier import storage
from classifier.encoder import BATCH_TEXTS, BATCH_TOKENS, STRIDE, WINDOW, Encoder, batches, windows
from classifier.pipeline import SHIPPED
from classifier.tokens import CLS, SEP


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The shipped encoder."""
    return storage.read(SHIPPED)[0].encoder


@given(st.lists(st.integers(0, 5 * WINDOW), max_size=5))
def test_windows_cover_every_token_and_keep_their_order(lengths: list[int]) -> None:
    texts = [[CLS, *range(1000, 1000 + n), SEP] for n in lengths]
    read = windows(texts)
    assert [w.text for w in read] == sorted(w.text for w in read)
    for number, ids in enumerate(texts):
        own = [w for w in read if w.text == number]
        assert own[0].first == 0
        assert all(w.ids[0] == CLS and w.ids[-1] == SEP and len(w.ids) <= WINDOW + 2 for w in own)
        assert all(w.ids[1:-1] == ids[1 + w.first : 1 + w.first + len(w.ids) - 2] for w in own)
        assert {t for w in own for t in w.ids} == set(ids)
        assert [b.first - a.first for a, b in pairwise(own)] == [STRIDE] * (len(own) - 1)


@given(st.lists(st.integers(2, 2000), max_size=200))
def test_batches_hold_every_window_once_and_stay_small(lengths: list[int]) -> None:
    made = [batch.tolist() for batch in batches(lengths)]
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) <= BATCH_TEXTS
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= BATCH_TOKENS


def test_a_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    texts = ["bins", "The library is closed on Monday for staff training.", "word " * 90, "", "!"]
    together = encoder.transform(texts)
    assert together.shape == (5, 384)
    alone = np.concatenate([encoder.transform([text]) for text in texts])
    assert np.abs(together - alone).max() < 1e-4
    assert np.abs(encoder.transform(texts[::-1])[::-1] - together).max() < 1e-4


def test_the_mean_of_the_token_vectors_is_the_text_vector(encoder: Encoder) -> None:
    text = "Road closed at Mill Lane until 6 pm"
    [window] = windows(encoder.tokens.ids([text]))
    hidden = encoder.hidden(window)
    assert hidden.shape == (len(window.ids), 384)
    assert np.abs(hidden.mean(axis=0) - encoder.transform([text])[0]).max() < 1e-5


def test_nothing_to_read(encoder: Encoder) -> None:
    assert encoder.pooled([]).shape[0] == 0
    assert encoder.transform([""]).shape == (1, 384)


def test_fewer_threads_give_the_same(encoder: Encoder) -> None:
    single = Encoder(storage.read_encoder(SHIPPED)[0], encoder.tokens, threads=1)
    texts = ["a day at the market", "another one"]
    assert np.abs(single.transform(texts) - encoder.transform(texts)).max() < 1e-4
