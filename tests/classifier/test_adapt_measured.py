"""Better or not: accounts left out, the suites, the prevalence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier.adapt import Encoded, Lessons, even
from classifier.adapt_measured import (
    Compared,
    Prevalence,
    cross_validated,
    described,
    on_both,
    on_suites,
    prevalence,
    report,
)
from classifier.heads import HEADS
from classifier.pipeline import Model
from data.errors import IllegalStep
from data.policy import default
from data.services.judged import Judged, Judgements
from tests.classifier.samples import harmless, insults
from tests.classifier.test_adapt import PRIOR, heads, some
from tests.support.judgements import judged

FEATURES = 4


def council(rule: str, reviews: int = 240, accounts: int = 6, seed: int = 2) -> tuple[Lessons, list[Judged]]:
    """Return lessons and reviews: upheld by the last feature ("custom"), as the base says ("base"), or by lot."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(2 * reviews, FEATURES)).astype(np.float32)
    score = even(heads(FEATURES), PRIOR, vectors)
    y = (score + rng.logistic(size=score.shape) > 0).astype(float)
    told = {"custom": score[:, 0] + 4 * vectors[:, -1], "base": score[:, 0], "lot": np.zeros(len(vectors))}[rule]
    y[:reviews] = (told + rng.logistic(size=len(told)) > 0)[:reviews, None]
    rows = [judged(n, f"text {n}", bool(y[n, 0]), f"a{n % accounts}") for n in range(reviews)]
    return Lessons(Encoded(vectors, np.arange(len(y))), y, np.arange(len(y)) < reviews), rows


def compared(rule: str, **more: int) -> Compared:
    return cross_validated(heads(FEATURES), PRIOR, *council(rule, **more))


def test_a_custom_of_the_council_is_found_on_accounts_left_out() -> None:
    found = compared("custom")
    assert found.better
    assert found.log_loss[1] < found.log_loss[0]
    assert found.average_precision[1] > found.average_precision[0] + 0.02
    assert found.gain == pytest.approx(found.log_loss[0] - found.log_loss[1])
    assert (found.n, found.accounts) == (240, 6)


@pytest.mark.parametrize("rule", ["lot", "base"])
def test_where_there_is_nothing_to_learn_it_is_not_better(rule: str) -> None:
    found = compared(rule)
    assert not found.better
    assert found.gain < 0.02


def test_words_that_a_left_out_account_shares_are_left_out_too() -> None:
    """Every account posts the same words, which a model could learn by heart: nothing may be left to learn from."""
    taught, rows = council("lot", reviews=240, accounts=4)
    vectors = np.vstack([np.repeat(taught.texts.vectors[:60], 4, axis=0), taught.texts.vectors[240:]])
    y = np.vstack([np.repeat(taught.y[:60], 4, axis=0), taught.y[240:]])
    same = [judged(n, f"text {n // 4}", bool(y[n, 0]), f"a{n % 4}") for n in range(240)]
    copied = Lessons(Encoded(vectors, np.arange(len(y))), y, taught.ours)
    with pytest.raises(IllegalStep, match="share so many of the judged words"):
        cross_validated(heads(FEATURES), PRIOR, copied, same)
    apart = [judged(n, f"text {n}", row.upheld, row.account_id) for n, row in enumerate(same)]
    assert cross_validated(heads(FEATURES), PRIOR, copied, apart).n == 240
    assert rows


def test_better_takes_more_than_chance_and_no_worse_ranking() -> None:
    def told(gain: float, error: float, new: float) -> bool:
        return Compared(200, 5, (0.6, 0.6 - gain), (0.7, new), gain, error).better

    assert told(0.02, 0.01, 0.7)
    assert not told(0.02, 0.03, 0.8)
    assert not told(0.02, 0.01, 0.69)
    assert not told(-0.02, 0.01, 0.8)


def judgements(upheld: int, assessed: int) -> Judgements:
    return Judgements(tuple(some(upheld, 100)), assessed)


