"""How long retention and erasure take in a large store, and how the dashboard is answered meanwhile.

    python -m tests.soak_retention --posts 1000000

Builds a store of posts spread over four years, with findings, alerts, replies and decisions, through the store's own
functions. Then half of the posts are due. While retention runs, a second process reads the queue and writes an audit
row, over and over, as screens do.
"""

import argparse
import platform
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from data import anchor
from data.audit import merkle_root
from data.config import Settings
from data.model import Finding, Person, Platform, Role, RunResult
from data.retention import periods
from data.schema import alert, alert_hit, explanation, reply, review
from data.services import people, reading
from data.services.actors import shell
from data.services.erasure import Asked, erase_account, erase_post
from data.services.policy import current
from data.services.retention import Retention
from data.services.review import note_read
from data.services.verify import verify
from data.store import findings, intake, ledger, posts, runs
from data.store.engine import Store, create_or_upgrade, open_store
from data.store.posts import Receipt
from tests.support.command import ROOT, environment
from tests.support.posts import item
from tests.support.register import add, row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACCOUNTS, PAGE, ALERT_EVERY, YEARS = 50, 2000, 50, 4
MODEL, ZONE = "a" * 64, "Europe/London"
WORDS = "The council's notice number {} is about bins, benches, parking and the summer festival in the park. "


@dataclass(frozen=True)
class Figures:
    """What was measured, in seconds, and whether everything verified."""

    posts: int
    erased: int
    retention: float
    read: list[float]
    write: list[float]
    post: float
    account: float
    verify: float
    problems: tuple[str, ...]

    def lines(self) -> Iterator[str]:
        """Yield the figures as sentences, with date and versions."""
        versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
        yield f"{datetime.now(UTC):%Y-%m-%d}, {versions}, {platform.machine()}"
        yield f"retention: {self.erased} of {self.posts} posts in {self.retention:.1f} s"
        for name, times in (("queue read", self.read), ("audit row written", self.write)):
            if times:
                p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
                yield f"meanwhile, {name}: n={len(times)}, p95 {1000 * p95:.0f} ms, longest {1000 * max(times):.0f} ms"
        yield f"erase post: {self.post:.1f} s; erase account of {self.posts // ACCOUNTS} posts: {self.account:.1f} s"
        yield f"verify: {self.verify:.1f} s, {len(self.problems)} problems"
        yield from self.problems[:5]


def build(store: Store, number: int) -> Person:
    """Fill a store with posts, findings and decided alerts; return an administrator."""
    add(store, *(row(f"a{n}") for n in range(ACCOUNTS)))
    admin = people.add(store, shell(), "ada@council.example", "Ada Moss", [Role.ADMINISTRATOR], None)
    rita = people.add(store, shell(), "rita@council.example", "Rita", [Role.REVIEWER], None)
    with store.write() as tx:
        findings.register_model(tx, MODEL, "soak", {}, NOW)
        policy = current(tx, NOW).id
    for start in range(0, number, PAGE):
        _page(store, f"a{start // PAGE % ACCOUNTS}", range(start, min(start + PAGE, number)), number, rita, policy)
    return admin


def _page(store: Store, account: str, numbers: range, total: int, rita: Person, policy: int) -> None:
    """Store one run of posts, with its root, a finding each, and an alert on every fiftieth."""
    items = [item(n, WORDS.format(n), payload=_payload(n), published_at=_published(n, total)) for n in numbers]
    with store.write() as tx:
        run = runs.begin(tx, account, NOW)
        intake.record(tx, account, items, Receipt(run, "0" * 64, NOW))
        leaves = posts.run_leaves(tx, run)
        runs.finish(tx, run, RunResult(account, Platform.FEED, "ok", "", ""), root := merkle_root(leaves), NOW)
        detail = {"run": run, "evidence": len(leaves), "root": root, "leaf": posts.LEAF}
        ledger.append(tx, NOW, "collector", "collect", f"account:{account}", detail)
        pending = findings.pending(tx, MODEL, numbers.start, len(numbers))
        ids = findings.record(tx, [(v.id, Finding(MODEL, 0.01)) for v in pending], NOW)
        met = [(v, f) for v, f in zip(pending, ids, strict=True) if v.id % ALERT_EVERY == 0]
        for version, finding in met:
            _alert(tx, version.id, version.post_id, finding, rita, policy)  # type: ignore[arg-type]


