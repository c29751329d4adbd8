"""Downloads as Facebook, Instagram and LinkedIn make them, written by the tests from the layouts of 2023 to 2026."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from data.model import Account, Platform
from tests.collectors.archives import CANARY
from tests.collectors.support import account

JUNE = 1780304400  # 1 June 2026, 9:00 UTC
PAGE = "4455"


def mangled(value: Any) -> str:
    """JSON as Meta writes it: each byte of the UTF-8 as an escaped character of its own."""
    return "".join(_byte(one) for one in json.dumps(value, ensure_ascii=False, indent=2).encode("utf-8"))


def _byte(one: int) -> str:
    return chr(one) if one < 0x80 else f"\\u{one:04x}"


def on_facebook(**changes: Any) -> Account:
    """The council's Page."""
    return account(Platform.FACEBOOK, **{"handle": "town.council", "url": "", "platform_id": PAGE, **changes})


def picture(name: str = "media/p.jpg", description: str = "", made: int = JUNE, **more: Any) -> dict[str, Any]:
    """A picture attached to a post."""
    media = {"uri": f"posts/{name}", "creation_timestamp": made, "title": f"Photos of {CANARY}", **more}
    media |= {"media_metadata": {"photo_metadata": {"exif_data": [{"upload_ip": CANARY, "latitude": 1.0}]}}}
    return {"media": media | ({"description": description} if description else {})}


def link(url: str) -> dict[str, Any]:
    """A link attached to a post."""
    return {"external_context": {"url": url, "name": CANARY, "source": CANARY}}


def fb_post(text: str = "", at: Any = JUNE, *parts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """One entry of a file of posts."""
    said: list[dict[str, Any]] = [{"post": text}] if text else []
    known = {"timestamp": at, "data": said, "title": f"Town Council is with {CANARY}.", "tags": [{"name": CANARY}]}
    return known | ({"attachments": [{"data": list(parts)}]} if parts else {}) | more


def facebook_download(*posts: object, folder: str = "your_facebook_activity/", **more: str) -> dict[str, str]:
    """The members of a download; further ones replace those of the same name."""
    whose = {"name": {"full_name": "Town Council"}, "profile_uri": "https://www.facebook.com/Town.Council"}
    usual = {
        "personal_information/profile_information/profile_information.json": mangled({"profile_v2": whose}),
        f"{folder}posts/your_posts__check_ins__photos_and_videos_1.json": mangled(list(posts)),
        f"{folder}posts/other_people's_posts_to_your_timeline.json": mangled([fb_post(f"By {CANARY}")]),
        f"{folder}comments_and_reactions/comments.json": mangled([{"comment": CANARY}]),
        f"{folder}messages/inbox/{CANARY}_1/message_1.json": "not even JSON: it must not be opened",
    }
    return usual | more


def on_instagram(**changes: Any) -> Account:
    """The council's account on Instagram."""
    return account(Platform.INSTAGRAM, **{"handle": "@town_council", "url": "", "platform_id": "55", **changes})


def ig_media(title: str = "", at: Any = JUNE, uri: str = "media/posts/202606/1.jpg") -> dict[str, Any]:
    """One picture of a post."""
    known = {"uri": uri, "creation_timestamp": at, "title": title, "cross_post_source": {"source_app": "FB"}}
    return known | {"media_metadata": {"photo_metadata": {"exif_data": [{"device_id": CANARY}]}}}


def instagram_download(*posts: object, private: str | None = "False", **more: str) -> dict[str, str]:
    """The members of a download."""
    said = {"Username": {"href": "", "value": "town_council", "timestamp": 0}, "Email": {"value": CANARY}}
    said |= {"Private Account": {"value": private}} if private is not None else {}
    whose = {"profile_user": [{"title": "User Information", "string_map_data": said}]}
    folder = "your_instagram_activity"
    usual = {
        "personal_information/personal_information/personal_information.json": mangled(whose),
        f"{folder}/content/posts_1.json": mangled(list(posts)),
        f"{folder}/content/archived_posts.json": mangled({"ig_archived_post_media": [CANARY]}),
        f"{folder}/content/stories.json": mangled({"ig_stories": [ig_media(CANARY)]}),
        f"{folder}/comments/post_comments_1.json": "not even JSON: it must not be opened",
    }
    return usual | more


def on_linkedin(**changes: Any) -> Account:
    """The council's account on LinkedIn."""
    return account(Platform.LINKEDIN, **{"handle": "town-council", "url": "", **changes})


COLUMNS = ("Date", "ShareLink", "ShareCommentary", "SharedUrl", "MediaUrl", "Visibility")


def share(number: int, text: str, **changes: str) -> dict[str, str]:
    """One row of Shares.csv."""
    address = f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"
    known = {"Date": "2026-06-01 09:00:00", "ShareLink": address, "ShareCommentary": text, "Visibility": "PUBLIC"}
    return dict.fromkeys(COLUMNS, "") | known | changes


def shares(*rows: Mapping[str, str], columns: Sequence[str] = COLUMNS, bom: bool = True) -> bytes:
    """A Shares.csv: with a byte order mark, and a line break in a text as quote, break, quote."""
    out = io.StringIO(newline="")
    table = csv.writer(out, lineterminator="\n")
    table.writerow(columns)
    table.writerows([[str(row.get(name, "")).replace("\n", '"\n"') for name in columns] for row in rows])
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def linkedin_download(
    *rows: Mapping[str, str], name: str = "Shares.csv", **more: bytes | str
) -> dict[str, bytes | str]:
    """The members of a download."""
    profile = f"First Name,Last Name\n{CANARY},Field\n"
    usual: dict[str, bytes | str] = {name: shares(*rows), "Profile.csv": profile, "messages.csv": "never opened"}
    return usual | more
