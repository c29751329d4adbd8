"""Posts whose download carries no ids: the same post as the one that collecting knows, in either order."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from collectors.archive import Archive, Row, as_told, told_of
from collectors.archive_meta import made_up_id
from collectors.archive_run import Source, Taken, take_in
from collectors.base import Cursor, Fetched, Http, Page
from collectors.run import Tools, collect
from data.model import Account, Item, Media, Platform
from data.schema import post
from data.services.actors import shell
from data.services.verify import verify
from data.store import accounts, archives, certificates, erasing, posts
from data.store.archives import Joined, Told, plain
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.posts import BASE, item, store_items
from tests.support.register import add, row

SOURCE = Source("f.zip", "a" * 64, "facebook", shell(), all_public=True)
WORDS = "Road closed until Monday"


@pytest.fixture
def whose(store: Store) -> Account:
    add(store, row("bins", platform="facebook", handle="bins", url=""))
    with store.read() as tx:
        return accounts.get(tx, "bins")


def told(text: str, at: datetime = BASE, **more: object) -> Item:
    """A post as a download without ids tells it."""
    return item(0, text or "x", platform_id=made_up_id(at, text), published_at=at, **more) if text else _wordless(at)


def _wordless(at: datetime) -> Item:
    return replace(item(0), platform_id=made_up_id(at, ""), text="", published_at=at, media=(Media("image"),))


def live(number: int, text: str, at: datetime = BASE) -> Item:
    """The same post as the platform shows it."""
    return replace(item(number, text), text=text, published_at=at, media=(Media("image", "https://p.example/1"),))


def taken_in(store: Store, whose: Account, *found: Row) -> Taken:
    return take_in(store, "Europe/London", whose, SOURCE, Archive(iter(found), whole=False), list(found))


class Source1:
    """A collector that lists what it is given."""

    platform = Platform.FACEBOOK

    def __init__(self, *listed: Item) -> None:
        self.listed = listed

    def fetch(self, account: Account, cursor: Cursor, http: Http, *, full: bool) -> Iterator[Fetched]:
        yield Fetched("https://p.example/", 200, {}, b"", hashlib.sha256(b"").hexdigest(), BASE)

    def parse(self, account: Account, fetched: Fetched) -> Page:
        return Page(self.listed, cursor=Cursor(), continuous=True)


class NoHttp:
    requests = 0


def collected(store: Store, whose: Account, *listed: Item) -> tuple[int, int]:
    """Collect what is listed; return how many posts were new and changed."""
    tools = Tools(lambda _: Source1(*listed), NoHttp, "Europe/London")  # type: ignore[arg-type, return-value]
    (found,) = collect(store, tools, [whose])
    return found.new, found.changed


def ids(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.scalars(select(post.c.platform_id).order_by(post.c.published_at)))


def counts(taken: Taken) -> tuple[int, int, int]:
    return taken.new, taken.changed, taken.known


@pytest.mark.parametrize("seconds", [0, 30, -60])
def test_what_was_collected_is_not_there_twice(store: Store, whose: Account, seconds: int) -> None:
    store_items(store, "bins", live(1, WORDS))
    assert counts(taken_in(store, whose, told(f"{WORDS} ", BASE + timedelta(seconds=seconds)))) == (0, 0, 1)
    assert ids(store) == ["p1"]


@pytest.mark.parametrize(("text", "seconds"), [(WORDS, 61), ("Road closed", 0), ("Road open", 30)])
def test_other_words_or_another_minute_are_another_post(store: Store, whose: Account, text: str, seconds: int) -> None:
    store_items(store, "bins", live(1, WORDS))
    assert counts(taken_in(store, whose, told(text, BASE + timedelta(seconds=seconds)))) == (1, 0, 0)


def test_words_that_were_edited_since_are_known_again(store: Store, whose: Account) -> None:
    store_items(store, "bins", live(1, WORDS))
    store_items(store, "bins", live(1, "Road open again"))
    assert counts(taken_in(store, whose, told(WORDS))) == (0, 0, 1)


def test_collecting_what_was_imported_keeps_one_post_and_its_number(store: Store, whose: Account) -> None:
    assert counts(taken_in(store, whose, told(WORDS), told("Other", BASE - timedelta(days=1)))) == (2, 0, 0)
    assert collected(store, whose, live(1, WORDS)) == (0, 1)  # a new version: the platform shows where the picture is
    assert ids(store)[1] == "p1"
    assert ids(store)[0].startswith("archive:")
    assert collected(store, whose, live(1, WORDS)) == (0, 0)
    assert counts(taken_in(store, whose, told(WORDS))) == (0, 0, 1)
    assert len(ids(store)) == 2
    assert verify(store, Path("no.anchor")).problems == ()


def test_a_post_that_was_collected_first_takes_no_other_over(store: Store, whose: Account) -> None:
    collected(store, whose, live(1, WORDS))
    assert counts(taken_in(store, whose, told("Another"))) == (1, 0, 0)
    assert collected(store, whose, live(1, "Another")) == (0, 1)
    assert len(ids(store)) == 2


def test_pictures_without_words_are_joined_at_the_very_second_alone(store: Store, whose: Account) -> None:
    store_items(store, "bins", live(1, ""))
    assert counts(taken_in(store, whose, told("", BASE))) == (0, 0, 1)
    assert counts(taken_in(store, whose, told("", BASE + timedelta(seconds=1)))) == (1, 0, 0)
    assert collected(store, whose, live(2, "", BASE + timedelta(seconds=2))) == (1, 0)
    assert collected(store, whose, live(3, "", BASE + timedelta(seconds=1))) == (0, 1)
    assert ids(store) == ["p1", "p3", "p2"]


def test_an_edit_that_the_download_names_is_a_version(store: Store, whose: Account) -> None:
    assert counts(taken_in(store, whose, told(WORDS))) == (1, 0, 0)
    later = told("Road open", updated_at=BASE + timedelta(hours=1))
    assert counts(taken_in(store, whose, later)) == (0, 1, 0)
    assert counts(taken_in(store, whose, told(WORDS))) == (0, 0, 1)
    assert len(ids(store)) == 1


def test_where_two_posts_are_of_one_second_an_edit_is_given_to_neither(store: Store, whose: Account) -> None:
    taken_in(store, whose, told("One"), told("Two"))
    assert counts(taken_in(store, whose, told("Three", updated_at=BASE + timedelta(hours=1)))) == (1, 0, 0)


def test_erased_words_do_not_come_back(store: Store, whose: Account, clock: FakeClock) -> None:
    store_items(store, "bins", live(1, WORDS))
    taken_in(store, whose, told("Kept", BASE + timedelta(days=1)), told("Gone", BASE + timedelta(days=2)))
    with store.write() as tx:
        found = [one for one in tx.execute(select(post)).all() if one.published_at != BASE + timedelta(days=1)]
        erasing.posts(tx, found, certificates.begin(tx, "clerk", "a request", clock.now), clock.now)
    again = (told(WORDS), told("Kept", BASE + timedelta(days=1)), told("Gone", BASE + timedelta(days=2)))
    assert counts(taken_in(store, whose, *again)) == (0, 0, 3)
    with store.read() as tx:
        assert sorted(one.text for one in posts.of_account(tx, "bins")) == ["", "", "Kept"]


def test_no_platform_is_asked_for_an_id_that_was_made_up(store: Store, whose: Account, clock: FakeClock) -> None:
    """It would know of nothing under it, and the post would be taken for deleted."""
    store_items(store, "bins", live(1, "Collected"), replace(live(2, "After"), platform_id="b2"))
    assert counts(taken_in(store, whose, told(WORDS), told("Other", BASE - timedelta(days=1)))) == (2, 0, 0)
    clock.move(days=3)
    which = posts.Unseen(clock.now, None, clock.now, None, 100)
    with store.read() as tx:
        assert sorted(posts.unseen(tx, "bins", which)) == ["b2", "p1"]


def test_another_accounts_posts_are_not_touched(store: Store, whose: Account) -> None:
    add(store, row("swim"))
    store_items(store, "swim", live(1, WORDS))
    assert counts(taken_in(store, whose, told(WORDS))) == (1, 0, 0)
    with store.write() as tx:
        assert archives.adopt(tx, "swim", [Told("p9", BASE, WORDS)]) == 0
        assert archives.joined(tx, "swim", [Told("n", BASE, WORDS)]) == {"n": Joined("p1", stands=True)}


def test_words_are_compared_as_they_are_read() -> None:
    assert plain(" Cafe\u0301 \n\t now ") == plain("Café now")
    assert plain("Café") != plain("café")
    assert as_told(replace(item(1), published_at=None)) == []


def test_only_platforms_whose_downloads_have_no_ids_are_looked_through(whose: Account) -> None:
    assert told_of(whose, [item(1)]) == as_told(item(1))
    assert told_of(replace(whose, platform=Platform.FEED), [item(1)]) == []
