"""The application form, and what a holder does about their account on their own page."""

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from data.model import PassportState, Person
from data.services import applying, people, register, trainings
from data.services.actors import shell
from data.store import accounts, assurances, business, links, staff
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.filled import DOMAIN, Council
from tests.support.screen import buttons, opened, press, words

SEND, YES, NO = "Send the application", "Yes, still mine and still right", "No, it is not"
CASE = {"purpose": "Swim <b>times</b>", "will_post": "Timetables", "will_not_post": "Opinions", "cadence": "daily"}


def field(page: AppTest, name: str) -> object:
    """Return the widget of a column of the form."""
    for kind in ("text_input", "text_area", "selectbox", "multiselect", "number_input", "date_input"):
        for widget in getattr(page, kind):
            if widget.key == f"apply-{name}":
                return widget
    raise AssertionError(f"no field {name}")


def fill(page: AppTest, **values: object) -> AppTest:
    for name, value in values.items():
        field(page, name).set_value(value)  # type: ignore[attr-defined]
    return page


def complete(page: AppTest, **more: object) -> AppTest:
    basics = {"platform": "feed", "kind": "service", "handle": "Fernbrook Swim", "url": "https://swim.example/f"}
    return fill(page, **{**basics, "department": "Leisure", "lawful_basis": ["public task"], **CASE, **more})


def passport(store: Store, account_id: str) -> PassportState:
    with store.read() as tx:
        return accounts.passport_of(tx, account_id).state


def test_an_owner_applies_and_the_panel_finds_it(sqlite_store: Store, council: Council) -> None:
    page = complete(opened(sqlite_store, council.owner, "apply"), posts_from=2, posts_to=5, special=["employment"])
    said = words(press(page, SEND))
    assert "Your application for Fernbrook Swim is with the panel." in said
    with sqlite_store.read() as tx:
        found = accounts.passport_of(tx, "fernbrook-swim")
        case = business.get(tx, int(found.id or 0))
        assert [row.email for row in links.of_account(tx, "fernbrook-swim")] == [council.owner.email]
    assert (found.state, found.purpose, found.lawful_basis) == (PassportState.APPLIED, CASE["purpose"], "public task")
    assert (case.posts_from, case.posts_to, case.special) == (2, 5, ("employment",))
    panel = words(opened(sqlite_store, council.panel, "panel", account="fernbrook-swim"))
    for shown in (
        "Swim &lt;b&gt;times&lt;/b&gt;",
        "Timetables",
        "2 to 5",
        "Article 9(2)(b)",
        "still lacks: the reference of",
    ):
        assert shown in panel


def test_a_second_press_makes_no_second_application(sqlite_store: Store, council: Council) -> None:
    for said in ("is with the panel.", "once; a further press was ignored"):
        page = complete(opened(sqlite_store, council.owner, "apply"))
        assert said in words(press(page, SEND))
    with sqlite_store.read() as tx:
        assert [i for i in accounts.ids(tx) if "swim" in i] == ["fernbrook-swim"]


def test_mistakes_are_told_in_the_form_s_words(sqlite_store: Store, council: Council) -> None:
    page = complete(opened(sqlite_store, council.owner, "apply"), url="ftp://x", deputy_emails="nobody", purpose=" ")
    said = words(press(page, SEND))
    for told in (
        "Web address of the account",
        "'ftp://x' is not a web address",
        "'nobody' is not an e-mail",
        "What is it for?",
    ):
        assert told in said.replace("&#x27;", "'"), told
    with sqlite_store.read() as tx:
        assert "fernbrook-swim" not in accounts.ids(tx)


def test_the_form_offers_neither_personal_nor_union_accounts_and_warns_of_consent(
    sqlite_store: Store, council: Council
) -> None:
    page = opened(sqlite_store, council.owner, "apply")
    shown = words(page)
    assert "trade unions are no part of this register" in shown
    assert "Consent hardly works at work" in shown
    assert len(field(page, "kind").options) == 4  # type: ignore[attr-defined]


def test_an_application_that_was_returned_is_filled_in_again(sqlite_store: Store, council: Council) -> None:
    press(complete(opened(sqlite_store, council.owner, "apply"), posts_from=2), SEND)
    register.change(sqlite_store, "fernbrook-swim", council.panel.email, "return", "For whom?")
    mine = words(opened(sqlite_store, council.owner, "mine"))
    assert "The panel asks for more before it decides." in mine
    assert "Apply again" in mine
    page = opened(sqlite_store, council.owner, "apply", account="fernbrook-swim")
    assert field(page, "posts_from").value == 2  # type: ignore[attr-defined]
    fill(page, audience="Swimmers")
    assert "is with the panel." in words(press(page, SEND))
    with sqlite_store.read() as tx:
        found = accounts.passport_of(tx, "fernbrook-swim")
    assert (found.state, found.audience) == (PassportState.APPLIED, "Swimmers")


