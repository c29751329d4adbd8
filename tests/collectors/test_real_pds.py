"""Bluesky against a real server of the reference implementation."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from collectors.bluesky import BlueskyCollector
from collectors.failures import Passing, TryLater
from collectors.http import Client, Network
from data.errors import CollectError
from data.model import Account, Item, Platform, PostKind
from tests.collectors.support import account, items, pages
from tests.servers.pds import Pds, running_pds


def account_of(pds: Pds) -> Account:
    return account(Platform.BLUESKY, handle=pds.handle, service_url=pds.url, plc_url=pds.plc_url)


@pytest.fixture
def client(pds: Pds) -> Iterator[Client]:
    with Network(allow_private=pds.allow_private) as network:
        yield network.client()


@pytest.fixture
def found(pds: Pds, client: Client) -> dict[str, Item]:
    """Every item of the account by its id."""
    everything = items(pages(BlueskyCollector(), account_of(pds), client))
    assert len({item.platform_id for item in everything}) == len(everything)
    return {item.platform_id: item for item in everything}


def test_every_post_arrives_once(pds: Pds, found: dict[str, Item]) -> None:
    kinds = [item.kind for item in found.values()]
    assert kinds.count(PostKind.SHARE) == 1
    assert len(kinds) == pds.posts + 1
    assert pds.uris["deleted"] not in found
    assert all(item.time_note == "" for item in found.values())


def test_facets_in_welsh_with_a_sign(pds: Pds, found: dict[str, Item]) -> None:
    item = found[pds.uris["facets"]]
    assert item.text.startswith("Ffordd ar gau – Stryd Fawr 🚧 see https://www.example.gov.uk/roads?id=7 @")
    assert item.links == ("https://www.example.gov.uk/roads?id=7&utm_source=bsky",)
    assert item.language == "cy"


def test_reply_quote_picture_card_and_warning(pds: Pds, found: dict[str, Item]) -> None:
    by = {name: found[uri] for name, uri in pds.uris.items() if uri in found}
    assert (by["reply"].kind, by["reply"].reply_to) == (PostKind.REPLY, pds.uris["plain"])
    assert (by["quote"].kind, by["quote"].links) == (PostKind.QUOTE, (pds.uris["facets"],))
    assert [media.alt for media in by["image"].media] == ["The front of the new library"]
    assert by["card"].links == ("https://www.example.gov.uk/council-tax",)
    assert by["warned"].warning == "graphic-media"
    assert by["edited"].text == "Bin collections move to Tuesday."
    assert (by["repost"].kind, by["repost"].links) == (PostKind.SHARE, (pds.uris["plain"],))


def test_an_unchanged_account_costs_two_requests(pds: Pds, client: Client) -> None:
    first = pages(BlueskyCollector(), account_of(pds), client)
    before = client.requests
    [page] = pages(BlueskyCollector(), replace(account_of(pds), platform_id=pds.did), client, first[-1].cursor)
    assert page.unchanged
    assert client.requests - before == 2


def test_an_edit_of_an_old_post_and_a_deletion_are_found(pds: Pds, client: Client) -> None:
    def post(text: str) -> dict[str, object]:
        return {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-01-01T09:00:00Z"}

    kept, lost = pds.create(post("The pool opens at 7.")), pds.create(post("A mistake."))
    first = pages(BlueskyCollector(), account_of(pds), client)
    before = {item.platform_id: item.text for item in items(first)}
    assert (before[kept], before[lost]) == ("The pool opens at 7.", "A mistake.")
    pds.put(kept, post("The pool opens at 8."))
    pds.delete(lost)
    second = pages(BlueskyCollector(), account_of(pds), client, first[-1].cursor)
    after = {item.platform_id: item.text for item in items(second)}
    assert after[kept] == "The pool opens at 8."
    assert lost not in after
    assert second[-1].exhaustive
    assert second[-1].cursor != first[-1].cursor
    pds.delete(kept)


def test_an_unknown_handle_is_told(pds: Pds, client: Client) -> None:
    with pytest.raises(CollectError) as caught:
        pages(BlueskyCollector(), replace(account_of(pds), handle="nobody.test"), client)
    assert caught.value.code == "unknown"


def test_the_profile_is_a_snapshot_and_may_ask_for_protection(pds: Pds, client: Client) -> None:
    profile = {"$type": "app.bsky.actor.profile", "displayName": "Cyngor", "description": "Newyddion"}
    uri = f"at://{pds.did}/app.bsky.actor.profile/self"
    pds.put(uri, profile)
    snapshot = pages(BlueskyCollector(), account_of(pds), client)[0].snapshot
    assert snapshot is not None
    assert (snapshot.handle, snapshot.name, snapshot.biography) == (pds.handle, "Cyngor", "Newyddion")
    labels = {"$type": "com.atproto.label.defs#selfLabels", "values": [{"val": "!no-unauthenticated"}]}
    pds.put(uri, {**profile, "labels": labels})
    with pytest.raises(CollectError) as caught:
        pages(BlueskyCollector(), account_of(pds), client)
    assert caught.value.code == "protected"
    pds.delete(uri)


def test_a_deactivated_account_is_told_as_that() -> None:
    with running_pds("--posts", "1") as pds, Network(allow_private=pds.allow_private) as network:
        pds.call("com.atproto.server.deactivateAccount", {})
        with pytest.raises(CollectError) as caught:
            pages(BlueskyCollector(), replace(account_of(pds), platform_id=pds.did), network.client())
        assert caught.value.code == "deactivated"


def ask_often(client: Client, url: str) -> None:
    """Ask more often than the 3,000 times in five minutes that the server allows."""
    for _ in range(3_100):
        client.get(url)


def test_a_real_limit_is_told_with_its_end(limiting_pds: Pds) -> None:
    with Network(allow_private=limiting_pds.allow_private) as network:
        client = network.client()
        with pytest.raises(CollectError) as caught:
            ask_often(client, f"{limiting_pds.url}/xrpc/com.atproto.server.describeServer")
        assert caught.value.code == "rate_limited"
        assert client.requests >= 2_990
        assert isinstance(caught.value, TryLater | Passing)  # what is left of the five minutes decides
