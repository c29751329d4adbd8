"""Bluesky repositories: the records that listRecords gives, checked against their hashes, and no others."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import libipld
import pytest

from collectors.archive import Bad, Damaged, Row
from collectors.archive_bluesky import open_bluesky
from collectors.archive_car import Repository
from collectors.archive_records import as_json, tid_time
from collectors.bluesky import BlueskyCollector
from collectors.bluesky_identity import Identity
from collectors.bluesky_posts import to_item
from collectors.http import Network
from data.errors import ArchiveError
from data.model import Item, PostKind
from tests.collectors.archives import CANARY, DID, PDS, car, cid_of, framed, node, on_bluesky
from tests.collectors.support import RECEIVED, account, items, pages
from tests.servers.pds import Pds

WHO = Identity(DID, "town.example", PDS)
POST, REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"
PICTURE = b"\x01\x55\x12\x20" + b"7" * 32


def post(text: str, **changes: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": "2025-06-01T09:00:00Z", **changes}


def records(count: int = 8) -> dict[str, dict[str, Any]]:
    """Posts, a repost, a like and a block."""
    found = {f"{POST}/3l{n:011d}": post(f"Post {n}") for n in range(count)}
    subject = {"uri": "at://did:plc:elsewhere/app.bsky.feed.post/9", "cid": "c"}
    share = {"$type": REPOST, "subject": subject, "createdAt": "2025-06-01T09:00:00Z"}
    like = {"$type": "app.bsky.feed.like", "subject": {"uri": f"at://{CANARY}", "cid": "c"}}
    return {**found, f"{REPOST}/3l2": share, "app.bsky.feed.like/3l1": like, "app.bsky.graph.block/3l1": like}


def read(file: io.BytesIO, who: Identity = WHO) -> list[Row]:
    return list(open_bluesky(file, "r.car", on_bluesky(), who, RECEIVED).rows)


def test_posts_and_reposts_and_nothing_else() -> None:
    found = read(car(records()))
    assert [row.text for row in found if isinstance(row, Item) and row.kind is PostKind.OWN] == [
        f"Post {n}" for n in range(8)
    ]
    assert [row.kind for row in found if isinstance(row, Item)].count(PostKind.SHARE) == 1
    assert len(found) == 9


def test_a_post_is_the_same_live_and_from_the_download_to_the_byte() -> None:
    picture = {"$type": "blob", "ref": PICTURE, "mimeType": "image/png", "size": 9}
    mention = {"$type": "app.bsky.richtext.facet#mention", "did": f"did:plc:{CANARY}"}
    value = post(
        "Hello 🚧",
        langs=["en"],
        facets=[{"index": {"byteStart": 0, "byteEnd": 2}, "features": [mention]}],
        embed={"$type": "app.bsky.embed.images", "images": [{"alt": "A map", "image": picture}]},
    )
    (found,) = read(car({f"{POST}/3l1": value}))
    live_picture = {**picture, "ref": {"$link": libipld.encode_cid(PICTURE)}}
    live = {**value, "embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "A map", "image": live_picture}]}}
    cid = libipld.encode_cid(cid_of(libipld.encode_dag_cbor(value)))
    assert found == to_item({"uri": f"at://{DID}/{POST}/3l1", "cid": cid, "value": live}, DID, PDS, RECEIVED)
    assert isinstance(found, Item)
    assert found.media[0].url.startswith(PDS)
    assert CANARY.encode() not in found.payload


def test_bytes_that_are_no_link_are_bytes() -> None:
    assert as_json({"a": [PICTURE, b"x"]}) == {"a": [{"$link": libipld.encode_cid(PICTURE)}, {"$bytes": "eA"}]}


def test_a_bad_record_is_named_and_the_rest_goes_in() -> None:
    found = read(car({**records(3), f"{POST}/3l00000000001": {"$type": POST, "createdAt": "x"}}))
    assert [str(row) for row in found if isinstance(row, Bad)] == ["r.car, row 2: a post without text"]
    assert len(found) == 4


def test_another_account_is_refused() -> None:
    with pytest.raises(ArchiveError, match=r"is the repository of did:plc:other, not of town\.example"):
        read(car(records(), did="did:plc:other"))
    with pytest.raises(ArchiveError, match="did:plc:another"):
        read(car(records()), replace(WHO, did="did:plc:another"))


def test_the_revision_says_when_it_was_made() -> None:
    assert open_bluesky(car({}), "r", on_bluesky(), WHO, RECEIVED).as_of == tid_time("3ltq7jb2vsc2a")
    found = tid_time("3ltq7jb2vsc2a")
    assert found is not None
    assert (found.year, found.tzinfo) == (2025, UTC)
    assert tid_time("3LTQ7JB2VSC2A") is tid_time("") is None
    early = datetime(2020, 1, 1, tzinfo=UTC)
    assert open_bluesky(car({}), "r", on_bluesky(), WHO, early).as_of == early


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"\x00" * 40, b"\xff" * 40, b"{}", framed(b"\x81" * 90_000 + b"\x00")]
)
def test_what_is_no_repository_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveError, match="Nothing was taken in"):
        read(io.BytesIO(content))


@pytest.mark.parametrize("cut", [1, 30, 100, 1000])
def test_a_repository_that_was_cut_never_passes_for_whole(cut: int) -> None:
    try:
        found = read(io.BytesIO(car(records()).getvalue()[:-cut]))
    except ArchiveError:
        return
    assert any(isinstance(row, Bad) for row in found)


def test_a_block_that_was_changed_is_named() -> None:
    whole = car(records()).getvalue()
    found = read(io.BytesIO(whole.replace(b"Post 3", b"Post X")))
    assert [str(row) for row in found if isinstance(row, Bad)] == [
        "r.car, row 4: it is cut off or damaged: a part of it has been changed"
    ]
    assert len(found) == 9


def _repository(*nodes: dict[str, Any]) -> io.BytesIO:
    """A repository whose first node is the root; the others are reached by their identifiers."""
    blocks = [libipld.encode_dag_cbor(one) for one in nodes]
    commit = libipld.encode_dag_cbor({"did": DID, "version": 3, "data": cid_of(blocks[0]), "rev": "x", "prev": None})
    header = libipld.encode_dag_cbor({"version": 1, "roots": [cid_of(commit)]})
    return io.BytesIO(framed(header) + b"".join(framed(cid_of(one) + one) for one in (commit, *blocks)))


def test_a_tree_that_repeats_itself_ends() -> None:
    layers, below = [], node([])
    for _ in range(40):  # each names the one below twice: 2^40 leaves
        cid = cid_of(libipld.encode_dag_cbor(below))
        layers.append(below)
        below = {"l": cid, "e": [{"p": 0, "k": b"a/b", "v": cid, "t": cid}]}
    with pytest.raises(Damaged):
        list(Repository(_repository(below, *layers)).paths((POST,)))


@pytest.mark.parametrize(
    "entries",
    [
        [{"p": 9, "k": b"x", "v": PICTURE}],
        [{"p": -1, "k": b"x", "v": PICTURE}],
        [{"p": 0, "k": "text", "v": PICTURE}],
        [{"p": 0, "k": b"b", "v": PICTURE}, {"p": 0, "k": b"a", "v": PICTURE}],
        [{"p": 0, "k": b"b", "v": None}],
        [3],
    ],
)
def test_a_tree_that_makes_no_sense_is_damaged(entries: list[Any]) -> None:
    with pytest.raises(Damaged):
        list(Repository(_repository({"l": None, "e": entries})).paths((POST,)))


def test_a_real_repository_gives_what_its_server_lists(pds: Pds) -> None:
    who = account(handle=pds.handle, service_url=pds.url, plc_url=pds.plc_url)
    with Network(allow_private=pds.allow_private) as network:
        live = items(pages(BlueskyCollector(), who, network.client()))
        file = network.client().get(f"{pds.url}/xrpc/com.atproto.sync.getRepo", params={"did": pds.did}).body
    known = Identity(pds.did, pds.handle, json.loads(json.dumps(pds.url)))
    found = [row for row in open_bluesky(io.BytesIO(file), "r", who, known, RECEIVED).rows if isinstance(row, Item)]
    assert {row.platform_id: row.payload for row in found} == {item.platform_id: item.payload for item in live}
    assert len(found) == pds.posts + 1
