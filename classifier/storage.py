"""A model on disk, without pickle: encoder, tokenizer, heads, `manifest.json` and, for people, `card.md`.

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

from classifier.encoder import Encoder
from classifier.heads import HEADS
from classifier.scorer import Linear, Scorer
from classifier.text import NORMALISER
from classifier.tokens import Tokens
from data.errors import ModelError

FORMAT = 2
ENCODER, TOKENIZER, ARRAYS = "encoder.onnx", "tokenizer.json.gz", "heads.npz"
MANIFEST, CARD, FIGURES = "manifest.json", "card.md", "figures.json"
FILES = (ENCODER, TOKENIZER, ARRAYS)
SHAPED = ("intercept", "slope", "offset", "shift")


def write_encoder(directory: Path, graph: bytes, tokenizer: str) -> Encoder:
    """Write an encoder and its tokenizer, and return it at work."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / ENCODER).write_bytes(graph)
    (directory / TOKENIZER).write_bytes(gzip.compress(tokenizer.encode(), mtime=0))
    return Encoder(graph, Tokens(tokenizer))


def read_encoder(directory: Path) -> tuple[bytes, str]:
    """Read the graph and the tokenizer of a model, checked against its manifest."""
    known = read_manifest(directory)["files"]
    graph, tokenizer = (_verified(directory, name, known[name]) for name in (ENCODER, TOKENIZER))
    return graph, gzip.decompress(tokenizer).decode()


def write(directory: Path, heads: Linear, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write the heads beside their encoder; return the manifest with format, heads and files added.

    The same model gives the same bytes.
    """
    (directory / ARRAYS).write_bytes(_arrays(heads))
    full = {
        **manifest,
        "format": FORMAT,
        "normaliser": NORMALISER,
        "heads": list(HEADS),
        "files": {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in FILES},
    }
    (directory / MANIFEST).write_text(json.dumps(full, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return full


def put(fresh: Path, directory: Path) -> None:
    """Move a whole model to its place, file by file, its manifest last. A model that stood there serves until then.

    Who loads it in that moment, or after a crash in it, is told that the files do not fit, and never gets a mixture.
    """
    for name in (*FILES, CARD, FIGURES, MANIFEST):
        (fresh / name).replace(directory / name)
    fresh.rmdir()


def read(directory: Path) -> tuple[Scorer, dict[str, Any]]:
    """Read a model and its manifest; raise `ModelError` when a file is missing, damaged or not the manifest's."""
    manifest = read_manifest(directory)
    files = {name: _verified(directory, name, digest) for name, digest in manifest["files"].items()}
    try:
        tokens = Tokens(gzip.decompress(files[TOKENIZER]).decode())
        return Scorer(Encoder(files[ENCODER], tokens), _heads(files[ARRAYS])), manifest
    except Exception as error:  # the libraries that parse these files raise whatever they like
        raise ModelError(f"The model in {directory} cannot be read ({error}); train it again or restore it.") from error


def digest(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest in canonical form (sorted keys, no spaces, UTF-8): the model's hash."""
    canonical = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def read_manifest(directory: Path) -> dict[str, Any]:
    """Read a model's manifest; raise `ModelError` when it is missing, damaged or of another format."""
    path = directory / MANIFEST
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelError(f"There is no model in {directory}: {MANIFEST} cannot be read.") from error
    except ValueError as error:
        raise ModelError(f"{path} is not a manifest ({error}); train the model again or restore it.") from error
    files = manifest.get("files") if isinstance(manifest, dict) else None
    if not isinstance(files, dict) or not set(FILES) <= set(files):
        raise ModelError(f"{path} does not name the model's files; train the model again or restore it.")
    for key, here in (("format", FORMAT), ("normaliser", NORMALISER), ("heads", list(HEADS))):
        if manifest.get(key) != here:
            raise ModelError(f"{path} is of another {key} than this version of postreeve reads; train the model again.")
    known: dict[str, Any] = manifest
    return known


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


def _arrays(heads: Linear) -> bytes:
    """Return the arrays as a zip file whose bytes depend on nothing but them (`np.savez` writes the time of day)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("weights", "centre", *SHAPED):
            array = io.BytesIO()
            np.lib.format.write_array(array, np.asarray(getattr(heads, name)), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue())
    return buffer.getvalue()


def _heads(arrays: bytes) -> Linear:
    with np.load(io.BytesIO(arrays), allow_pickle=False) as loaded:
        got = {name: loaded[name].astype(np.float64) for name in ("weights", "centre", *SHAPED)}
    if got["weights"].ndim != 2 or any(got[name].shape != (len(HEADS),) for name in SHAPED):
        raise ValueError("its heads have another shape")
    if got["weights"].shape[1] != len(HEADS) or got["centre"].shape not in ((1,), got["weights"].shape[:1]):
        raise ValueError("its heads do not fit each other")
    if not all(np.isfinite(array).all() for array in got.values()):
        raise ValueError("its heads are not whole")
    return Linear(**got)
