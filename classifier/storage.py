"""A model on disk, without pickle: `heads.npz`, `vocabulary.json.gz`, `manifest.json` and, for people, `card.md`.

The manifest names the SHA-256 of every file that a score depends on; its own digest is the model's name in findings.
"""

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from classifier.heads import HEADS
from classifier.linear import Block, Floats, Linear
from classifier.text import NORMALISER
from data.errors import ModelError

FORMAT = 1
ARRAYS, VOCABULARY, MANIFEST, CARD, FIGURES = (
    "heads.npz",
    "vocabulary.json.gz",
    "manifest.json",
    "card.md",
    "figures.json",
)
SHAPED = ("intercept", "slope", "offset", "shift")


def write(directory: Path, model: Linear, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write a model; return its manifest with format, heads and files added. The same model gives the same bytes."""
    directory.mkdir(parents=True, exist_ok=True)
    files = {ARRAYS: _arrays(model), VOCABULARY: _vocabulary(model)}
    for name, content in files.items():
        (directory / name).write_bytes(content)
    full = {
        **manifest,
        "format": FORMAT,
        "normaliser": NORMALISER,
        "heads": list(HEADS),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }
    (directory / MANIFEST).write_text(json.dumps(full, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return full


def read(directory: Path) -> tuple[Linear, dict[str, Any]]:
    """Read a model and its manifest; raise `ModelError` when a file is missing, damaged or not the manifest's."""
    manifest = _manifest(directory)
    files = {name: _verified(directory, name, digest) for name, digest in manifest["files"].items()}
    try:
        return _model(files[ARRAYS], files[VOCABULARY]), manifest
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ModelError(f"The model in {directory} cannot be read ({error}); train it again or restore it.") from error


def digest(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest in canonical form (sorted keys, no spaces, UTF-8): the model's hash."""
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _manifest(directory: Path) -> dict[str, Any]:
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"There is no model in {directory}: {MANIFEST} cannot be read.") from error
    except ValueError as error:
        raise ModelError(f"{path} is not a manifest ({error}); train the model again or restore it.") from error
    if not isinstance(manifest, dict) or not {ARRAYS, VOCABULARY} <= set(manifest.get("files") or {}):
        raise ModelError(f"{path} does not name the model's files; train the model again or restore it.")
    for key, here in (("format", FORMAT), ("normaliser", NORMALISER), ("heads", list(HEADS))):
        if manifest.get(key) != here:
            raise ModelError(f"{path} is of another {key} than this version of postreeve reads; train the model again.")
    return manifest


def _verified(directory: Path, name: str, known: str) -> bytes:
    if Path(name).name != name:
        raise ModelError(f"The manifest in {directory} names a file outside its folder: {name!r}.")
    try:
        content = (directory / name).read_bytes()
    except OSError as error:
        raise ModelError(f"The model in {directory} lacks its file {name}; train it again or restore it.") from error
    if hashlib.sha256(content).hexdigest() != known:
        raise ModelError(f"{directory / name} is not the file that the manifest names; train it again or restore it.")
    return content


def _arrays(model: Linear) -> bytes:
    buffer = io.BytesIO()
    named = {name: getattr(model, name) for name in SHAPED}
    np.savez_compressed(buffer, weights=model.weights, idf=model.word.idf + model.character.idf, **named)
    return buffer.getvalue()


def _vocabulary(model: Linear) -> bytes:
    blocks = {"words": model.word, "characters": model.character}
    listed = {name: sorted(block.columns, key=block.columns.__getitem__) for name, block in blocks.items()}
    return gzip.compress(json.dumps(listed, ensure_ascii=False).encode(), mtime=0)


def _model(arrays: bytes, vocabulary: bytes) -> Linear:
    listed = json.loads(gzip.decompress(vocabulary))
    with np.load(io.BytesIO(arrays), allow_pickle=False) as loaded:
        got = {name: loaded[name] for name in ("weights", "idf", *SHAPED)}
    n_words, n_all = len(listed["words"]), len(listed["words"]) + len(listed["characters"])
    if got["weights"].shape != (n_all, len(HEADS)) or got["idf"].shape != (n_all,):
        raise ValueError("its arrays do not fit its vocabulary")
    if any(got[name].shape != (len(HEADS),) or not np.isfinite(got[name]).all() for name in SHAPED):
        raise ValueError("its heads are not whole")
    return Linear(
        block(listed["words"], 0, got["idf"]),
        block(listed["characters"], n_words, got["idf"]),
        got["weights"],
        *(got[name] for name in SHAPED),
    )


def block(grams: list[str], first: int, idf: Floats) -> Block:
    """Return the block whose n-grams take the columns from `first` on, out of the idf of all columns."""
    own = np.zeros_like(idf)
    own[first : first + len(grams)] = idf[first : first + len(grams)]
    return Block({gram: first + n for n, gram in enumerate(grams)}, own)
