"""Feeds against a real site: built by Pelican, served by nginx."""

from collections.abc import Iterator

import pytest

from collectors.failures import TryLater
from collectors.feed import FeedCollector
from collectors.http import Client, Network
from data.errors import CollectError
from data.model import Account
from tests.collectors.support import account, items, pages
from tests.servers.articles import ARTICLES, Article
from tests.servers.site import Site, published


@pytest.fixture
def client(site: Site) -> Iterator[Client]:
    with Network(allow_private=[site.netloc]) as network:
        yield network.client()


def feed_of(site: Site, path: str = "feeds/all.atom.xml") -> Account:
    return account(url=f"{site.url}/{path}")


def failure(site: Site, client: Client, path: str) -> CollectError:
    with pytest.raises(CollectError) as caught:
        pages(FeedCollector(), feed_of(site, path), client)
    return caught.value


@pytest.mark.parametrize("path", ["feeds/all.atom.xml", "feeds/all.rss.xml"])
def test_every_article_arrives_and_the_second_time_304(site: Site, client: Client, path: str) -> None:
    [page] = pages(FeedCollector(), feed_of(site, path), client)
    assert len(page.items) == len(ARTICLES)
    assert {item.published_at for item in page.items} == {published(n) for n in range(len(ARTICLES))}
    assert page.dropped == ()
    [again] = pages(FeedCollector(), feed_of(site, path), client, page.cursor)
    assert again.unchanged
    assert client.requests == 2


def test_what_is_written_is_what_is_read(site: Site, client: Client) -> None:
    [page] = pages(FeedCollector(), feed_of(site), client)
    by = {item.text.partition("\n")[0]: item for item in page.items}
    assert by["Library opening hours at Mill Lane"].text == (
        "Library opening hours at Mill Lane\n\nFrom Monday the library at Mill Lane opens until 8 pm.\n\n"
        "Monday to Friday: 9 am to 8 pm\nSaturday: 10 am to 4 pm"
    )
    assert "Garden waste costs £45 a year – pay online." in by["Bank holiday collections, The Parade"].text
    assert "llwybr rhwng Priory Road a’r môr ar gau. 🚧" in by["Llwybr ar gau: Priory Road"].text
    assert by["Have your say about Castle Square"].links == ("https://plans.example.gov.uk/p?a=1&b=2",)
    assert not [item for item in page.items if b"Canary" in item.payload]
    assert all(item.removed for item in page.items)


def test_an_edit_and_a_deletion_show_in_the_feed(own_site: Site) -> None:
    with Network(allow_private=[own_site.netloc]) as network:
        [first] = pages(FeedCollector(), feed_of(own_site), network.client())
        own_site.write(35, Article("Llwybr ar agor", "Newyddion", "Mae’r llwybr ar agor.", "cy"))
        own_site.remove(34)
        own_site.build()
        [second] = pages(FeedCollector(), feed_of(own_site), network.client(), first.cursor)
    before = {item.platform_id: item.text for item in first.items}
    after = {item.platform_id: item.text for item in second.items}
    assert len(before) - len(after) == 1
    assert [text for name, text in after.items() if before[name] != text] == ["Llwybr ar agor\n\nMae’r llwybr ar agor."]


def test_a_moved_feed_is_read_and_told(site: Site, client: Client) -> None:
    [page] = pages(FeedCollector(), feed_of(site, "moved.xml"), client)
    assert page.moved_to == f"{site.url}/feeds/all.atom.xml"
    assert len(items([page])) == len(ARTICLES)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("gone.xml", "gone"),
        ("nothing.xml", "not_found"),
        ("away.xml", "address_refused"),
        ("loop.xml", "too_many_redirects"),
        ("page", "not_a_feed"),
        ("index.html", "not_a_feed"),
    ],
)
def test_what_is_no_feed_is_told(site: Site, client: Client, path: str, code: str) -> None:
    assert failure(site, client, path).code == code


def test_the_page_says_where_the_feed_is(site: Site, client: Client) -> None:
    assert f"{site.url}/feeds/all.atom.xml" in str(failure(site, client, "page"))


def test_a_real_limit_is_told_with_its_end(site: Site, client: Client) -> None:
    path = "slow/feeds/all.atom.xml"
    assert len(items(pages(FeedCollector(), feed_of(site, path), client))) == len(ARTICLES)
    error = failure(site, client, path)
    assert isinstance(error, TryLater)
    assert error.code == "rate_limited"
