"""What notices say: where to look, and nothing of posts, people, categories or scores; kept in a catalogue."""

import re
from collections import namedtuple
from datetime import UTC, datetime
from gettext import NullTranslations

import pytest

from dashboard import notices
from dashboard.notices import ABOUT_ALERT, PAGES, line, message, rules_of, subject
from dashboard.screens import PAGES as SCREENS
from data.config import Secret, Settings
from data.model import Category, Characteristic
from data.notice import HOLDERS, Cause, Channel, Kind
from data.services.notices import Planned
from tests.support.notices import RULES

Row = namedtuple("Row", "cause recipient put_at")
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
BASE = "https://posts.fernbrook.example/"
ABOUT = {"alert": 12, "account": "bins", "days": 30, "accounts": 2}
WAITS = ("replies", "support", "to_review", "second_look", "appealed", "questions", "panel", "office", "silent")


def of(kind: Kind, team: bool = False, **about: int | str) -> Planned:
    cause = Cause(kind, f"{kind}:12:34", ABOUT | about, "bins", "Environment")
    if team:
        return Planned(cause, "team:slack", Channel.SLACK)
    return Planned(cause, "person:7", Channel.EMAIL, 7, "jo.field@fernbrook.example")


def said(planned: Planned, **numbers: int) -> notices.Message:
    row = Row(planned.cause.key, planned.recipient, AT)
    return message(row, planned, RULES, BASE, numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("team", [False, True])
def test_every_kind_has_its_words_and_a_page_of_ours(kind: Kind, team: bool) -> None:
    told = said(of(kind, team), to_review=3)
    assert told.subject[0].isupper()
    assert len(told.text) > 30
    assert told.url.startswith(BASE)
    assert PAGES[kind] in {"", *(path for path, _, _ in SCREENS)}
    assert ("?alert=12" in told.url) == (PAGES[kind] in ABOUT_ALERT)


@pytest.mark.parametrize("kind", list(Kind))
def test_no_notice_names_a_category_a_score_or_a_person(kind: Kind) -> None:
    told = said(of(kind), to_review=3)
    words = f"{told.subject} {told.text} {told.why}".lower()
    for name in (*Category, *Characteristic):
        assert not re.search(rf"\b{name.replace('_', ' ')}\b", words), name
    for word in ("score", "%", "jo.field", "environment", "abus", "possible:"):
        assert word not in words


def test_only_renewal_names_an_account() -> None:
    named = [kind for kind in Kind if "bins" in said(of(kind), to_review=1).text]
    assert named == [Kind.RENEWAL]


def test_the_urgent_one_says_only_to_look() -> None:
    told = said(of(Kind.URGENT))
    assert told.subject == "Please look now"
    assert "within 15 minutes" in told.text
    assert told.url == f"{BASE}look-now?alert=12"


def test_numbers_are_one_or_many() -> None:
    assert line("to_review", 1) == "1 alert to review"
    assert line("to_review", 4) == "4 alerts to review"
    assert "in 1 day." in said(of(Kind.RENEWAL, days=1)).text
    assert "in 30 days." in said(of(Kind.RENEWAL)).text
    assert "1 account was" in said(of(Kind.SILENCE, accounts=1)).text


def test_a_digest_lists_what_waits() -> None:
    told = said(of(Kind.DIGEST), **dict.fromkeys(WAITS, 2))
    assert told.text.count("\n- ") == len(WAITS)
    assert told.url == BASE


def test_support_is_worded_for_before_and_after_its_day() -> None:
    assert "still waits" in said(of(Kind.SUPPORT_DUE, days=-1)).text
    assert "still waits" not in said(of(Kind.SUPPORT_DUE, days=3)).text
    assert "counts against nobody" in said(of(Kind.SUPPORT_DUE)).text


def test_why_it_came_and_where_to_choose() -> None:
    for kind in Kind:
        why = said(of(kind), to_review=1).why
        assert why.endswith(f"{BASE}notices")
        assert ("hold an account" in why) == (kind in HOLDERS)
    assert "team’s channel" in said(of(Kind.QUESTION, team=True)).why


def test_a_mark_is_lasting_and_each_its_own() -> None:
    one, again, other = said(of(Kind.APPEAL)), said(of(Kind.APPEAL)), said(of(Kind.APPEAL, team=True))
    assert one == again
    assert one.mark != other.mark
    assert re.fullmatch(r"[0-9a-f]{32}", one.mark)
    assert one.at == AT


def test_an_account_with_odd_signs_adds_no_line_of_control() -> None:
    assert "\x1b" not in said(of(Kind.RENEWAL, account="bins\x1b[31m\u202e")).text


def test_texts_come_from_a_catalogue() -> None:
    class Welsh(NullTranslations):
        def gettext(self, message: str) -> str:
            return {"Please look now": "Edrychwch nawr"}.get(message, message)

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return {"{n} appeal": "{n} apêl"}.get(msgid1, msgid2)

    assert subject(Kind.URGENT, Welsh()) == "Edrychwch nawr"
    assert line("appealed", 2, Welsh()) == "2 apêl"


def test_rules_are_those_of_the_settings() -> None:
    settings = Settings(urgent_minutes=5, smtp_host="mail.example", slack_url=Secret("https://a"))
    found = rules_of(settings)
    assert (found.email, found.team, found.urgent_minutes) == (True, (Channel.SLACK,), 5)
    assert rules_of(Settings(teams_url=Secret("https://a"))).team == (Channel.TEAMS,)
    assert not rules_of(Settings()).email
