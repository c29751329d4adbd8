"""What the dossier says of promises kept and of topics, the same on the page and in every file."""

import json
from datetime import date, timedelta

import pytest

from dashboard import dossier as rendering
from dashboard import kept
from data.business_case import BusinessCase
from data.model import PassportState
from data.reports.cadence import Kept, Week
from data.reports.topics import Topics
from data.services import renewal
from data.services.actors import shell
from data.store import accounts, business
from data.store.engine import Store
from tests.dashboard.test_panel import RECORD, fill
from tests.support.filled import Council
from tests.support.posts import item, store_items
from tests.support.screen import buttons, opened, press, words

ZONE = "Europe/London"
MONDAY = date(2026, 3, 2)


def weeks(*found: tuple[int, float]) -> tuple[Week, ...]:
    return tuple(Week(MONDAY + timedelta(weeks=n), posts, days, 7.0) for n, (posts, days) in enumerate(found))


def promised(store: Store, fewest: int, most: int) -> None:
    """Give the account bins a promise in numbers."""
    with store.write() as tx:
        number = int(accounts.passport_of(tx, "bins").id or 0)
        business.put(tx, number, BusinessCase(posts_from=fewest, posts_to=most))


@pytest.mark.parametrize(
    ("fewest", "most", "said"),
    [
        (2, 5, "2 to 5 posts"),
        (1, 1, "1 post"),
        (3, None, "at least 3 posts"),
        (None, 1, "at most 1 post"),
        (0, 1200, "0 to 1,200 posts"),
    ],
)
def test_a_promise_in_words(fewest: int | None, most: int | None, said: str) -> None:
    assert kept.numbers(Kept(fewest, most)) == said


def test_weeks_are_told_with_their_gaps() -> None:
    section = kept.promise(Kept(2, 3, weeks((1, 7.0), (2, 7.0), (9, 7.0), (0, 2.0))))
    assert section.lead == (
        "Promised: 2 to 3 posts a week.",
        "Kept: usually 2 a week (median of 3 weeks collected whole; from 1 to 9).",
        "1 week was not collected whole, and counts neither way. From 23 Mar 2026.",
    )
    assert section.table is not None
    assert [row[1] for row in section.table.rows] == ["1", "1", "1", "1"]


def test_many_gaps_are_summed_up() -> None:
    [said] = kept.gaps(Kept(weeks=weeks(*[(0, 0.0)] * 9)))
    assert said.startswith("9 weeks were not collected whole")
    assert said.endswith("6 Apr 2026 and 3 more.")
    assert kept.gaps(Kept(weeks=weeks((1, 7.0)))) == []


def test_nothing_collected_is_nothing_said() -> None:
    section = kept.promise(Kept(2, 3, weeks((0, 0.0))))
    assert "No week was collected whole, so nothing can be said of what was kept." in section.lead
    assert section.table is None
    assert kept.promise(Kept(2, 3)).lead == ("This time holds no whole week, so nothing is compared.",)
    assert "names no number" in kept.promise(Kept(weeks=weeks((1, 7.0)))).lead[0]
    assert kept.promise(Kept(weeks=weeks((1, 7.0)))).table is None


def test_topics_are_told_with_their_rule() -> None:
    section = kept.about(Topics((("glass", 1200),), (("recycle", 3),), 2000, 1998))
    assert section.table is not None
    assert section.table.rows == [("glass", "1,200"), ("#recycle", "3")]
    assert section.lead[1] == kept.RULE
    assert kept.ALONE in kept.about(Topics((("glass", 3),), (), 3, 19)).lead
    assert kept.about(Topics((), (), 3, 3)).lead[-1] == "No word or hashtag stands out."
    assert "no topic can be named" in kept.about(Topics()).lead[0]


def test_the_page_and_every_file_say_the_same(sqlite_store: Store, council: Council) -> None:
    promised(sqlite_store, 2, 5)
    now = sqlite_store.now()
    texts = [f"new glass banks for recycling in ward {n}" for n in range(9)]
    items = [item(700 + n, text, published_at=now - timedelta(days=n + 1)) for n, text in enumerate(texts)]
    store_items(sqlite_store, "bins", *items)
    found = renewal.dossier(sqlite_store, shell(), ZONE, "bins")
    page = words(opened(sqlite_store, council.panel, "renewal", account="bins"))
    html, numbers = rendering.html(found, ZONE), json.loads(rendering.document(found, ZONE))
    for needed in ("Promised: 2 to 5 posts a week.", "weeks were not collected whole", "banks", "recycling"):
        assert needed in page, needed
        assert needed in html, needed
    assert (numbers["kept"]["fewest"], numbers["kept"]["gaps"]) == (2, found.kept.gaps)
    assert len(numbers["kept"]["weeks"]) == len(found.kept.weeks) == 51
    assert dict(numbers["topics"]["words"]) == dict(found.topics.words)
    assert rendering.pdf(found, ZONE).startswith(b"%PDF")


def test_the_panel_decides_from_there_with_conditions(sqlite_store: Store, council: Council) -> None:
    page = opened(sqlite_store, council.panel, "renewal", account="bins")
    assert RECORD in buttons(page)
    fill(page, step="renew", reason="It keeps its promise.", conditions="Two people post.")
    assert "The decision is recorded: renew until 22 November 2027." in words(press(page, RECORD))
    with sqlite_store.read() as tx:
        now = accounts.passport_of(tx, "bins")
    assert (now.state, now.conditions) == (PassportState.LIVE, "Two people post.")


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_others_are_led_to_what_was_decided(sqlite_store: Store, council: Council, role: str) -> None:
    page = opened(sqlite_store, getattr(council, role), "renewal", account="bins")
    assert RECORD not in buttons(page)
    assert "The whole business case, and what the panel decided" in words(page)
