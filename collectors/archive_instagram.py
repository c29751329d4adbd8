"""The download of an Instagram account ("Download your information", JSON): its posts and reels.

Written from the layout of 2023 to 2026: `…/content/posts_1.json` (or `…/media/posts_1.json`) and `reels.json`, older
ones `igtv_videos.json`. `instagram-archive/1` keeps when a post was made, its caption and what kinds of pictures it
has; where a picture was taken, with what, and which app a post came from goes. Stories, archived and deleted posts,
comments and messages lie in other members, which are never opened. An account that was private when the download was
made is refused: Instagram does not say of single posts who may read them.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collectors.archive import Archive, Bad, Place, Row
from collectors.archive_box import Box, refused
from collectors.archive_json import rows
from collectors.archive_meta import (
    UNSAID,
    Wrong,
    as_dict,
    dicts,
    joined_words,
    made_up_id,
    member,
    members,
    mended,
    moment,
    sentence_of,
    shown,
    small_json,
    strings,
)
from collectors.evidence import canonical_json, digest
from collectors.graph import name_of
from data.errors import ArchiveError
from data.model import Account, Item, PostKind

RULE = "instagram-archive/1"
_POSTS = re.compile(r"(?:[^/]+/){0,2}(?:content|media)/(?:posts_\d{1,6}|reels|igtv_videos)\.json")
_OWNER = re.compile(r"(?:[^/]+/){0,3}personal_information\.json")
LISTS = {"reels.json": "ig_reels_media", "igtv_videos.json": "ig_igtv_media"}
SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
PRIVATE = "the account was private when it was made, and what is not for everybody is never taken in"


def open_instagram(box: Box, subject: str, account: Account, received_at: datetime, *, all_public: bool) -> Archive:
    """Open a download; raise `ArchiveError` when it is not one of this account, or its posts were not public."""
    profile = _profile(box, subject, account)
    names = members(box, subject, _POSTS, "content/posts_1.json")
    private = SAID.get(mended(as_dict(profile.get("Private Account")).get("value")).strip().lower())
    if private:
        raise refused(subject, PRIVATE)
    if private is None and not all_public:
        raise ArchiveError(UNSAID.format(subject, "professional account"))
    return Archive(_rows(box, names, received_at), whole=False)


def _profile(box: Box, subject: str, account: Account) -> dict[str, Any]:
    """Return what the download says of its owner; raise `ArchiveError` when it is another's."""
    name = member(box, _OWNER)
    if not name:
        raise refused(subject, "it does not say whose it is (ask for “Personal information” beside the posts)")
    said = next(iter(dicts(small_json(box, name, subject).get("profile_user"))), {})
    profile = as_dict(said.get("string_map_data"))
    user = as_dict(profile.get("Username"))  # the names of fields are in the language of the owner
    names = set(strings(user)) if user else set(strings(profile))
    if name_of(account).lower() not in {one.strip().lower() for one in names}:
        whose = mended(user.get("value")) or "another account"
        raise ArchiveError(
            f"{subject} is the download of {whose}, not of {account.handle or account.url} (account {account.id}). "
            "Nothing was taken in. Name the right account, or correct its handle in the register."
        )
    return profile


def _rows(box: Box, names: list[str], received_at: datetime) -> Iterator[Row]:
    for name in names:
        with box.open(name) as stream:
            for one in rows(name, stream, key=LISTS.get(name.rpartition("/")[2], "")):
                yield one if isinstance(one, Bad) else _row(*one, received_at)


def _row(where: Place, entry: object, received_at: datetime) -> Row:
    try:
        return to_item(entry, received_at)
    except (Wrong, RecursionError, ValueError) as problem:
        return sentence_of(where, problem)


def to_item(entry: object, received_at: datetime) -> Item:
    """Turn one entry into an item; raise `Wrong` when it is no post.

    With one picture caption and time stand with it, with several they stand with the post.
    """
    whole = as_dict(entry)
    parts = dicts(whole.get("media"))
    if not parts:
        raise Wrong("a post without a picture or film")
    stated = whole.get("creation_timestamp")
    when = moment(stated if stated is not None else parts[0].get("creation_timestamp"), received_at)
    title = mended(whole.get("title")).strip()
    text = title or joined_words([mended(one.get("title")) for one in parts])
    media = tuple(shown(one.get("uri")) for one in parts)
    kept = {"creation_timestamp": int(when.at.timestamp()), "title": text, "media": [one.kind for one in media]}
    return Item(
        platform_id=made_up_id(when.at, text),
        kind=PostKind.OWN,
        text=text,
        payload=canonical_json(kept),
        original_sha256=digest(canonical_json(whole)),
        rule=RULE,
        removed=_removed(whole, parts),
        published_at=when.at,
        time_note=when.note,
        media=media,
    )


def _removed(whole: dict[str, Any], parts: list[dict[str, Any]]) -> tuple[str, ...]:
    kept = ("creation_timestamp", "title")
    inner = {f"media.{mended(name)}" for one in parts for name in one if name not in kept}
    return tuple(sorted(inner | {f"post.{mended(name)}" for name in whole if name not in (*kept, "media")}))
