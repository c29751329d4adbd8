"""The verb classify."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from classifier.commands import CHUNK, COMMANDS, FIRST, chunks, classify
from classifier.pipeline import load
from classifier.stream import Text
from data.cli import Context
from data.config import Settings
from data.errors import InputError, PolicyError
from data.policy import default
from tests.classifier.conftest import Trained
from tests.classifier.samples import harmless, insults

KEYS = {"id", "alert", "score", "categories", "characteristics", "clauses", "severity", "cues"} | {
    "assessed",
    "language",
    "not_assessed",
    "model",
    "policy",
}


class Ran:
    """What a verb wrote and how it ended."""

    def __init__(self, verb: Any, *arguments: str, stdin: bytes = b"", as_json: bool = False, model: str = "") -> None:
        self.context = Context(Settings(model=model), as_json)
        self.result = CliRunner().invoke(verb, list(arguments), obj=self.context, input=stdin, catch_exceptions=True)
        self.error = self.result.exception if not isinstance(self.result.exception, SystemExit) else None

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output."""
        return [json.loads(line) for line in self.result.stdout.splitlines()]


def test_the_verbs() -> None:
    assert [c.name for c in COMMANDS] == ["classify"]


def test_one_object_a_line_in_order() -> None:
    rows = [{"id": f"r{n}", "text": text} for n, text in enumerate([insults()[0], harmless()[0], ""])]
    ran = Ran(classify, stdin="\n".join(map(json.dumps, rows)).encode())
    assert [line["id"] for line in ran.lines] == ["r0", "r1", "r2"]
    assert all(set(line) == KEYS for line in ran.lines)
    assert ran.lines[0]["policy"] == default().version
    assert ran.lines[0]["model"] == load().hash
    assert ran.lines[2]["assessed"] == "none"
    assert ran.context.failures == []


def test_lines_come_in_chunks_that_keep_their_order() -> None:
    items = [Text(n, "a" * (n % 7)) for n in range(2 * CHUNK)]
    cut = list(chunks(items))
    assert [item for chunk in cut for item in chunk] == items
    assert len(cut[0]) == FIRST
    assert max(map(len, cut)) == CHUNK
    assert [len(c) for c in chunks([Text(n, "a" * 600_000) for n in range(5)])] == [2, 2, 1]


def test_what_deserves_an_alert_gets_one() -> None:
    text = "Women are too stupid and emotional to run anything, send them back to the kitchen"
    [line] = Ran(classify, stdin=json.dumps({"text": text}).encode()).lines
    assert line["alert"]
    assert "D1" in line["clauses"]
    assert line["severity"] in {"medium", "high", "urgent"}


@pytest.mark.xfail(strict=True, reason="insults without a characteristic score low; docs/classifier.md says so")
def test_a_plain_insult_gets_an_alert() -> None:
    [line] = Ran(classify, stdin=b'{"text": "You are a pathetic, stupid idiot and everyone laughs at you"}').lines
    assert line["alert"]


def test_an_explanation_adds_up() -> None:
    text = "Tom &amp; Mervyn: a pathetic clown 😀"
    ran = Ran(classify, "--explain", stdin=json.dumps({"text": text}).encode())
    [line] = ran.lines
    parts = line["for"] + line["against"]
    assert abs(line["base"] + sum(p["weight"] for p in parts) + line["rest"] - line["raw"]) < 1e-9
    assert all(text[p["start"] : p["end"]] == p["text"] for p in parts)


def test_bad_lines_stand_in_their_place_and_are_counted() -> None:
    ran = Ran(classify, stdin=b'{"text": "a"}\nnonsense\n{"text": "\xff"}\n{"text": "b"}\n')
    assert [set(line) == {"id", "error"} for line in ran.lines] == [False, True, True, False]
    assert ran.context.failures == ["2 lines could not be read"]


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000_000, "\x00", "", "\u0301" * 10_000, "😀" * 100_000, "\ud800", "a\x00b", "\u202e\u2066\x1b[2J"],
    ids=["10 MB", "NUL", "empty", "marks", "emoji", "surrogate", "NUL inside", "controls"],
)
def test_hostile_lines_have_an_answer(text: str) -> None:
    ran = Ran(classify, "--explain", stdin=json.dumps({"id": 1, "text": text}).encode())
    assert ran.error is None
    [line] = ran.lines
    assert line["assessed"] in {"full", "partial", "none"}


@pytest.mark.parametrize(
    ("name", "content", "ids"),
    [
        ("a.csv", "text,id\none day,k\n", ["k"]),
        ("a.txt", "one day\ntwo\n", [1, 2]),
        ("a.jsonl", '{"text": "one"}', [1]),
    ],
)
def test_the_ending_says_what_a_file_is(tmp_path: Path, name: str, content: str, ids: list[object]) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert [line["id"] for line in Ran(classify, str(tmp_path / name)).lines] == ids


def test_a_format_that_is_named_wins(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('{"text": "one"}\n', encoding="utf-8")
    assert len(Ran(classify, str(tmp_path / "a.csv"), "--format", "jsonl").lines) == 1


def test_a_policy_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(default().content.replace(default().version, "own-1"), encoding="utf-8")
    ran = Ran(classify, "--policy", str(path), stdin=b'{"text": "a day"}')
    assert ran.lines[0]["policy"] == "own-1"
    path.write_bytes(b"\xff")
    assert isinstance(Ran(classify, "--policy", str(path), stdin=b"").error, PolicyError)


def test_a_model_of_ones_own(trained: Trained) -> None:
    ran = Ran(classify, stdin=b'{"text": "a day at the market"}', model=str(trained.folder))
    assert ran.lines[0]["model"] == load(trained.folder).hash


def test_csv_without_text_is_an_error() -> None:
    assert isinstance(Ran(classify, "--format", "csv", stdin=b"a,b\n").error, InputError)
