"""`watch` as a service manager runs it: collects, answers, tells its health, stops cleanly; two share the work."""

import json
import signal
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from data.model import Role
from data.services import drafts, people
from data.services.actors import shell
from data.store.engine import Store, create_or_upgrade
from tests.support import command
from tests.support.feeds import FeedServer, feed_server, rss
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
LONGEST = 90.0


@pytest.fixture
def server() -> Iterator[FeedServer]:
    """Six feeds on loopback."""
    with feed_server() as served:
        served.bodies = {f"a{n}": rss(range(3), f"a{n}", {}) for n in range(6)}
        yield served


@pytest.fixture
def filled(tmp_path: Path, server: FeedServer) -> Store:
    """A store with six accounts."""
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/s.db")
    add(store, *(row(name, url=server.url(name)) for name in server.bodies))
    return store


@contextmanager
def watching(folder: Path, server: FeedServer) -> Iterator["subprocess.Popen[bytes]"]:
    env = {"POSTREEVE_STORE": f"sqlite:///{folder}/s.db", "POSTREEVE_ALLOW_PRIVATE": server.place}
    process = command.start(folder, "watch", "--every", "1s", "--slowest", "2s", "--port", "0", **env)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + LONGEST
    while not done():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.2)


def count(store: Store, rows: Rows, query: str) -> int:
    return int(str(rows(store, query)[0][0]))


@pytest.mark.timeout(300)
def test_it_collects_answers_and_stops_cleanly(tmp_path: Path, server: FeedServer, filled: Store, rows: Rows) -> None:
    jo = people.add(filled, shell(), "owner@a0.example", "Jo", [Role.OWNER], None)
    with watching(tmp_path, server) as process:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        assert "/healthz says how" in said
        until(lambda: count(filled, rows, "SELECT count(*) FROM finding") == 18)
        address = said.split("http://")[1].split("/")[0]
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=10) as answer:
            assert json.load(answer)["live"] == 6
        number = drafts.ask(filled, jo, "Those people are all useless, what a disgrace they are.")
        until(lambda: bool(drafts.told(drafts.answer_of(filled, jo, number))))
        assert "useless" not in str(rows(filled, "SELECT subject, result FROM request"))
        server.bodies["a0"] = rss(range(4), "a0", {})
        until(lambda: count(filled, rows, "SELECT count(*) FROM finding") == 19)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        assert b"Stopped." in out
    assert count(filled, rows, "SELECT count(*) FROM worker WHERE stopped_at IS NULL") == 0
    assert count(filled, rows, "SELECT count(*) FROM lease") == 0
    assert count(filled, rows, "SELECT count(*) FROM collection_run WHERE finished_at IS NULL") == 0


@pytest.mark.timeout(300)
def test_two_of_them_share_the_work(tmp_path: Path, server: FeedServer, filled: Store, rows: Rows) -> None:
    with watching(tmp_path, server), watching(tmp_path, server):
        until(lambda: count(filled, rows, "SELECT count(DISTINCT holder) FROM worker") == 2)
        until(lambda: count(filled, rows, "SELECT count(*) FROM finding") == 18)
        for n in range(4, 7):
            server.bodies.update({name: rss(range(n), name, {}) for name in server.bodies})
            until(lambda wanted=6 * n: count(filled, rows, "SELECT count(*) FROM post") == wanted)
    overlapping = """
        SELECT count(*) FROM collection_run a JOIN collection_run b ON a.account_id = b.account_id AND a.id < b.id
        WHERE b.started_at < a.finished_at"""
    assert count(filled, rows, overlapping) == 0
    assert count(filled, rows, "SELECT count(*) FROM collection_run WHERE outcome = 'failed'") == 0


def test_a_wrong_time_span_is_told(tmp_path: Path) -> None:
    assert "write 90s, 15m, 2h or 1d" in command.call(tmp_path, "watch", "--every", "soon", expect=2)
