"""What commands say and give out: nothing of a post may drive the terminal, and JSON stays one document."""

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cli import Context, plain
from data.config import Settings
from data.errors import StoreError
from data.store.engine import create_or_upgrade

HOSTILE = "\x1b[31mred\x07 \x9b2J \u202eevil\u202c \u2066x\u2069 \u200f\u200e\u061c\r\x00\x7f end"
MEANT = "[31mred 2J evil x  end"


@pytest.fixture
def spoken() -> Context:
    return Context(Settings())


@pytest.fixture
def json_mode() -> Context:
    return Context(Settings(), as_json=True)


def test_control_and_bidi_characters_are_removed() -> None:
    assert plain(HOSTILE) == MEANT


@pytest.mark.parametrize("text", ["", "line\nline\n", "a\tb", "Ŵyl yr haf – 🚧 café", "مرحبا", "e\u0301", "👩\u200d🔧"])
def test_what_people_write_is_left_alone(text: str) -> None:
    assert plain(text) == text


@given(st.text())
def test_no_text_keeps_a_character_that_drives_a_terminal(text: str) -> None:
    left = plain(text)
    assert {c for c in left if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert not {
        c
        for c in left
        if unicodedata.bidirectional(c) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    }
    assert plain(left) == left


def test_saying_goes_to_standard_output(spoken: Context, capsys: pytest.CaptureFixture[str]) -> None:
    spoken.say(HOSTILE)
    assert capsys.readouterr() == (f"{MEANT}\n", "")


def test_saying_in_json_mode_goes_to_standard_error(json_mode: Context, capsys: pytest.CaptureFixture[str]) -> None:
    json_mode.say(HOSTILE)
    assert capsys.readouterr() == ("", f"{MEANT}\n")


def test_a_result_is_text_for_people(spoken: Context, capsys: pytest.CaptureFixture[str]) -> None:
    spoken.emit({"a": 1}, HOSTILE)
    assert capsys.readouterr() == (f"{MEANT}\n", "")


def test_a_result_is_one_document_for_programs(json_mode: Context, capsys: pytest.CaptureFixture[str]) -> None:
    document = {"text": HOSTILE, "list": [1, None, True], "welsh": "ŵ"}
    json_mode.emit(document, "not said")
    out, err = capsys.readouterr()
    assert (json.loads(out), err) == (document, "")
    assert out.count("\n") == 1
    assert not {"\x1b", "\x00", "\r", "\x07"} & set(out)


def test_times_and_paths_become_text(json_mode: Context, capsys: pytest.CaptureFixture[str]) -> None:
    json_mode.emit({"path": Path("a/b")}, "")
    assert json.loads(capsys.readouterr().out) == {"path": "a/b"}


def test_quiet_says_nothing_but_gives_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    Context(Settings(), quiet=True).say("x")
    Context(Settings(), quiet=True).emit({}, "x")
    assert capsys.readouterr() == ("", "")
    Context(Settings(), as_json=True, quiet=True).emit([1], "x")
    assert capsys.readouterr() == ("[1]\n", "")


@pytest.mark.parametrize("quiet", [True, False])
def test_progress_hands_on_every_item_and_lazily(quiet: bool, capsys: pytest.CaptureFixture[str]) -> None:
    taken = []

    def items() -> Iterator[int]:
        for n in range(3):
            taken.append(n)
            yield n

    behind = Context(Settings(), quiet=quiet).progress(items(), "Collecting", 3)
    assert next(behind) == 0
    assert taken == [0]
    assert list(behind) == [1, 2]
    assert capsys.readouterr().out == ""


def test_an_error_behind_the_progress_is_not_swallowed(spoken: Context) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise StoreError("full")

    with pytest.raises(StoreError, match="full"):
        list(spoken.progress(items(), "Collecting"))


def test_the_store_is_opened_once_and_at_first_use(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    context = Context(Settings(store=url))
    with pytest.raises(StoreError, match="There is no store at"):
        _ = context.store
    create_or_upgrade(url)[0].close()
    assert context.store is context.store
    assert context.store.now is context.clock
    context.store.close()
