"""The register's page and the page of one account."""

import pytest

from classifier.scan import scan
from data.model import Decision, Judgement, Outcome, Person
from data.permissions import Action, may
from data.policy import default
from data.services import appeals, people, review
from data.services.actors import shell
from data.store import alerts, ledger, runs
from data.store.engine import Store
from tests.support import filled
from tests.support.filled import PASSWORD, Council
from tests.support.judgements import decide
from tests.support.posts import item, store_items
from tests.support.screen import buttons, opened, press, words

ROLES = ["reviewer", "second", "panel", "administrator"]


@pytest.mark.parametrize("role", ROLES)
def test_the_register_is_listed_with_its_collection(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "accounts"))
    for needed in (
        "5 accounts on the register, 3 live today",
        "Fernbrook *Parking* <b>",
        "Lapsed",
        "Applied, waits for the panel",
        "Never collected",
        "Collection failed",
        "took too long to answer",
        "1 gap",
    ):
        assert needed in page, needed


def test_owners_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    for name in ("accounts", "account"):
        page = words(opened(sqlite_store, council.owner, name, account="bins"))
        assert "may not see accounts" in page
        assert "Fernbrook Bins" not in page


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ("Live", "3 accounts fit"),
        ("Lapsed", "1 account fits"),
        ("Waiting for the panel", "1 account fits"),
        ("Could not be collected", "1 account fits"),
        ("Never collected", "1 account fits"),
        ("With gaps", "1 account fits"),
    ],
)
def test_the_list_can_be_narrowed(sqlite_store: Store, council: Council, choice: str, shown: str) -> None:
    page = opened(sqlite_store, council.panel, "accounts")
    assert shown in words(page.selectbox[0].set_value(choice).run())


def test_an_account_shows_its_passport_and_its_gap(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.panel, "account", account="parking"))
    for needed in ("Service news", "public task", "DPIA-7", "Jo Field, owner@fernbrook.example", "the feed was cut"):
        assert needed in page, needed
    assert "1 stretch was missed" in page
    assert "<b>" not in page.replace("Fernbrook *Parking* <b>", "")


def test_the_coverage_is_a_picture_with_words_and_a_table(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "account", account="parking")
    chart = page.get("vega_lite_chart")[0].proto  # type: ignore[attr-defined]
    assert "with 1 gap" in str(chart)
    assert "<caption>Stretches of time, newest first</caption>" in words(page)


def test_posts_are_covered_until_asked_for(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "account", account="bins")
    assert "Bin day moves" not in words(page)
    shown = words(press(page, "Show the words of these 3 posts"))
    assert "Bin day moves" in shown
    assert shown.index("glass bank") < shown.index("sofas") < shown.index("Bin day moves")
    with sqlite_store.read() as tx:
        assert [e.action for e in ledger.recent(tx, "account:bins", 1)] == ["posts.read"]


def test_hostile_posts_are_only_text(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "account", account="parking")
    shown = words(press(page, "Show the words of these 3 posts"))
    assert "&lt;script&gt;window.hacked" in shown
    assert "<script" not in shown
    assert shown.count("Minutes of the meeting. ") == 4170


def test_alerts_are_listed_with_judgement_and_linked_only_for_reviewers(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.reviewer, "account", account="bins"))
    assert "not judged yet" in page
    assert 'href="/alert?alert=' in page


@pytest.mark.parametrize("role", ["panel", "administrator"])
def test_open_dismissed_and_supported_alerts_are_the_reviewers_alone(
    sqlite_store: Store, council: Council, role: str
) -> None:
    who = getattr(council, role)
    page = words(opened(sqlite_store, who, "account", account="bins"))
    assert "neither counts against anybody" in page
    assert "There is none of these. That is only as much as this:" in page
    assert "not judged yet" not in page
    with sqlite_store.read() as tx:
        first, clause = alerts.of_account(tx, "bins")[0], default().clauses[0].id
    decide(sqlite_store, council.reviewer, first.id, Decision(Judgement.UPHELD, Outcome.ADVICE, clause, "Belittling."))
    assert "There is none of these." in words(opened(sqlite_store, who, "account", account="bins"))
    with sqlite_store.read() as tx:
        seen = review.seen(alerts.get(tx, first.id))
    appeals.undo(sqlite_store, council.reviewer, seen, "Graver than that.")
    review.reply(sqlite_store, council.owner, first.id, "It was a joke.")
    graver = Decision(Judgement.UPHELD, Outcome.CORRECT_OR_REMOVE, clause, "Belittling.")
    decide(sqlite_store, council.reviewer, first.id, graver)
    assert "Correct or remove the post" in words(opened(sqlite_store, who, "account", account="bins"))


def test_nothing_collected_is_never_called_no_alerts(sqlite_store: Store, council: Council) -> None:
    for account in ("museum", "library"):
        page = words(opened(sqlite_store, council.panel, "account", account=account))
        assert "Nothing of this account has been collected, so nothing could be flagged." in page
        assert "No alert" not in page


def test_a_never_collected_account_says_so(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.panel, "account", account="museum"))
    assert "This account has never been collected." in page
    assert "so nothing can be said of any period" in page


def test_an_unknown_account_is_a_sentence(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.panel, "account", account="<script>"))
    assert "No account &lt;script&gt; is on the register" in page
    assert "names no account" in words(opened(sqlite_store, council.panel, "account"))


def test_a_broken_off_collection_is_named(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        runs.begin(tx, "bins", sqlite_store.now())
    assert "Broken off or still running" in words(opened(sqlite_store, council.panel, "account", account="bins"))


@pytest.mark.parametrize("role", [*ROLES, "owner"])
def test_home_shows_what_the_role_has_a_use_for(sqlite_store: Store, council: Council, role: str) -> None:
    person: Person = getattr(council, role)
    page = words(opened(sqlite_store, person, "home"))
    assert ("to review" in page) is may(person, Action.SEE_QUEUE)
    assert ("Could not be collected" in page) is may(person, Action.SEE_ACCOUNTS)
    assert ("Lapsed: collection has stopped" in page) is may(person, Action.SEE_ACCOUNTS)
    assert ("for your reply" in page) is may(person, Action.REPLY)
    assert "no page is open to your role yet" not in page


def test_home_without_a_role_says_so(sqlite_store: Store) -> None:
    person = people.add(sqlite_store, shell(), "new@council.example", "New", [], PASSWORD)
    assert "no page is open to your role yet" in words(opened(sqlite_store, person, "home"))


def test_nobody_signed_in_sees_nothing(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, None, "accounts")
    assert "You are signed out" in words(page)
    assert "Fernbrook" not in words(page)
    assert buttons(page) == []


def test_an_account_of_many_alerts_shows_the_newest_and_says_how_many(sqlite_store: Store, council: Council) -> None:
    store_items(sqlite_store, "bins", *(item(100 + n, f"you clueless lot, {n}") for n in range(30)))
    list(scan(sqlite_store, filled.Rehearsed()))
    page = words(opened(sqlite_store, council.reviewer, "account", account="bins"))
    with sqlite_store.read() as tx:
        every = alerts.count_of_account(tx, "bins")
    assert every > 30
    assert f"These are the newest 25 of {every}." in page
    assert page.count('href="/alert?alert=') == 25
    assert "These are the newest" not in words(opened(sqlite_store, council.panel, "account", account="bins"))
