"""The classifier beside its peers, in one run: BERT-base of Detoxify's shape (random weights), alt-profanity-check.

`classify` is measured end to end, in a process of its own: read, normalise, tokenise, score, policy, write. A peer that
is not installed is left out and said so: `pip install torch transformers alt-profanity-check` brings them.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnxruntime

from classifier import pipeline
from classifier.encoder import windows
from classifier.export import build
from data.samples import council
from tests.support.command import environment
from tests.support.measured import command, rate
from tests.support.weights import random_weights

POSTS = int(os.environ.get("BENCH_POSTS", "12000"))
TOKENS = (18, 28)  # posts of 23 tokens on average
PEER_POSTS = int(os.environ.get("BENCH_PEER", "256"))


def posts(tokens: Callable[[list[str]], list[list[int]]]) -> list[str]:
    """Return posts of the demonstration of about 23 tokens, as many as are wanted, each with a number of its own."""
    texts = [p.text for p in council.all_posts()]
    fitting = [t for t, ids in zip(texts, tokens(texts), strict=True) if TOKENS[0] <= len(ids) <= TOKENS[1]]
    return [f"{fitting[n % len(fitting)]} {n}" for n in range(POSTS)]


def rows(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Measure, and yield (what, figure, peer, ratio)."""
    model = pipeline.load()
    texts = posts(model.scorer.encoder.tokens.ids)
    ids = model.scorer.encoder.tokens.ids(texts)
    file = folder / "posts.jsonl"
    file.write_text("".join(json.dumps({"text": t}) + "\n" for t in texts), encoding="utf-8")
    env = environment()
    found = command(env, "classify", str(file), parse=False)
    ours = len(texts) / found.seconds
    mean = np.mean([len(one) for one in ids])
    what = f"classify, end to end, {mean:.0f} tokens a post"
    figure = f"{ours:,.0f} posts/s, peak {found.peak_mib:.0f} MiB"
    for name, peer in peers(texts, ids):
        yield what, figure, f"{name} {peer:,.1f} posts/s", f"{ours / peer:.1f}"
    for name in absent():
        yield what, figure, f"{name}: not installed here", "-"
    alone = rate(len(ids), lambda: model.scorer.encoder.pooled(windows(ids)))
    yield "encoder alone", f"{alone:,.0f} posts/s", "classify, end to end", f"{alone / ours:.2f}"
    yield "first answer of classify", f"{first_answer(env):.2f} s", "-", "-"


def first_answer(env: dict[str, str]) -> float:
    """Return the seconds from the start of the process to the first answer."""
    start = time.perf_counter()
    line = [sys.executable, "-m", "postreeve", "classify"]
    process = subprocess.run(line, env=env, input=b'{"text": "a day at the market"}\n', capture_output=True, check=True)
    assert json.loads(process.stdout)["assessed"] == "full"
    return time.perf_counter() - start


def absent() -> list[str]:
    """Return the peers that this machine lacks."""
    needed = {"BERT-base under torch": ("torch", "transformers"), "alt-profanity-check": ("profanity_check",)}
    return [name for name, modules in needed.items() if not all(map(find_spec, modules))]


def peers(texts: Sequence[str], ids: Sequence[list[int]]) -> Iterator[tuple[str, float]]:
    """Yield every peer that is installed, with its posts a second."""
    batch = sorted(ids[:PEER_POSTS], key=len)
    groups = [batch[at : at + 32] for at in range(0, len(batch), 32)]
    yield "BERT-base under onnxruntime", rate(len(batch), under_onnxruntime(groups))
    missing = absent()
    if "BERT-base under torch" not in missing:
        yield "BERT-base under torch", rate(len(batch), under_torch(groups))
    if "alt-profanity-check" not in missing:
        from profanity_check import predict_prob

        yield "alt-profanity-check", rate(len(texts), lambda: predict_prob(list(texts)))


def under_onnxruntime(groups: Sequence[list[list[int]]]) -> Callable[[], None]:
    """Return the work of BERT-base in float32 under onnxruntime."""
    graph = build(random_weights(768, 3072, 30522, 512, 12)).SerializeToString()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = len(os.sched_getaffinity(0))
    session = onnxruntime.InferenceSession(graph, options)

    def work() -> None:
        for group in groups:
            whole, mask = padded(group)
            session.run(["pooled"], {"ids": whole.astype(np.int32), "mask": mask.astype(np.int32)})

    return work


def under_torch(groups: Sequence[list[list[int]]]) -> Callable[[], None]:
    """Return the work of BERT-base in float32 under torch."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    network = BertForSequenceClassification(BertConfig(num_labels=6)).eval()

    def work() -> None:
        with torch.inference_mode():
            for group in groups:
                whole, mask = padded(group)
                network(input_ids=torch.from_numpy(whole), attention_mask=torch.from_numpy(mask))

    return work


def padded(group: Sequence[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Return ids and mask of a batch."""
    width = max(map(len, group))
    whole = np.array([one + [0] * (width - len(one)) for one in group], dtype=np.int64)
    return whole, (whole > 0).astype(np.int64)
