"""A real browser in front of a real dashboard, on a filled store of the test's own."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import text

from classifier.cards import card
from classifier.pipeline import SHIPPED
from dashboard import commands
from data.config import Settings
from data.services.asking import CARD
from data.store import alerts, requests
from data.store.engine import Store, create_or_upgrade, open_store
from data.worker import Worker
from tests.support import filled
from tests.support.ports import free_port

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 30_000  # milliseconds
expect.set_options(timeout=PATIENCE)  # a busy machine is slow, not wrong


@dataclass
class Site:
    """A running dashboard and the store behind it."""

    url: str
    store: Store

    def alert_of(self, account: str, position: int = 0) -> int:
        """Return the number of an account's alert."""
        with self.store.read() as tx:
            return sorted(row.id for row in alerts.of_account(tx, account))[position]

    def reviews(self, alert_id: int) -> int:
        """Return how many decisions an alert has."""
        with self.store.read() as tx:
            return len(alerts.reviews(tx, alert_id))

    def give_card(self) -> None:
        """Ask for the model's card and answer as the worker would."""
        with self.store.write() as tx:
            requests.ask(tx, CARD, {}, "system", self.store.now())
        assert Worker(self.store, lambda _: None).answer_one({CARD: lambda _: card(SHIPPED)})

    def age_claims(self) -> None:
        """Let it be ten minutes since every alert was taken, without waiting for them."""
        with self.store.write() as tx:
            tx.execute(text("UPDATE alert SET claim_until = datetime(claim_until, '-10 minutes')"))
            tx.execute(text("UPDATE alert_event SET at = datetime(at, '-10 minutes') WHERE action = 'claim'"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store filled as of now, since the dashboard's process has the real clock."""
    path = tmp_path_factory.mktemp("filled") / "postreeve.db"
    store, _ = create_or_upgrade(f"sqlite:///{path}")
    filled.staff(store, filled.PASSWORD)
    filled.fill(store)
    with store.read() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture
def site(template: Path, tmp_path: Path) -> Iterator[Site]:
    """A dashboard on 127.0.0.1."""
    path = tmp_path / "postreeve.db"
    shutil.copy(template, path)
    port = free_port()
    store = open_store(f"sqlite:///{path}")
    with commands.start(Settings(store=f"sqlite:///{path}"), port) as process:
        yield Site(commands.url(port), store)
        process.terminate()
        process.wait()
    store.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Open a window of its own, signed in as someone, at a path."""
    contexts = []

    def opened(path: str = "", who: str = "reviewer", scheme: str = "light", width: int = 1280) -> Page:
        context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(site.url + path)
        if who:
            sign_in(page, who)
        return page

    yield opened
    for context in contexts:
        context.close()


def sign_in(page: Page, who: str) -> None:
    """Fill the form."""
    page.get_by_label("E-mail address").fill(f"{who}@{filled.DOMAIN}")
    page.get_by_label("Password").fill(filled.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    settled(page)


def settled(page: Page) -> None:
    """Wait until the page has its title and Streamlit no longer runs."""
    page.wait_for_selector("#pr-title")
    page.wait_for_timeout(300)  # a run that has only just begun does not show yet
    for at_work in ("[data-testid=stStatusWidget]", "[data-stale=true]"):
        expect(page.locator(at_work)).to_have_count(0, timeout=PATIENCE)
