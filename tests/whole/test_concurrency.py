"""Several processes and threads on one store: nothing twice, nothing lost, the chain intact.

Run as a program, this file is one of the writing processes: URL, name of the writer, number of rows a thread.
"""

import json
import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from classifier.scan import scan
from data import anchor
from data.errors import Conflict, IllegalStep
from data.model import AlertStatus, Category, Decision, Judgement, Outcome, Person, Role
from data.review import STEPS
from data.schema import alert_event, audit_log, review
from data.services import review as service
from data.services.verify import verify
from data.store import alerts, ledger
from data.store.engine import Store, open_store
from tests.servers.local import Exchange, local_server
from tests.support import command
from tests.support.feeds import rss
from tests.support.posts import WordJudge, item, store_items
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
AddPerson = Callable[..., Person]
PROCESSES, THREADS, EACH = 2, 4, 20
WRITTEN = PROCESSES * THREADS * EACH
ACCOUNTS, POSTS = 5, 40
ALERTS, REVIEWERS, ATTEMPTS = 20, 4, 200
LATE = "2099-03-31"  # child processes go by the clock of the machine
ADVICE = Decision(Judgement.UPHELD, Outcome.ADVICE, "H1", "It belittles a resident.", (Category.HARASSMENT,))


def url_of(store: Store) -> str:
    """Return the address of a store, for another process."""
    return store.url.render_as_string(hide_password=False)


@contextmanager
def opened(url: str, now: Callable[[], datetime]) -> Iterator[Store]:
    """Open a store under another clock until the block ends."""
    store = open_store(url, now)
    try:
        yield store
    finally:
        store.close()


def write_rows(url: str, name: str, rows: int) -> None:
    """Be one process of several writers: each thread appends audit rows and posts of the same account."""
    at_once = threading.Barrier(THREADS)

    def write(thread: int, store: Store) -> None:
        at_once.wait(60)
        for n in range(rows):
            with store.write() as tx:
                ledger.append(tx, store.now(), name, "test.write", f"thread:{thread}", {"row": n})
            store_items(store, "bins", item(n, platform_id=f"{name}-{thread}-{n}"))

    with opened(url, lambda: datetime.now(UTC)) as store, ThreadPoolExecutor(THREADS) as pool:
        for future in [pool.submit(write, thread, store) for thread in range(THREADS)]:
            future.result()


