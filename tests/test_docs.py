"""The documentation is true: what README shows runs, every verb and setting is told, every link leads somewhere."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import click
import pytest

import postreeve
from collectors.registry import COLLECTORS
from data.clock import system_clock
from data.config import Settings
from data.model import Role
from data.register import COLUMNS
from data.services import people
from data.store.engine import open_store
from tests.support.command import ROOT, environment
from tests.support.feeds import feed_server, rss
from tests.support.verbs import verbs

README = (ROOT / "README.md").read_text(encoding="utf-8")
FOUR = ("alex", "rita", "pat", "olu")  # whom README adds with a password
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def shown(page: str) -> list[str]:
    """Return the command lines of a page's sh blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder with the files that README speaks of, and feeds on loopback in place of a council's."""
    with feed_server() as server:
        server.bodies = {"swim.xml": rss(range(5), "swim")}
        [table] = re.findall(r"```csv\n(.*?)```", README, re.DOTALL)
        own = table.replace("https://www.council.example/", server.url(""))
        (tmp_path / "register.csv").write_text(own, encoding="utf-8")
        (tmp_path / "texts.jsonl").write_text('{"id": 1, "text": "The bins are out."}\n', encoding="utf-8")
        yield tmp_path, environment(POSTREEVE_ALLOW_PRIVATE=server.place)


def test_what_readme_shows_runs(desk: tuple[Path, dict[str, str]]) -> None:
    """A password is asked for twice; without a terminal it is read from standard input."""
    folder, env = desk
    lines = [line for line in shown(README) if line.startswith("postreeve ")]
    assert len(lines) > 10
    for line in lines:
        command = [sys.executable, "-m", *shlex.split(line)]
        if line == "postreeve dashboard":
            opens(command, folder, env)
            continue
        done = subprocess.run(
            command, cwd=folder, env=env, input="correct horse battery\n" * 2, capture_output=True, text=True,
            check=False, timeout=120, start_new_session=True,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if line == "postreeve run":
            assert "5 new" in done.stdout


def opens(command: list[str], folder: Path, env: dict[str, str]) -> None:
    """Start the dashboard on a free port until it tells its address; everyone of README can sign in to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with subprocess.Popen(
        [*command, "--port", port], cwd=folder, env=env, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert f"Dashboard: http://127.0.0.1:{port}/" in process.stdout.readline()
        finally:
            process.send_signal(signal.SIGINT)
    with closing(open_store(f"sqlite:///{folder}/var/postreeve.db", system_clock)) as store:
        tokens = [people.sign_in(store, f"{name}@council.example", "correct horse battery") for name in FOUR]
        roles = [set(found.roles) for token in tokens if (found := people.who(store, token))]
    assert roles == [{Role.ADMINISTRATOR}, {Role.REVIEWER}, {Role.PANEL}, {Role.OWNER}]


def test_the_two_commands_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for line in shown(README):
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile
    assert {"make demo", "make test"} <= set(shown(README))
    assert "make test" in (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert os.access(ROOT / ".ci/run", os.X_OK)


def test_every_verb_is_in_readme() -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `postreeve")]
    told = " ".join(rows)
    missing = []
    for words in (w for w, one in verbs(postreeve.cli) if not isinstance(one, click.Group)):
        line = " ".join(r for r in rows if f"`postreeve {words[0]}" in r) or told
        if not re.search(rf"`(postreeve )?({words[0]} )?{words[-1]}`", line):
            missing.append(" ".join(words))
    assert missing == []


def test_no_verb_is_invented() -> None:
    known = {words[0] for words, _ in verbs(postreeve.cli)}
    named = {m for page in PAGES for m in re.findall(r"`postreeve ([a-z-]+)", page.read_text(encoding="utf-8"))}
    assert named <= known


def test_every_verb_has_help_that_ends_as_a_sentence() -> None:
    assert [
        words
        for words, one in verbs(postreeve.cli)
        if not (one.help or "").strip().endswith((".", "below)", "all away."))
    ] == []


def test_every_setting_and_column_is_told() -> None:
    settings = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    register = (ROOT / "docs/register.md").read_text(encoding="utf-8")
    assert [f.name for f in fields(Settings) if f"`{f.name}`" not in settings] == []
    assert [f.name for f in fields(Settings) if str(f.metadata["help"]) not in settings] == []
    assert [c for c in COLUMNS if f"`{c}`" not in register] == []


def test_every_outcome_code_is_told() -> None:
    told = (ROOT / "docs/collecting.md").read_text(encoding="utf-8")
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "collectors").glob("*.py")))
    codes = set(re.findall(r'CollectError\(\s*f?"([a-z_]+)"', source))
    assert len(codes) > 10
    assert sorted(code for code in codes if f"`{code}`" not in told) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    lost = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert lost == []


