"""The public look-up: what it tells, what it never does, and that hostile words stay words."""

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest

from data import lookup
from data.model import Account, AccountKind, Passport, PassportState, Platform

ON = date(2026, 11, 22)


def live(account_id: str = "bins", kind: AccountKind = AccountKind.SERVICE, **more: str) -> tuple[Account, Passport]:
    account = Account(
        account_id,
        Platform.MASTODON,
        more.get("handle", account_id.title()),
        more.get("url", f"https://{account_id}.example"),
        kind,
        more.get("department", "Environment"),
    )
    purpose = more.get("purpose", "Bin days")
    return account, Passport(account_id, PassportState.LIVE, purpose, renewal_date=date(2027, 3, 31))


class Tags(HTMLParser):
    """The tags of a page, and what they lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and its link."""
        self.tags.append(tag)
        self.links += [str(value) for name, value in attrs if name == "href"]


def read(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def test_a_genuine_account_is_confirmed_with_its_last_day() -> None:
    found = lookup.confirmed([live()])
    page = lookup.as_html(found, ON)
    for told in ("Bins", "Mastodon", "Environment", "Bin days", "31 March 2027", "Last updated on 22 November 2026."):
        assert told in page, told
    assert read(page).links == ["https://bins.example"]
    assert json.loads(lookup.as_json(found, ON)) == {
        "updated": "2026-11-22",
        "accounts": [
            {
                "handle": "Bins",
                "platform": "mastodon",
                "url": "https://bins.example",
                "department": "Environment",
                "purpose": "Bin days",
                "live_until": "2027-03-31",
            }
        ],
    }


def test_no_officer_is_named_unless_asked_for() -> None:
    rows = [live(), live("ranger", AccountKind.OFFICER, handle="Ranger Tolliver"), live("ward", AccountKind.COUNCILLOR)]
    assert [one.handle for one in lookup.confirmed(rows)] == ["Bins", "Ward"]
    page = lookup.as_html(lookup.confirmed(rows), ON)
    assert "Tolliver" not in page
    assert "Accounts in an officer’s own name are not listed." in page
    assert len(lookup.confirmed(rows, officers=True)) == 3
    assert "are not listed" not in lookup.as_html(lookup.confirmed(rows, officers=True), ON, officers=True)


def test_a_passport_without_a_last_day_confirms_nothing() -> None:
    account, passport = live()
    assert lookup.confirmed([(account, Passport(passport.account_id, PassportState.LIVE, "x"))]) == ()


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", "https://", "http://[", "ftp://x.example"]
)
def test_only_web_addresses_are_linked_to(url: str) -> None:
    found = lookup.confirmed([live(url=url)])
    assert read(lookup.as_html(found, ON)).links == []
    assert json.loads(lookup.as_json(found, ON))["accounts"][0]["url"] == ""


def test_hostile_words_are_only_text() -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    rows = [live(handle=evil, department=evil, purpose=evil, url=f"https://x.example/{evil}")]
    page = lookup.as_html(lookup.confirmed(rows), ON)
    plain = lookup.as_html(lookup.confirmed([live()]), ON)
    assert read(page).tags == read(plain).tags
    assert "script" not in read(page).tags
    assert json.loads(lookup.as_json(lookup.confirmed(rows), ON))["accounts"][0]["handle"] == evil


def test_the_page_is_static_and_accessible() -> None:
    page = lookup.as_html(lookup.confirmed([live(), live("parks")]), ON)
    assert '<html lang="en-GB">' in page
    assert "default-src 'none'" in page
    assert page.count("<h1>") == page.count("<caption>") == page.count("<main>") == 1
    assert page.count('<th scope="col">') == 5
    assert page.count('<th scope="row">') == 2
    assert re.search(r"<title>.+</title>", page)
    assert "src=" not in page


def test_the_order_is_by_name_and_every_platform_has_one() -> None:
    rows = [live("b", handle="beta"), live("a", handle="Alpha"), live("c", handle="Gamma")]
    assert [one.handle for one in lookup.confirmed(rows)] == ["Alpha", "beta", "Gamma"]
    assert set(lookup.NAMES) == set(Platform)
