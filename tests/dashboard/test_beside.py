"""Beside the trends: each measure apart, absence named, small figures hidden; and views that people keep."""

import pytest
from streamlit.testing.v1 import AppTest

from classifier.scan import scan
from dashboard import beside, figures
from data.model import Person, Role
from data.reports.backcast import Back, BackCast
from data.reports.elapsed import AfterAdvice, Waits
from data.reports.intervals import share
from data.reports.trends import Figure
from data.services import people, views
from data.services.actors import shell
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council, Rehearsed, many
from tests.support.opened import fill
from tests.support.screen import buttons, opened, press, words

COUNT = "Also count what today’s model would raise"


@pytest.fixture
def analyst(sqlite_store: Store) -> Person:
    """Someone who reads figures."""
    return people.add(sqlite_store, shell(), "ana@fernbrook.example", "Ana", [Role.ANALYST], PASSWORD)


def ticked(page: AppTest) -> AppTest:
    """Ask for the back-cast."""
    return next(box for box in page.checkbox if box.label.startswith(COUNT)).check().run()


def test_the_back_cast_is_counted_when_asked_for(sqlite_store: Store, analyst: Person) -> None:
    many(sqlite_store, 12)
    page = opened(sqlite_store, analyst, "trends")
    assert "This is a third measure" not in words(page)
    said = words(ticked(page))
    assert "This is a third measure: the model" in said
    assert "It is no log of alerts." in said
    assert "It has read 20 of 20 posts of this time." in said
    assert "<caption>Texts it would raise (share; 95% interval), oldest first</caption>" in said
    assert said.index("The figures") < said.index("This is a third measure")


def test_the_address_asks_for_it_too(sqlite_store: Store, analyst: Person) -> None:
    list(scan(sqlite_store, Rehearsed()))
    assert "This is a third measure" in words(opened(sqlite_store, analyst, "trends", **{"back-cast": "true"}))


def test_a_part_and_nothing_read_are_named() -> None:
    part = beside.back_cast(BackCast("second", "2026-11", 10, 4, (Back("all", 4, Figure(0, share(0, 4))),)))
    assert (
        part.lead[1] == "It has read 4 of 10 posts of this time. Of the others nothing is said; a full scan reads them."
    )
    assert beside.back_cast(BackCast("", "2026-11", 10, 0)).lead == ("No model has read a post yet.",)


def test_back_cast_figures_are_shares_hidden_or_nothing() -> None:
    rows = (
        Back("2026-10", 200, Figure(20, share(20, 200))),
        Back("2026-11", 90, Figure(None, hidden=True)),
        Back("2026-12", 0, Figure(0)),
        Back("all", 290, Figure(20, share(20, 290))),
    )
    found = beside.back_cast(BackCast("m", "p", 1, 1, rows)).table
    assert found is not None
    assert found.rows[:3] == [
        ("2026-10", "200", "20 (10%; 6.6% to 15%)"),
        ("2026-11", "90", figures.HIDDEN),
        ("2026-12", "0", "nothing read"),
    ]
    assert found.rows[3][0] == "Whole time"


def test_times_to_approve_in_words() -> None:
    section = beside.to_approve(Waits(12, 1.0, 20.25, 1))
    assert section.facts == (
        ("Applications approved (n)", "12"),
        ("Half of them within", "a day"),
        ("Nine in ten within", "20.2 days"),
    )
    assert section.lead[1] == "1 application waits for the panel now; what waits is not counted here."
    assert "are hidden" in beside.to_approve(Waits(None, None, None, 0)).lead[0]
    assert beside.to_approve(Waits(0, None, None, 0)).lead == ("No application was approved in this time.",)


def test_posting_after_advice_in_words() -> None:
    section = beside.after_advice(AfterAdvice(5, None, 7, None, 2))
    assert section.table is not None
    assert [row[1] for row in section.table.rows] == ["5", figures.HIDDEN, "7", figures.HIDDEN]
    assert "comparison, not cause" in section.lead[1]
    assert section.lead[2].startswith("Left out: 2 accounts not collected enough")
    assert beside.after_advice(AfterAdvice(0, 0, 0, 0, 1)).lead[-1].startswith("None could be compared; 1 account")
    assert beside.after_advice(AfterAdvice(0, 0, 0, 0, 0)).lead[-1] == "There was none."


@pytest.mark.parametrize("role", ["reviewer", "panel", "administrator"])
def test_they_stand_on_the_page(sqlite_store: Store, council: Council, role: str) -> None:
    page = words(opened(sqlite_store, getattr(council, role), "trends"))
    for heading in ("Time to approve", "Posting after advice", beside.BACKCAST, "What went well, and what was learnt"):
        assert heading in page, heading
    assert "1 application waits for the panel now" in page


def test_a_view_is_kept_shown_and_forgotten(sqlite_store: Store, analyst: Person) -> None:
    page = opened(sqlite_store, analyst, "trends", cut="Quarters", by="Department")
    assert "Forget it" not in buttons(page)
    assert "Give the view a name" in words(press(page, "Keep this view"))
    fill(page, "keep-view-name", "Parks <b>")
    said = words(press(page, "Keep this view"))
    assert "The view is kept." in said
    link = '<a href="/trends?cut=Quarters&amp;by=Department" target="_self"><bdi>Parks &lt;b&gt;</bdi></a>'
    assert link in said
    assert "Choose which view" in words(press(page, "Forget it"))
    fill(page, "forget-view-name", "Parks <b>")
    assert "The view is forgotten." in words(press(page, "Forget it"))
    assert views.mine(sqlite_store, analyst) == []


def test_nobody_sees_another_s_views(sqlite_store: Store, analyst: Person, council: Council) -> None:
    views.keep(sqlite_store, analyst, "Mine alone", {"cut": "Weeks"})
    assert "Mine alone" in words(opened(sqlite_store, analyst, "trends"))
    assert "Mine alone" not in words(opened(sqlite_store, council.panel, "trends"))