@pytest.mark.parametrize("role", ["reviewer", "panel"])
def test_who_may_not_apply_gets_a_sentence(sqlite_store: Store, council: Council, role: str) -> None:
    person: Person = getattr(council, role)
    page = opened(sqlite_store, person, "apply", account="bins")
    assert "may not apply" in words(page)


def test_a_councillor_s_own_application_is_their_choice_and_can_be_taken_back(
    sqlite_store: Store, council: Council
) -> None:
    press(complete(opened(sqlite_store, council.owner, "apply"), kind="councillor", handle="Cllr Field"), SEND)
    page = opened(sqlite_store, council.owner, "mine")
    assert "by your own choice" in words(page)
    assert "off the register" in words(press(page, "Take it off now"))
    assert passport(sqlite_store, "cllr-field") is PassportState.CLOSED


def test_a_member_joins_what_was_registered_for_them(sqlite_store: Store, council: Council) -> None:
    row = {"id": "ward", "platform": "feed", "url": "https://w.example/f", "kind": "councillor", "department": "M"}
    more = {"owner_email": council.owner.email, "purpose": "Ward", "lawful_basis": "public task"}
    applying.apply(sqlite_store, council.administrator, applying.understood(row | more))
    page = opened(sqlite_store, council.owner, "mine")
    assert "Your account is off" in words(page)
    assert "Your choice is recorded." in words(press(page, "I choose to have it on the register"))
    assert applying.joined(sqlite_store, "ward")


def test_an_application_is_withdrawn_with_a_reason(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.owner, "mine")
    assert buttons(page).count("Withdraw the application") == 1  # that of the museum
    assert "takes a reason in words" in words(press(page, "Withdraw the application"))
    page.text_input[0].set_value("Not this year.")
    assert "off the register" in words(press(page, "Withdraw the application"))
    assert passport(sqlite_store, "museum") is PassportState.CLOSED


def test_after_six_months_a_holder_is_asked_and_answers(
    sqlite_store: Store, council: Council, clock: FakeClock
) -> None:
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE account_person SET since = '2026-05-01 00:00:00'"))
    assert "still right" in words(opened(sqlite_store, council.owner, "home"))
    page = opened(sqlite_store, council.owner, "mine")
    assert buttons(page).count(YES) == 2  # bins and parking; what lapsed or waits is not asked about
    assert "Thank you. That is recorded." in words(press(page, YES))
    assert buttons(page).count(YES) == 1
    with sqlite_store.read() as tx:
        assert set(assurances.last(tx, assurances.STILL_RIGHT)) == {"bins"}


def test_a_no_needs_words_and_reaches_the_administrator(sqlite_store: Store, council: Council) -> None:
    with sqlite_store.write() as tx:
        tx.execute(text("UPDATE account_person SET since = '2026-05-01 00:00:00' WHERE account_id = 'bins'"))
    page = opened(sqlite_store, council.owner, "mine")
    assert "Say in a few words" in words(press(page, NO))
    page.text_input[0].set_value("The <i>url</i> moved.")
    assert "among their tasks" in words(press(page, NO))
    assert "The &lt;i&gt;url&lt;/i&gt; moved." in words(page)
    admin = opened(sqlite_store, council.administrator, "register")
    assert "Jo Field says that something is no longer right: The &lt;i&gt;url&lt;/i&gt; moved." in words(admin)
    assert "Say in a few words how" in words(press(admin, "It is dealt with"))
    admin.text_input[0].set_value("Address corrected.")
    assert "It is recorded as dealt with." in words(press(admin, "It is dealt with"))


def test_training_is_offered_without_any_alert(sqlite_store: Store, council: Council) -> None:
    newcomer = people.add(
        sqlite_store, shell(), f"new@{DOMAIN}", "New", list(council.owner.roles), "a long enough password"
    )
    page = opened(sqlite_store, newcomer, "apply")
    assert "It never counts against you." in words(page)
    assert "You have asked for training" in words(press(page, "Ask for training"))
    assert "Ask for training" not in buttons(page)
    assert "New asks for training." in words(opened(sqlite_store, council.administrator, "register"))
    trainings.add(
        sqlite_store, shell(), newcomer.email, "Posting <well>", sqlite_store.now().date(), policies=["customer_care"]
    )
    mine = words(opened(sqlite_store, newcomer, "mine"))
    assert "Posting &lt;well&gt;" in mine
    assert "Customer care (for residents)" in mine
    with sqlite_store.read() as tx:
        assert staff.trained(tx, int(newcomer.id or 0), sqlite_store.now().date())


def test_a_line_manager_holds_nothing_to_read(sqlite_store: Store, council: Council) -> None:
    boss = people.add(
        sqlite_store, shell(), f"boss@{DOMAIN}", "Bo", list(council.owner.roles), "a long enough password"
    )
    with sqlite_store.write() as tx:
        accounts.hold(tx, "bins", int(boss.id or 0), links.LINE_MANAGER, sqlite_store.now())
    assert "You hold no account on the register." in words(opened(sqlite_store, boss, "mine"))
