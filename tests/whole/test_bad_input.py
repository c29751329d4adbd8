"""One collection over a register in which nearly every account has another fault, and two have none."""

import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina
from sqlalchemy import select

from collectors.commands import collect_all
from data.cli import Context
from data.config import Settings
from data.schema import collection_run, post, version
from data.services.verify import verify
from data.store.engine import Store, create_or_upgrade, open_store
from tests.servers.local import Exchange, LocalServer, local_server
from tests.support import command
from tests.support.feeds import rss
from tests.support.register import add, csv_of, row

MIB = 2**20
CAP_MIB = 2  # the largest answer read in these tests
MOST_MEMORY = 400 * MIB  # of a process that collects all of this
UNPACKED = 2**30
HEALTHY = {"bins": 5, "parks": 7}
DATED = {
    "summer": "Mon, 01 Jun 2026 09:00:00 BST",
    "february": "Mon, 30 Feb 2026 09:00:00 GMT",
    "future": "Thu, 01 Jan 2099 09:00:00 GMT",
}
REFUSING = {401: "unauthorised", 402: "payment", 403: "forbidden", 404: "not_found", 410: "gone"}
EXPECTED = {
    **dict.fromkeys((*HEALTHY, *DATED, "entities"), ("ok", "")),
    "page": ("failed", "not_a_feed"),
    "endless": ("failed", "too_large"),
    "packed": ("failed", "too_large"),
    "inward": ("failed", "address_refused"),
    "sideways": ("failed", "address_refused"),
    "nameless": ("failed", "dns"),
    "broken": ("failed", "server_error"),
    "silent": ("failed", "timeout"),
    "cut": ("failed", "interrupted"),
    "half": ("failed", "malformed"),
    "array": ("failed", "not_a_feed"),
    "busy": ("failed", "rate_limited"),
    **{f"s{status}": ("failed", code) for status, code in REFUSING.items()},
}
JARGON = re.compile(
    r"Exception|Errno|Traceback|\w+Error\b|0x[0-9a-f]|<\w|\bNone\b|httpx|httpcore|sqlalchemy|socket|codec|errno|\w+\(\)",
    re.IGNORECASE,
)
PAGE = b"""<!DOCTYPE html><html><head><title>News</title>
<link rel="alternate" type="application/rss+xml" href="/news/feed.xml"></head><body><p>News</p></body></html>"""
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "lol">%s]>
<rss version="2.0"><channel><title>t</title><item><guid>e-1</guid><pubDate>Mon, 01 Jun 2026 09:00:00 GMT</pubDate>
<description>Before &j; after</description></item></channel></rss>""" % b"".join(
    b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(ord("b"), ord("k"))
)
CHILD = """
import pathlib, re, sys
import postreeve
code = postreeve.outcome(sys.argv[1:])
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print("PEAK", peak[1], file=sys.stderr)
sys.exit(code)
"""


def dated(when: str) -> bytes:
    """Return a feed of one item of that date."""
    items = f"<item><guid>d-1</guid><pubDate>{when}</pubDate><description>Dated</description></item>"
    return f"<rss version='2.0'><channel><title>t</title>{items}</channel></rss>".encode()


def endless(exchange: Exchange) -> None:
    """Send a feed whose chunks never end."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"<rss>" + b" " * 65_531
    while not exchange.stop.is_set():
        exchange.send(b"%x\r\n%s\r\n" % (len(piece), piece))


def silent(exchange: Exchange) -> None:
    """Take the request and never answer."""
    exchange.stop.wait(60)


def cut(exchange: Exchange) -> None:
    """Promise more than is sent."""
    exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 5000\r\n\r\n<rss version='2.0'>"
    )


