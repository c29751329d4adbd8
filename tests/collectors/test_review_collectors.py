"""Hostile and broken sources: entities, empty answers, endless ids, and accounts suspended in the middle of it all."""

from typing import Any

import pytest

from collectors import run
from collectors.bluesky import BlueskyCollector
from collectors.feed import FeedCollector
from collectors.feed_document import Kind, read_document
from collectors.http import Network
from collectors.markup import web_address
from data.errors import CollectError, ConfigError
from data.model import Account, Platform, Role
from data.services import people, register
from data.services.actors import shell
from data.store import runs
from data.store.engine import Store
from tests.collectors.support import FEED_URL as URL
from tests.collectors.support import FakeHttp, account, as_json, fetched, pages
from tests.support.register import add, row

ENTITY = "<!DOCTYPE rss [<!ENTITY b 'expanded'>]>"
FEED = "<rss><channel><item><title>&b;</title></item></channel></rss>"
HEADS = [
    ENTITY,
    "<!DOCTYPE a>" + ENTITY,
    "<!-- " + "x" * 30_000 + " -->" + ENTITY,
    "<?xml version='1.0'?><?pi x?>\n<!-- a --> " + ENTITY,
    "<!DOCTYPE a [ <!ENTITY x ']>" + ENTITY,
    " " * 30_000 + ENTITY,
]
PDS, DID = "https://pds.example", "did:plc:abc"


@pytest.mark.parametrize("head", HEADS)
def test_no_entity_of_a_documents_own_is_ever_expanded(head: str) -> None:
    document = read_document(fetched((head + FEED).encode()))
    assert document.root is None or "expanded" not in "".join(document.root.itertext())


def test_a_head_of_honest_comments_is_no_hindrance() -> None:
    document = read_document(
        fetched(f"<?xml version='1.0'?><!-- a --><!DOCTYPE rss><!-- b -->{FEED.replace('&b;', 'x')}".encode())
    )
    assert (document.kind, document.root is not None) == (Kind.XML, True)


@pytest.mark.parametrize("head", ["<!-- ", "<?x ", "<!DOCTYPE rss [", "<!DOCTYPE", "<!x", "<!"])
def test_a_head_without_end_ends_the_reading(head: str) -> None:
    assert read_document(fetched((head + FEED).encode())).root is None


def bluesky(records: object) -> FakeHttp:
    """A server whose list of posts is the answer `records`."""
    service = [{"id": "#atproto_pds", "serviceEndpoint": PDS}]
    document = {"id": DID, "alsoKnownAs": ["at://town.example"], "service": service}
    return FakeHttp(
        {
            f"https://plc.directory/{DID}": as_json(document, "u"),
            f"{PDS}/xrpc/com.atproto.sync.getLatestCommit": as_json({"cid": "c", "rev": "r"}, "u"),
            f"{PDS}/xrpc/com.atproto.repo.getRecord": as_json({"error": "RecordNotFound"}, "u", 400),
            f"{PDS}/xrpc/com.atproto.repo.listRecords": as_json(records, f"{PDS}/xrpc/x"),
        }
    )


def bluesky_account() -> Account:
    return account(Platform.BLUESKY, handle="town.example", platform_id=DID)


@pytest.mark.parametrize("answer", [{}, {"records": None}, {"error": "Busy"}])
def test_an_answer_without_a_list_is_not_an_empty_list(answer: object) -> None:
    with pytest.raises(CollectError) as caught:
        pages(BlueskyCollector(), bluesky_account(), bluesky(answer))
    assert caught.value.code == "bad_answer"


def test_an_empty_list_is_one() -> None:
    assert pages(BlueskyCollector(), bluesky_account(), bluesky({"records": []}))[-1].exhaustive


@pytest.mark.parametrize("items", ["", ', "items": null', ', "items": {}'])
def test_a_json_feed_without_items_is_damaged_not_empty(items: str) -> None:
    body = f'{{"version": "https://jsonfeed.org/version/1.1", "title": "x"{items}}}'.encode()
    with pytest.raises(CollectError) as caught:
        FeedCollector().parse(account(), fetched(body))
    assert caught.value.code == "malformed"


def test_an_address_is_on_one_line() -> None:
    assert web_address("https://x.example/\nFailed: 0", URL) == "https://x.example/Failed: 0"


def test_an_endless_id_is_kept_by_its_digest_and_the_same_each_time() -> None:
    body = f"<rss><channel><item><guid>{'g' * 9000}</guid><title>x</title></item></channel></rss>".encode()
    first, second = (FeedCollector().parse(account(), fetched(body)).items[0].platform_id for _ in range(2))
    assert first == second
    assert first.startswith("sha256:")


@pytest.mark.parametrize("proxy", ["proxy.example:3128", "socks5://u:hidden@proxy.example", "http://u:hidden@x:port"])
def test_a_proxy_that_is_none_is_a_mistake_told_without_its_password(proxy: str) -> None:
    with pytest.raises(ConfigError, match="HTTPS_PROXY") as caught:
        Network(proxy=proxy)
    assert "hidden" not in str(caught.value)


def never(*_: Any) -> Any:
    raise AssertionError("nothing may be asked")


def test_an_account_suspended_after_planning_is_not_collected(store: Store) -> None:
    add(store, row("bins"))
    planned = run.plan(store, "Europe/London")
    people.add(store, shell(), "pat@council.example", "Pat", [Role.PANEL], None)
    register.change(store, "bins", "pat@council.example", "suspend", "Keys were lost.")
    [done] = run.collect(store, run.Tools(never, lambda: FakeHttp({}), "Europe/London"), planned.collect)
    assert (done.outcome, done.code) == ("skipped", "no_passport")
    with store.read() as tx:
        assert runs.of_account(tx, "bins") == []