@pytest.mark.timeout(200)
def test_many_writers_append_without_breaking_the_chain(store: Store, tmp_path: Path, rows: Rows) -> None:
    add(store, row("bins"))
    before = verify(store, tmp_path / "anchor").audit_rows
    call = [sys.executable, str(Path(__file__)), url_of(store)]
    writers = [
        subprocess.Popen([*call, f"w{n}", str(EACH)], env=command.environment(), stderr=subprocess.PIPE)
        for n in range(PROCESSES)
    ]
    told = [writer.communicate(timeout=180)[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES, told
    assert "".join(told) == ""
    with opened(url_of(store), lambda: datetime.now(UTC)) as as_they_did:
        report = verify(as_they_did, tmp_path / "anchor")
    assert (report.problems, report.audit_rows) == ((), before + WRITTEN)
    assert rows(store, "SELECT count(*), count(DISTINCT platform_id) FROM post") == [(WRITTEN, WRITTEN)]
    assert rows(
        store, "SELECT actor, count(*) FROM audit_log WHERE action = 'test.write' GROUP BY actor ORDER BY 1"
    ) == [(f"w{n}", THREADS * EACH) for n in range(PROCESSES)]


@dataclass
class Held:
    """Answers with a feed after a while, and notes how many asked for it at the same time."""

    body: bytes
    inside: int = 0
    most: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, exchange: Exchange) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        exchange.stop.wait(0.3)  # long enough for the other process to come to this account
        with self.lock:
            self.inside -= 1
        exchange.answer(200, self.body)


@pytest.mark.timeout(240)
def test_two_collections_at_once_share_the_accounts_and_store_nothing_twice(
    store: Store, tmp_path: Path, rows: Rows
) -> None:
    """Twice: first everything is new; then a post was edited, one added, one deleted. None is asked by both at once."""
    with local_server() as server:
        names = [f"a{n}" for n in range(ACCOUNTS)]
        add(store, *(row(name, url=f"{server.url}/{name}", renewal_date=LATE) for name in names))
        env = {"POSTREEVE_STORE": url_of(store), "POSTREEVE_ALLOW_PRIVATE": server.netloc}
        env["POSTREEVE_ANCHOR"] = str(anchored(store, tmp_path))

        def collect_twice() -> list[dict[str, int]]:
            started = [command.start(tmp_path, "--json", "collect", **env) for _ in range(2)]
            told = [process.communicate(timeout=120) for process in started]
            assert [process.returncode for process in started] == [0, 0], told
            return [sums(out) for out, _ in told]

        server.routes = {f"/{name}": Held(rss(range(POSTS), name)) for name in names}
        first = collect_twice()
        assert {held.most for held in server.routes.values() if isinstance(held, Held)} == {1}
        left = [n for n in range(POSTS + 1) if n != 30]
        server.routes = {f"/{name}": Held(rss(left, name, {35: "Notice 35, put right"})) for name in names}
        second = collect_twice()
        assert {held.most for held in server.routes.values() if isinstance(held, Held)} == {1}
    assert (total(first, "new"), total(first, "changed"), total(first, "gone")) == (ACCOUNTS * POSTS, 0, 0)
    assert [total(second, key) for key in ("new", "changed", "gone")] == [ACCOUNTS] * 3
    check_collected(store, tmp_path, rows)


def anchored(store: Store, folder: Path) -> Path:
    """Anchor the head, as importing the register by the command does; return the file."""
    with store.read() as tx:
        anchor.append(folder / "anchor", ledger.head(tx), store.now())
    return folder / "anchor"


def sums(document: bytes) -> dict[str, int]:
    """Return the sums of the counts of one collection; none may have failed, those of the other process are skipped."""
    accounts = json.loads(document)["accounts"]
    outcomes = {(a["outcome"], a["code"] if a["outcome"] == "skipped" else "") for a in accounts}
    assert outcomes <= {("ok", ""), ("skipped", "busy")}, accounts
    return {key: sum(a[key] for a in accounts) for key in ("new", "changed", "gone")}


def total(collections: list[dict[str, int]], key: str) -> int:
    """Return what the collections counted together."""
    return sum(counted[key] for counted in collections)


def check_collected(store: Store, tmp_path: Path, rows: Rows) -> None:
    """Every post once, the edited ones in two versions, the deleted ones marked, everything verified."""
    posts = ACCOUNTS * (POSTS + 1)
    assert rows(store, "SELECT count(*) FROM post") == [(posts,)]
    assert rows(store, "SELECT count(*) FROM version") == [(posts + ACCOUNTS,)]
    assert rows(store, "SELECT count(*) FROM evidence") == [(posts + ACCOUNTS,)]
    assert rows(store, "SELECT DISTINCT platform_id LIKE '%-30' FROM post WHERE gone_at IS NOT NULL") in (
        [(1,)],
        [(True,)],
    )
    assert rows(store, "SELECT count(*) FROM collection_run WHERE outcome <> 'ok' OR finished_at IS NULL") == [(0,)]
    [(ran,)] = rows(store, "SELECT count(*) FROM collection_run")
    assert 2 * ACCOUNTS <= int(str(ran)) <= 4 * ACCOUNTS  # each account by one process, or by one after the other
    assert rows(store, "SELECT count(*) FROM coverage WHERE NOT complete") == [(0,)]
    report = verify(store, tmp_path / "anchor")
    assert report.problems == ()
    assert report.anchored > 1


@dataclass
class Ticking:
    """A clock that goes on a second at every look; safe to share between threads."""

    start: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)
    ticks: Iterator[int] = field(default_factory=count)

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=next(self.ticks))


