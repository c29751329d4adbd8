"""The recipe draws what it says."""

import json
from collections import Counter

import numpy as np
import pandas as pd

from classifier.recipe import FINE_TUNING, PUBLIC, Recipe, drawn
from classifier.sets import SETS


def test_whole_passes_and_a_share_of_one() -> None:
    frame = pd.DataFrame({"source": ["a"] * 10 + ["b"] * 10 + ["c"] * 10})
    rows = drawn(frame, {"a": 2.5, "b": 0.3}, np.random.default_rng(1))
    times = Counter(rows.tolist())
    assert len(rows) == 28
    assert Counter(times[n] for n in range(10)) == {2: 5, 3: 5}
    assert sorted(times[n] for n in range(10, 20)) == [0] * 7 + [1] * 3
    assert not any(times[n] for n in range(20, 30))
    assert drawn(frame, {"a": 2.5, "b": 0.3}, np.random.default_rng(1)).tolist() == rows.tolist()


def test_nothing_is_drawn_from_nothing() -> None:
    assert len(drawn(pd.DataFrame({"source": ["a"]}), {}, np.random.default_rng(1))) == 0


def test_every_public_set_is_seen() -> None:
    assert set(PUBLIC) == set(SETS)


def test_the_recipe_fits_into_a_manifest() -> None:
    assert json.loads(json.dumps(Recipe().described()))["schedule"]["seed"] == FINE_TUNING.seed
