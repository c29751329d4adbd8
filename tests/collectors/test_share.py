"""A large round in several processes: who takes which accounts, and what is told when one of them cannot go on."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from collectors import share
from collectors.share import shares
from data.config import Settings
from data.errors import StoreError
from data.model import Account, AccountKind, Platform
from data.services.verify import verify
from data.store import accounts, runs
from data.store.engine import Store, create_or_upgrade
from tests.servers.local import Exchange, LocalServer, local_server
from tests.support.command import ROOT
from tests.support.feeds import rss
from tests.support.register import add, row

NAMES = ("bins", "parks", "pools", "roads")
LATE = "2099-03-31"  # the processes go by the clock of the machine


def on(server: str, name: str) -> Account:
    return Account(name, Platform.FEED, "", f"https://{server}/{name}", AccountKind.SERVICE, "Waste")


def test_each_server_is_in_one_share_and_shares_are_of_a_size() -> None:
    chosen = [on(server, f"{server[0]}{n}") for n in range(3) for server in ("a.example", "b.example", "c.example")]
    chosen += [on("a.example", "a3"), on("a.example", "a4")]
    parts = shares(chosen, 2)
    assert sorted(len(part) for part in parts) == [5, 6]
    assert sorted(one.id for part in parts for one in part) == sorted(one.id for one in chosen)
    servers = [{one.id[0] for one in part} for part in parts]
    assert not servers[0] & servers[1]
    assert all([one for one in chosen if one in part] == part for part in parts)


def test_one_server_or_one_platform_is_never_shared_out() -> None:
    assert len(shares([on("a.example", f"a{n}") for n in range(9)], 4)) == 1
    on_x = [Account(f"x{n}", Platform.X, f"@x{n}", "", AccountKind.SERVICE, "Waste") for n in range(9)]
    assert len(shares(on_x, 4)) == 1
    assert len(shares([*on_x, on("a.example", "a")], 4)) == 2


def test_a_handle_alone_says_on_which_server_an_account_is() -> None:
    there = [
        Account(f"m{n}", Platform.MASTODON, f"@m{n}@town.example", "", AccountKind.SERVICE, "Waste") for n in range(3)
    ]
    assert len(shares([*there, on("town.example", "feed")], 2)) == 1


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with local_server() as made:
        for name in NAMES:
            made.says(f"/{name}", body=rss(range(3), name), content_type="application/rss+xml")
        yield made


@pytest.fixture
def filled(tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store with four feeds, two under each of two names of one machine."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    store, _ = create_or_upgrade(f"sqlite:///{tmp_path}/postreeve.db")
    port = server.netloc.rpartition(":")[2]
    hosts = [f"127.0.0.1:{port}", f"localhost:{port}"]
    add(store, *(row(n, url=f"http://{hosts[i % 2]}/{n}", renewal_date=LATE) for i, n in enumerate(NAMES)))
    yield store
    store.close()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> "list[subprocess.Popen[str]]":
    """The processes of a round, in the order in which they were started."""
    found: list[subprocess.Popen[str]] = []

    class Noted(subprocess.Popen[str]):
        def __init__(self, *arguments: object, **more: object) -> None:
            super().__init__(*arguments, **more)  # type: ignore[call-overload]
            found.append(self)

    monkeypatch.setattr(share.subprocess, "Popen", Noted)
    return found


def settings(store: Store, server: LocalServer) -> Settings:
    port = server.netloc.rpartition(":")[2]
    return Settings(store=f"sqlite:///{store.path}", allow_private=(f"127.0.0.1:{port}", f"localhost:{port}"))


def parts_of(store: Store) -> list[list[Account]]:
    with store.read() as tx:
        return shares(accounts.everything(tx), 2)


def test_all_accounts_are_collected_and_everything_verifies(filled: Store, server: LocalServer, tmp_path: Path) -> None:
    parts = parts_of(filled)
    assert [[one.id for one in part] for part in parts] == [["bins", "pools"], ["parks", "roads"]]
    first = list(share.collect(settings(filled, server), parts, full=False))
    assert {(one.account_id, one.outcome, one.new) for one in first} == {(name, "ok", 3) for name in NAMES}
    again = list(share.collect(settings(filled, server), parts, full=False))
    assert {(one.account_id, one.new, one.changed) for one in again} == {(name, 0, 0) for name in NAMES}
    assert verify(filled, tmp_path / "anchor").problems == ()


def test_what_an_ended_process_did_not_tell_is_told_as_interrupted(
    filled: Store, server: LocalServer, started: "list[subprocess.Popen[str]]"
) -> None:
    def killed(exchange: Exchange) -> None:
        os.kill(started[0].pid, signal.SIGKILL)
        exchange.stop.wait(5)

    server.routes["/bins"] = server.routes["/pools"] = killed
    done = {one.account_id: one for one in share.collect(settings(filled, server), parts_of(filled), full=False)}
    assert {name: (one.outcome, one.code) for name, one in done.items()} == {
        "bins": ("failed", "interrupted"),
        "pools": ("failed", "interrupted"),
        "parks": ("ok", ""),
        "roads": ("ok", ""),
    }
    for name in ("bins", "pools"):
        server.says(f"/{name}", body=rss(range(3), name), content_type="application/rss+xml")
    again = list(share.collect(settings(filled, server), parts_of(filled), full=False))
    assert {one.account_id: one.new for one in again} == {"bins": 3, "pools": 3, "parks": 0, "roads": 0}


def test_stopping_ends_the_processes_and_leaves_nothing_open(
    filled: Store, server: LocalServer, started: "list[subprocess.Popen[str]]"
) -> None:
    results = share.collect(settings(filled, server), parts_of(filled), full=False)
    assert next(results).outcome == "ok"
    results.close()  # type: ignore[attr-defined]
    assert [process.poll() is not None for process in started] == [True, True]
    with filled.read() as tx:
        assert [name for name in NAMES if runs.unfinished(tx, name)] == []
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0


def test_a_process_that_is_told_to_stop_twice_stops_cleanly(
    filled: Store, server: LocalServer, started: "list[subprocess.Popen[str]]"
) -> None:
    def told_twice(exchange: Exchange) -> None:
        for process in started:
            os.kill(process.pid, signal.SIGINT)
            exchange.stop.wait(0.2)
            os.kill(process.pid, signal.SIGTERM)
        exchange.answer(200, rss(range(3), "bins"), content_type="application/rss+xml")

    server.routes["/bins"] = told_twice
    list(share.collect(settings(filled, server), parts_of(filled), full=False))
    with filled.read() as tx:
        assert [name for name in NAMES if runs.unfinished(tx, name)] == []
        assert tx.exec_driver_sql("SELECT count(*) FROM lease").scalar() == 0
        assert runs.latest(tx)["bins"].new == 3


def test_a_process_that_breaks_is_told(filled: Store, server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share, "as_environment", lambda _: {"POSTREEVE_COLLECT_WORKERS": "many"})
    with pytest.raises(StoreError, match="whole number"):
        list(share.collect(settings(filled, server), parts_of(filled), full=False))
    monkeypatch.setattr(share.sys, "executable", "/bin/false")
    done = list(share.collect(settings(filled, server), parts_of(filled), full=False))
    assert {(one.outcome, one.code) for one in done} == {("failed", "internal")}


def test_a_store_that_cannot_be_used_is_told(filled: Store, server: LocalServer, tmp_path: Path) -> None:
    elsewhere = Settings(store=f"sqlite:///{tmp_path}/none.db")
    with pytest.raises(StoreError, match="There is no store at"):
        list(share.collect(elsewhere, parts_of(filled), full=False))
