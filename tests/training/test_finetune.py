"""Fine-tuning itself, on few texts and few steps. Needs the extra `train`; `make test-training` runs it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from classifier.heads import HEADS
from classifier.recipe import Course, Schedule
from classifier.tokens import PAD, Tokens, tokenizer_file

pytestmark = pytest.mark.training
ROWS = 96
SCHEDULE = Schedule(
    (Course({"a": 1}, 3e-4, 1e-4), Course({"a": 0.5, "b": 2}, 1e-4, 1e-6, marks=0.5, dropout=0.1)), batch=8, longest=16
)


@pytest.fixture
def finetune() -> Iterator[Any]:
    """The module, which imports torch."""
    from classifier import finetune as module

    before = module.SAVE_EVERY
    yield module
    module.SAVE_EVERY = before


@pytest.fixture
def tokens(finetune: Any) -> Tokens:
    """The tokenizer that training writes."""
    return Tokens(tokenizer_file(finetune.pretrained()))


def frame() -> pd.DataFrame:
    """Rows whose score is plain from one word; some marked, some heads unknown."""
    bad = [f"you number {n} are pathetic" for n in range(ROWS // 2)]
    fine = [f"the market number {n} opens" for n in range(ROWS // 2)]
    made = pd.DataFrame({"text": [*bad, *fine], "source": ["a", "b"] * (ROWS // 2)})
    made["marks"] = pd.Series([((len(t) - 8, len(t)),) for t in bad] + [None] * len(fine), dtype=object)
    for head in HEADS:
        made[head] = np.nan
    made["score"] = [1.0] * len(bad) + [0.0] * len(fine)
    return made


def test_batches_hold_what_the_course_draws(finetune: Any, tokens: Tokens) -> None:
    batches = [make() for make in finetune.planned(frame(), tokens, SCHEDULE, 2)]
    assert sum(len(b.ids) for b in batches) == ROWS // 4 + ROWS
    for batch in batches:
        assert batch.ids.shape == batch.marks.shape
        assert batch.ids.shape[1] <= SCHEDULE.longest
        marked = ~np.isnan(batch.marks).all(axis=1)
        assert (marked == (batch.targets[:, 0] == 1)).all()
        assert (batch.marks[marked] == 1).any(axis=1).all()
        assert np.isnan(batch.marks[batch.ids == PAD]).all()
    again = [make() for make in finetune.planned(frame(), tokens, SCHEDULE, 2)]
    assert all((a.ids == b.ids).all() for a, b in zip(batches, again, strict=True))


def test_unknown_labels_cost_nothing(finetune: Any) -> None:
    import torch

    targets = np.full((2, len(HEADS)), np.nan, dtype=np.float32)
    targets[0, 0] = 1
    none = np.full((2, 3), np.nan, dtype=np.float32)
    batch = finetune.Batch(np.ones((2, 3), dtype=np.int64), targets, np.ones(2, dtype=np.float32), none)
    raw = torch.zeros(2, len(HEADS))
    assert float(finetune.loss(raw, torch.zeros(2, 3), batch, 0.5)) == pytest.approx(np.log(2) / 2, rel=1e-5)


def test_a_head_counts_by_its_weight(finetune: Any) -> None:
    import torch

    targets = np.ones((2, len(HEADS)), dtype=np.float32)
    none = np.full((2, 3), np.nan, dtype=np.float32)
    batch = finetune.Batch(np.ones((2, 3), dtype=np.int64), targets, np.ones(2, dtype=np.float32), none)
    only = [0.0] * (len(HEADS) - 1) + [3.0]
    value = finetune.loss(torch.zeros(2, len(HEADS)), torch.zeros(2, 3), batch, 0.0, only)
    assert float(value) == pytest.approx(3 * np.log(2), rel=1e-5)


def test_the_pretrained_weights_are_named_by_what_they_hold(finetune: Any) -> None:
    [(name, digest)] = finetune.pretrained_digests().items()
    assert name.endswith(".safetensors")
    assert len(bytes.fromhex(digest)) == 32


def test_a_network_drops_features_only_while_it_learns(finetune: Any, tokens: Tokens, tmp_path: Path) -> None:
    import torch

    network = finetune.fine_tune(frame(), tokens, SCHEDULE, tmp_path, lambda _: None)
    ids = torch.from_numpy(finetune.padded(tokens.ids(["you number 3 are pathetic"])))
    raw = [network(ids, (ids != PAD).long())[0] for _ in range(2)]
    assert torch.equal(raw[0], raw[1])
    finetune.dropped(network, 0.5)
    assert not torch.equal(network(ids, (ids != PAD).long())[0], raw[0])


def test_half_precision_is_for_processors_that_multiply_it(finetune: Any) -> None:
    import torch

    processor = Path("/proc/cpuinfo")
    if not processor.exists():
        pytest.skip("needs a processor that says what it can do (Linux)")
    told = processor.read_text(encoding="utf-8")
    assert finetune.half(torch.device("cpu")) == ("avx512_bf16" in told or "amx_bf16" in told)


def test_the_rate_rises_then_falls(finetune: Any) -> None:
    course = SCHEDULE.courses[0]
    rates = [finetune.rate(step, 100, course, 0.1) for step in range(100)]
    assert rates.index(max(rates)) in (9, 10)
    assert max(rates) == pytest.approx(course.rate)
    assert rates[-1] == pytest.approx(course.last_rate, rel=0.05)


def test_a_stopped_training_goes_on_to_the_same_weights(finetune: Any, tokens: Tokens, tmp_path: Path) -> None:
    whole = finetune.weights_of(finetune.fine_tune(frame(), tokens, SCHEDULE, tmp_path / "whole", lambda _: None))

    class Stop(Exception):
        """The power goes."""

    said: list[str] = []

    def stopping(line: str) -> None:
        said.append(line)
        if len(said) == 4:
            raise Stop

    finetune.SAVE_EVERY = 0.0
    with pytest.raises(Stop):
        finetune.fine_tune(frame(), tokens, SCHEDULE, tmp_path / "cut", stopping)
    told = []
    resumed = finetune.weights_of(finetune.fine_tune(frame(), tokens, SCHEDULE, tmp_path / "cut", told.append))
    assert sum(" of 6 batches" in line for line in told) < 6
    assert max(float(np.abs(whole[name] - resumed[name]).max()) for name in whole) < 1e-5


def test_the_ends_of_courses_are_averaged_by_their_shares(finetune: Any, tokens: Tokens, tmp_path: Path) -> None:
    import torch

    schedule = replace(SCHEDULE, shares=(0.25, 0.75))
    network = finetune.fine_tune(frame(), tokens, schedule, tmp_path, lambda _: None)
    ends = [torch.load(tmp_path / n / "state.pt", weights_only=True)["network"] for n in ("1", "2")]
    for name, weight in network.state_dict().items():
        assert torch.allclose(weight, 0.25 * ends[0][name] + 0.75 * ends[1][name], atol=1e-6), name
    assert not torch.allclose(ends[0]["heads.weight"], ends[1]["heads.weight"], atol=1e-6)


def test_it_learns_and_points_at_what_was_marked(finetune: Any, tokens: Tokens, tmp_path: Path) -> None:
    lines: list[str] = []
    schedule = Schedule((Course({"a": 4, "b": 4}, 3e-4, 1e-5, marks=1.0),), batch=8, longest=16)
    finetune.SAVE_EVERY = 0.0
    made = finetune.encoder(frame(), frame(), schedule, tmp_path, lines.append)
    losses = [float(line.split("loss ")[1].split(",")[0]) for line in lines if "loss" in line]
    assert losses[-1] < losses[0] / 2
    assert len(made.graph) < 30_000_000
    assert json.loads(made.tokenizer)["model"]["type"] == "WordPiece"
    assert made.auc["float32"] > 0.95
    assert made.auc["int8"] == pytest.approx(made.auc["float32"], abs=0.03)
