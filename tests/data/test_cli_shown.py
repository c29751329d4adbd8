"""What reaches a terminal or a program can always be written there, and spans of time are understood or refused."""

import io
import json
import re
import sys
from datetime import timedelta

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.cli import DURATION, UNSAFE, Context, as_json, plain
from data.config import Settings

ANY = st.text(st.characters(whitelist_categories=None), max_size=50)  # halves of characters too


@pytest.mark.parametrize("half", ["\ud800", "\udcff.zip", "a\ud83d", "\ude00b"])
def test_half_a_character_of_a_file_s_name_stops_nothing(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for as_json_too in (False, True):
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "stderr", err)
        context = Context(Settings(), as_json=as_json_too)
        context.say(f"Wrote {half}")
        context.emit({"file": half}, f"Wrote {half}")
        out.flush()
        err.flush()
        said = (out.buffer.getvalue() + err.buffer.getvalue()).decode()  # type: ignore[attr-defined]
        assert "Wrote " in said


@given(ANY)
def test_whatever_is_said_can_be_written(text: str) -> None:
    assert plain(text).encode().decode() == plain(text)
    assert plain(plain(text)) == plain(text)


@given(st.dictionaries(ANY, ANY | st.integers() | st.none() | st.lists(ANY, max_size=3), max_size=4))
def test_a_document_is_one_line_that_says_the_same(document: dict[str, object]) -> None:
    text = as_json(document)
    assert json.loads(text) == json.loads(json.dumps(document))
    assert not UNSAFE.search(text)
    assert len(text.encode().splitlines()) == 1


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("1s", timedelta(seconds=1)),
        ("90s", timedelta(seconds=90)),
        ("15m", timedelta(minutes=15)),
        (" 2h ", timedelta(hours=2)),
        ("24h", timedelta(days=1)),
        ("1d", timedelta(days=1)),
        ("86400s", timedelta(days=1)),
    ],
)
def test_a_span_is_understood(typed: str, span: timedelta) -> None:
    assert DURATION.convert(typed, None, None) == span
    assert DURATION.convert(span, None, None) is span


@pytest.mark.parametrize(
    "typed", ["", "0s", "2d", "25h", "86401s", "1.5h", "-1s", "1 h", "h", "1w", "1hour", "999999999d"]
)
def test_what_is_no_span_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=re.escape(f"{typed!r} is no time span between a second and a day")):
        DURATION.convert(typed, None, None)


@given(ANY)
def test_any_text_is_a_span_or_a_refusal(typed: str) -> None:
    try:
        span = DURATION.convert(typed, None, None)
    except click.BadParameter as refused:
        assert "15m, 2h or 1d" in str(refused)  # noqa: PT017
    else:
        assert timedelta(seconds=1) <= span <= timedelta(days=1)
