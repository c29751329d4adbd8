"""How fast the pages are on a large store, in a real browser, and how much memory the server takes.

    python -m tests.bench_dashboard [--posts 1000000] [--rounds 30] [--store URL]

Builds a store of a million posts, 20,000 alerts and one account with nearly half of all posts (tests/large_store.py),
unless `--store` names one that it built before, and prints the 50th and 95th percentile of each figure.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard import commands
from data.config import Settings
from data.store.engine import Store, create_or_upgrade
from tests import large_store
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.support.ports import free_port

WANTED = {"review": 800, "account": 1200, "trends": 1300, "navigation": 600, "decision to next": 350}  # ms, p95
MEMORY, SESSIONS, PATIENCE = 350, 10, 60_000
DONE = (
    "document.querySelector('#pr-title') && !document.querySelector('[data-stale=true]') && "
    "!document.querySelector('[data-testid=stStatusWidget], [data-testid=stSkeleton]')"
)


@dataclass(frozen=True)
class Figure:
    """Times of one kind, in milliseconds."""

    name: str
    times: list[float]

    def line(self) -> str:
        """Return it as a row of a table."""
        p95 = statistics.quantiles(self.times, n=20)[-1] if len(self.times) > 1 else self.times[0]
        wanted = WANTED.get(self.name)
        verdict = "" if wanted is None else f" | {wanted} | {'yes' if p95 <= wanted else 'no'}"
        return f"| {self.name} | {len(self.times)} | {statistics.median(self.times):.0f} | {p95:.0f}{verdict} |"


def timed(act: Callable[[], object]) -> float:
    """Return how long something took, in milliseconds."""
    begin = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begin)


def loaded(page: Page, url: str) -> None:
    """Open an address and wait until the page is drawn, asking at every frame (a wait for a selector asks seldom)."""
    page.goto(url, wait_until="commit")
    page.wait_for_function(DONE)


def signed_in(browser: Browser, url: str, who: str) -> Page:
    """Return a window of someone who is signed in."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)  # to wait by an expression
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.fill("#email", f"{who}@fernbrook.example")
    page.fill("#password", large_store.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_selector("#pr-title")
    return page


def page_loads(page: Page, url: str, rounds: int, alerts: list[int]) -> list[Figure]:
    """Measure whole page loads and the way from one page to another."""
    ways = {
        "review": lambda n: f"{url}alert?alert={alerts[n % len(alerts)]}",
        "account": lambda _: f"{url}account?account={large_store.biggest()}",
        "trends": lambda _: f"{url}trends",
    }
    found = []
    for name, address in ways.items():
        loaded(page, address(0))
        addresses = [address(n) for n in range(rounds)]
        found.append(Figure(name, [timed(lambda one=one: loaded(page, one)) for one in addresses]))
    return [*found, Figure("navigation", [timed(lambda n=n: navigate(page, n)) for n in range(rounds)])]


def navigate(page: Page, n: int) -> None:
    """Go from one page to another by the navigation."""
    name = ("Review queue", "Accounts")[n % 2]
    page.get_by_role("link", name=name, exact=True).first.click()
    page.wait_for_function(f"document.querySelector('#pr-title')?.textContent.includes('{name.split()[-1]}')")
    page.wait_for_function(DONE)


def decisions(page: Page, url: str, rounds: int) -> Figure:
    """Measure from the press on Record decision to the next alert's heading."""
    loaded(page, f"{url}queue")
    page.locator("a[href*='alert=']").first.click()
    times = []
    for _ in range(rounds):
        page.wait_for_function(DONE)
        page.get_by_role("button", name="Take this alert and show the words").click()
        page.get_by_role("button", name="Record decision").wait_for()
        page.get_by_text("Not upheld", exact=False).first.click()
        page.get_by_text("No action", exact=False).first.click()
        page.get_by_label("Reason, in a factual sentence or two (required)").fill("Service news.")
        page.wait_for_timeout(1100)  # the server refuses a decision within a second of taking the alert
        before = page.locator(".pr-above").inner_text()
        page.get_by_role("button", name="Record decision").click(no_wait_after=True)
        begin = time.perf_counter()
        page.wait_for_function("before => document.querySelector('.pr-above')?.innerText !== before", arg=before)
        times.append(1000 * (time.perf_counter() - begin))
    return Figure("decision to next", times)


def memory(browser: Browser, url: str, process: psutil.Process) -> tuple[float, float]:
    """Return the server's memory in MB with one session and with ten more."""
    one = process.memory_info().rss / 1e6
    pages = [signed_in(browser, url, "panel") for _ in range(SESSIONS)]
    for page in pages:
        loaded(page, f"{url}trends")
    ten = process.memory_info().rss / 1e6
    for page in pages:
        page.close()
    return one, ten


def waiting(store: Store) -> list[int]:
    """Return alerts that are not decided."""
    with store.read() as tx:
        found = tx.exec_driver_sql("SELECT id FROM alert WHERE status = 'open' ORDER BY id LIMIT 200")
        return [int(row[0]) for row in found]


def measure(url: str, rounds: int) -> None:
    """Start the dashboard on a store and print the figures."""
    store, _ = create_or_upgrade(url)
    port = free_port()
    with commands.start(Settings(store=url), port) as process, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        try:
            address = commands.url(port)
            page = signed_in(browser, address, "reviewer")
            figures = [*page_loads(page, address, rounds, waiting(store)), decisions(page, address, rounds)]
            one, ten = memory(browser, address, psutil.Process(process.pid))
        finally:
            browser.close()
            process.terminate()
    print(f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {store.url.get_backend_name()}")
    print("| page | n | median ms | p95 ms | wanted ms | met |\n|---|---|---|---|---|---|")
    print("\n".join(figure.line() for figure in figures))
    print(f"server memory: {one:.0f} MB with one session, {ten:.0f} MB with {SESSIONS} more (wanted {MEMORY})")


def main() -> None:
    """Build the store unless it is there, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--store", default="")
    chosen = parser.parse_args()
    if chosen.store:
        measure(chosen.store, chosen.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'large.db'}"
        store, _ = create_or_upgrade(url)
        print(f"built {chosen.posts:,} posts in {timed(lambda: large_store.build(store, chosen.posts)) / 1000:.0f} s")
        store.close()
        measure(url, chosen.rounds)


if __name__ == "__main__":
    main()
