"""Home: what waits for whom, said in numbers; nothing collected is no praise; names of others stay names."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from dashboard import filters, present, screens
from data.model import Person, Role
from data.schema import account, passport
from data.services import people
from data.services.actors import shell
from data.store.engine import Store, create_or_upgrade
from tests.support.clock import FakeClock
from tests.support.filled import PASSWORD, Council
from tests.support.register import add, row
from tests.support.screen import buttons, opened, words

HOSTILE = '<img src=x onerror="alert(1)"> **bold** [x](javascript:y) \u202eevil'
SECTIONS = {
    "reviewer": {"Alerts", "Collection", "Passports"},
    "second": {"Alerts", "Collection", "Passports"},
    "panel": {"Panel", "Collection", "Passports"},
    "administrator": {"Register", "Collection", "Passports"},
    "owner": {"My accounts"},
}
EVERY = {"Alerts", "Collection", "Passports", "Panel", "Register", "My accounts"}


def headings(page: str) -> set[str]:
    """Return which of the sections a page has."""
    return {name for name in EVERY if f'class="pr-heading">{name}</h2>' in page}


@pytest.mark.parametrize("name", sorted(SECTIONS))
def test_everyone_sees_what_their_role_has_a_use_for(sqlite_store: Store, council: Council, name: str) -> None:
    page = opened(sqlite_store, getattr(council, name), "home")
    assert headings(words(page)) == SECTIONS[name]
    assert not {"Decide", "Record"} & set(buttons(page))


def test_nobody_sees_anything_without_a_role_or_without_signing_in(sqlite_store: Store) -> None:
    nobody = people.add(sqlite_store, shell(), "nobody@council.example", "No Body", (), PASSWORD)
    page = words(opened(sqlite_store, nobody, "home"))
    assert headings(page) == set()
    assert "no page is open to your role yet" in page
    assert headings(words(opened(sqlite_store, None, "home"))) == set()


def test_what_fails_to_be_collected_is_named_with_its_reason(sqlite_store: Store, council: Council) -> None:
    page = words(opened(sqlite_store, council.administrator, "home"))
    assert "Could not be collected" in page
    assert "Nothing is collected by itself: no worker has been at work yet. Start one: postreeve watch" in page


@pytest.mark.parametrize(("days", "said"), [(1, "1 day ago."), (2, "2 days ago."), (40, "40 days ago.")])
def test_a_passport_that_lapsed_is_named_with_its_last_day(
    sqlite_store: Store, council: Council, clock: FakeClock, days: int, said: str
) -> None:
    last = (clock() - timedelta(days=days)).date()
    with sqlite_store.write() as tx:
        tx.execute(update(passport).where(passport.c.account_id == "bins").values(renewal_date=last))
    page = words(opened(sqlite_store, council.panel, "home"))
    assert "Lapsed: collection has stopped" in page
    assert f"Lapsed after {last.day} {last:%B %Y}, {said}" in page


def test_on_its_last_day_a_passport_is_live(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    with sqlite_store.write() as tx:
        tx.execute(update(passport).where(passport.c.account_id == "bins").values(renewal_date=clock().date()))
    today = clock().date()
    assert f"Lapsed after {today.day} {today:%B %Y}" not in words(opened(sqlite_store, council.panel, "home"))


def test_names_of_accounts_are_only_text(sqlite_store: Store, council: Council, clock: FakeClock) -> None:
    with sqlite_store.write() as tx:
        tx.execute(update(account).values(handle=HOSTILE, department=HOSTILE))
        tx.execute(update(passport).values(renewal_date=(clock() - timedelta(days=1)).date()))
    for who in (council.administrator, council.reviewer, council.owner):
        page = opened(sqlite_store, who, "home")
        shown = words(page)
        assert "<img" not in shown.replace(HOSTILE, "")
        for link in page.get("page_link"):
            assert "**bold**" not in link.label  # type: ignore[attr-defined]
            assert "[x](" not in link.label  # type: ignore[attr-defined]


def empty(tmp_path: object, clock: FakeClock, *roles: Role) -> tuple[Store, Person]:
    """Return a store with nothing in it but one person."""
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/empty.db", clock)
    return store, people.add(store, shell(), "one@council.example", "One", roles, PASSWORD)


@pytest.mark.parametrize("role", Role)
def test_an_empty_store_is_no_clean_record(tmp_path: object, clock: FakeClock, role: Role) -> None:
    store, person = empty(tmp_path, clock, role)
    page = words(opened(store, person, "home"))
    assert "What waits today" in page
    if "Collection" in headings(page):
        assert "The register has no accounts yet, so nothing is collected." in page
        assert "0 passports are live today." in page
    assert "all clear" not in page.lower()
    store.close()


def test_an_account_that_was_never_collected_is_said_to_be_so(tmp_path: object, clock: FakeClock) -> None:
    store, person = empty(tmp_path, clock, Role.ADMINISTRATOR)
    add(store, row("parks"))
    clock.move(days=3)
    page = words(opened(store, person, "home"))
    assert "1 account has a live passport and was not collected completely for 26 hours" in page
    assert "1 account has never been collected." in page
    assert "Never." in page
    assert "1 passport is live today." in page
    store.close()


LONG = "a" * 100_000


@pytest.mark.parametrize("name", filters.NAMES)
def test_no_address_breaks_the_queue(sqlite_store: Store, council: Council, name: str) -> None:
    page = opened(sqlite_store, council.reviewer, "queue", **{name: HOSTILE})
    assert "<img" not in words(page).replace(HOSTILE, "")


@pytest.mark.parametrize("text", [LONG, "\x00\x1b[2J", "=1+1", "'; DROP TABLE alert; --", "%_\\", "\u202e" * 500])
def test_no_words_in_the_address_break_the_search(sqlite_store: Store, council: Council, text: str) -> None:
    page = opened(sqlite_store, council.reviewer, "queue", words=text, older=text, clause=text)
    assert "0 alerts fit" in words(page) or "No alert" in words(page)


@pytest.mark.parametrize(("url", "lost"), [
    ("https://posts.council.example/", False), ("https://posts.council.example/alert", False), ("", False),
    ("https://posts.council.example/own-assessment", True), ("https://posts.council.example/alert/3", True),
])  # fmt: skip
def test_an_address_that_names_no_page_is_known(url: str, lost: bool) -> None:
    assert screens.unknown(url, {"home", "alert"}) is lost


@pytest.mark.parametrize(
    ("name", "said"), [("Jo Field", "Jo Field, jo@x.example"), ("jo@x.example", "jo@x.example"), ("", "jo@x.example")]
)
def test_an_address_is_shown_once(name: str, said: str) -> None:
    assert present.called(name, "jo@x.example") == said
