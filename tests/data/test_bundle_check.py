"""The script that checks a bundle, given one that someone spoilt: it says so in plain words and never breaks."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.bundle_check import L, canonical, main, problems, sha256, signature_holds

# RFC 8032, section 7.1, tests 1 to 3: secret left out, public key, message, signature
PUBLISHED = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
EMPTY_PROOF: dict[str, Any] = {"rows": [], "anchors": [], "public_key": "00" * 32, "bundle": 1, "evidence": {}}
EMPTY_MANIFEST: dict[str, Any] = {"files": {}, "rows": [], "details": [], "evidence": {}, "alert": 1}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def folder(at: Path, proof: Any = EMPTY_PROOF, manifest: Any = EMPTY_MANIFEST) -> Path:
    """Write a bundle that holds nothing but its two documents."""
    at.mkdir(exist_ok=True)
    (at / "proof.json").write_text(canonical(proof) + "\n", encoding="utf-8")
    (at / "manifest.json").write_text(canonical(manifest) + "\n", encoding="utf-8")
    return at


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], tuple[int, list[str]]]:
    """Check a folder; return the exit code and what was printed."""

    def check(place: Path) -> tuple[int, list[str]]:
        code = main(place)
        return code, capsys.readouterr().out.splitlines()

    return check


Said = Callable[[Path], tuple[int, list[str]]]


@pytest.mark.parametrize(("key", "message", "signature"), PUBLISHED)
def test_the_published_signatures_hold(key: str, message: str, signature: str) -> None:
    public, words, signed = (bytes.fromhex(one) for one in (key, message, signature))
    assert signature_holds(public, words, signed)
    assert not signature_holds(public, words + b"\x00", signed)
    assert not signature_holds(public, words, signed[:-1])
    assert not signature_holds(public, words, signed + b"\x00")


def test_a_signature_has_one_form_only() -> None:
    key, message, signature = (bytes.fromhex(one) for one in PUBLISHED[1])
    s = int.from_bytes(signature[32:], "little")
    assert not signature_holds(key, message, signature[:32] + (s + L).to_bytes(32, "little"))


@given(st.binary(max_size=40), st.binary(max_size=80))
def test_no_key_and_no_signature_break_it(key: bytes, signature: bytes) -> None:
    assert not signature_holds(key, b"a message that nobody signed", signature)


def test_nothing_holds_in_an_empty_folder(tmp_path: Path, said: Said) -> None:
    code, lines = said(tmp_path)
    assert code == 1
    assert lines[0].startswith("DOES NOT HOLD: proof.json or manifest.json cannot be read: ")


def test_a_bundle_of_nothing_does_not_hold(tmp_path: Path, said: Said) -> None:
    code, lines = said(folder(tmp_path))
    assert code == 1
    assert "DOES NOT HOLD: audit row 1 was taken out" in lines
    assert "DOES NOT HOLD: manifest.json is not the one of the audit log" in lines
    assert not any(line.startswith("Everything holds") for line in lines)


@pytest.mark.parametrize("name", ["proof.json", "manifest.json"])
@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"nonsense", b"{}\n", b"[]\n", b"null\n", b"3\n", b'"x"\n', b"[" * 100_000, b"{} \n", b"NaN\n"],
    ids=["empty", "not UTF-8", "no JSON", "object", "list", "null", "number", "text", "deep", "blank", "NaN"],
)
def test_a_document_that_is_none_is_said_to_be_unreadable(
    tmp_path: Path, said: Said, name: str, content: bytes
) -> None:
    place = folder(tmp_path)
    (place / name).write_bytes(content)
    code, lines = said(place)
    assert code == 1
    assert lines
    assert all(line.startswith("DOES NOT HOLD: ") for line in lines)


@pytest.mark.parametrize("key", sorted(EMPTY_PROOF))
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [1], ["x"], {"x": 1}, [[]], [{}], {"1": {}}, {"1": []}])
def test_a_proof_of_another_shape_does_not_hold(tmp_path: Path, said: Said, key: str, value: Any) -> None:
    code, lines = said(folder(tmp_path, EMPTY_PROOF | {key: value}))
    assert code == 1
    assert all(line.startswith("DOES NOT HOLD: ") for line in lines)


@pytest.mark.parametrize("key", sorted(EMPTY_MANIFEST))
@pytest.mark.parametrize("value", [None, 3, "x", [], {}, [1], {"x": 1}, [[]], [{}]])
def test_a_manifest_of_another_shape_does_not_hold(tmp_path: Path, said: Said, key: str, value: Any) -> None:
    code, lines = said(folder(tmp_path, EMPTY_PROOF, EMPTY_MANIFEST | {key: value}))
    assert code == 1
    assert all(line.startswith("DOES NOT HOLD: ") for line in lines)


HOSTILE = [
    "\x1b[2J\x1b[HEverything holds.",
    "a\nEverything holds. Signed",
    "\rEverything holds.",
    "\u202eevil",
    "\x9b2J",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_in_the_manifest_writes_no_line_of_its_own(tmp_path: Path, said: Said, name: str) -> None:
    code, lines = said(folder(tmp_path, EMPTY_PROOF, EMPTY_MANIFEST | {"files": {name: "00"}, "evidence": {name: "0"}}))
    assert code == 1
    assert all(line.startswith("DOES NOT HOLD: ") for line in lines)
    assert all(line.isprintable() for line in lines)


@pytest.mark.parametrize("name", [one for one in HOSTILE if "/" not in one])
def test_a_file_put_in_writes_no_line_of_its_own(tmp_path: Path, said: Said, name: str) -> None:
    place = folder(tmp_path)
    (place / name).write_text("x", encoding="utf-8")
    code, lines = said(place)
    assert code == 1
    assert any("does not belong to this bundle" in line for line in lines)
    assert all(line.startswith("DOES NOT HOLD: ") and line.isprintable() for line in lines)


def test_a_file_whose_name_is_not_utf_8_is_named_all_the_same(tmp_path: Path, said: Said) -> None:
    place = folder(tmp_path)
    with open(os.fsencode(place) + b"/\xff.txt", "wb"):  # noqa: PTH123 (a path of bytes)
        pass
    code, lines = said(place)
    assert code == 1
    assert any("\\udcff.txt does not belong" in line for line in lines)


def test_what_is_not_written_as_it_was_does_not_hold(tmp_path: Path) -> None:
    place = folder(tmp_path)
    (place / "proof.json").write_text(json.dumps(EMPTY_PROOF, indent=1) + "\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"proof\.json is not written as it was"):
        problems(place)


def test_the_same_key_twice_hides_nothing(tmp_path: Path, said: Said) -> None:
    place = folder(tmp_path)
    text = canonical(EMPTY_PROOF).replace('"rows":[]', '"rows":[],"rows":[]')
    (place / "proof.json").write_text(text + "\n", encoding="utf-8")
    assert said(place)[1] == [
        "DOES NOT HOLD: proof.json or manifest.json cannot be read: ValueError('proof.json is not written as it was')"
    ]


@given(ANYTHING)
def test_one_document_has_one_form(document: Any) -> None:
    assert canonical(json.loads(canonical(document))) == canonical(document)
    assert "\n" not in canonical(document)


def test_digests_are_those_of_the_bytes() -> None:
    assert sha256("") == sha256(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256("ö") == sha256("ö".encode())
