"""Whatever stands on the command line is recorded, refused in a sentence, or shown without driving the terminal."""

import json
from pathlib import Path

import pytest

import postreeve
from data.services import people
from data.store.engine import open_store

HALF = "\udcff"  # how Python gives a byte that is no UTF-8
REFUSED = "An argument holds bytes that are no UTF-8; nothing was recorded. Write it in UTF-8.\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a store, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")
    assert postreeve.outcome(["--quiet", "init"]) == 0
    return tmp_path


def ask(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run the command in this process; return exit code, output, messages."""
    capsys.readouterr()
    code = postreeve.outcome(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "add", "ann@council.example", "--name", HALF, "--role", "owner"),
        ("user", "add", f"{HALF}@council.example", "--role", "owner"),
        ("user", "disable", HALF),
        ("account", "show", HALF),
        ("--store", f"sqlite:///{HALF}.db", "init"),
    ],
)
def test_bytes_that_are_no_words_are_refused(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert ask(capsys, *arguments) == (2, "", REFUSED)
    store = open_store(f"sqlite:///{here}/s.db")
    assert people.everyone(store) == []
    store.close()


def test_another_mistake_of_ours_is_not_laid_on_the_arguments(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        HALF.encode()

    monkeypatch.setattr(people, "everyone", broken)
    with pytest.raises(UnicodeEncodeError):
        ask(capsys, "user", "list")


def test_a_name_that_would_drive_the_terminal_is_shown_without(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = ask(capsys, "user", "add", "ann@council.example", "--name", "\x1b[2J\u202eAnn", "--role", "owner")
    assert code == 0
    code, out, _ = ask(capsys, "user", "list")
    assert code == 0
    assert out.isprintable() or set(out) - {"\n"} == {c for c in out if c.isprintable()}
    code, out, _ = ask(capsys, "--json", "user", "list")
    assert "\x1b" not in out
    assert json.loads(out)[0]["email"] == "ann@council.example"


@pytest.mark.parametrize(
    "email", ["ann", "", " ", "a b@c.example", "ann@", "@council.example", "ann@council\x00.example"]
)
def test_what_is_no_address_adds_nobody(here: Path, capsys: pytest.CaptureFixture[str], email: str) -> None:
    code, out, err = ask(capsys, "user", "add", email, "--role", "owner")
    assert code in (1, 2)
    assert out == ""
    assert "Nobody was added" in err


@pytest.mark.parametrize(
    "store", ["x", "sqlite://", "sqlite:///:memory:", "mysql://u:hunter2@h/x", "postgresql://u:hunter2@h:x/y"]
)
def test_what_is_no_store_is_refused_without_its_password(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for verb in (("init",), ("user", "list")):
        code, out, err = ask(capsys, "--store", store, *verb)
        assert (code, out) == (2, "")
        assert err.startswith("The store")
        assert "hunter2" not in err
    assert list(tmp_path.iterdir()) == []
