"""What is not on the register: found by name or by links, listed, dismissed, applied for; nobody else is kept."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text as sql

from data.candidates import Told, find, squeezed
from data.errors import IllegalStep, NotAllowed, NotFound
from data.model import Account, AccountKind, Item, Person, Platform, PostKind
from data.services import applying, candidates, erasure
from data.services.actors import shell
from data.services.candidates import LOOKED_AT
from data.services.erasure import Asked
from data.store import posts
from data.store.candidates import own_posts
from data.store.engine import Store
from tests.support import command
from tests.support.clock import FakeClock
from tests.support.notices import Staff, staff
from tests.support.posts import item, store_items
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
WORDS = ("fernbrook",)
PRIVATE = "canary_dave_1987"
LIBRARY = "https://x.com/FernbrookLib"


def told(number: int, text: str = "", *links: str, platform: str = "x", corporate: bool = True) -> Told:
    return Told(number, text, links, platform, "https://x.com/fernbrook", corporate)


def account(handle: str, url: str = "", platform: Platform = Platform.X, platform_id: str = "") -> Account:
    return Account("a", platform, handle, url, AccountKind.SERVICE, "D", platform_id=platform_id)


def names(*posts: Told, register: tuple[Account, ...] = (), words: tuple[str, ...] = WORDS) -> list[tuple[str, str]]:
    return [(f.platform, f.handle) for f in find(posts, register, words)]


def test_a_name_with_the_councils_word_is_found_wherever_it_stands() -> None:
    assert names(told(1, "Thanks @Fern_Brook_Lib")) == [("x", "fern_brook_lib")]
    assert names(told(1, "", LIBRARY, corporate=False)) == [("x", "fernbrooklib")]
    assert names(told(1, f"See {LIBRARY}.")) == [("x", "fernbrooklib")]


def test_other_names_are_not() -> None:
    assert names(told(1, f"Thanks @{PRIVATE}", f"https://x.com/{PRIVATE}")) == []


def test_links_of_corporate_accounts_count_three_times_and_in_three_posts() -> None:
    link = "https://www.facebook.com/river.festival"
    assert names(told(1, "", link, link, link)) == []
    assert names(*(told(n, "", link) for n in (1, 2))) == []
    assert names(*(told(n, "", link) for n in (1, 2, 3))) == [("facebook", "river.festival")]
    assert names(*(told(n, "", link, corporate=False) for n in range(9))) == []


def test_mentions_alone_are_no_links() -> None:
    assert names(*(told(n, f"Thanks @{PRIVATE}") for n in range(9))) == []


def test_what_is_on_the_register_is_not_found_under_any_of_its_names() -> None:
    there = (
        account("@FernbrookLib"),
        account("Fernbrook Parks", "https://www.facebook.com/FernbrookParks", Platform.FACEBOOK),
        account("fernbrook@social.example", "https://social.example/@fernbrook", Platform.MASTODON),
        account("Fernbrook TV", "", Platform.YOUTUBE, "UCfernbrook0123456789abcd"),
    )
    links = (
        LIBRARY,
        "https://www.facebook.com/fernbrookparks/",
        "https://social.example/@fernbrook",
        "https://www.youtube.com/channel/UCfernbrook0123456789abcd",
    )
    assert names(told(1, "@fernbrooklib", *links), register=there) == []
    assert names(told(1, "Follow @FernbrookLib", platform="feed"), register=there) == []
    assert names(told(1, "", "https://www.instagram.com/fernbrooklib/"), register=there) != []


def test_a_bare_name_is_not_told_twice() -> None:
    bare = told(1, "Follow @FernbrookLib", platform="feed")
    assert names(bare) == [("", "fernbrooklib")]
    assert names(bare, told(2, "", LIBRARY)) == [("x", "fernbrooklib")]


def test_without_words_only_links_are_left() -> None:
    assert names(told(1, "@fernbrook_lib"), words=()) == []


def test_the_newest_post_and_the_number_of_posts_are_told() -> None:
    [found] = find([told(4, "", LIBRARY), told(9, "@fernbrooklib"), told(7, "no")], (), WORDS)
    assert (found.post_id, found.posts, found.why) == (9, 2, "name")
    [linked] = find([told(n, "", "https://x.com/river") for n in (1, 2, 3)], (), WORDS)
    assert linked.why == "linked"


def test_words_are_compared_without_what_is_between() -> None:
    assert squeezed("St-Fern_Brook.Éx") == "stfernbrookéx"
    assert names(told(1, "@fernbrook_x"), words=("Fern Brook",)) == [("x", "fernbrook_x")]


@pytest.fixture
def who(store: Store) -> Staff:
    """The account bins, which is a feed, and a corporate one on X."""
    made = staff(store)
    there = {"platform": "x", "kind": "corporate", "deputy_emails": "ann@fernbrook.example"}
    add(store, row("town", handle="@FernbrookTown", url="https://x.com/FernbrookTown", **there))
    return made


def collected(store: Store, *items: Item) -> None:
    store_items(store, "town", *items)


def listed(store: Store, who: Person) -> list[str]:
    return [found.handle for found in candidates.listed(store, who)]


def test_a_search_lists_and_is_on_record(store: Store, who: Staff, rows: Rows) -> None:
    collected(store, item(1, f"Ask @FernbrookLib and @{PRIVATE}"), item(2, "@FernbrookTown is us"))
    assert candidates.search(store, WORDS) == 1
    assert candidates.search(store, WORDS) == 0
    [found] = candidates.listed(store, who.ada)
    assert (found.platform, found.handle, found.account_id, found.posts) == ("x", "fernbrooklib", "town", 1)
    assert candidates.address(found) == "https://x.com/fernbrooklib"
    assert rows(store, "SELECT count(*) FROM audit_log WHERE action = 'candidates.found'") == [(1,)]


def test_a_private_person_is_nowhere_in_the_table(store: Store, who: Staff, rows: Rows) -> None:
    links = (f"https://x.com/{PRIVATE}", f"https://social.example/@{PRIVATE}")
    collected(store, *(item(n, f"Thanks @{PRIVATE} and @FernbrookLib") for n in range(1, 9)))
    store_items(store, "bins", item(20, f"By {PRIVATE}", links=links), item(21, f"@{PRIVATE}", links=links))
    candidates.search(store, WORDS)
    kept = rows(store, "SELECT * FROM candidate")
    assert len(kept) == 1
    assert PRIVATE not in str(kept)
    assert PRIVATE not in str(rows(store, "SELECT detail FROM audit_detail"))


def test_words_of_others_that_are_passed_on_are_not_read(store: Store, who: Staff) -> None:
    collected(store, item(1, "", kind=PostKind.SHARE, shared_text="@FernbrookLib", links=(LIBRARY,)))
    candidates.search(store, WORDS)
    assert listed(store, who.ada) == []


def test_only_present_words_of_the_last_months_are_read(store: Store, who: Staff, clock: FakeClock) -> None:
    collected(store, item(1, "Ask @FernbrookLib"), item(2, "Ask @FernbrookParks"))
    candidates.search(store, WORDS)
    collected(store, item(1, "Ask the library"))
    candidates.search(store, WORDS)
    assert listed(store, who.ada) == ["fernbrookparks"]
    clock.now += LOOKED_AT + timedelta(minutes=1)
    candidates.search(store, WORDS)
    assert listed(store, who.ada) == []


def test_a_dismissed_name_stays_away_and_is_not_kept(store: Store, who: Staff, rows: Rows) -> None:
    collected(store, item(1, "Ask @FernbrookLib"))
    candidates.search(store, WORDS)
    [found] = candidates.listed(store, who.ada)
    candidates.dismiss(store, who.ada, found.id, "A fan page of a reader.")
    assert candidates.search(store, WORDS) == 0
    assert listed(store, who.ada) == []
    kept = f"{rows(store, 'SELECT * FROM candidate')} {rows(store, 'SELECT detail FROM audit_detail')}"
    assert "fernbrooklib" not in kept.lower()
    assert "A fan page" in kept
    with pytest.raises(NotFound):
        candidates.dismiss(store, who.ada, found.id, "Again.")


def test_a_dismissal_needs_a_reason_without_the_name(store: Store, who: Staff) -> None:
    collected(store, item(1, "Ask @FernbrookLib"))
    candidates.search(store, WORDS)
    [found] = candidates.listed(store, who.ada)
    for reason in (" ", "FERNBROOKLIB is a fan"):
        with pytest.raises(IllegalStep):
            candidates.dismiss(store, who.ada, found.id, reason)
    assert listed(store, who.ada) == ["fernbrooklib"]


def test_applied_for_it_is_off_the_list_at_once(store: Store, who: Staff) -> None:
    collected(store, item(1, "Ask @FernbrookLib"))
    candidates.search(store, WORDS)
    [found] = candidates.listed(store, who.ada)
    known = candidates.application(store, who.ada, found.id)
    assert known == {"platform": "x", "handle": "fernbrooklib", "url": "https://x.com/fernbrooklib"}
    applying.apply(store, who.ada, applying.understood(row("library") | known))
    assert listed(store, who.ada) == []
    candidates.search(store, WORDS)
    with pytest.raises(NotFound):
        candidates.application(store, who.ada, found.id)


def test_what_was_found_in_an_erased_post_goes_with_it(store: Store, who: Staff, rows: Rows) -> None:
    collected(store, item(1, "Ask @FernbrookCanary"))
    candidates.search(store, WORDS)
    number = int(str(rows(store, "SELECT post_id FROM candidate")[0][0]))
    erasure.erase_post(store, Asked(shell(), "A request."), number)
    assert rows(store, "SELECT count(*) FROM candidate") == [(0,)]
    assert candidates.search(store, WORDS) == 0


def test_it_is_for_the_administrator(store: Store, who: Staff) -> None:
    for act in (
        lambda p: candidates.listed(store, p),
        lambda p: candidates.dismiss(store, p, 1, "Because."),
        lambda p: candidates.application(store, p, 1),
    ):
        for person in (who.ann, who.owner):
            with pytest.raises(NotAllowed):
                act(person)


def test_reading_takes_own_posts_alone(store: Store, who: Staff) -> None:
    collected(store, item(1, "Ask @FernbrookLib", links=(LIBRARY,)))
    with store.read() as tx:
        [one] = own_posts(tx, store.now() - LOOKED_AT)
        assert posts.count(tx) == 1
    assert (one.text, one.links, one.platform, one.corporate) == ("Ask @FernbrookLib", (LIBRARY,), "x", True)


def test_from_the_shell(sqlite_store: Store) -> None:
    staff(sqlite_store)
    store_items(sqlite_store, "bins", item(1, "Ask @FernbrookLib", links=(LIBRARY,)))
    with sqlite_store.write() as tx:  # the shell's clock is the real one
        tx.execute(sql("UPDATE post SET first_seen_at = '2099-01-01 00:00:00.000000'"))
    assert sqlite_store.path is not None
    folder = sqlite_store.path.parent
    where = {"POSTREEVE_STORE": f"sqlite:///{sqlite_store.path}", "POSTREEVE_COUNCIL_NAMES": "fernbrook"}
    assert "No name that looks like" in command.call(folder, "account", "candidates", **where)
    found = json.loads(command.call(folder, "--json", "account", "candidates", "--search", **where))
    assert [(f["platform"], f["handle"], f["why"]) for f in found] == [("x", "fernbrooklib", "name")]
    told = command.call(folder, "account", "candidates", **where)
    assert "fernbrooklib" in told
    assert "post 1 of bins" in told
    rest = ("account", "candidates", "--dismiss", str(found[0]["number"]))
    assert "Say in a few words" in command.call(folder, *rest, expect=1, **where)
    assert "No name that looks like" in command.call(folder, *rest, "--reason", "A reader's own.", **where)
