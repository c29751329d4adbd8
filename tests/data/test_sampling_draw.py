"""How a sample is cut and drawn: every version in one stratum, known chances, the same for the same seed."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.reports import sampling
from data.reports.sampling import CUTS, FLAGGED, SHARES, Candidate, allocate, draw, strata

NAMES = [FLAGGED, *(name for name, _ in CUTS)]


def frame(count: int, flagged: int = 0) -> list[Candidate]:
    """Versions whose score falls with their number, the first ones flagged."""
    return [Candidate(n, 1000 + n, 1.0 - n / 10_000, n < flagged) for n in range(count)]


def test_the_ranking_is_cut_where_it_says() -> None:
    cut = strata(frame(1000, 10), "s")
    assert {name: len(rows) for name, rows in cut.items()} == {
        FLAGGED: 10,
        "highest": 10,
        "next": 89,
        "middle": 396,
        "rest": 495,
    }
    ranks = [one.version_id for name in NAMES[1:] for one in cut[name]]
    assert ranks == sorted(ranks)


@given(st.integers(0, 300), st.integers(0, 300))
def test_every_version_is_in_one_stratum(count: int, flagged: int) -> None:
    cut = strata(frame(count, flagged), "s")
    assert list(cut) == NAMES
    assert sorted(one.version_id for rows in cut.values() for one in rows) == list(range(count))


@given(st.lists(st.integers(0, 400), min_size=5, max_size=5), st.integers(0, 600))
def test_what_is_allocated_is_there(populations: list[int], size: int) -> None:
    named = dict(zip(NAMES, populations, strict=True))
    given_ = allocate(named, size)
    assert sum(given_.values()) == min(size, sum(populations))
    assert all(given_[name] <= named[name] for name in NAMES)


def test_with_room_enough_the_shares_are_kept() -> None:
    given_ = allocate(dict.fromkeys(NAMES, 10_000), 500)
    assert given_ == {name: round(500 * share) for name, share in SHARES.items()}
    assert sum(SHARES.values()) == pytest.approx(1.0)


def test_where_one_stratum_is_small_the_others_get_more() -> None:
    given_ = allocate(dict.fromkeys(NAMES, 10_000) | {FLAGGED: 3}, 500)
    assert given_[FLAGGED] == 3
    assert sum(given_.values()) == 500
    assert given_["middle"] > 190


def test_a_small_draw_still_looks_everywhere() -> None:
    assert min(allocate(dict.fromkeys(NAMES, 100), 20).values()) >= 1


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    cut = strata(frame(800, 40), "a")
    assert draw(cut, 50, "a") == draw(strata(list(reversed(frame(800, 40))), "a"), 50, "a")
    assert {one.version_id for one in draw(cut, 50, "a")} != {one.version_id for one in draw(cut, 50, "b")}


def test_each_item_has_its_chance_and_its_finding() -> None:
    cut = strata(frame(800, 40), "a")
    drawn = draw(cut, 50, "a")
    taken = Counter(one.stratum for one in drawn)
    assert len(drawn) == 50
    assert taken[FLAGGED] == 10
    for one in drawn:
        assert one.probability == pytest.approx(taken[one.stratum] / len(cut[one.stratum]))
        assert one.finding_id == 1000 + one.version_id
    assert sum(1 / one.probability for one in drawn) == pytest.approx(800)


def test_the_strata_are_mixed_when_shown() -> None:
    order = [one.stratum for one in draw(strata(frame(2000, 100), "a"), 200, "a")]
    changes = sum(a != b for a, b in pairwise(order))
    assert changes > 100


def test_equal_scores_are_not_cut_by_number() -> None:
    same = [Candidate(n, n, 0.5, False) for n in range(1000)]
    cut = strata(same, "a")
    assert [one.version_id for one in cut["highest"]] != list(range(10))
    assert cut == strata(same, "a")
    assert cut["highest"] != strata(same, "b")["highest"]


def test_over_many_seeds_each_version_comes_as_often_as_it_should() -> None:
    rows = frame(60)
    seen = Counter(one.version_id for n in range(600) for one in draw({"rest": rows}, 15, f"seed{n}"))
    assert set(seen) == set(range(60))
    spread = np.array([seen[n] for n in range(60)]) / 600
    assert abs(spread - 0.25).max() < 0.08


def test_an_empty_frame_gives_an_empty_draw() -> None:
    assert draw(strata([], "a"), 10, "a") == []
    assert sampling.allocate({}, 10) == {}
