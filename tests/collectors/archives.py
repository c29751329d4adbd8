"""Downloads as platforms make them, written by the tests: zip, tar.gz, CAR."""

import gzip
import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import libipld

from data.model import Account, Platform
from tests.collectors.support import account

NUMBER = "2244994945"
DID = "did:plc:town"
PDS = "https://pds.example"
ACTOR = "https://town.example/users/council"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
FOLLOWERS = f"{ACTOR}/followers"
CANARY = "mallory"
REV = "3ltq7jb2vsc2a"  # a revision of June 2025


def zipped(members: Mapping[str, bytes | str], packing: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as box:
        for name, content in members.items():
            box.writestr(name, content)
    out.seek(0)
    return out


def tarred(members: Mapping[str, bytes | str], *, packed: bool = True) -> io.BytesIO:
    """A tar file, packed with gzip."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as box:
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            box.addfile(info, io.BytesIO(data))
    return io.BytesIO(gzip.compress(out.getvalue()) if packed else out.getvalue())


def assigned(part: str, rows: Sequence[object]) -> str:
    """A file that a browser loads, as X writes them."""
    return f"window.YTD.{part}.part0 = {json.dumps(rows, indent=2)}"


def on_x(**changes: Any) -> Account:
    """The council's account on X."""
    return account(Platform.X, **{"handle": "@council", "url": "", **changes})


def tweet(number: int | str, text: str, **changes: Any) -> dict[str, Any]:
    """One entry of tweets.js."""
    known = {"id": str(number), "id_str": str(number), "created_at": "Mon Jun 01 09:00:00 +0000 2026", "lang": "en"}
    return {
        "tweet": {**known, "full_text": text, "favorite_count": "3", "source": "app", "retweeted": False, **changes}
    }


def x_download(*tweets: dict[str, Any], **more: str) -> dict[str, str]:
    """The members of an X download; names of further ones with underscores for hyphens, without folder."""
    whose = {"email": "press@council.example", "username": "council", "accountId": NUMBER}
    usual = {
        "data/account.js": assigned("account", [{"account": whose}]),
        "data/tweets.js": assigned("tweets", tweets),
        "data/like.js": assigned("like", [{"like": {"fullText": f"liked by {CANARY}"}}]),
        "data/direct-messages.js": "not even JSON: it must not be opened",
    }
    return usual | {f"data/{name.replace('_', '-')}.js": content for name, content in more.items()}


def on_mastodon(**changes: Any) -> Account:
    """The council's account on Mastodon."""
    known = {"handle": "council@town.example", "url": "", "platform_id": "109"}
    return account(Platform.MASTODON, **{**known, **changes})


def note(number: str, content: str, **changes: Any) -> dict[str, Any]:
    """One activity of outbox.json that made a post; `changes` are of the post."""
    address = f"{ACTOR}/statuses/{number}"
    to, cc = changes.pop("to", [PUBLIC]), changes.pop("cc", [FOLLOWERS])
    made = {"id": address, "type": "Note", "summary": None, "inReplyTo": None, "published": "2026-06-01T09:00:00Z"}
    made |= {"url": f"https://town.example/@council/{number}", "attributedTo": ACTOR, "to": to, "cc": cc}
    made |= {"sensitive": False, "content": content, "contentMap": {"en": content}, "attachment": [], "tag": []}
    usual = {"id": f"{address}/activity", "type": "Create", "actor": ACTOR, "published": "2026-06-01T09:00:00Z"}
    return {**usual, "to": to, "cc": cc, "object": {**made, **changes}}


def boost(number: str, of: str, **changes: Any) -> dict[str, Any]:
    """One activity of outbox.json that passes a post on."""
    usual = {"id": f"{ACTOR}/statuses/{number}/activity", "type": "Announce", "actor": ACTOR, "object": of}
    return {**usual, "published": "2026-06-02T09:00:00Z", "to": [PUBLIC], "cc": [FOLLOWERS], **changes}


def mastodon_download(*activities: object, **more: bytes | str) -> dict[str, bytes | str]:
    """The members of a Mastodon download, the actor last as in older ones."""
    outbox = {"@context": "https://www.w3.org/ns/activitystreams", "id": "outbox.json", "type": "OrderedCollection"}
    outbox |= {"totalItems": len(activities), "orderedItems": list(activities)}
    actor = {"id": ACTOR, "type": "Person", "preferredUsername": "council", "name": "Town council"}
    likes = {"orderedItems": [f"https://b.example/users/{CANARY}/statuses/1"]}
    usual = {"media_attachments/files/1/a.png": b"\x89PNG", "outbox.json": json.dumps(outbox)}
    return {**usual, "likes.json": json.dumps(likes), "actor.json": json.dumps(actor), **more}


def on_bluesky(**changes: Any) -> Account:
    """The council's account on Bluesky."""
    return account(Platform.BLUESKY, **{"handle": "town.example", "url": "", "platform_id": DID, **changes})


def cid_of(content: bytes) -> bytes:
    """The identifier of a block."""
    return b"\x01\x71\x12\x20" + hashlib.sha256(content).digest()


def framed(content: bytes) -> bytes:
    """A section of a CAR file: its length (LEB128) and itself."""
    length, head = len(content), b""
    while length > 0x7F:
        head, length = head + bytes([length & 0x7F | 0x80]), length >> 7
    return head + bytes([length]) + content


def car(records: Mapping[str, dict[str, Any]], did: str = DID, rev: str = REV, split: int = 3) -> io.BytesIO:
    """A repository: its records in a tree of two levels, a subtree for every `split` of them."""
    blocks, leaves = dict[bytes, bytes](), list[tuple[bytes, bytes]]()

    def put(value: object) -> bytes:
        content = libipld.encode_dag_cbor(value)
        blocks[cid_of(content)] = content
        return cid_of(content)

    leaves = [(path.encode(), put(value)) for path, value in sorted(records.items())]
    groups = [leaves[n : n + split] for n in range(0, len(leaves), split)]
    first = put(node(groups[0][:-1] if len(groups) > 1 else groups[0])) if groups else None
    tops = [
        (group[-1], put(node(following[:-1] if n + 2 < len(groups) else following)))
        for n, (group, following) in enumerate(pairwise(groups))
    ]
    data = put({**node([top for top, _ in tops], [below for _, below in tops]), "l": first})
    root = put({"did": did, "version": 3, "data": data, "rev": rev, "prev": None, "sig": b"unchecked"})
    header = libipld.encode_dag_cbor({"version": 1, "roots": [root]})
    return io.BytesIO(framed(header) + b"".join(framed(cid + content) for cid, content in blocks.items()))


def node(entries: Sequence[tuple[bytes, bytes]], below: Sequence[bytes] = ()) -> dict[str, Any]:
    """A node of the tree, its keys without what they share with the one before."""
    found, last = [], b""
    for n, (key, value) in enumerate(entries):
        shared = next((i for i, (a, b) in enumerate(zip(last, key, strict=False)) if a != b), min(len(last), len(key)))
        found.append({"p": shared, "k": key[shared:], "v": value, "t": below[n] if below else None})
        last = key
    return {"l": None, "e": found}
