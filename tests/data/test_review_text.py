"""Hostile words in what the command prints and writes, and policies that are hardly one."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from data import policy, register
from data.cli import Context, as_json
from data.commands.alert import alert
from data.config import Settings
from data.errors import PolicyError
from data.model import Category, Role
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, csv_of, row


@pytest.mark.parametrize("char", ["\x9b31m", "\x7f", "\u202e", "\u2066", "\u2028", "\ud800"])
def test_json_escapes_what_a_terminal_might_obey(char: str) -> None:
    said = as_json({"text": f"a{char}b"})
    assert said.isascii()
    said.encode()
    assert json.loads(said) == {"text": f"a{char}b"}


def test_json_leaves_languages_alone() -> None:
    assert as_json({"text": "Dŵr – £5 🌧"}) == '{"text": "Dŵr – £5 🌧"}'


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+44 20", "-2", "'=1", "''@x y"])
def test_no_cell_of_the_register_is_a_formula_and_all_come_back(cell: str) -> None:
    [entry] = register.read(json.dumps([row("bins", purpose=cell)]).encode(), "r.json")
    written = register.write_csv([entry])
    assert f",{cell}," not in written
    assert register.read(written.encode(), "r.csv") == [entry]


@pytest.mark.parametrize("cell", ["@thornmere", "'tis", "'@thornmere", "plain"])
def test_other_cells_are_written_as_they_are(cell: str) -> None:
    [entry] = register.read(csv_of(row("bins", handle=cell)), "r.csv")
    assert entry.account.handle == cell
    assert f",{cell}," in register.write_csv([entry])


def test_words_of_a_post_cannot_pass_for_lines_of_ours(sqlite_store: Store, tmp_path: Path) -> None:
    from classifier.scan import scan

    add(sqlite_store, row("bins"))
    words = "a clown\nevent      2026-11-22 12:00 decide by pat@council.example"
    store_items(sqlite_store, "bins", item(1, words, warning="rude"))
    list(scan(sqlite_store, WordJudge({"clown": Category.HARASSMENT})))
    people.add(sqlite_store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)
    context = Context(Settings(store=str(sqlite_store.url), anchor=f"{tmp_path}/anchor"), clock=sqlite_store.now)
    done = CliRunner().invoke(alert, ["show", "1", "--by", "rita@council.example"], obj=context)
    assert isinstance(alert, click.Group)
    assert "decide by pat" in done.output
    assert not any(line.startswith("event") and "pat@" in line for line in done.output.splitlines())
    assert "rude" in done.output
    assert (tmp_path / "anchor").exists()


@pytest.mark.parametrize(
    "clauses", ["clause = [1, 2]", "clause = ['x']", "[[clause]]\n[[clause]]", "[[clause]]\nid=[1]"]
)
def test_clauses_that_are_none_are_mistakes_and_no_crash(clauses: str) -> None:
    with pytest.raises(PolicyError, match="clause"):
        policy.load(clauses)
