"""The verbs of the command: each is found in the module that holds it, and only that one is imported."""

import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

import postreeve
from tests.support.command import environment
from tests.support.verbs import verbs

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"pandas", "sklearn", "onnxruntime", "streamlit"}
SHOW = (
    "import sys, postreeve; postreeve.outcome({!r}); print(' '.join(sorted({!r} & set(sys.modules))), file=sys.stderr)"
)


@pytest.mark.parametrize("room", postreeve.ROOMS)
def test_the_table_of_verbs_is_what_the_modules_hold(room: str) -> None:
    assert postreeve.ROOMS[room] == tuple(one.name for one in import_module(room).COMMANDS)


def test_every_command_of_every_module_can_be_called() -> None:
    modules = [
        import_module(str(path.relative_to(ROOT).with_suffix("")).replace("/", "."))
        for folder in ("collectors", "classifier", "dashboard", "data")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"^COMMANDS\b.* = ", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    known = [one for _, one in verbs(postreeve.cli)]
    assert len(modules) >= len(postreeve.ROOMS)
    assert [one.name for module in modules for one in module.COMMANDS if one not in known] == []


def test_every_verb_is_listed_and_found() -> None:
    context = click.Context(postreeve.cli)
    names = postreeve.cli.list_commands(context)
    assert names == sorted(set(names))
    assert {"run", "watch", "demo", "collect", "scan", "verify"} <= set(names)
    assert [one.name for name in names if (one := postreeve.cli.get_command(context, name))] == names
    assert postreeve.cli.get_command(context, "colect") is None


@pytest.mark.parametrize("verb", ["collect", "verify", "no-such-verb"])
def test_a_verb_brings_no_library_that_it_does_not_need(verb: str, tmp_path: Path) -> None:
    line = [sys.executable, "-c", SHOW.format([verb, "--help"], HEAVY)]
    done = subprocess.run(line, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == ""
