"""X downloads: the posts that the API would give, and nothing of anybody else."""

import io
import json
from typing import Any

import pytest

from collectors.archive import Bad, Row
from collectors.archive_container import unbox
from collectors.archive_x import open_x
from collectors.x_posts import EPOCH_MS, read_includes, to_item
from data.errors import ArchiveError
from data.model import Account, Item, Media, PostKind
from tests.collectors.archives import CANARY, NUMBER, assigned, on_x, tarred, tweet, x_download, zipped
from tests.collectors.support import RECEIVED

FIRST = (1780304400000 - EPOCH_MS) << 22  # 1 June 2026, 9:00 UTC


def read(members: dict[str, str], whose: Account | None = None) -> list[Row]:
    """Every row of a download."""
    return list(open_x(unbox(zipped(members), "x.zip"), "x.zip", whose or on_x(), RECEIVED).rows)


def one(text: str, **changes: Any) -> Item:
    """The item of a download with one post."""
    (found,) = read(x_download(tweet(FIRST, text, **changes)))
    assert isinstance(found, Item), found
    return found


def link(short: str, target: str) -> dict[str, str]:
    return {"url": f"https://t.co/{short}", "expanded_url": target, "display_url": "x"}


def content(item: Item) -> dict[str, Any]:
    """What is stored of an item beside its evidence."""
    names = ("platform_id", "kind", "text", "published_at", "updated_at", "time_note", "url", "warning", "language")
    return {n: getattr(item, n) for n in (*names, "links", "media", "reply_to", "shared_text")}


def test_a_post_is_the_same_live_and_from_the_download() -> None:
    picture = {"type": "photo", "url": "https://t.co/p", "media_url_https": "https://p.example/a.jpg"}
    picture |= {"expanded_url": "https://x.com/council/status/1/photo/1", "ext_alt_text": "A map"}
    words = f"@{CANARY} @helper Parks &amp; gardens https://t.co/a https://t.co/p"
    reply = {"in_reply_to_status_id_str": "8", "in_reply_to_user_id_str": "666", "in_reply_to_screen_name": CANARY}
    people = [{"screen_name": CANARY, "id_str": "666", "indices": ["0", "8"]}]
    found = one(
        words,
        possibly_sensitive=True,
        entities={"urls": [link("a", "https://town.example/?a=1")], "media": [picture], "user_mentions": people},
        extended_entities={"media": [picture]},
        **reply,
    )
    shown = {**link("p", picture["expanded_url"]), "media_key": "3_1"}
    live = to_item(
        {
            "id": str(FIRST),
            "author_id": NUMBER,
            "created_at": "2026-06-01T09:00:00.000Z",
            "lang": "en",
            "text": words,
            "possibly_sensitive": True,
            "edit_history_tweet_ids": [str(FIRST)],
            "referenced_tweets": [{"type": "replied_to", "id": "8"}],
            "entities": {"urls": [link("a", "https://town.example/?a=1"), shown]},
            "attachments": {"media_keys": ["3_1"]},
        },
        read_includes(
            {"media": [{"media_key": "3_1", "type": "photo", "url": picture["media_url_https"], "alt_text": "A map"}]}
        ),
        NUMBER,
        RECEIVED,
    )
    assert content(found) == content(live)
    assert found.text == "Parks & gardens https://town.example/?a=1"
    assert found.media == (Media("image", "https://p.example/a.jpg", "A map"),)


def test_nothing_of_others_is_kept() -> None:
    found = one(
        f"@{CANARY} Thank you",
        in_reply_to_status_id="8",
        in_reply_to_user_id="666",
        in_reply_to_screen_name=CANARY,
        entities={"user_mentions": [{"screen_name": CANARY, "id_str": "666"}]},
    )
    assert (found.kind, found.text, found.reply_to) == (PostKind.REPLY, "Thank you", "8")
    assert CANARY.encode() not in found.payload
    assert b"666" not in found.payload
    assert "tweet.in_reply_to_screen_name" in found.removed
    assert found.rule == "x-archive/1"


def test_a_repost_is_a_share_without_the_words_of_the_other() -> None:
    found = one(f"RT @{CANARY}: Their words, cut…", entities={"urls": [link("a", f"https://x.com/{CANARY}/status/9")]})
    assert (found.kind, found.text, found.shared_text, found.links, found.url) == (PostKind.SHARE, "", "", (), "")
    assert CANARY.encode() not in found.payload
    assert b"Their words" not in found.payload


def test_words_before_a_repost_are_own_words() -> None:
    assert one("Well said! RT @helper: Hello").kind is PostKind.OWN


