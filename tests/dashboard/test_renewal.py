"""The page Renewal: the dossier's sections without words of posts, gaps as gaps, and the files on record."""

import pytest

from dashboard.desk import Desk
from dashboard.views import renewal as view
from data.config import Settings
from data.errors import NotAllowed
from data.model import Decision, Judgement, Outcome, Person
from data.services import people, renewal, review
from data.store import alerts, ledger
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import PASSWORD, Council
from tests.support.screen import opened, words

REFER = Decision(Judgement.UPHELD, Outcome.REFER, "H1", "It belittles residents.")


def decide(store: Store, who: Person, account: str, decision: Decision) -> None:
    """Ask the owner, wait until the window is over, and decide the first alert of an account."""
    with store.read() as tx:
        number = alerts.of_account(tx, account)[-1].id
        seen = review.seen(alerts.get(tx, number))
    review.ask_reply(store, who, seen)
    clock: FakeClock = store.now  # type: ignore[assignment]
    clock.move(days=30)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, number))
    review.decide(store, who, seen, decision)


@pytest.mark.parametrize("role", ["reviewer", "second", "panel", "administrator"])
def test_an_account_stands_beside_its_business_case(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "renewal", account="bins"))
    for needed in (
        "Renewal: Fernbrook Bins",
        "Bin days and recycling news",
        "The business case does not say how often.",
        "days were collected completely",
        "no alert on them means nothing",
        "Only what a person upheld is one.",
        "Our mistakes: 0.",
        "Upheld alerts by outcome",
        "Support. It never counts against anyone.",
        "Steps of the passport, oldest first",
    ):
        assert needed in page, needed


def test_owners_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.owner, "renewal", account="bins"))
    assert "may not see accounts" in page
    assert "business case" not in page


def test_a_gap_is_shown_as_a_gap(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.panel, "renewal", account="parking"))
    assert "Gaps: stretches that were missed" in page
    assert "the feed was cut" in page


@pytest.mark.parametrize("account", ["museum", "library"])
def test_nothing_collected_is_no_clean_record(sqlite_store: Store, council: Council, account: str) -> None:
    page = words(opened(sqlite_store, council.panel, "renewal", account=account))
    assert "so nothing can be said of it. That is no clean record." in page
    assert "not collected" in page
    assert "No text was assessed" in page
    shown = opened(sqlite_store, council.panel, "renewal", account=account)
    assert list(shown.get("vega_lite_chart")) == []  # a chart without a bar says nothing


def test_words_of_posts_stand_only_in_the_dossier(sqlite_store: Store, council: Council) -> None:
    decide(sqlite_store, council.reviewer, "bins", REFER)
    page = words(opened(sqlite_store, council.panel, "renewal", account="bins"))
    assert "Upheld alerts with an outcome that counts" in page
    assert "clause H1, refer to the panel" in page
    assert "sofas" not in page
    assert "stand in the dossier, not on this page" in page


def test_an_unknown_account_is_a_sentence(sqlite_store: Store, council: Council) -> None:
    assert "No account &lt;b&gt; is on the register" in words(
        opened(sqlite_store, council.panel, "renewal", account="<b>")
    )
    assert "names no account" in words(opened(sqlite_store, council.panel, "renewal"))


def test_the_chart_has_the_same_in_words(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "renewal", account="bins")
    chart = str(page.get("vega_lite_chart")[0].proto)  # type: ignore[attr-defined]
    assert "Nov 2026: 3" in chart
    assert "Jan 2026: not collected" in chart


def test_a_dossier_that_is_taken_is_on_record(sqlite_store: Store, council: Council) -> None:
    token = people.sign_in(sqlite_store, council.panel.email, PASSWORD)
    at = Desk(sqlite_store, Settings(), lambda: token)
    content = view.taken(at, "bins", ".html")
    assert content.startswith(b"<!doctype html>")
    with sqlite_store.read() as tx:
        assert [e.actor for e in ledger.entries(tx) if e.action == "export"] == [f"person:{council.panel.id}"]
    people.sign_out(sqlite_store, token)
    with pytest.raises(NotAllowed):
        view.taken(at, "bins", ".html")


def test_the_account_s_page_leads_there(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.panel, "account", account="bins"))
    assert "Renewal: this account against its business case" in page


def test_files_are_offered(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "renewal", account="bins")
    labels = [b.proto.label for b in page.get("download_button")]  # type: ignore[attr-defined]
    assert labels == ["Dossier as web page", "Dossier as PDF", "Dossier as JSON"]


def test_the_page_and_the_dossier_say_the_same(sqlite_store: Store, council: Council) -> None:
    found = renewal.dossier(sqlite_store, council.panel, "Europe/London", "bins")
    page = words(opened(sqlite_store, council.panel, "renewal", account="bins"))
    assert f"{found.now.collected:,.0f} of {found.now.days:,.0f} days were collected completely." in page
    assert f">{found.now.counts.raised}<" in page