def packed() -> bytes:
    """Return about a megabyte of gzip that unpacks to a gigabyte of blanks."""
    packer, block = zlib.compressobj(9, zlib.DEFLATED, 31), b" " * MIB
    return b"".join([*(packer.compress(block) for _ in range(UNPACKED // MIB)), packer.flush()])


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    """Serve every fault under the name of its account."""
    bomb = packed()
    assert len(bomb) < 1.2 * MIB
    with local_server() as served:
        for name, count in HEALTHY.items():
            served.says(f"/{name}", body=rss(range(count), name))
        for name, when in DATED.items():
            served.says(f"/{name}", body=dated(when))
        for status in REFUSING:
            served.says(f"/s{status}", status)
        served.routes |= {"/endless": endless, "/silent": silent, "/cut": cut}
        served.says("/packed", body=bomb, Content_Encoding="gzip", Content_Type="application/rss+xml")
        served.says("/entities", body=ENTITIES, Content_Type="application/rss+xml")
        served.says("/page", body=PAGE, Content_Type="text/html")
        served.says("/inward", 302, Location="http://10.0.0.1/feed.xml")
        served.says("/sideways", 301, Location=f"http://127.0.0.2:{port(served)}/bins")
        served.says("/broken", 500)
        served.says("/half", body=b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"')
        served.says("/array", body=b"[1, 2, 3]", Content_Type="application/json")
        served.says("/busy", 429, Retry_After="3600")
        yield served


def port(served: LocalServer) -> str:
    """Return the server's port."""
    return served.netloc.rpartition(":")[2]


def register_of(served: LocalServer) -> list[dict[str, str]]:
    """Return a row for every account; the busy one has a host name of its own, since that host is then left alone."""
    addresses = {name: f"{served.url}/{name}" for name in EXPECTED}
    addresses["nameless"] = "http://feeds.council.invalid/rss"
    addresses["busy"] = f"http://localhost:{port(served)}/busy"
    return [row(name, url=url, renewal_date="2099-03-31") for name, url in addresses.items()]


def allowed(served: LocalServer) -> tuple[str, str]:
    """Return what must be let through: 127.0.0.2 and 10.0.0.1 are not."""
    return served.netloc, f"localhost:{port(served)}"


@pytest.fixture(scope="module")
def collected(server: LocalServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Context]]:
    """Collect the whole register once, in this process, trying again without a wait in between."""
    settings = Settings(
        store=f"sqlite:///{tmp_path_factory.mktemp('bad')}/s.db",
        allow_private=allowed(server),
        connect_seconds=3.0,
        answer_seconds=3.0,
        max_answer_mib=CAP_MIB,
    )
    store, _ = create_or_upgrade(settings.store)
    add(store, *register_of(server))
    store.close()
    context = Context(settings, quiet=True)
    stamina.set_testing(True, attempts=3, cap=True)
    found = {r.account_id: (r.outcome, r.code) for r in collect_all(context)}
    stamina.set_testing(False)
    assert found == EXPECTED
    yield context.store, context
    context.store.close()


def test_each_account_has_its_own_outcome_and_the_healthy_ones_all_their_posts(
    collected: tuple[Store, Context],
) -> None:
    store, context = collected
    with store.read() as tx:
        c = collection_run.c
        kept = {r.account_id: r for r in tx.execute(select(*c))}
        counted = {name: kept[name].new for name in HEALTHY}
        stored = [r.account_id for r in tx.execute(select(post.c.account_id))]
    assert {name: (r.outcome, r.code) for name, r in kept.items()} == EXPECTED
    assert counted == HEALTHY
    assert {name: stored.count(name) for name in HEALTHY} == HEALTHY
    assert sorted(set(stored)) == sorted(name for name, (outcome, _) in EXPECTED.items() if outcome == "ok")
    assert all(r.finished_at is not None for r in kept.values())
    failed = [name for name, (outcome, _) in EXPECTED.items() if outcome == "failed"]
    assert sorted(f.partition(":")[0] for f in context.failures) == sorted(failed)
    assert verify(store, Path(f"{store.path}.anchor")).problems == ()


def test_each_reason_is_a_sentence_without_jargon(collected: tuple[Store, Context]) -> None:
    store, _ = collected
    with store.read() as tx:
        reasons = {r.account_id: r.reason for r in tx.execute(select(*collection_run.c))}
    for account_id, reason in reasons.items():
        assert re.fullmatch(r"[A-Z0-9a-z].{8,}[.]", reason), (account_id, reason)
        assert not JARGON.search(reason), (account_id, reason)
        assert len(reason.splitlines()) == 1
    assert "/news/feed.xml" in reasons["page"]
    assert "10.0.0.1" in reasons["inward"]
    assert "127.0.0.2" in reasons["sideways"]
    assert f"{CAP_MIB} MB" in reasons["packed"]
    assert "feeds.council.invalid" in reasons["nameless"]
    different = {reasons[name] for name, (outcome, _) in EXPECTED.items() if outcome == "failed"}
    assert len(different) == len([1 for outcome, _ in EXPECTED.values() if outcome == "failed"]) - 1  # two too large


def test_dates_land_where_they_belong_and_entities_are_not_expanded(collected: tuple[Store, Context]) -> None:
    store, _ = collected
    with store.read() as tx:
        query = select(post.c.account_id, post.c.published_at, post.c.time_note, post.c.last_seen_at, version.c.text)
        joined = query.join_from(post, version, version.c.id == post.c.version_id)
        found = {r.account_id: r for r in tx.execute(joined) if r.account_id in (*DATED, "entities")}
    assert (found["summer"].published_at, found["summer"].time_note) == (datetime(2026, 6, 1, 8, tzinfo=UTC), "")
    assert (found["february"].published_at, found["february"].time_note) == (None, "impossible")
    assert found["future"].time_note == "clamped"
    assert found["future"].published_at <= found["future"].last_seen_at
    assert "lol" not in found["entities"].text
    assert "Before" in found["entities"].text
    assert len(found["entities"].text) < 100


@pytest.mark.timeout(240)
def test_the_command_stays_small_and_says_what_failed(server: LocalServer, tmp_path: Path) -> None:
    if not Path("/proc/self/status").exists():
        pytest.skip("needs /proc/PID/status (Linux)")
    env = {
        "POSTREEVE_STORE": f"sqlite:///{tmp_path}/s.db",
        "POSTREEVE_ALLOW_PRIVATE": ",".join(allowed(server)),
        "POSTREEVE_CONNECT_SECONDS": "3",
        "POSTREEVE_ANSWER_SECONDS": "3",
        "POSTREEVE_MAX_ANSWER_MIB": str(CAP_MIB),
    }
    (tmp_path / "register.csv").write_bytes(csv_of(*register_of(server)))
    command.call(tmp_path, "init", **env)
    command.call(tmp_path, "account", "import", "register.csv", **env)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "--json", "collect"],
        cwd=tmp_path,
        env=command.environment(**env),
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )
    assert done.returncode == 1, done.stderr
    accounts = {a["account"]: a for a in json.loads(done.stdout)["accounts"]}
    assert {name: (a["outcome"], a["code"]) for name, a in accounts.items()} == EXPECTED
    assert {name: accounts[name]["new"] for name in HEALTHY} == HEALTHY
    assert "Traceback" not in done.stderr
    [peak] = re.findall(r"^PEAK (\d+)$", done.stderr, re.MULTILINE)
    print(f"peak memory of the collecting process: {int(peak) / 1024:.0f} MiB")
    assert int(peak) * 1024 < MOST_MEMORY
    assert command.call_json(tmp_path, "verify", **env)["problems"] == []
    assert [a["live"] for a in command.call_json(tmp_path, "account", "list", **env)] == [True] * len(EXPECTED)
    store = open_store(env["POSTREEVE_STORE"])
    with store.read() as tx:
        assert len(tx.execute(select(post.c.id)).all()) == sum(HEALTHY.values()) + len(DATED) + 1
    store.close()
