"""report transparency as its users call it: thirteen files, each on record, nothing of a person or a post in them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from dashboard.openness_command import read, report
from data.cli import Context
from data.config import Settings
from data.errors import InputError, NotAllowed, UseError
from data.services import exporting
from data.services.actors import shell
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import DOMAIN, Council
from tests.support.told import EVALUATION


@pytest.fixture
def context(sqlite_store: Store, council: Council, clock: FakeClock) -> Context:
    return Context(Settings(store=str(sqlite_store.url)), clock=clock)


def call(context: Context, *arguments: str) -> str:
    """Run the command; return what it printed, or raise what it raised."""
    given = ["transparency", *arguments]
    return CliRunner().invoke(report, given, obj=context, catch_exceptions=False).output


def test_it_writes_every_document_and_enters_it_as_an_export(context: Context, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    told = call(context, "-o", str(out), "--council", "Fernbrook Council")
    names = sorted(path.name for path in out.iterdir())
    assert len(names) == 13
    assert f"Wrote 13 files to {out}: atrs.html" in told
    assert {row.what for row in exporting.listed(context.store, shell())} == {"transparency"}
    assert len(exporting.listed(context.store, shell())) == 13
    assert "Fernbrook Council" in (out / "atrs.md").read_text(encoding="utf-8")
    figures = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    assert figures["figures"]["use"][0]["value"] == 8.0
    assert figures["made_at"] == "2026-11-22T12:00:00Z"


def test_no_person_no_post_and_no_account_stands_in_it(context: Context, council: Council, tmp_path: Path) -> None:
    call(context, "-o", str(tmp_path), "--by-account", "purpose")
    told = "\n".join(
        path.read_text(encoding="utf-8") for path in tmp_path.iterdir() if path.suffix in (".html", ".md", ".json")
    )
    people = (council.reviewer, council.owner, council.panel, council.administrator)
    for secret in (
        *(p.name for p in people),
        DOMAIN,
        "clueless",
        "Lovely legs",
        "Fernbrook Bins",
        "hacked",
        "glass bank",
    ):
        assert secret not in told, secret
    assert "Bin days and recycling news" not in told  # one account alone has this purpose


def test_again_it_writes_over_its_own_files(context: Context, tmp_path: Path) -> None:
    call(context, "-o", str(tmp_path))
    first = (tmp_path / "atrs.md").read_bytes()
    call(context, "-o", str(tmp_path))
    assert (tmp_path / "atrs.md").read_bytes() == first
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".") and "atrs" in path.name]


def test_an_evaluation_is_taken_in(context: Context, tmp_path: Path) -> None:
    file = tmp_path / "e.json"
    file.write_text(json.dumps(EVALUATION.document), encoding="utf-8")
    document = json.loads(call(replace(context, as_json=True), "-o", str(tmp_path / "out"), "--evaluation", str(file)))
    assert len(document["files"]) == 13
    told = (tmp_path / "out" / "atrs.md").read_text(encoding="utf-8")
    assert "postreeve evaluate on ours.csv" in told
    assert "of another model than the one that judged last" in told


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"files": {}}', '{"files": {"a": {"n": 1}}}', '{"files": [1]}', '{"files": {"a": 5}}', "\x00"],
)
def test_what_is_no_evaluation_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "e.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="it is not what `postreeve --json evaluate FILE` prints"):
        read(file)


def test_days_that_make_no_time_are_refused(context: Context, tmp_path: Path) -> None:
    with pytest.raises(UseError, match="--from 2026-11-20 lies after --to 2026-11-01"):
        call(context, "-o", str(tmp_path / "out"), "--from", "2026-11-20", "--to", "2026-11-01")
    assert not (tmp_path / "out").exists()


def test_it_takes_someone_who_may_export(context: Context, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="export rows"):
        call(context, "-o", str(tmp_path / "out"), "--by", f"reviewer@{DOMAIN}")
    call(context, "-o", str(tmp_path / "out"), "--by", f"administrator@{DOMAIN}")


def test_a_folder_that_cannot_be_written_is_named(context: Context, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(UseError, match="cannot be written"):
        call(context, "-o", str(tmp_path / "file" / "out"))