def _alert(tx: object, version: int, post: int, finding: int, rita: Person, policy: int) -> None:
    """Add an alert, decided a year ago: one in four upheld."""
    at, upheld = NOW - timedelta(days=365), post % 4 == 0
    shared = {"version_id": version, "at": at, "policy_version_id": policy, "clause": "H1"}
    execute = tx.execute  # type: ignore[attr-defined]
    made = {"post_id": post, "version_id": version, "cause": "own", "status": "decided", "severity": "medium"}
    number = execute(insert(alert).values(**made, opened_at=at, decided_at=at, revision=1)).inserted_primary_key[0]
    hit = {"alert_id": number, "finding_id": finding, "title": "t", "severity": "medium", "category": "harassment"}
    hit |= {"probability": 0.5, "threshold": 0.1, "characteristics": [], "policy_version_id": policy, "clause": "H1"}
    execute(insert(alert_hit).values(**hit, at=at))
    execute(insert(explanation).values(finding_id=finding, raw=1.0, base=0.0, rest=0.0, words=[[0, 3, 1.0]]))
    execute(insert(reply).values(alert_id=number, at=at, person_id=rita.id, text="We are sorry about this notice."))
    decided = {"judgement": "upheld" if upheld else "not_upheld", "outcome": "advice", "reason": "It belittles."}
    values = {"alert_id": number, "reviewer_id": rita.id, "categories": [], "characteristics": []}
    execute(insert(review).values(**values, **decided, **shared))
    ledger.append(tx, at, f"person:{rita.id}", "alert.decide", f"alert:{number}", {"review": 1})  # type: ignore[arg-type]


def _published(number: int, total: int) -> datetime:
    return NOW - timedelta(days=YEARS * 365 * (1 - number / total), seconds=1)


def _payload(number: int) -> bytes:
    return (f'{{"id": {number}, "text": "' + WORDS.format(number) * 6 + '"}').encode()


def measure(folder: Path, number: int) -> Figures:
    """Build a store in a folder and measure."""
    store, _ = create_or_upgrade(f"sqlite:///{folder}/soak.db", lambda: NOW)
    admin = build(store, number)
    store.scrub(compact=False)
    return measured(store, admin, number, folder)


def measured(store: Store, admin: Person, number: int, folder: Path) -> Figures:
    """Measure in a store that was built."""
    url = store.url.render_as_string()
    watch = subprocess.Popen(
        [sys.executable, "-m", "tests.soak_retention", "--watch", url],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    run, start = Retention(store, admin, periods(Settings())), time.perf_counter()
    for _ in run.steps():
        pass
    store.scrub(compact=False)
    took = time.perf_counter() - start
    said, _ = watch.communicate("enough\n")
    read, write = ([float(t) for t in line.split()] for line in [*said.splitlines(), "", ""][:2])
    seconds = []
    asked = Asked(admin, "on request")
    for act in (lambda: erase_post(store, asked, number), lambda: erase_account(store, asked, f"a{ACCOUNTS - 1}")):
        start = time.perf_counter()
        assert act().clean
        seconds.append(time.perf_counter() - start)
    with store.read() as tx:
        anchor.append(folder / "anchor", ledger.head(tx), NOW)
    start = time.perf_counter()
    report = verify(store, folder / "anchor")
    return Figures(
        number, run.counts["posts"], took, read, write, *seconds, time.perf_counter() - start, report.problems
    )


def watch(url: str) -> None:
    """Read the queue and write an audit row until a line comes in; print how long each took, in seconds."""
    import select

    store = open_store(url)
    with store.read() as tx:
        from data.store import people as stored

        rita = stored.get(tx, "rita@council.example")
    read, write = [], []
    while not select.select([sys.stdin], [], [], 0.1)[0]:
        for times, act in (
            (read, lambda: reading.queue(store, rita, ZONE)),
            (write, lambda: note_read(store, rita, 1)),
        ):
            start = time.perf_counter()
            act()
            times.append(time.perf_counter() - start)
    for times in (read, write):
        print(*times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--watch", metavar="URL")
    options = parser.parse_args()
    if options.watch:
        watch(options.watch)
    else:
        with tempfile.TemporaryDirectory() as place:
            found = measure(Path(place), options.posts)
        print(*found.lines(), sep="\n")
