"""A table of councils becomes applications by the documented command; a panel decides them one by one."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

import postreeve
from tests.support.command import ROOT

MAP = ROOT / "data" / "samples" / "uk_councils.toml"
COLUMNS = ("local-authority-code", "official-name", "nice-name", "website", "twitter")
SHARED = "https://www.twinvale.example"
COUNCILS = (
    ("ELM", "Elmbury Borough Council", "Elmbury", "https://www.elmbury.example", "elmburybc"),
    ("TWN", "North Twinvale District Council", "North Twinvale", SHARED, "twinvale"),
    ("TWS", "South Twinvale District Council", "South Twinvale", SHARED, ""),
    ("NOW", "Nowhere-on-Sea City Council", "Nowhere-on-Sea", "", "nowhereonsea"),
    ("CWM", "Cyngor Sir Cwmŵyr", "Cwmŵyr", "https://www.cwmwyr.example/cy", "cwmwyr"),
    ("QUI", 'Quillham, Reed & "Sedge" Council', "Quillham, Reed & Sedge", "http://quillham.example", ""),
    ("HSH", "Hush County Council", "Hush", "", ""),
    ("OAK", "Oakmere Council", "Oakmere", "https://oakmere.example/", "oakmere_says"),
)
WEBSITES = {code: website for code, _, _, website, _ in COUNCILS}
ON_X = {code: name for code, _, _, _, name in COUNCILS if name}
COMPLETE = [
    "--dpia-ref",
    "DPIA-7",
    "--notice-date",
    "2026-01-05",
    "--review-date",
    "2098-12-01",
    "--until",
    "2099-01-31",
]


class Shell:
    """The command in this process, as somebody in a folder with a store and the table would call it."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: str, expect: int = 0) -> str:
        """Return what was said, on either stream."""
        code = postreeve.outcome(list(arguments))
        out, err = self.capsys.readouterr()
        assert code == expect, out + err
        return out + err

    def document(self, *arguments: str) -> Any:
        """Return the document that was given out."""
        return json.loads(self("--json", *arguments))

    def approve(self, account_id: str, *more: str, expect: int = 0) -> str:
        """Let the panel approve an application whose business case is completed."""
        by = ("--by", "pat@council.example", "--reason", "Residents read it.")
        return self("account", "decide", account_id, "--approve", *by, *COMPLETE, *more, expect=expect)

    def states(self) -> dict[str, str]:
        """Return where each account's passport stands."""
        return {line["id"]: line["passport"] for line in self.document("account", "list")}


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A store with a panel member, and the councils imported from their table."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POSTREEVE_STORE", f"sqlite:///{tmp_path}/s.db")
    (tmp_path / "councils.csv").write_text(table(COUNCILS), encoding="utf-8")
    made = Shell(capsys)
    made("init")
    made("user", "add", "pat@council.example", "--role", "panel")
    said = made("account", "import", "councils.csv", "--map", str(MAP))
    total = len(COUNCILS) + len(ON_X)
    assert said == f"Added {total} accounts: 0 with a live passport, {total} as applications that wait for the panel.\n"
    return made


def table(rows: tuple[tuple[str, ...], ...]) -> str:
    """Return the table as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *rows])
    return out.getvalue()


def test_every_council_applies_for_its_news_and_its_x_account(shell: Shell) -> None:
    wanted = {f"{code}-news" for code in WEBSITES} | {f"{code}-x" for code in ON_X}
    assert shell.states() == dict.fromkeys(wanted, "applied")
    assert not any(line["live"] for line in shell.document("account", "list"))


@pytest.mark.parametrize("code", list(WEBSITES))
def test_names_and_addresses_arrive_as_they_were(shell: Shell, code: str) -> None:
    [(_, official, nice, website, _)] = [c for c in COUNCILS if c[0] == code]
    news = shell.document("account", "show", f"{code}-news")
    assert (news["platform"], news["url"], news["handle"]) == ("feed", website, f"{nice} news")
    assert news["passport"]["purpose"].startswith(f"News of {official}: TO BE COMPLETED")
    if code in ON_X:
        there = shell.document("account", "show", f"{code}-x")
        assert (there["handle"], there["url"]) == (ON_X[code], f"https://x.com/{ON_X[code]}")


def test_none_of_them_is_collected_before_the_panel_decided(shell: Shell) -> None:
    told = shell.document("collect")["accounts"]
    assert {a["outcome"] for a in told} == {"skipped"}
    assert sum(a["requests"] for a in told) == 0


def test_the_panel_approves_one_and_corrects_its_address(shell: Shell) -> None:
    feed = "https://www.elmbury.example/news/feed.xml"
    said = shell.approve("ELM-news", "--url", feed)
    assert said == "The passport of ELM-news is now live until 2099-01-31.\n"
    assert shell.document("account", "show", "ELM-news")["url"] == feed
    assert [i for i, state in shell.states().items() if state == "live"] == ["ELM-news"]
    assert shell.document("verify")["problems"] == []


def test_a_council_without_a_website_needs_an_address_first(shell: Shell) -> None:
    assert "HSH-news is a feed without an address" in shell.approve("HSH-news", expect=1)
    assert "is not a web address" in shell.approve("HSH-news", "--url", "hush council", expect=1)
    assert shell.states()["HSH-news"] == "applied"
    assert shell.document("account", "show", "HSH-news")["url"] == ""
    shell.approve("HSH-news", "--url", "https://hush.example/feed")
    assert shell.states()["HSH-news"] == "live"


def test_an_incomplete_business_case_is_not_approved(shell: Shell) -> None:
    by = ("--by", "pat@council.example", "--reason", "Useful.")
    told = shell("account", "decide", "OAK-news", "--approve", *by, expect=1)
    assert re.search(r"OAK-news lacks dpia_ref, notice_date, review_date", told)
    assert shell.states()["OAK-news"] == "applied"


def test_two_live_accounts_at_one_address_are_refused(shell: Shell) -> None:
    shell.approve("TWN-news")
    told = shell.approve("TWS-news", expect=1)
    assert "TWN-news has the same address as TWS-news and is live; close one of them first" in told
    for written in (SHARED, f"{SHARED}/", SHARED.upper().replace("HTTPS", "https")):
        shell.approve("ELM-news", "--url", written, expect=1)
    states = shell.states()
    assert (states["TWN-news"], states["TWS-news"], states["ELM-news"]) == ("live", "applied", "applied")
    assert shell.document("account", "show", "ELM-news")["url"] == WEBSITES["ELM"]  # the refusal changed nothing


def test_the_address_is_free_again_when_the_other_one_is_closed(shell: Shell) -> None:
    shell.approve("TWN-news")
    shell("account", "close", "TWN-news", "--by", "pat@council.example", "--reason", "Merged.")
    shell.approve("TWS-news")
    assert (shell.states()["TWN-news"], shell.states()["TWS-news"]) == ("closed", "live")


def test_the_same_table_again_changes_nothing(shell: Shell) -> None:
    before = shell.states()
    told = shell("account", "import", "councils.csv", "--map", str(MAP), expect=1)
    assert "ELM-news is on the register already" in told
    assert shell.states() == before


def test_a_table_with_other_columns_is_refused_by_name(shell: Shell) -> None:
    Path("other.csv").write_text(table(COUNCILS).replace("nice-name", "short-name"), encoding="utf-8")
    before = shell.states()
    told = shell("account", "import", "other.csv", "--map", str(MAP), expect=1)
    assert "the table has no column 'nice-name'" in told
    assert shell.states() == before
