"""Leases: one holder at a time, ending by themselves, free at once when their process is gone."""

import os
import socket
import subprocess
import sys
from datetime import timedelta

import pytest

from data import holder
from data.store import leases
from data.store.engine import Store
from tests.support.clock import FakeClock

LONG = timedelta(minutes=10)


def take(store: Store, who: str, name: str = "collect:bins") -> str | None:
    with store.write() as tx:
        return leases.take(tx, name, who, store.now(), store.now() + LONG, holder.gone)


def test_one_holder_at_a_time_until_it_gives_back(store: Store) -> None:
    assert take(store, "one:1:a") is None
    assert take(store, "two:2:b") == "one:1:a"
    assert take(store, "two:2:b", "collect:parks") is None
    with store.write() as tx:
        leases.release(tx, "collect:bins", "two:2:b")  # not theirs: nothing happens
    assert take(store, "two:2:b") == "one:1:a"
    with store.write() as tx:
        leases.release(tx, "collect:bins", "one:1:a")
    assert take(store, "two:2:b") is None


def test_a_lease_ends_by_itself_and_is_lengthened(store: Store, clock: FakeClock) -> None:
    take(store, "one:1:a")
    clock.move(minutes=9)
    with store.write() as tx:
        assert leases.extend(tx, "collect:bins", "one:1:a", store.now() + LONG)
        assert not leases.extend(tx, "collect:bins", "two:2:b", store.now() + LONG)
    clock.move(minutes=9)
    assert take(store, "two:2:b") == "one:1:a"
    clock.move(minutes=1)
    assert take(store, "two:2:b") is None
    with store.write() as tx:
        assert not leases.extend(tx, "collect:bins", "one:1:a", store.now() + LONG)


def test_a_holder_whose_process_ended_is_gone(store: Store) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = f"{socket.gethostname()}:{ended.pid}:abc"
    assert holder.gone(dead)
    take(store, dead)
    assert take(store, "two:2:b") is None


def test_holders_of_this_process_are_told_apart() -> None:
    one, two = holder.new(), holder.new()
    assert one != two
    assert not holder.gone(one)
    assert holder.gone(f"{socket.gethostname()}:{os.getpid()}:from-before-a-restart")


@pytest.mark.parametrize("name", ["elsewhere:1:a", f"{socket.gethostname()}:1:init", "odd", "", "a:b:c", "::"])
def test_others_are_not_said_to_be_gone(name: str) -> None:
    assert not holder.gone(name)