def test_a_link_at_the_end_that_leads_to_a_post_is_a_quote() -> None:
    picture = {"type": "photo", "url": "https://t.co/p", "media_url_https": "https://p.example/a.jpg"}
    urls = [link("q", f"https://twitter.com/{CANARY}/status/9")]
    found = one("Read this https://t.co/q https://t.co/p", entities={"urls": urls, "media": [picture]})
    assert (found.kind, found.text, found.links) == (PostKind.QUOTE, "Read this", ())
    assert CANARY.encode() not in found.payload


def test_a_long_post_is_whole() -> None:
    whole = f"{'Long words &amp; more. ' * 20}https://t.co/z"
    cut = f"{whole[:270]}… https://t.co/self"
    core = {"text": whole, "urls": [{"shortUrl": "https://t.co/z", "expandedUrl": "https://town.example/z"}]}
    other = {"noteTweet": {"createdAt": "2026-06-01T09:00:00.000Z", "core": {"text": "Another long text"}}}
    notes = [other, {"noteTweet": {"noteTweetId": "77", "createdAt": "2026-06-01T09:00:01.000Z", "core": core}}]
    found, lost = read(x_download(tweet(FIRST, cut), note_tweet=assigned("note_tweet", notes)))
    assert isinstance(found, Item)
    assert found.text == f"{'Long words & more. ' * 20}https://town.example/z"
    assert found.links == ("https://town.example/z",)
    assert str(lost) == "data/note-tweet.js, row 1: a long text that belongs to no post of this download"


@pytest.mark.parametrize("shape", ["initial", "edit"])
def test_an_edit_keeps_the_first_id(shape: str) -> None:
    ids = [str(FIRST), str(FIRST + 1)]
    info = {
        "initial": {"editTweetIds": ids},
        "edit": {"initialTweetId": ids[0], "editControlInitial": {"editTweetIds": ids}},
    }
    (found,) = read(
        x_download(
            tweet(ids[1], "Corrected", created_at="Mon Jun 01 09:10:00 +0000 2026", edit_info={shape: info[shape]})
        )
    )
    assert isinstance(found, Item)
    assert found.platform_id == ids[0]
    assert found.updated_at is not None
    assert (found.published_at and found.published_at.hour, found.updated_at.minute) == (9, 10)


def test_parts_are_read_in_order_and_other_members_never() -> None:
    more = {f"tweets_part{n}": assigned("tweets", [tweet(n, f"Part {n}")]) for n in (10, 2)}
    found = read(x_download(tweet(1, "First"), **more))
    assert [item.text for item in found if isinstance(item, Item)] == ["First", "Part 2", "Part 10"]


def test_a_bad_row_is_named_and_the_rest_goes_in() -> None:
    found = read(x_download(tweet(1, "One"), {"tweet": {"id": "2"}}, {"tweet": 3}, tweet(4, "Four")))
    assert [str(row) for row in found if isinstance(row, Bad)] == [
        "data/tweets.js, row 2: a post without id or text",
        "data/tweets.js, row 3: a post without id or text",
    ]
    assert [item.text for item in found if isinstance(item, Item)] == ["One", "Four"]


def test_a_file_that_was_cut_gives_what_it_has() -> None:
    members = x_download(tweet(1, "One"), tweet(2, "Two"))
    members["data/tweets.js"] = members["data/tweets.js"][:-60]
    first, last = read(members)
    assert isinstance(first, Item)
    assert str(last) == "data/tweets.js, row 2: the file is cut off or damaged from here on"


def test_a_name_counts_until_the_number_is_known() -> None:
    assert len(read(x_download(tweet(1, "One")), on_x(handle="@Council"))) == 1
    assert len(read(x_download(tweet(1, "One")), on_x(handle="@renamed", platform_id=NUMBER))) == 1
    for other in (on_x(handle="@parks"), on_x(platform_id="1")):
        with pytest.raises(ArchiveError, match="download of @council, not of"):
            read(x_download(tweet(1, "One")), other)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("data/account.js", "", "does not say whose it is"),
        ("data/account.js", assigned("account", [{"account": {"accountId": "x"}}]), "does not say whose it is"),
        ("data/tweets.js", None, "holds no posts"),
    ],
)
def test_what_is_no_download_is_refused(name: str, content: str | None, says: str) -> None:
    members = x_download(tweet(1, "One"))
    members.pop(name)
    with pytest.raises(ArchiveError, match=says):
        read(members if content is None else members | {name: content})


def test_a_tar_of_a_download_does_too() -> None:
    box = unbox(io.BytesIO(tarred(x_download(tweet(1, "One"))).read()), "x.tar.gz")
    assert len(list(open_x(box, "x.tar.gz", on_x(), RECEIVED).rows)) == 1


def test_the_original_is_hashed_as_it_stood() -> None:
    first, second = one("Same", favorite_count="3"), one("Same", favorite_count="4")
    assert first.payload == second.payload
    assert first.original_sha256 != second.original_sha256
    assert json.loads(first.payload)["post"]["text"] == "Same"
