"""Killed with -9 at random moments of a run: no post lost, none twice, chain and evidence whole."""

import random
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from data.services.verify import verify
from data.store.engine import Store, create_or_upgrade, open_store
from tests.support import command
from tests.support.feeds import FeedServer, feed_server, rss
from tests.support.postgres import Cluster
from tests.support.register import add, row

ACCOUNTS, POSTS = 30, 40
LONGEST = 4.0  # seconds: a whole run of these feeds takes about three, its start included
Rows = Callable[[Store, str], list[tuple[object, ...]]]


def filled(server: FeedServer, store: Store) -> None:
    """Register the accounts and serve their feeds."""
    names = [f"a{n:02}" for n in range(ACCOUNTS)]
    server.bodies = {name: rss(range(POSTS), name, {3: "you people are all idiots and should go"}) for name in names}
    add(store, *(row(name, url=server.url(name)) for name in names))


def kill_at_random(folder: Path, times: int, seed: int, **env: str) -> int:
    """Start a run and kill it after a random time, again and again; return how often it was still running."""
    moments, killed = random.Random(seed), 0
    for _ in range(times):
        process = command.start(folder, "run", **env)
        try:
            process.communicate(timeout=moments.uniform(0.3, LONGEST))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        process.communicate()
    return killed


def check_whole(url: str, rows: Rows, anchor: Path) -> None:
    """Everything is there exactly once, and verifies."""
    store = open_store(url)
    total = ACCOUNTS * POSTS
    assert rows(store, "SELECT count(*) FROM post") == [(total,)]
    assert rows(store, "SELECT count(*) FROM version") == [(total,)]
    assert rows(store, "SELECT count(*) FROM evidence") == [(total,)]
    assert rows(store, "SELECT count(DISTINCT account_id || platform_id) FROM post") == [(total,)]
    assert rows(store, "SELECT count(*) FROM finding") == [(total,)]
    assert rows(store, "SELECT count(*) FROM post WHERE gone_at IS NOT NULL") == [(0,)]
    assert rows(store, "SELECT count(*) FROM coverage WHERE NOT complete") == [(0,)]
    assert rows(
        store, "SELECT count(*) FROM alert a WHERE NOT EXISTS (SELECT 1 FROM alert_hit h WHERE h.alert_id = a.id)"
    ) == [(0,)]
    assert rows(store, "SELECT count(*) FROM cursor") == [(ACCOUNTS,)]
    assert verify(store, anchor).problems == ()
    store.close()


def kill_and_check(url: str, times: int, folder: Path, rows: Rows) -> None:
    """Kill a run `times` times, let one run through, and look at what is there."""
    store, _ = create_or_upgrade(url)
    with feed_server() as server:
        filled(server, store)
        store.close()
        anchor = folder / "anchor"
        env = {"POSTREEVE_STORE": url, "POSTREEVE_ALLOW_PRIVATE": server.place, "POSTREEVE_ANCHOR": str(anchor)}
        killed = kill_at_random(folder, times, seed=7, **env)
        print(f"killed {killed} of {times} runs while they were at work")
        assert killed >= times // 3, "the run is too fast to be caught; give it more feeds"
        command.call(folder, "run", **env)
    check_whole(url, rows, anchor)


@pytest.mark.timeout(600)
def test_killed_again_and_again_on_sqlite(tmp_path: Path, rows: Rows) -> None:
    kill_and_check(f"sqlite:///{tmp_path}/s.db", 30, tmp_path, rows)


@pytest.mark.timeout(600)
def test_killed_again_and_again_on_postgresql(tmp_path: Path, postgres: Cluster, rows: Rows) -> None:
    kill_and_check(postgres.new_database(), 10, tmp_path, rows)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_killed_two_hundred_times(tmp_path: Path, postgres: Cluster, rows: Rows) -> None:
    kill_and_check(f"sqlite:///{tmp_path}/s.db", 120, tmp_path, rows)
    (tmp_path / "second").mkdir()
    kill_and_check(postgres.new_database(), 80, tmp_path / "second", rows)
