"""Mastodon downloads: what everybody could read, as the API would give it."""

import json
from typing import Any

import pytest

from collectors.archive import Bad, NotPublic, Row
from collectors.archive_container import unbox
from collectors.archive_mastodon import open_mastodon
from collectors.mastodon_posts import to_item
from data.errors import ArchiveError
from data.model import Account, Item, Media, PostKind
from tests.collectors.archives import (
    ACTOR,
    CANARY,
    FOLLOWERS,
    PUBLIC,
    boost,
    mastodon_download,
    note,
    on_mastodon,
    tarred,
    zipped,
)
from tests.collectors.support import RECEIVED
from tests.collectors.test_archive_x import content

ELSEWHERE = f"https://b.example/users/{CANARY}/statuses/9"


def read(*activities: object, whose: Account | None = None, packed: Any = tarred, **more: bytes | str) -> list[Row]:
    """Every row of a download."""
    box = unbox(packed(mastodon_download(*activities, **more)), "m")
    return list(open_mastodon(box, "m", whose or on_mastodon(), RECEIVED).rows)


def one(activity: object) -> Item:
    (found,) = read(activity)
    assert isinstance(found, Item), found
    return found


@pytest.mark.parametrize("packed", [tarred, zipped])
def test_a_post_is_the_same_live_and_from_the_download(packed: Any) -> None:
    html = f'<p>Road <a href="https://town.example/r">closed</a> <a class="mention" href="https://b.example/@{CANARY}">@x</a></p>'
    picture = {"type": "Document", "mediaType": "image/png", "url": "media_attachments/files/1/a.png", "name": "A map"}
    (found,) = read(
        note(
            "7",
            html,
            summary="Roadworks",
            sensitive=True,
            inReplyTo=f"{ACTOR}/statuses/6",
            updated="2026-06-01T10:00:00Z",
            attachment=[picture],
            tag=[{"type": "Mention", "href": f"https://b.example/@{CANARY}", "name": f"@{CANARY}"}],
        ),
        packed=packed,
    )
    assert isinstance(found, Item)
    address = "https://town.example/system/media_attachments/files/1/a.png"
    live = {
        "id": "7",
        "account": {"id": "109", "username": "council"},
        "created_at": "2026-06-01T09:00:00.000Z",
        "edited_at": "2026-06-01T10:00:00.000Z",
        "url": "https://town.example/@council/7",
        "content": html,
        "spoiler_text": "Roadworks",
        "sensitive": True,
        "visibility": "public",
        "language": "en",
        "in_reply_to_id": "6",
        "media_attachments": [{"type": "image", "url": address, "description": "A map"}],
    }
    expected = to_item(live, "109", "https://town.example", RECEIVED)
    assert expected is not None
    assert content(found) == content(expected)
    assert (found.kind, found.warning, found.media) == (
        PostKind.REPLY,
        "Roadworks",
        (Media("image", address, "A map"),),
    )
    assert CANARY.encode() not in found.payload
    assert (found.rule, "object.tag" in found.removed) == ("mastodon-archive/1", True)


def test_a_boost_is_a_share_without_its_author() -> None:
    found = one(boost("8", ELSEWHERE))
    assert (found.platform_id, found.kind, found.text, found.shared_text) == ("8", PostKind.SHARE, "", "")
    assert CANARY.encode() not in found.payload
    assert json.loads(found.payload)["reblog"]["id"] == "b.example/9"


def test_a_reply_to_somebody_names_the_post_alone() -> None:
    found = one(note("7", "<p>Thank you</p>", inReplyTo=ELSEWHERE))
    assert (found.kind, found.reply_to) == (PostKind.REPLY, "b.example/9")
    assert CANARY.encode() not in found.payload


def test_only_what_everybody_may_read() -> None:
    found = read(
        note("1", "<p>all</p>"),
        note("2", "<p>unlisted</p>", to=[FOLLOWERS], cc=[PUBLIC]),
        note("3", "<p>followers</p>", to=[FOLLOWERS], cc=[]),
        note("4", "<p>message</p>", to=[f"https://b.example/users/{CANARY}"], cc=[]),
        boost("5", ELSEWHERE, to=[FOLLOWERS], cc=[]),
        note("6", "<p>nobody</p>", to=None, cc=None),
    )
    assert [row.platform_id for row in found if isinstance(row, Item)] == ["1", "2"]
    assert sum(isinstance(row, NotPublic) for row in found) == 4


def test_an_activity_that_says_public_does_not_open_a_post_that_is_not() -> None:
    hidden = note("3", "<p>followers</p>", to=[FOLLOWERS], cc=[])
    (found,) = read({**hidden, "to": [PUBLIC]})
    assert isinstance(found, NotPublic)


def test_a_poll_is_read_with_its_answers() -> None:
    answers = [{"type": "Note", "name": name, "replies": {}} for name in ("Yes", "No")]
    assert one(note("1", "<p>Shall we?</p>", type="Question", oneOf=answers)).text == "Shall we?\nYes\nNo"


def test_a_quote_is_one() -> None:
    found = one(note("1", "<p>Look</p>", quote=ELSEWHERE))
    assert found.kind is PostKind.QUOTE
    assert CANARY.encode() not in found.payload


def test_what_is_not_the_accounts_own_is_a_bad_row() -> None:
    found = read(
        {**note("1", "<p>x</p>"), "actor": "https://town.example/users/other"},
        note("2", "<p>x</p>", attributedTo=ELSEWHERE),
        note("3", "<p>x</p>", id="https://town.example/objects/3"),
        {**note("4", "<p>x</p>"), "type": "Delete"},
        note("5", "<p>fine</p>"),
    )
    assert [str(row) for row in found if isinstance(row, Bad)] == [
        "outbox.json, row 1: a post of another account",
        "outbox.json, row 2: a post of another account",
        "outbox.json, row 3: a post without an id",
        "outbox.json, row 4: neither a post nor a boost",
    ]
    assert isinstance(found[-1], Item)


@pytest.mark.parametrize(
    "changes",
    [{"handle": "parks@town.example"}, {"handle": "council@other.example"}, {"handle": "council@own.example"}],
)
def test_another_account_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(ArchiveError, match=r"download of council on town\.example, not of"):
        read(note("1", "<p>x</p>"), whose=on_mastodon(**changes))


def test_a_server_under_another_name_is_known_from_the_register() -> None:
    known = on_mastodon(handle="council@own.example", service_url="https://town.example")
    assert len(read(note("1", "<p>x</p>"), whose=known)) == 1


@pytest.mark.parametrize("content", [b"", b"[1]", b"\xff"])
def test_a_damaged_actor_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveError):
        read(note("1", "<p>x</p>"), **{"actor.json": content})
