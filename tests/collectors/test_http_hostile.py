"""The client against servers that break off, never end, drip, or pack a gigabyte into a megabyte."""

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.http import Limits, Network
from tests.collectors.support import failure
from tests.servers.local import Exchange, LocalServer

Make = Callable[..., Network]
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "interrupted"),
        (CHUNKED + b"5\r\nwords\r\n", "interrupted"),
        (b"", "interrupted"),
        (b"SMTP ready\r\n\r\n", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nwords", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 5\r\n\r\nwords", "bad_answer"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"y" * 300_000 + b"\r\n\r\n", "bad_answer"),
    ],
)
def test_broken_answers_are_told(server: LocalServer, network: Make, data: bytes, code: str) -> None:
    server.routes["/x"] = lambda exchange: exchange.send(data)
    assert failure(network(), f"{server.url}/x").code == code


def test_a_cut_gzip_is_not_taken_for_whole(server: LocalServer, network: Make) -> None:
    server.says("/x", body=gzip.compress(b"words" * 1000)[:-30], Content_Encoding="gzip")
    assert failure(network(), f"{server.url}/x").code == "bad_answer"


def test_an_endless_body_stops_at_the_limit(server: LocalServer, network: Make) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.send(CHUNKED)
        while not exchange.stop.is_set():
            exchange.send(b"10000\r\n" + b"x" * 65536 + b"\r\n")

    server.routes["/x"] = endless
    assert failure(network(), f"{server.url}/x").code == "too_large"


def test_a_stated_size_beyond_the_limit_is_not_even_read(server: LocalServer, network: Make) -> None:
    server.routes["/x"] = lambda e: e.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")
    assert failure(network(), f"{server.url}/x").code == "too_large"


def dripping(head: bytes, piece: bytes) -> Callable[[Exchange], None]:
    def drip(exchange: Exchange) -> None:
        exchange.send(head)
        while not exchange.stop.wait(0.05):
            exchange.send(piece)

    return drip


@pytest.mark.parametrize(
    ("head", "piece"),
    [(CHUNKED, b"1\r\nx\r\n"), (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), (b"", b"H"), (b"HTTP/1.1 200 OK\r\nX: ", b"y")],
    ids=["body", "head", "silence broken by bytes", "one header"],
)
def test_a_drip_ends_at_the_deadline(server: LocalServer, network: Make, head: bytes, piece: bytes) -> None:
    server.routes["/x"] = dripping(head, piece)
    quick = network(limits=Limits(connect=5, read=5, total=0.4))
    error = failure(quick, f"{server.url}/x")
    assert error.code in ("timeout", "bad_answer")
    assert len(server.seen) == 1


def test_silence_ends_at_the_read_limit(server: LocalServer, network: Make) -> None:
    server.routes["/x"] = lambda exchange: exchange.stop.wait(10) and None
    error = failure(network(limits=Limits(connect=5, read=0.2, total=10)), f"{server.url}/x")
    assert error.code == "timeout"


BOMB = """
import resource, sys
from collectors.http import Network
from data.errors import CollectError
base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
network = Network(allow_private=[sys.argv[1]])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    network.client().get(f"http://{sys.argv[1]}/bomb")
except CollectError as error:
    print(error.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_megabyte_that_unpacks_to_a_gigabyte_stays_small(server: LocalServer) -> None:
    """Measured in a process of its own: peak memory grows by less than 48 MiB for a limit of 10 MiB."""
    bomb = b"".join(gzip.compress(b"\0" * 2**24, 9) for _ in range(64))
    assert len(bomb) < 1.1 * 2**20
    server.says("/bomb", body=bomb, Content_Encoding="gzip")
    command = [sys.executable, "-c", BOMB, server.netloc]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    code, kibibytes = done.stdout.split()
    assert code == "too_large"
    assert int(kibibytes) < 48 * 1024
