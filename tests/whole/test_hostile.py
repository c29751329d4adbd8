"""Post text is hostile input everywhere: through the feed, the store, the shell's output and the classifier."""

import json
import re
from pathlib import Path

import pytest

import postreeve
from data.cli import plain
from data.policy import DEFAULT
from tests.support.feeds import feed_server, rss
from tests.support.register import csv_of, row

HOSTILE = {
    1: "plain words to begin with",
    2: "\u202eright to left\u202c and \u2066isolated\u2069",
    3: "=cmd|' /C calc'!A0",
    4: "<script>alert(1)</script> and <img src=x onerror=alert(1)>",
    5: "**bold** [link](javascript:alert(1)) `code` | table |",
    6: "'; DROP TABLE post; --",
    7: "{{7*7}} ${7*7} %(7)s {0.__class__}",
    8: "zero\u200bwidth\u200djoiner and s o f t\u00adhyphen",
    9: "a" + "\u0301" * 500,
    10: "🚧" * 2000,
    11: "\u0000 is not XML, this is what is left"[1:],
    12: "line one\nline two\r\nline three",
    13: "x" * 100_000,
    14: "Ffordd ar gau – Stryd Fawr, diolch am eich amynedd",
    15: "@everyone https://evil.example/?q=%00%0d%0aSet-Cookie:x",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A store that has collected every hostile post, each with an alert."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")
    low = re.sub(r"(?m)^(threshold|score) = 0\.\d+", r"\1 = 0.0000001", DEFAULT.read_text(encoding="utf-8"))
    Path("low.toml").write_text(low, encoding="utf-8")
    with feed_server() as server:
        server.bodies["bins"] = rss(list(HOSTILE), "bins", HOSTILE)
        monkeypatch.setenv("POSTREEVE_ALLOW_PRIVATE", server.place)
        Path("register.csv").write_bytes(csv_of(row("bins", url=server.url("bins"), purpose="=HYPERLINK(1)")))
        for arguments in (["init"], ["account", "import", "register.csv"], ["policy", "use", "low.toml"], ["run"]):
            assert postreeve.outcome(["--quiet", *arguments]) == 0
    assert postreeve.outcome(["--quiet", "user", "add", "rita@council.example", "--role", "reviewer"]) == 0
    capsys.readouterr()
    return tmp_path


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert postreeve.outcome(list(arguments)) == 0
    return capsys.readouterr().out


def test_every_hostile_post_is_stored_judged_and_shown_as_text(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    waiting = json.loads(shown(capsys, "--json", "alert", "list"))
    assert len(waiting) >= len(HOSTILE) - 1  # Welsh is not assessed, so it may raise none
    for alert in waiting:
        out = shown(capsys, "alert", "show", str(alert["alert"]), "--by", "rita@council.example")
        assert out == plain(out)
        assert "\x1b" not in out
        assert not set(out) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")


def test_the_store_still_verifies_and_has_its_tables(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "Everything verifies." in shown(capsys, "verify")


def test_what_is_not_assessed_is_not_called_clean(here: Path) -> None:
    import sqlite3

    with sqlite3.connect(here / "s.db") as raw:
        rows = raw.execute(
            "SELECT f.assessed, f.score, f.not_assessed FROM finding f JOIN version v ON v.id = f.version_id "
            "WHERE v.text LIKE 'Ffordd ar gau%'"
        ).fetchall()
    [(assessed, score, not_assessed)] = rows
    assert assessed in ("none", "partial")
    assert "language" in not_assessed
    assert (score is None) == (assessed == "none")


def test_the_same_post_is_judged_the_same_alone(here: Path) -> None:
    """Reproducible: each finding again, by the model alone on that text, within 1e-3 and with the same words."""
    import sqlite3

    from classifier import pipeline

    model = pipeline.load()
    with sqlite3.connect(here / "s.db") as raw:
        rows = raw.execute(
            "SELECT v.text, f.score, f.model_hash FROM finding f JOIN version v ON v.id = f.version_id "
            "WHERE f.score IS NOT NULL"
        ).fetchall()
    assert len(rows) >= len(HOSTILE) - 1
    for words, score, model_hash in rows:
        [alone] = model.classify([words])
        assert model_hash == model.hash
        assert alone.score == pytest.approx(score, abs=1e-3)


def test_the_register_goes_out_with_its_formula_as_text_and_in_again(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown(capsys, "account", "export", "out.csv")
    other = f"sqlite:///{here}/other.db"
    shown(capsys, "--store", other, "init")
    shown(capsys, "--store", other, "account", "import", "out.csv")
    again = json.loads(shown(capsys, "--store", other, "--json", "account", "show", "bins"))
    assert again["passport"]["purpose"] == "=HYPERLINK(1)"
