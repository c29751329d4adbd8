"""The download of a Facebook Page or profile ("Download your information", JSON): its posts and nothing else.

Written from the layout of 2023 to 2026: `…/posts/your_posts__check_ins__photos_and_videos_1.json` of a profile,
`…/posts/profile_posts_1.json` of a Page, and `posts/your_posts_1.json` of older ones. `facebook-archive/1` keeps when a
post was made and changed, its words, the captions of its pictures and where its links lead. Facebook's sentence about a
post (`title`), tags, places, albums and the files' names go: they name others. Of a post that is passed on, the caption
may be another's, so it is left out. Comments, messages, groups, reactions and what others wrote on the account's
timeline lie in other members, which are never opened. The download does not say who may read a post.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from collectors.archive import Archive, Bad, NotPublic, Place, Row
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
)
from collectors.evidence import canonical_json, digest
from collectors.facebook import OWN_SITES
from collectors.graph import name_of
from collectors.markup import web_address
from data.errors import ArchiveError
from data.model import Account, Item, PostKind

RULE = "facebook-archive/1"
KEPT = ("timestamp", "data", "attachments")
DAY = 24 * 3600  # seconds; a picture that is older than its post by more may be another's
_POSTS = re.compile(
    r"(?:[^/]+/){0,3}posts/(?:your_posts(?:__check_ins__photos_and_videos)?|profile_posts|page_posts)(?:_\d{1,6})?\.json"
)
_OWNER = re.compile(r"(?:[^/]+/){0,4}profile_information\.json")
_ELSEWHERE = re.compile(r"\bwrote on\b.*\btimeline\b|\bposted in\b|\bposted something in\b", re.IGNORECASE | re.DOTALL)
_PASSED_ON = re.compile(r"\bshared\b", re.IGNORECASE)


def open_facebook(box: Box, subject: str, account: Account, received_at: datetime, *, all_public: bool) -> Archive:
    """Open a download; raise `ArchiveError` when it is not one of this account, or nobody says that it is public."""
    owner = _owner(box, subject, account)
    names = members(box, subject, _POSTS, "posts/your_posts__check_ins__photos_and_videos_1.json")
    if not all_public:
        raise ArchiveError(UNSAID.format(subject, "Page"))
    return Archive(_rows(box, names, received_at), owner, whole=False)


def _owner(box: Box, subject: str, account: Account) -> str:
    """Return the number of the account if the download says it; raise `ArchiveError` when it is another's."""
    name = member(box, _OWNER)
    if not name:
        raise refused(subject, "it does not say whose it is (ask for “Profile information” beside the posts)")
    said = small_json(box, name, subject)
    profile = next((found for key in ("profile_v2", "profile", "page") if (found := as_dict(said.get(key)))), said)
    address = mended(profile.get("profile_uri") or profile.get("url") or profile.get("uri"))
    parts = urlsplit(web_address(address, ""))
    number = parse_qs(parts.query).get("id", [""])[0]
    names = {mended(profile.get("username")), parts.path.strip("/").rpartition("/")[2]} - {"", "profile.php"}
    wanted = name_of(account)
    same = number in (account.platform_id, wanted) if number else False
    if not same and not any(_plain(one) == _plain(wanted) for one in names):
        whose = ", ".join(sorted(names | ({number} - {""}))) or "nobody who is named"
        raise ArchiveError(
            f"{subject} is the download of {whose}, not of {account.handle or account.url} (account {account.id}). "
            "Nothing was taken in. Name the right account, or correct its handle in the register."
        )
    return number if number.isdigit() else ""


def _plain(name: str) -> str:
    """Return a name as Facebook compares it: dots and capitals make no difference."""
    return name.lower().replace(".", "")


def _rows(box: Box, names: list[str], received_at: datetime) -> Iterator[Row]:
    for name in names:
        with box.open(name) as stream:
            for one in rows(name, stream):
                yield one if isinstance(one, Bad) else _row(*one, received_at)


def _row(where: Place, entry: object, received_at: datetime) -> Row:
    try:
        return to_item(entry, received_at) or NotPublic(where)
    except (Wrong, RecursionError, ValueError) as problem:
        return sentence_of(where, problem)


def to_item(entry: object, received_at: datetime) -> Item | None:
    """Turn one entry into an item, None for one on somebody else's page; raise `Wrong` when it is no post."""
    whole = as_dict(entry)
    if not whole:
        raise Wrong("no post")
    title = mended(whole.get("title"))
    if _ELSEWHERE.search(title):
        return None
    when = moment(whole.get("timestamp"), received_at)
    message = joined_words([mended(one.get("post")) for one in dicts(whole.get("data"))])
    parts = [part for one in dicts(whole.get("attachments")) for part in dicts(one.get("data"))]
    links = _links(parts)
    passed = any(map(_is_own_site, links)) or (bool(_PASSED_ON.search(title)) and not links)
    captions = [] if passed else [text for part in parts if (text := _caption(part, when.at.timestamp()))]
    text = joined_words([message, *(one for one in captions if one not in message)])
    media = tuple(shown(as_dict(one["media"]).get("uri")) for one in parts if as_dict(one.get("media")))
    edited = _edited(whole, when.at, received_at)
    kept: dict[str, Any] = {"timestamp": int(when.at.timestamp()), "text": text, "media": [one.kind for one in media]}
    kept |= {"links": links} | ({"updated": int(edited.timestamp())} if edited else {})
    return Item(
        platform_id=made_up_id(when.at, text),
        kind=(PostKind.QUOTE if message else PostKind.SHARE) if passed else PostKind.OWN,
        text=text,
        payload=canonical_json(kept),
        original_sha256=digest(canonical_json(whole)),
        rule=RULE,
        removed=tuple(sorted(f"post.{mended(name)}" for name in whole if name not in KEPT)),
        published_at=when.at,
        updated_at=edited,
        time_note=when.note,
        links=tuple(one for one in links if not _is_own_site(one)),
        media=media,
    )


def _links(parts: list[dict[str, Any]]) -> list[str]:
    found = (web_address(mended(as_dict(one.get("external_context")).get("url")), "") for one in parts)
    return list(dict.fromkeys(filter(None, found)))


def _is_own_site(link: str) -> bool:
    host = urlsplit(link).hostname or ""
    return any(host == site or host.endswith(f".{site}") for site in OWN_SITES)


def _caption(part: dict[str, Any], posted: float) -> str:
    """Return what was written below a picture, if it was put up with the post: only then it is the account's own."""
    media = as_dict(part.get("media"))
    made = media.get("creation_timestamp")
    own = isinstance(made, int | float) and not isinstance(made, bool) and abs(made - posted) <= DAY
    return mended(media.get("description")).strip() if own else ""


def _edited(whole: dict[str, Any], at: datetime, received_at: datetime) -> datetime | None:
    """Return when a post was changed last, None when it was not."""
    stated = [one["update_timestamp"] for one in dicts(whole.get("data")) if one.get("update_timestamp") is not None]
    times = [moment(one, received_at).at for one in stated]
    return max((one for one in times if one > at), default=None)
