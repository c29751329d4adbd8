"""`/healthz` and `/metrics` on loopback, for a service manager and for Prometheus. Numbers alone: no account, no name.

`/healthz` answers 200 while a worker gives signs of life and not every account is silent, else 503; its JSON says why.
Metrics are read from the store when they are asked for, in the text format of Prometheus.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from data.errors import PostreeveError, UseError
from data.model import AlertStatus
from data.services.silence import Health, health
from data.store import alerts, requests, runs
from data.store.engine import Store

HOST = "127.0.0.1"
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Metrics(Collector):
    """The gauges of one store."""

    def __init__(self, store: Store, zone: str, hours: float) -> None:
        self.store, self.zone, self.hours = store, zone, hours

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges as they are now."""
        found = health(self.store, self.zone, self.hours)
        with self.store.read() as tx:
            by_status, waiting, moved = alerts.counts(tx), requests.count_waiting(tx), runs.moved(tx)
            outcomes = runs.outcomes(tx)
        yield _gauge("accounts_live", "Accounts with a live passport", found.live)
        yield _gauge("accounts_silent", "Live accounts that were not collected for too long", len(found.silent))
        yield _gauge("worker_up", "Whether a worker gives signs of life", found.worker_at_work)
        yield _gauge("requests_waiting", "Requests of screens that wait for a worker", waiting)
        if moved:
            last = max(moved.values()).timestamp()
            yield _gauge("last_collection_timestamp_seconds", "End of the last complete collection", last)
        yield _family("alerts", "Alerts by status", "status", {s: by_status.get(s, 0) for s in AlertStatus})
        yield _family("last_run_accounts", "Accounts by the outcome of their last run", "outcome", outcomes)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"postreeve_{name}", text, value=float(value))


def _family(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"postreeve_{name}", text, labels=[label])
    for value, n in values.items():
        family.add_metric([str(value)], float(n))
    return family


def as_document(found: Health) -> dict[str, object]:
    """Return what `/healthz` says."""
    reasons = [] if found.worker_at_work else ["no worker gives signs of life"]
    reasons += ["no account was collected for too long"] if found.all_silent else []
    seen = found.worker_seen.isoformat() if found.worker_seen else None
    return {"ok": not reasons, "reasons": reasons, "live": found.live, "silent": len(found.silent), "worker_seen": seen}


@contextmanager
def serve(store: Store, zone: str, hours: float, port: int) -> Iterator[int]:
    """Serve both pages on loopback until the end; yield the port (a free one for 0). Raises `UseError` if taken."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Metrics(store, zone, hours))

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Answer one of the two pages."""
            try:
                self._answer()
            except PostreeveError as error:
                self._send(503, json.dumps({"ok": False, "reasons": [str(error)]}), "application/json")

        def _answer(self) -> None:
            if self.path == "/healthz":
                document = as_document(health(store, zone, hours))
                self._send(200 if document["ok"] else 503, json.dumps(document), "application/json")
            elif self.path == "/metrics":
                self._send(200, generate_latest(registry).decode(), TEXT)
            else:
                self._send(404, "There are /healthz and /metrics.", "text/plain; charset=utf-8")

        def _send(self, status: int, body: str, kind: str) -> None:
            content = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the name the base class gives it)
            """Say nothing: a service manager asks every few seconds."""

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise UseError(f"Port {port} on {HOST} is taken ({error.strerror}). Choose another with --port.") from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.2}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
