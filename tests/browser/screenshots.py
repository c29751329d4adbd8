"""Writes docs/dashboard.png: an alert as a reviewer meets it, from a filled store of invented posts.

Run with `python -m tests.browser.screenshots [FILE]`; it needs Debian's Chromium.
"""

import socket
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from dashboard import commands
from data.config import Settings
from data.store import alerts
from data.store.engine import Store, create_or_upgrade
from tests.browser.conftest import CHROMIUM, FLAGS, settled, sign_in
from tests.support import filled

DEFAULT = Path(__file__).resolve().parents[2] / "docs" / "dashboard.png"
SIZE = {"width": 1280, "height": 1060}


def main(target: Path) -> None:
    """Fill a store, start the dashboard on it, and take the picture."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/postreeve.db"
        store, _ = create_or_upgrade(url)
        filled.staff(store, filled.PASSWORD)
        filled.fill(store)
        with commands.start(Settings(store=url), port := _free_port()) as process:
            try:
                photograph(f"{commands.url(port)}alert?alert={_alert(store)}", target)
            finally:
                process.terminate()
        store.close()


def photograph(address: str, target: Path) -> None:
    """Sign in, take the alert, show its words, and take the picture of the top of the page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
        page.goto(address)
        sign_in(page, "reviewer")
        page.get_by_role("button", name="Show the words", exact=True).click()
        page.wait_for_selector(".pr-words")
        settled(page)
        page.locator("#pr-title").evaluate("title => title.scrollIntoView({block: 'end'})")
        page.screenshot(path=str(target))
        browser.close()


def _alert(store: Store) -> int:
    with store.read() as tx:
        return int(alerts.of_account(tx, "bins")[0].id)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
