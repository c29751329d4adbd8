"""Writes a picture of every page into docs/pages, and docs/dashboard.png: from a filled store of invented posts.

Run with `python -m tests.browser.screenshots [FOLDER]` (docs by default); it needs Debian's Chromium.
"""

import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from classifier import cards
from classifier.drafts import answering
from dashboard import commands
from data.cli import Context
from data.config import Settings
from data.model import Role
from data.services import asking, interim, people, review
from data.services.asking import CARD
from data.store import alerts
from data.store.engine import Store, create_or_upgrade
from data.worker import Worker
from tests.browser.conftest import CHROMIUM, FLAGS, settled, sign_in
from tests.support import filled

DOCS = Path(__file__).resolve().parents[2] / "docs"
SIZE = {"width": 1280, "height": 1060}
DRAFT = "Honestly, some of you people are clueless. Go back to school before you complain about the bins."
BUTTONS = {"alert": "Show the words", "my-alert": "Show the words", "ask": "Look at this draft"}


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the page's path, who looks at it, and its file's name."""

    path: str
    who: str
    name: str


def shots(store: Store) -> list[Shot]:
    """Return the pictures to take: every page, by someone who works with it."""
    alert = _alert(store)
    return [
        Shot("", "reviewer", "home"),
        Shot("queue", "reviewer", "queue"),
        Shot(f"alert?alert={alert}", "reviewer", "alert"),
        Shot("accounts", "panel", "accounts"),
        Shot("account?account=bins", "panel", "account"),
        Shot("mine", "owner", "mine"),
        Shot(f"my-alert?alert={alert}", "owner", "my-alert"),
        Shot("ask", "owner", "ask"),
        Shot("questions", "reviewer", "questions"),
        Shot("trends", "panel", "trends"),
        Shot("lessons", "panel", "lessons"),
        Shot("assessment", "panel", "assessment"),
        Shot("renewal?account=bins", "panel", "renewal"),
        Shot("panel", "panel", "panel"),
        Shot("apply", "owner", "apply"),
        Shot("register", "administrator", "register"),
        Shot("notices", "reviewer", "notices"),
        Shot("people", "administrator", "people"),
        Shot("policy", "administrator", "policy"),
        Shot("model", "administrator", "model"),
        Shot("rights", "administrator", "rights"),
        Shot("audit", "administrator", "audit"),
        Shot("health", "administrator", "health"),
        Shot("how-to-read", "reviewer", "how-to-read"),
    ]


def main(target: Path) -> None:
    """Fill a store, start the dashboard and a worker on it, and take the pictures."""
    (target / "pages").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/postreeve.db"
        store, _ = create_or_upgrade(url)
        prepare(store)
        settings = Settings(store=url)
        with commands.start(settings, port := _free_port()) as process, at_work(store, settings), browsing() as browser:
            try:
                for shot in shots(store):
                    take(browser, commands.url(port), shot, target / "pages" / f"{shot.name}.png")
            finally:
                process.terminate()
        (target / "pages" / "alert.png").replace(target / "dashboard.png")
        store.close()


def prepare(store: Store) -> None:
    """Fill the store; the owner is asked for their side, and to hide the post meanwhile."""
    filled.staff(store, filled.PASSWORD)
    filled.fill(store)
    reviewer = next(p for p in people.everyone(store) if Role.REVIEWER in p.roles)
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, _alert(store)))
    asked = interim.ask(store, reviewer, seen, "It reads as aimed at residents; please look at it today.")
    review.ask_reply(store, reviewer, review.seen(asked))


@contextmanager
def at_work(store: Store, settings: Settings) -> Iterator[None]:
    """Answer drafts, and what the office asks, beside the dashboard."""
    worker, context = Worker(store, lambda _: None), Context(settings)
    answers = {"draft": answering(context), CARD: cards.answering(context), **asking.answers(store, settings)}
    with worker.alive(answers):
        yield


@contextmanager
def browsing() -> Iterator[Browser]:
    """Yield Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def take(browser: Browser, url: str, shot: Shot, target: Path) -> None:
    """Sign in, do what shows the page at work, and take the picture of its top."""
    page = browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
    page.goto(url + shot.path)
    sign_in(page, shot.who)
    act(page, shot.name)
    settled(page)
    page.locator("#pr-title").evaluate("title => title.scrollIntoView({block: 'end'})")
    page.screenshot(path=str(target))
    page.close()


def act(page: Page, name: str) -> None:
    """Do what shows a page at work: uncover the words, ask about a draft."""
    page.wait_for_selector("#pr-title")
    if name == "ask":
        page.get_by_label("Your draft").fill(DRAFT)
    if name in BUTTONS:
        page.get_by_role("button", name=BUTTONS[name], exact=True).click()
        page.wait_for_selector(".pr-words")


def _alert(store: Store) -> int:
    with store.read() as tx:
        return int(alerts.of_account(tx, "bins")[0].id)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
