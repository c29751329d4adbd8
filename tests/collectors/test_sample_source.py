"""The demonstration's feeds, read back by the real collector: nothing lost, nothing changed, in all three formats."""

import hashlib
from datetime import UTC, datetime

import pytest

from collectors import sample_source
from collectors.base import Cursor, Fetched
from collectors.registry import collector_for
from data.errors import UseError
from data.model import Account, AccountKind, Item, Platform, PostKind
from data.samples import council

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SPEAKING = [row["id"] for row in council.accounts() if council.posts(row["id"])]


def parsed(account: str, now: datetime = NOW) -> list[Item]:
    kind, body = sample_source.render(account, now)
    place = Account(account, Platform.FEED, account, f"https://feeds.example/{account}", AccountKind.SERVICE, "d")
    digest = hashlib.sha256(body).hexdigest()
    fetched = Fetched(place.url, 200, {"content-type": kind}, body, digest, now)
    page = collector_for(Platform.FEED).parse(place, fetched)
    assert page.dropped == ()
    assert isinstance(page.cursor, Cursor)
    return list(page.items)


@pytest.mark.parametrize("account", SPEAKING)
def test_every_post_comes_back_as_it_was_written(account: str) -> None:
    posts = {p.id: p for p in council.posts(account)}
    items = {i.platform_id: i for i in parsed(account)}
    assert items.keys() == posts.keys()
    for number, item in items.items():
        post = posts[number]
        assert item.text.split() == post.text.split()
        assert item.published_at == post.published(NOW)
        assert item.time_note == ""
        assert item.kind is PostKind.OWN
        assert item.url.startswith("https://www.thornmere.example/")


@pytest.mark.parametrize("account", SPEAKING)
def test_a_feed_lists_the_newest_first(account: str) -> None:
    times = [i.published_at for i in parsed(account) if i.published_at]
    assert times == sorted(times, reverse=True)
    assert len(times) == len(council.posts(account))


@pytest.mark.parametrize("account", SPEAKING[:6])
def test_the_same_moment_gives_the_same_feed(account: str) -> None:
    assert sample_source.render(account, NOW) == sample_source.render(account, NOW)


@pytest.mark.parametrize("account", SPEAKING[:6])
def test_evidence_is_the_same_whenever_it_is_read(account: str) -> None:
    first, second = parsed(account), parsed(account)
    assert [i.payload for i in first] == [i.payload for i in second]
    assert len({i.original_sha256 for i in first}) == len(first)


def test_all_three_formats_are_served() -> None:
    kinds = {sample_source.render(account, NOW)[0].split(";")[0] for account in SPEAKING}
    assert kinds == set(sample_source.TYPES.values())


def test_a_port_in_use_is_a_sentence() -> None:
    with (
        sample_source.serve(lambda: NOW) as port,
        pytest.raises(UseError, match=f"Port {port}.*--dir"),
        sample_source.serve(lambda: NOW, port),
    ):
        pass


def test_an_account_without_posts_has_an_empty_feed() -> None:
    assert parsed("twinning-thornmere") == []