def test_the_prevalence_is_the_upheld_share_of_what_was_assessed() -> None:
    found = prevalence(judgements(80, 4000), PRIOR)
    assert (found.upheld, found.assessed, found.share, found.applied) == (80, 4000, 0.02, 0.02)
    assert found.interval is not None
    assert found.interval[0] == pytest.approx(0.0161, abs=1e-4)
    assert found.interval[1] == pytest.approx(0.0248, abs=1e-4)


@pytest.mark.parametrize(("upheld", "assessed"), [(29, 3000), (40, 999), (40, 30), (0, 0)])
def test_too_few_decisions_keep_the_bases(upheld: int, assessed: int) -> None:
    assert prevalence(judgements(upheld, assessed), PRIOR) == Prevalence(upheld, assessed, None, None, PRIOR)


@pytest.mark.parametrize("assessed", [100_000, 8_000, 7_000])
def test_a_lower_bound_never_lowers_and_raises_only_beyond_chance(assessed: int) -> None:
    found = prevalence(judgements(40, assessed), PRIOR)
    assert found.share == pytest.approx(40 / assessed)
    assert found.applied == PRIOR


def test_one_version_upheld_twice_counts_once() -> None:
    twice = [*some(40, 0), *(judged(100 + n, "x", True) for n in range(5))]
    rows = tuple(judged(r.review_id, r.text, True) for r in twice)
    assert Judgements(rows, 2000).upheld_versions == 45
    doubled = (*rows, *(judged(r.review_id, "shared " + r.text, True) for r in rows))
    assert Judgements(doubled, 2000).upheld_versions == 45


@pytest.fixture
def suites(tmp_path: Path) -> Path:
    """A folder with one suite of twenty rows."""
    rows = [f'"{t}",1,harassment' for t in insults()[:10]] + [f'"{t}",0,' for t in harmless()[:10]]
    (tmp_path / "small.csv").write_text("\n".join(["text,flag,categories", *rows]), encoding="utf-8")
    return tmp_path


def test_suites_are_measured_at_the_clauses_of_the_policy(small: Model, suites: Path) -> None:
    [name] = on_suites(small, default(), suites)
    assert name == "small.csv"
    deaf = default()
    clauses = tuple(type(c)(**{f: getattr(c, f) for f in c.__slots__} | {"threshold": 1.1}) for c in deaf.clauses)
    none_met = type(deaf)(**{f: getattr(deaf, f) for f in deaf.__slots__} | {"clauses": clauses})
    assert on_suites(small, none_met, suites) == {"small.csv": 0.5}
    old, new = on_both(small, small, default(), suites)["small.csv"]
    assert old == new


def told(suites: dict[str, tuple[float, float]], better: bool = True) -> dict[str, Any]:
    found = Compared(200, 5, (0.6, 0.5 if better else 0.7), (0.7, 0.8), 0.1 if better else -0.1, 0.01)
    share = prevalence(judgements(80, 4000), PRIOR)
    return report(some(80, 120), HEADS[:2], 2000, share, found, suites)


@pytest.mark.parametrize(("new", "kept"), [(0.80, True), (0.7901, True), (0.789, False), (0.5, False)])
def test_a_suite_may_lose_a_hundredth_at_most(new: float, kept: bool) -> None:
    assert told({"council.csv": (0.8, new)})["better"] is kept
    assert not told({"council.csv": (0.8, new)}, better=False)["better"]
    assert told({"a.csv": (0.8, 0.9), "b.csv": (0.8, new)})["better"] is kept


def test_the_report_tells_every_figure() -> None:
    found = told({"council.csv": (0.8, 0.81)})
    assert found["counts"] == {"reviews": 200, "upheld": 80, "not_upheld": 120, "ballast": 2000}
    text = described(found)
    for words in (
        "200 judgements, 80 upheld, 120 not; heads that learnt: score, discrimination.",
        "log loss 0.600 → 0.500 (gain 0.1000, standard error 0.0100), average precision 0.700 → 0.800",
        "council.csv, balanced accuracy: 0.800 → 0.810",
        "80 versions upheld of 4000 assessed, 2.00% (1.61% to 2.48%) at least; applied: 2.00%",
    ):
        assert words in text
    few = described({**found, "prevalence": {**found["prevalence"], "share": None, "applied": PRIOR}})
    assert "too few to tell; 0.50% is kept" in few
