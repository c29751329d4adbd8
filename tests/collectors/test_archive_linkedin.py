"""LinkedIn downloads: the table of posts, with its quotes and audiences."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import archive_table
from collectors.archive import Bad, NotPublic, Row
from collectors.archive_container import unbox
from collectors.archive_linkedin import open_linkedin, open_shares
from data.errors import ArchiveError
from data.model import Account, Item, Media, PostKind
from tests.collectors.archives import CANARY, tarred, zipped
from tests.collectors.meta_downloads import COLUMNS, linkedin_download, on_linkedin, share, shares
from tests.collectors.support import RECEIVED

NINE = datetime(2026, 6, 1, 9, tzinfo=UTC)


def read(content: bytes, whose: Account | None = None, public: bool = False) -> list[Row]:
    """Every row of a table."""
    file = io.BytesIO(content)
    return list(open_shares(file, "Shares.csv", whose or on_linkedin(), RECEIVED, all_public=public).rows)


def one(text: str, **changes: str) -> Item:
    (found,) = read(shares(share(7, text, **changes)))
    assert isinstance(found, Item), found
    return found


@pytest.mark.parametrize("packed", [zipped, tarred])
@pytest.mark.parametrize("name", ["Shares.csv", "Shares_155814142.csv", "Complete_LinkedInDataExport/Shares.csv"])
def test_the_table_in_its_zip(packed: Any, name: str) -> None:
    box = unbox(packed(linkedin_download(share(7, "We are hiring"), name=name)), "l.zip")
    (found,) = open_linkedin(box, "l.zip", on_linkedin(), RECEIVED, all_public=False).rows
    assert isinstance(found, Item)
    assert (found.platform_id, found.text, found.published_at) == ("urn:li:share:7", "We are hiring", NINE)
    assert found.url == "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7"


def test_the_time_is_the_one_in_the_number() -> None:
    at = datetime(2026, 5, 7, 16, 41, 18, tzinfo=UTC)
    found = one("x", Date=f"{at:%Y-%m-%d %H:%M:%S}", ShareLink=_link(f"ugcPost%3A{int(at.timestamp() * 1000) << 22}"))
    assert found.published_at == at
    assert int(found.platform_id.rpartition(":")[2]) >> 22 == int(at.timestamp() * 1000)


def _link(tail: str) -> str:
    return f"https://www.linkedin.com/feed/update/urn%3Ali%3A{tail}"


@pytest.mark.parametrize(
    "text",
    [
        'Read "this" article',
        "Line\nbreak",
        'Quoted "end"\nand\n\n"begin" after a blank',
        "tŷ 🚧, a comma",
        '"',
        "a\n\n\nb",
    ],
)
def test_quotes_and_line_breaks_come_back(text: str) -> None:
    assert one(text).text == text


def test_a_text_with_plain_line_breaks_stays() -> None:
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, share(7, 'Say "hello"\nto all').values()])
    (found,) = read(out.getvalue().encode())
    assert isinstance(found, Item)
    assert found.text == 'Say "hello"\nto all'


@pytest.mark.parametrize(
    ("link", "number"),
    [
        (_link("share%3A12"), "urn:li:share:12"),
        (_link("ugcPost%3A12"), "urn:li:ugcPost:12"),
        ("https://www.linkedin.com/feed/update/urn:li:activity:12/", "urn:li:activity:12"),
        ("https://www.linkedin.com/posts/town-council_we-are-hiring-activity-12-AbC_", "urn:li:activity:12"),
        ("https://uk.linkedin.com/posts/Town-Council_ugcPost-12-x", "urn:li:ugcPost:12"),
    ],
)
def test_the_id_is_the_one_of_the_address(link: str, number: str) -> None:
    assert one("x", ShareLink=link).platform_id == number


def test_links_pictures_and_what_is_passed_on() -> None:
    found = one("Read", SharedUrl="https://town.example/a", MediaUrl="https://media.licdn.example/x?sig=1")
    assert (found.kind, found.links, found.media) == (PostKind.OWN, ("https://town.example/a",), (Media("image"),))
    assert b"licdn" not in found.payload
    assert found.removed == ("MediaUrl",)
    other = _link("share%3A99")
    assert (one("Well said", SharedUrl=other).kind, one("", SharedUrl=other).kind) == (PostKind.QUOTE, PostKind.SHARE)
    assert one("", SharedUrl=other).links == ()


@pytest.mark.parametrize(
    ("audience", "kept", "kept_if_said"),
    [
        ("PUBLIC", True, True),
        ("public", True, True),
        ("MEMBER_NETWORK", False, True),
        ("", False, True),
        ("CONNECTIONS", False, False),
        ("LOGGED_IN", False, False),
        ("CONTAINER", False, False),
        ("SOMETHING_NEW", False, False),
    ],
)
def test_only_what_is_for_everybody_is_kept(audience: str, kept: bool, kept_if_said: bool) -> None:
    content = shares(share(7, "x", Visibility=audience))
    for public, expected in ((False, kept), (True, kept_if_said)):
        (found,) = read(content, public=public)
        assert isinstance(found, Item if expected else NotPublic)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ShareLink": ""}, "without an address on LinkedIn"),
        ({"ShareLink": "https://evil.example/urn:li:share:1"}, "without an address on LinkedIn"),
        ({"ShareLink": "https://www.linkedin.com/feed/"}, "holds no id"),
        ({"ShareLink": f"https://www.linkedin.com/posts/{CANARY}_x-activity-12-a"}, "of another account"),
        ({"Date": ""}, "no time that can be read"),
        ({"Date": "2026-02-30 09:00:00"}, "no time that can be read"),
        ({"Date": "1999-01-01 09:00:00"}, "an impossible time"),
        ({"Date": "2031-01-01 09:00:00"}, "an impossible time"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_in(changes: dict[str, str], says: str) -> None:
    bad, fine = read(shares(share(7, "x", **changes), share(8, "Fine")))
    assert isinstance(bad, Bad)
    assert str(bad).startswith("Shares.csv, row 2: ")
    assert says in bad.reason
    assert isinstance(fine, Item)


def test_further_columns_are_named_and_left_out() -> None:
    (found,) = read(shares({**share(7, "x"), "Likes": CANARY}, columns=(*COLUMNS, "Likes")))
    assert isinstance(found, Item)
    assert found.removed == ("Likes", "MediaUrl")
    assert set(json.loads(found.payload)) == set(COLUMNS) - {"MediaUrl"}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "lacks the column Date"),
        (shares(columns=COLUMNS[:-1]), "lacks the column Visibility"),
        (shares(columns=(*COLUMNS, "Date")), "has a column twice"),
        (b'"' + b"x" * 2_000_000, "is no table"),
    ],
)
def test_another_table_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(ArchiveError, match=says):
        read(content)


def test_a_download_without_the_table_is_refused() -> None:
    for members in ({"Profile.csv": "x"}, {"Shares.csv": shares(), "a/Shares.csv": shares()}):
        with pytest.raises(ArchiveError, match=r"Shares\.csv is missing or there twice"):
            open_linkedin(unbox(zipped(members), "l"), "l", on_linkedin(), RECEIVED, all_public=False)


def test_what_is_not_utf8_is_a_bad_row() -> None:
    found = read(shares(share(7, "café"), bom=False).replace("é".encode(), b"\xe9"))
    assert [str(row) for row in found] == ["Shares.csv, row 2: ShareCommentary is not UTF-8"]


def test_a_line_without_end_stops_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_table, "LONGEST_LINE", 300)
    found = read(shares(share(7, "x"), share(8, "x" * 400), share(9, "y")))
    assert isinstance(found[0], Item)
    assert "longer than a post can be" in str(found[-1])


@settings(deadline=None)
@given(st.data())
def test_a_table_with_changed_bytes_never_ends_in_a_crash(data: st.DataObject) -> None:
    content = bytearray(shares(share(7, 'Say "tŷ"\n🚧'), share(8, "b"), share(9, "c")))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(100, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = read(bytes(content), public=True)
    assert found
    assert all(isinstance(row, Item | Bad | NotPublic) for row in found)