def test_what_the_page_on_new_collectors_names_is_there() -> None:
    page = (ROOT / "docs/a-new-collector.md").read_text(encoding="utf-8")
    files = set(re.findall(r"`((?:collectors|data|tests)/[\w/]+\.py)`", page))
    assert len(files) > 10
    assert sorted(name for name in files if not (ROOT / name).exists()) == []
    source = "\n".join(p.read_text(encoding="utf-8") for p in sorted((ROOT / "collectors").glob("*.py")))
    names = set(re.findall(r"`([a-z_]+|[A-Z_]{5,}|CollectError)`", page)) | {"cursor_of", "posts_of", "understood"}
    invented = {"posts_of", "townsquare"}  # the page's own example
    assert sorted(name for name in names - invented if not re.search(rf"\b{name}\b", source)) == []


def test_the_collectors_that_the_page_shows_as_models_are_as_short_as_it_says() -> None:
    for name in ("youtube", "instagram"):
        lines = (ROOT / f"collectors/{name}.py").read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 110


def test_every_platform_that_is_collected_is_told() -> None:
    told = (ROOT / "docs/collecting.md").read_text(encoding="utf-8")
    table = README.partition("## What it collects")[2].partition("\n## ")[0].lower()
    for platform in COLLECTORS:
        assert platform.value in table
        assert f"{platform.value}/1`" in told


def test_the_suite_runs_on_what_is_promised() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'requires-python = ">=3.11,<3.14"' in project
    assert "3.11, 3.12 or 3.13" in README


def test_figures_say_when_and_on_what() -> None:
    """A figure comes from a committed command, with its date and versions."""
    page = (ROOT / "docs/bench.md").read_text(encoding="utf-8")
    assert "make bench" in page
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", page)
    assert re.search(r"Python 3\.\d+\.\d+", page)
    table = [line for line in page.splitlines() if line.startswith("| ")]
    names = [line.split("|")[1].strip().split(",")[0] for line in table[1:6]]
    assert names == ["collect", "collect", "scan", "queue", "verify"]


def test_readme_names_both_sets_that_figures_are_told_of() -> None:
    """The page How to read a score counts with the card's figures; README's are those of the functional suite."""
    figures = json.loads((ROOT / "classifier/model/figures.json").read_text(encoding="utf-8"))
    [own] = [row for row in figures["sets"] if row["set"] == "own"]
    told = f"suggests: {own['recall']:.0%} and {own['false_alarms']:.1%}".replace("%", " %")
    assert told in README.replace("\n", " ")
    assert "functional suite" in README


def test_the_model_card_names_its_command_and_date() -> None:
    card = (ROOT / "classifier/model/card.md").read_text(encoding="utf-8")
    for words in ("postreeve train", "must not be used for", "Where it is poor", "licence"):
        assert words in card
    assert re.search(r"\b20\d\d-\d\d-\d\d\b", card)
    manifest = json.loads((ROOT / "classifier/model/manifest.json").read_text(encoding="utf-8"))
    for name in manifest["versions"]:
        assert name in card


def test_the_locks_have_hashes_and_name_no_host() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = re.findall(r"^[a-zA-Z0-9._-]+(?:\[[^]]*\])?==", text, re.MULTILINE)
        assert len(packages) > 40
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text
