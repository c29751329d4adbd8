"""A model on disk: whole, or refused."""

import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifier import pipeline, storage
from data.errors import ModelError
from tests.classifier.conftest import Trained

Copy = Callable[[], Path]


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest of a model."""
    path = folder / storage.MANIFEST
    manifest = json.loads(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")


def replace_arrays(folder: Path, **change: np.ndarray) -> None:
    """Put other arrays into a model, with a manifest that knows them."""
    with np.load(folder / storage.ARRAYS) as old:
        arrays = {name: old[name] for name in old.files} | change
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    (folder / storage.ARRAYS).write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    rewrite(folder, lambda m: m["files"].update({storage.ARRAYS: digest}))


def test_the_hash_is_that_of_the_canonical_manifest(trained: Trained, copied: Copy) -> None:
    folder = copied()
    rewrite(folder, lambda _: None)  # other white space, same content
    assert pipeline.load(folder).hash == pipeline.load(trained.folder).hash == storage.digest(trained.manifest)


@pytest.mark.parametrize("name", [*storage.FILES])
def test_a_changed_file_is_refused(copied: Copy, name: str) -> None:
    folder = copied()
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=name):
        pipeline.load(folder)


@pytest.mark.parametrize("name", [storage.ARRAYS, storage.TOKENIZER, storage.MANIFEST])
def test_a_missing_file_is_refused(copied: Copy, name: str) -> None:
    folder = copied()
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        pipeline.load(folder)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"files": []}', '{"files": {"heads.npz": "0"}}', "\ufeff\ufeff"]
)
def test_a_manifest_that_is_none_is_refused(copied: Copy, content: str) -> None:
    folder = copied()
    (folder / storage.MANIFEST).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError):
        pipeline.load(folder)


@pytest.mark.parametrize(("key", "value"), [("format", 1), ("normaliser", 0), ("heads", ["score"])])
def test_another_kind_of_model_is_refused(copied: Copy, key: str, value: object) -> None:
    folder = copied()
    rewrite(folder, lambda m: m.update({key: value}))
    with pytest.raises(ModelError, match=key):
        pipeline.load(folder)


def test_a_file_outside_the_folder_is_refused(copied: Copy) -> None:
    folder = copied()
    rewrite(folder, lambda m: m["files"].update({"../outside": "0" * 64}))
    with pytest.raises(ModelError, match="outside its folder"):
        pipeline.load(folder)


@pytest.mark.parametrize("name", storage.SHAPED)
def test_arrays_that_do_not_fit_are_refused(copied: Copy, name: str) -> None:
    folder = copied()
    replace_arrays(folder, **{name: np.zeros(3)})
    with pytest.raises(ModelError, match="another shape"):
        pipeline.load(folder)


def test_weights_that_do_not_fit_are_refused(copied: Copy) -> None:
    folder = copied()
    replace_arrays(folder, weights=np.zeros((2, 2), dtype=np.float16))
    with pytest.raises(ModelError, match="do not fit each other"):
        pipeline.load(folder)


def test_an_encoder_that_is_none_is_refused(copied: Copy) -> None:
    folder = copied()
    (folder / storage.ENCODER).write_bytes(b"no graph")
    digest = hashlib.sha256(b"no graph").hexdigest()
    rewrite(folder, lambda m: m["files"].update({storage.ENCODER: digest}))
    with pytest.raises(ModelError, match="cannot be read"):
        pipeline.load(folder)


def test_the_bytes_of_the_heads_do_not_depend_on_the_time(trained: Trained, tmp_path: Path) -> None:
    scorer, manifest = storage.read(trained.folder)
    storage.write_encoder(tmp_path, *storage.read_encoder(trained.folder))
    assert storage.write(tmp_path, scorer.heads, manifest)["files"] == manifest["files"]


def test_a_pickle_in_the_arrays_is_refused(copied: Copy) -> None:
    folder = copied()
    replace_arrays(folder, weights=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelError, match="pickle"):
        pipeline.load(folder)


def test_no_model_at_all(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="There is no model"):
        pipeline.load(tmp_path)