def attempt(store: Store, who: Person, alert_id: int, claim_first: bool) -> bool:
    """Try to decide an alert, perhaps after claiming it; say whether a decision was recorded."""
    try:
        with store.read() as tx:
            seen = service.seen(alerts.get(tx, alert_id))
        if claim_first:
            seen = service.seen(service.claim(store, who, seen))
        return service.decide(store, who, seen, ADVICE).status is AlertStatus.DECIDED
    except (Conflict, IllegalStep):
        return False


def review_all(store: Store, who: Person, seed: int, at_once: threading.Barrier) -> int:
    """Claim at random, then decide whatever is left; return how many decisions were recorded."""
    chance = random.Random(seed)
    at_once.wait(60)
    done = 0
    for _ in range(ATTEMPTS // REVIEWERS - ALERTS):
        try:
            with store.read() as tx:
                seen = service.seen(alerts.get(tx, chance.randint(1, ALERTS)))
            step = service.claim if chance.random() < 0.7 else service.release
            step(store, who, seen)
        except (Conflict, IllegalStep):
            pass
    at_once.wait(60)
    for number in chance.sample(range(1, ALERTS + 1), ALERTS):
        done += attempt(store, who, number, claim_first=chance.random() < 0.5)
    return done


@pytest.mark.timeout(200)
def test_four_reviewers_over_twenty_alerts_decide_each_once(
    store: Store, person: AddPerson, tmp_path: Path, rows: Rows
) -> None:
    reviewers = [person(store, f"r{n}@council.example", Role.REVIEWER) for n in range(REVIEWERS)]
    add(store, row("bins"))
    store_items(store, "bins", *(item(n, f"what a clown {n}") for n in range(ALERTS)))
    list(scan(store, WordJudge({"clown": Category.HARASSMENT})))
    at_once = threading.Barrier(REVIEWERS)
    with opened(url_of(store), Ticking()) as shared, ThreadPoolExecutor(REVIEWERS) as pool:
        working = [pool.submit(review_all, shared, who, n, at_once) for n, who in enumerate(reviewers)]
        done = sum(future.result() for future in working)
    with opened(url_of(store), lambda: datetime(2026, 11, 23, tzinfo=UTC)) as tomorrow:  # when every claim has lapsed
        done += sum(attempt(tomorrow, reviewers[0], number, claim_first=False) for number in range(1, ALERTS + 1))
    assert done == ALERTS
    with store.read() as tx:
        assert Counter(tx.scalars(select(review.c.alert_id))) == dict.fromkeys(range(1, ALERTS + 1), 1)
        assert len(tx.execute(select(audit_log.c.seq).where(audit_log.c.action == "alert.decide")).all()) == ALERTS
        for number in range(1, ALERTS + 1):
            check_events(alerts.get(tx, number), alerts.events(tx, number))
        assert len(set(tx.scalars(select(alert_event.c.actor).where(alert_event.c.action == "decide")))) > 1
    assert verify(store, tmp_path / "anchor").problems == ()


def check_events(found: object, events: object) -> None:
    """The events lead one to the next by the table of steps, and the last to the alert's status."""
    steps = [(e.from_status, e.action, e.to_status) for e in events]  # type: ignore[attr-defined]
    assert steps[0] == ("", "open", "open")
    assert all(earlier[2] == later[0] for earlier, later in pairwise(steps))
    assert all(STEPS[(AlertStatus(before), action)] == after for before, action, after in steps[1:])
    assert [action for _, action, _ in steps].count("decide") == 1
    assert steps[-1][2] == found.status == AlertStatus.DECIDED  # type: ignore[attr-defined]
    assert found.revision == len(steps) - 1  # type: ignore[attr-defined]


if __name__ == "__main__":
    write_rows(sys.argv[1], sys.argv[2], int(sys.argv[3]))
