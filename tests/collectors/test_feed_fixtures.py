"""Every file of tests/fixtures/feeds is a feed that carries what must come of it, as feedparser's own tests do.

`Expect:` in its first comment (`_expect` in JSON) is a part of the page: each field named must be as written.
`error` is the code of the error, `says` a part of its sentence, `absent` a word that may stand in nothing kept.
"""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from collectors.base import Page
from collectors.feed import FeedCollector
from data.errors import CollectError
from data.model import Item
from tests.collectors.support import FIXTURES, account, fetched

FILES = sorted(path for path in (FIXTURES / "feeds").iterdir() if path.suffix != ".txt")


def expectation(path: Path) -> dict[str, Any]:
    """Read what a file expects of itself."""
    body = path.read_bytes()
    if path.suffix == ".json":
        return cast("dict[str, Any]", json.loads(body)["_expect"])
    text = body.decode("utf-16") if body[:2] in (b"\xff\xfe", b"\xfe\xff") else body.decode("latin-1")
    return cast("dict[str, Any]", json.loads(text.partition("Expect:")[2].partition("-->")[0]))


def told(item: Item) -> dict[str, Any]:
    """Write an item as fixtures do."""
    fields = ("platform_id", "text", "url", "time_note", "rule", "language", "links", "removed")
    known: dict[str, Any] = {name: getattr(item, name) for name in fields}
    known |= {"links": list(item.links), "removed": list(item.removed), "kind": item.kind.value}
    known["media"] = [[m.kind, m.url, m.alt] for m in item.media]
    for name in ("published_at", "updated_at"):
        known[name] = getattr(item, name) and getattr(item, name).isoformat()
    return known


def parsed(path: Path) -> Page:
    return FeedCollector().parse(account(), fetched(path.read_bytes()))


def everything_kept(page: Page) -> str:
    """Return all that is stored of a page as one text."""
    return repr(page.items) + "".join(item.payload.decode("utf-8", "replace") for item in page.items)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_feed_gives_what_it_expects(path: Path) -> None:
    expected = expectation(path)
    if "error" in expected:
        with pytest.raises(CollectError, match=expected.get("says")) as caught:
            parsed(path)
        assert caught.value.code == expected["error"]
        return
    page = parsed(path)
    found = [told(item) for item in page.items]
    wanted = expected["items"]
    assert [{name: item[name] for name in want} for item, want in zip(found, wanted, strict=True)] == wanted
    assert len(page.dropped) == expected.get("dropped", 0)
    assert page.exhaustive == expected.get("exhaustive", False)
    assert page.snapshot is not None
    assert (page.snapshot.name, page.snapshot.biography) == (
        expected.get("name", page.snapshot.name),
        expected.get("biography", page.snapshot.biography),
    )
    assert "absent" not in expected or expected["absent"] not in everything_kept(page)


def test_ids_are_distinct_within_each_feed() -> None:
    for path in FILES:
        if "error" not in expectation(path):
            ids = [item.platform_id for item in parsed(path).items]
            assert len(ids) == len(set(ids)), path.name


def test_an_empty_answer_is_not_a_feed() -> None:
    with pytest.raises(CollectError, match="an empty answer") as caught:
        FeedCollector().parse(account(), fetched(b""))
    assert caught.value.code == "not_a_feed"
