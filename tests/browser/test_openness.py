"""The sample's page and the published documents in a real browser: accessible, narrow, and read one post at a time."""

import shutil
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select, update

from dashboard import commands, openness, record
from dashboard.openness_words import Told
from data.clock import local_day
from data.config import Settings
from data.schema import version
from data.schema_samples import sample_item
from data.services import elections, sampling
from data.services.actors import shell
from data.services.sampling import Asked
from data.store.engine import open_store
from tests.browser.conftest import Site, Visit, settled
from tests.browser.test_pages import WIDE, violations
from tests.support.told import EVALUATION, facts

ZONE = "Europe/London"


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Iterator[Site]:
    """A dashboard of a council that reads a sample, during a pre-election period."""
    path = tmp_path / "postreeve.db"
    shutil.copy(template, path)
    store = open_store(f"sqlite:///{path}")
    on = Settings(store=f"sqlite:///{path}", sample_size=40, sample_dpia="DPIA-12", sample_notice="2020-01-01")
    seen = store.now() - timedelta(days=40)
    with store.write() as tx:
        tx.execute(update(version).values(seen_at=seen))
    day, today = local_day(seen, ZONE), local_day(store.now(), ZONE)
    sampling.draw(store, shell(), on, Asked(day - timedelta(days=1), day + timedelta(days=1), seed="feed"))
    elections.add(store, shell(), "Fernbrook", today, today + timedelta(days=9), "Notice of election")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with commands.start(on, port) as process:
        yield Site(commands.url(port), store)
        process.terminate()
        process.wait()
    store.close()


def judgements(site: Site) -> list[str]:
    """Return what was answered."""
    c = sample_item.c
    with site.store.read() as tx:
        return list(tx.scalars(select(c.judgement).where(c.answered_at.is_not(None))))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_sample_is_accessible_and_read_once_however_often_the_button_is_pressed(
    site: Site, visit: Visit, scheme: str
) -> None:
    page = visit("", "reviewer", scheme)
    page.goto(f"{site.url}sample")
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Show the words").click()
    expect(page.get_by_role("button", name="Record the answer")).to_be_visible()
    settled(page)
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 900})
    settled(page)
    assert max(page.evaluate(WIDE)) <= 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_text("Yes, or near enough").click()
    page.get_by_role("button", name="Record the answer").dblclick()
    expect(page.get_by_role("button", name="Show the words")).to_be_visible()
    settled(page)
    assert judgements(site) == ["not_upheld"]
    assert violations(page) == []


@pytest.mark.parametrize(("who", "path"), [("owner", "ask"), ("reviewer", "alert?alert=1")])
def test_the_pre_election_checklist_is_accessible(site: Site, visit: Visit, who: str, path: str) -> None:
    page = visit("", who)
    page.goto(site.url + path)
    settled(page)
    expect(page.get_by_role("heading", name="Pre-election period in Fernbrook until")).to_be_visible()
    assert violations(page) == []


def test_the_published_documents_are_accessible_and_narrow(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_page()
    for one in openness.write(facts(), Told("Fernbrook"), EVALUATION, "kind").records:
        file = tmp_path / f"{one.name}.html"
        file.write_text(record.html(one), encoding="utf-8")
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(file.as_uri())
        assert violations(page) == [], one.name
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, one.name
    page.close()
