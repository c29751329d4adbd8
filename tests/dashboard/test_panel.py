"""The panel's page, its decisions, and the administrator's tasks."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from data.config import Settings
from data.model import PassportState, Person, Role
from data.services import panels, people, register
from data.services.actors import shell
from data.store import accounts, links
from data.store.engine import Store
from tests.support.filled import DOMAIN, PASSWORD, Council
from tests.support.screen import buttons, opened, press, script, words

RECORD = "Record the decision"


@pytest.fixture
def second(sqlite_store: Store) -> Person:
    return people.add(sqlite_store, shell(), f"max@{DOMAIN}", "Max <i>", [Role.PANEL], PASSWORD)


def panel(store: Store, person: Person, **query: str) -> AppTest:
    return opened(store, person, "panel", **query)


def state(store: Store, account_id: str) -> PassportState:
    with store.read() as tx:
        return accounts.passport_of(tx, account_id).state


def fill(page: AppTest, **values: object) -> AppTest:
    """Set the widgets whose key begins so."""
    kinds = ("radio", "selectbox", "text_input", "text_area", "date_input")
    for name, value in values.items():
        found = [
            w for kind in kinds for w in getattr(page, kind) if str(w.key).startswith(f"{name.replace('_', '-')}-")
        ]
        found = found or [w for kind in kinds for w in getattr(page, kind) if str(w.key).startswith(f"{name}-")]
        assert found, name
        found[0].set_value(value)
    return page


def test_what_waits_is_listed_by_its_kind(sqlite_store: Store, council: Council) -> None:
    page = words(panel(sqlite_store, council.panel))
    assert "2 accounts wait for the panel." in page
    assert page.index("Applications (1)") < page.index("Lapsed, and perhaps still public (1)")
    assert "Fernbrook Museum" in page
    assert "Last day of its passport: 10 November 2026." in page
    home = words(opened(sqlite_store, council.panel, "home"))
    assert "1 applied and 1 lapsed." in home


def test_a_decision_is_recorded_with_what_completes_the_case(sqlite_store: Store, council: Council) -> None:
    page = panel(sqlite_store, council.panel, account="museum")
    assert "still lacks: the day on which the owner was told and the day of the monitoring’s review" in words(page)
    assert "Choose what is decided" in words(press(page, RECORD))
    fill(page, step="approve", reason="Useful <b>", conditions="Two people.")
    assert "lacks notice_date, review_date" in words(press(page, RECORD))
    today = sqlite_store.now().date()
    fill(page, notice_date=today, review_date=today)
    said = words(press(page, RECORD))
    assert "The decision is recorded: approve until 22 November 2027." in said
    assert "Useful &lt;b&gt;" in said
    assert "Priya Lowe for; 1 counted, quorum 1." in said
    with sqlite_store.read() as tx:
        found = accounts.passport_of(tx, "museum")
    assert (found.state, found.conditions, found.notice_date) == (PassportState.LIVE, "Two people.", today)


def test_several_members_vote_and_leave_a_minute(sqlite_store: Store, council: Council, second: Person) -> None:
    page = panel(sqlite_store, council.panel, account="museum")
    assert "Interest that Max \\<i\\> declared" in [w.label for w in page.text_input]
    fill(page, step="refuse", reason="No audience.", vote_0="against", interest_0="A friend of mine.", vote_1="for")
    assert "1 for and 1 against" in words(press(page, RECORD))
    fill(page, vote_0="abstained")
    assert "needs a minute" in words(press(page, RECORD))
    fill(page, minute="We looked at it twice.")
    said = words(press(page, RECORD))
    assert "Max &lt;i&gt; abstained (A friend of mine.); Priya Lowe for; 2 counted, quorum 1." in said
    assert state(sqlite_store, "museum") is PassportState.REFUSED


def test_without_a_quorum_nothing_is_recorded(sqlite_store: Store, council: Council) -> None:
    token = people.sign_in(sqlite_store, council.panel.email, PASSWORD)
    settings = replace(Settings(store=str(sqlite_store.url), anchor=f"{sqlite_store.path}.anchor"), panel_quorum=2)
    test = AppTest.from_function(script, default_timeout=30, args=(sqlite_store, settings, token, "panel"))
    test.query_params["account"] = "museum"
    page = test.run()
    assert "The quorum is 2." in words(page)
    fill(page, step="return", reason="More, please.")
    assert "quorum is 2, and 1 of those named count" in words(press(page, RECORD))
    assert state(sqlite_store, "museum") is PassportState.APPLIED


def test_a_decision_lands_only_on_what_was_seen(sqlite_store: Store, council: Council) -> None:
    pages = [fill(panel(sqlite_store, council.panel, account="library"), step="renew", reason="Good.") for _ in "ab"]
    assert "The decision is recorded: renew until" in words(press(pages[0], RECORD))
    assert "changed since you opened it" in words(press(pages[1], RECORD))
    assert [s.action for s in register.history(sqlite_store, "library")] == ["import", "renew"]


def test_who_holds_an_account_finds_no_form(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        accounts.hold(tx, "museum", int(council.panel.id or 0), links.LINE_MANAGER, sqlite_store.now())
    page = panel(sqlite_store, council.panel, account="museum")
    assert "You hold or line-manage this account" in words(page)
    assert RECORD not in buttons(page)


def test_a_lapsed_account_is_renewed_handed_over_or_confirmed_as_gone(sqlite_store: Store, council: Council) -> None:
    page = panel(sqlite_store, council.panel, account="library")
    assert list(page.radio[0].options) == [
        "Renew",
        "Suspend: collection stops until it is reinstated",
        "Close it for good",
    ]
    assert "hand an account over takes a reason" in words(press(page, "Hand it over"))
    fill(page, over_to=council.owning_reviewer.email, over_why="Jo moved on.")
    assert "library is handed over to" in words(press(page, "Hand it over"))
    assert "Olive Marsh, owning.reviewer@fernbrook.example" in words(page)
    assert "1 lapsed" in words(opened(sqlite_store, council.panel, "home"))
    fill(page, gone_how="Looked at the platform: deleted.")
    assert "library is no longer public" in words(press(page, "Confirm"))
    assert "Lapsed, and perhaps" not in words(panel(sqlite_store, council.panel))


def test_a_closed_account_waits_until_someone_confirms(sqlite_store: Store, council: Council) -> None:
    register.change(sqlite_store, "bins", council.panel.email, "close", "Not needed.")
    assert "Closed, and perhaps still public (1)" in words(panel(sqlite_store, council.panel))
    page = panel(sqlite_store, council.panel, account="bins")
    assert "nothing for the panel to decide now" in words(page)
    fill(page, gone_how="Deleted.")
    press(page, "Confirm")
    assert "Closed, and perhaps" not in words(panel(sqlite_store, council.panel))


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_others_see_the_case_and_no_decision(sqlite_store: Store, council: Council, role: str) -> None:
    page = panel(sqlite_store, getattr(council, role), account="museum")
    assert "Business case" in words(page)
    assert RECORD not in buttons(page)


def test_owners_and_strangers_get_a_sentence(sqlite_store: Store, council: Council) -> None:
    assert "may not see accounts" in words(panel(sqlite_store, council.owner))
    assert "may not change register" in words(opened(sqlite_store, council.panel, "register"))
    assert "No account &lt;x&gt; is on the register" in words(panel(sqlite_store, council.panel, account="<x>"))


def test_an_ownerless_account_is_given_an_owner(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        links.end(tx, [row.id for row in links.of_account(tx, "bins")], sqlite_store.now())
    page = opened(sqlite_store, council.administrator, "register")
    assert "Accounts that nobody owns (1)" in words(page)
    fill(page, over_to=council.owner.email, over_why="Back again.")
    assert "bins is handed over" in words(press(page, "Hand it over"))
    assert "Nothing waits for the administrator" in words(page)
    assert panels.dossier(sqlite_store, council.panel, "Europe/London", "bins").hindrances == ()
