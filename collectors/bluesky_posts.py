"""AT Protocol records to items, reduced by the rule `bluesky/1`.

`bluesky/1` removes the DIDs of other people from mentions, and the root of a thread that another account began; the
address of the parent or of a quoted or shared post stays, since without it the account's own post means nothing.
Sources: the lexicons app.bsky.feed.post, app.bsky.feed.repost, app.bsky.richtext.facet, app.bsky.embed.*.
"""

import copy
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collectors.evidence import canonical_json, clean, digest
from collectors.markup import web_address
from collectors.times import settle
from data.model import Item, Media, PostKind

RULE = "bluesky/1"
POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LINK = "app.bsky.richtext.facet#link"
MENTION = "app.bsky.richtext.facet#mention"


class NotUnderstood(Exception):
    """A record that is not what its collection should hold; `str()` says why."""


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def did_of(uri: str) -> str:
    """Return the DID in an at-URI, empty when it is none."""
    return uri[5:].partition("/")[0] if uri.startswith("at://") else ""


def facet_links(text: str, facets: object) -> tuple[str, ...]:
    """Return the true targets of the links in `text`, in the order of the text.

    Facets count UTF-8 bytes, end exclusive. One that does not lie within the text, or begins or ends inside a
    character, is no link that anybody sees, so it is left out.
    """
    data, found = text.encode("utf-8"), []
    for facet in _dicts(facets):
        start, end = (_dict(facet.get("index")).get(name) for name in ("byteStart", "byteEnd"))
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(data):
            continue
        try:
            data[start:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        targets = [
            web_address(clean(f.get("uri")), "") for f in _dicts(facet.get("features")) if f.get("$type") == LINK
        ]
        found += [(start, target) for target in targets if target]
    return tuple(dict.fromkeys(target for _, target in sorted(found, key=lambda pair: pair[0])))


def embeds(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the parts of a record's embed: a quote with media counts as both."""
    embed = _dict(value.get("embed"))
    if embed.get("$type") == "app.bsky.embed.recordWithMedia":
        inner = _dict(embed.get("record"))
        yield {"$type": "app.bsky.embed.record", "record": _dict(inner.get("record"))}
        yield _dict(embed.get("media"))
    elif embed:
        yield embed


def quoted_uri(value: dict[str, Any]) -> str:
    """Return the at-URI of the record that a post embeds, empty when it embeds none."""
    parts = (part for part in embeds(value) if part.get("$type") == "app.bsky.embed.record")
    return next((clean(_dict(part.get("record")).get("uri")) for part in parts), "")


def _blob(base: str, did: str, blob: object) -> str:
    cid = clean(_dict(_dict(blob).get("ref")).get("$link"))
    return f"{base}/xrpc/com.atproto.sync.getBlob?did={did}&cid={cid}" if cid and cid.isalnum() else ""


def media_of(value: dict[str, Any], base: str, did: str) -> tuple[Media, ...]:
    """Return pictures and films with their alternative texts."""
    found = []
    for part in embeds(value):
        match part.get("$type"):
            case "app.bsky.embed.images":
                shown = [("image", one.get("image"), one.get("alt")) for one in _dicts(part.get("images"))]
            case "app.bsky.embed.gallery":
                shown = [("image", one.get("image"), one.get("alt")) for one in _dicts(part.get("items"))]
            case "app.bsky.embed.video":
                shown = [("video", part.get("video"), part.get("alt"))]
            case _:
                shown = []
        found += [Media(kind, _blob(base, did, blob), clean(alt).strip()) for kind, blob, alt in shown]
    return tuple(found)


def _links(value: dict[str, Any], text: str) -> tuple[str, ...]:
    cards = (_dict(part.get("external")) for part in embeds(value) if part.get("$type") == "app.bsky.embed.external")
    seen = [*facet_links(text, value.get("facets")), *(web_address(clean(card.get("uri")), "") for card in cards)]
    return tuple(dict.fromkeys(link for link in (*seen, quoted_uri(value)) if link))


def minimised(record: dict[str, Any], did: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the record reduced by `bluesky/1` and the paths of what was removed."""
    reduced, removed = copy.deepcopy(record), list[str]()
    value = _dict(reduced.get("value"))
    for i, facet in enumerate(value["facets"] if isinstance(value.get("facets"), list) else []):
        features = _dict(facet).get("features")
        for j, feature in enumerate(features if isinstance(features, list) else []):
            if _dict(feature).get("$type") == MENTION and feature.get("did") != did:
                feature.pop("did", None)
                removed.append(f"value.facets[{i}].features[{j}].did")
    reply = _dict(value.get("reply"))
    if "root" in reply and did_of(clean(_dict(reply["root"]).get("uri"))) != did:
        del reply["root"]
        removed.append("value.reply.root")
    return reduced, tuple(removed)


def _page(uri: str) -> str:
    """Return the address at which the public sees a post."""
    did, _, rest = uri.removeprefix("at://").partition("/")
    return f"https://bsky.app/profile/{did}/post/{rest.rpartition('/')[2]}"


def _languages(value: dict[str, Any]) -> str:
    tags = value.get("langs")
    return clean(tags[0]).strip() if isinstance(tags, list) and tags else ""


def _post(value: dict[str, Any], uri: str, base: str, did: str) -> dict[str, Any]:
    if not isinstance(value.get("text"), str):
        raise NotUnderstood("a post without text")
    parent = clean(_dict(_dict(value.get("reply")).get("parent")).get("uri"))
    quotes = f"/{POST}/" in quoted_uri(value)
    labels = _dicts(_dict(value.get("labels")).get("values"))
    return {
        "kind": PostKind.QUOTE if quotes else PostKind.REPLY if parent else PostKind.OWN,
        "text": clean(value["text"]),
        "url": _page(uri),
        "warning": ", ".join(clean(label.get("val")) for label in labels if label.get("val")),
        "language": _languages(value),
        "links": _links(value, value["text"].encode("utf-8", "replace").decode("utf-8")),
        "media": media_of(value, base, did),
        "reply_to": parent,
    }


def _share(value: dict[str, Any]) -> dict[str, Any]:
    subject = clean(_dict(value.get("subject")).get("uri"))
    if not subject:
        raise NotUnderstood("a repost without a subject")
    return {"kind": PostKind.SHARE, "text": "", "links": (subject,)}


def to_item(record: object, did: str, base: str, received_at: datetime) -> Item:
    """Turn one entry of listRecords into an item; raise `NotUnderstood` when it is not one of `did`'s own records.

    `base` is the address of the server that keeps the account's media.
    """
    whole = _dict(record)
    uri, value = clean(whole.get("uri")), _dict(whole.get("value"))
    collection = value.get("$type")
    if did_of(uri) != did or collection not in (POST, REPOST) or f"/{collection}/" not in uri:
        raise NotUnderstood("a record that is neither a post nor a repost of this account")
    understood = _share(value) if collection == REPOST else _post(value, uri, base, did)
    reduced, removed = minimised(whole, did)
    created = settle(clean(value.get("createdAt")), received_at)
    return Item(
        platform_id=uri,
        payload=canonical_json(reduced),
        original_sha256=digest(canonical_json(whole)),
        rule=RULE,
        removed=removed,
        published_at=created.at,
        time_note=created.note,
        **understood,
    )
