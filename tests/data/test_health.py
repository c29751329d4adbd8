"""The silence alarm, /healthz and /metrics."""

import json
import socket
import urllib.error
import urllib.request
from datetime import timedelta

import pytest

from data import health
from data.errors import UseError
from data.services import silence
from data.store import runs, workers
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import post_and_scan
from tests.support.register import add, row

ZONE, HOURS = "Europe/London", 26.0


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def collected(store: Store, account: str) -> None:
    with store.write() as tx:
        runs.move_cursor(tx, account, 1, {}, None, store.now())


def seen(store: Store) -> None:
    with store.write() as tx:
        workers.begin(tx, "host:1:a", store.now())


def test_who_was_not_collected_for_too_long_is_silent(store: Store, clock: FakeClock) -> None:
    add(store, row("bins"), row("parks"), row("old", renewal_date=""))
    assert silence.health(store, ZONE, HOURS).silent == ()  # only just registered
    clock.move(hours=20)
    collected(store, "bins")
    clock.move(hours=7)
    found = silence.health(store, ZONE, HOURS)
    assert [(one.account_id, one.since) for one in found.silent] == [("parks", None)]
    assert (found.live, found.all_silent) == (2, False)
    clock.move(hours=20)
    found = silence.health(store, ZONE, HOURS)
    assert [one.account_id for one in found.silent] == ["bins", "parks"]
    assert found.silent[0].since == clock.now - timedelta(hours=27)
    assert found.all_silent


def test_health_says_why_it_is_not_well(sqlite_store: Store, clock: FakeClock) -> None:
    add(sqlite_store, row("bins"))
    with health.serve(sqlite_store, ZONE, HOURS, 0) as port:
        status, body = get(port, "/healthz")
        assert (status, json.loads(body)["reasons"]) == (503, ["no worker gives signs of life"])
        seen(sqlite_store)
        assert get(port, "/healthz")[0] == 200
        clock.move(hours=30)
        seen(sqlite_store)
        status, body = get(port, "/healthz")
        assert (status, json.loads(body)["reasons"]) == (503, ["no account was collected for too long"])
        assert get(port, "/elsewhere")[0] == 404


def test_metrics_are_numbers_and_name_nobody(sqlite_store: Store) -> None:
    post_and_scan(sqlite_store, "bins", ["what a clown", "bins are out"])
    collected(sqlite_store, "bins")
    seen(sqlite_store)
    with health.serve(sqlite_store, ZONE, HOURS, 0) as port:
        status, body = get(port, "/metrics")
    assert status == 200
    values = dict(line.rsplit(" ", 1) for line in body.splitlines() if not line.startswith("#"))
    assert float(values["postreeve_accounts_live"]) == 1
    assert float(values["postreeve_worker_up"]) == 1
    assert float(values['postreeve_alerts{status="open"}']) == 1
    assert float(values["postreeve_last_collection_timestamp_seconds"]) == sqlite_store.now().timestamp()
    assert "bins" not in body
    assert "clown" not in body


def test_a_store_that_stops_is_told(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with health.serve(sqlite_store, ZONE, HOURS, 0) as port:
        assert sqlite_store.path is not None
        with sqlite_store.write() as tx:
            tx.exec_driver_sql("DROP TABLE worker")
        status, body = get(port, "/healthz")
    assert status == 503
    assert "stopped working" in body


def test_a_port_that_is_taken_is_refused(sqlite_store: Store) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(UseError, match=r"is taken .* --port"),
        health.serve(sqlite_store, ZONE, HOURS, taken.getsockname()[1]),
    ):
        pytest.fail("it serves on a port that is taken")
