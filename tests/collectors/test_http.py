"""The client against a real server on loopback that does what servers must not."""

import hashlib
import itertools
import socket
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from collectors.failures import TryLater
from collectors.http import Network, next_hop, usable
from collectors.notes import moved_to
from tests.collectors.support import RECEIVED, failure
from tests.servers.local import LocalServer, local_server
from tests.support.clock import FakeClock

Make = Callable[..., Network]


def test_an_answer_arrives_with_digest_time_and_headers(server: LocalServer, network: Make) -> None:
    server.says("/a", body=b"words", X_Kind="plain")
    client = network(clock=FakeClock(RECEIVED)).client()
    found = client.get(f"{server.url}/a", params={"q": "ŵ & b"}, headers={"if-none-match": '"1"'})
    assert (found.status, found.body, found.received_at) == (200, b"words", RECEIVED)
    assert found.sha256 == hashlib.sha256(b"words").hexdigest()
    assert found.headers["x-kind"] == "plain"
    assert server.seen[0].path == "/a?q=%C5%B5+%26+b" or server.seen[0].path == "/a?q=%C5%B5%20%26%20b"
    assert server.seen[0].headers["if-none-match"] == '"1"'
    assert server.seen[0].headers["user-agent"].startswith("postreeve")
    assert client.requests == 1


def test_no_cookie_is_kept(server: LocalServer, network: Make) -> None:
    server.says("/a", Set_Cookie="id=1")
    client = network().client()
    client.get(f"{server.url}/a")
    client.get(f"{server.url}/a")
    assert "cookie" not in server.seen[1].headers


def test_304_and_named_statuses_are_returned(server: LocalServer, network: Make) -> None:
    server.says("/same", 304)
    server.says("/bad", 400, b'{"error":"x"}')
    client = network().client()
    assert client.get(f"{server.url}/same").status == 304
    assert client.get(f"{server.url}/bad", accept=(400,)).body == b'{"error":"x"}'


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad_answer"),
        (401, "unauthorised"),
        (402, "payment"),
        (403, "forbidden"),
        (404, "not_found"),
        (410, "gone"),
        (451, "bad_answer"),
        (429, "rate_limited"),
        (500, "server_error"),
        (503, "server_error"),
        (511, "server_error"),
    ],
)
def test_every_refusal_has_its_code_and_names_the_host(
    server: LocalServer, network: Make, status: int, code: str
) -> None:
    server.says("/x", status)
    error = failure(network(), f"{server.url}/x?token=secret")
    assert error.code == code
    assert "127.0.0.1" in str(error)
    assert str(status) in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize(("status", "tries"), [(404, 1), (410, 1), (500, 2), (502, 3), (503, 3), (504, 3), (429, 3)])
def test_passing_failures_are_tried_again_and_others_are_not(
    server: LocalServer, network: Make, status: int, tries: int
) -> None:
    server.says("/x", status)
    failure(network(), f"{server.url}/x")
    assert len(server.seen) == tries


def test_a_retry_that_helps_gives_the_answer(server: LocalServer, network: Make) -> None:
    server.in_turn(
        "/x", lambda e: e.answer(503), lambda e: e.answer(429, Retry_After="1"), lambda e: e.answer(200, b"ok")
    )
    client = network().client()
    assert client.get(f"{server.url}/x").body == b"ok"
    assert client.requests == 3


@pytest.mark.parametrize(
    "said",
    [
        {"Retry_After": "3600"},
        {"Retry_After": "Sun, 22 Nov 2026 13:00:00 GMT"},
        {"RateLimit_Reset": "3600"},
        {"RateLimit_Reset": "1795352400"},
        {"X_RateLimit_Reset": "1795352400"},
        {"X_RateLimit_Reset": "2026-11-22T13:00:00Z"},
    ],
)
def test_a_long_wait_is_told_and_not_waited(server: LocalServer, network: Make, said: dict[str, str]) -> None:
    server.says("/x", 429, **said)
    clock = FakeClock(RECEIVED)
    shared = network(clock=clock)
    error = failure(shared, f"{server.url}/x")
    assert isinstance(error, TryLater)
    assert (error.code, error.retry_at) == ("rate_limited", RECEIVED + timedelta(hours=1))
    assert "from 22 November 2026, 13:00:00 UTC" in str(error)
    assert failure(shared, f"{server.url}/x").code == "rate_limited"
    assert len(server.seen) == 1  # the second account did not even ask
    clock.move(hours=1, seconds=1)
    failure(shared, f"{server.url}/x")
    assert len(server.seen) > 1


def test_redirects_are_followed_and_permanent_ones_told(server: LocalServer, network: Make) -> None:
    server.says("/old", 301, Location="/older")
    server.says("/older", 308, Location=f"{server.url}/new?x=1#part")
    server.says("/new", body=b"here")
    client = network().client()
    found = client.get(f"{server.url}/old")
    assert (found.body, found.url, moved_to(found)) == (b"here", f"{server.url}/new?x=1", f"{server.url}/new?x=1")
    assert client.requests == 3


@pytest.mark.parametrize(("first", "second", "moved"), [(302, 301, ""), (301, 302, "/b"), (307, 303, "")])
def test_only_permanence_from_the_start_counts(
    server: LocalServer, network: Make, first: int, second: int, moved: str
) -> None:
    server.says("/a", first, Location="/b")
    server.says("/b", second, Location="/c")
    server.says("/c", body=b"here")
    assert moved_to(network().client().get(f"{server.url}/a")) == (server.url + moved if moved else "")


def test_a_server_cannot_pin_notes(server: LocalServer, network: Make) -> None:
    server.says("/a", Postreeve_Moved_To="https://evil.example/", Postreeve_Cursor="{}")
    assert not [name for name in network().client().get(f"{server.url}/a").headers if name.startswith("postreeve-")]


def test_a_loop_of_redirects_ends(server: LocalServer, network: Make) -> None:
    server.says("/a", 302, Location="/a")
    assert failure(network(), f"{server.url}/a").code == "too_many_redirects"
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://10.0.0.1/x", "address_refused"),
        ("http://169.254.169.254/latest/meta-data/", "address_refused"),
        ("http://[::1]/x", "address_refused"),
        ("http://[::ffff:127.0.0.1]/x", "address_refused"),
        ("http://127.0.0.1:1/x", "address_refused"),
        ("http://localhost/x", "address_refused"),
        ("http://2130706433/x", "address_refused"),
        ("http://0x7f.1/x", "address_refused"),
        ("file:///etc/passwd", "bad_redirect"),
        ("gopher://example.org/", "bad_redirect"),
        ("http://user:secret@example.org/", "bad_redirect"),
        ("http://example.org:99999/", "bad_redirect"),
        ("http://[broken/", "bad_redirect"),
        ("", "bad_redirect"),
    ],
)
def test_a_redirect_leads_nowhere_forbidden(server: LocalServer, network: Make, target: str, code: str) -> None:
    server.says("/a", 302, Location=target)
    error = failure(network(), f"{server.url}/a")
    assert error.code == code
    assert "secret" not in str(error)


def test_a_redirect_without_location_is_bad(server: LocalServer, network: Make) -> None:
    server.says("/a", 302)
    assert failure(network(), f"{server.url}/a").code == "bad_redirect"


def test_own_headers_stay_behind_when_the_origin_changes(server: LocalServer, network: Make) -> None:
    with local_server() as other:
        other.says("/b", body=b"here")
        server.says("/a", 302, Location=f"{other.url}/b")
        client = network(allow_private=[server.netloc, other.netloc]).client()
        client.get(f"{server.url}/a", headers={"authorization": "Bearer secret"})
        assert server.seen[0].headers["authorization"] == "Bearer secret"
        assert "authorization" not in other.seen[0].headers


@pytest.mark.parametrize(
    "url", ["ftp://example.org/x", "example.org/feed", "", "http://", "http://u:p@example.org/", "//x"]
)
def test_addresses_that_are_none_are_told(network: Make, url: str) -> None:
    error = failure(network(), url)
    assert error.code == "bad_url"
    assert "register" in str(error)


def test_loopback_is_refused_unless_listed(server: LocalServer, network: Make) -> None:
    server.says("/a")
    error = failure(network(allow_private=[]), f"{server.url}/a")
    assert error.code == "address_refused"
    assert server.netloc in str(error)
    assert server.seen == []


def test_the_checked_address_is_the_one_connected_to(server: LocalServer, network: Make) -> None:
    """A name that changes its mind after the check (DNS rebinding) gains nothing: it is asked once."""
    server.says("/a", body=b"here")
    asked: list[str] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    port = server.netloc.rpartition(":")[2]
    client = network(resolve=resolve, allow_private=[f"rebound.example:{port}"]).client()
    assert client.get(f"http://rebound.example:{port}/a").body == b"here"
    assert asked == ["rebound.example"]
    assert server.seen[0].headers["host"] == f"rebound.example:{port}"


def test_a_name_that_leads_inside_is_refused(server: LocalServer, network: Make) -> None:
    port = server.netloc.rpartition(":")[2]
    shared = network(resolve=lambda *_: ["127.0.0.1"], allow_private=[])
    assert failure(shared, f"http://innocent.example:{port}/a").code == "address_refused"
    assert server.seen == []


def test_unknown_names_are_told(network: Make) -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    error = failure(network(resolve=resolve), "https://nowhere.example.gov.uk/feed")
    assert error.code == "dns"
    assert "nowhere.example.gov.uk" in str(error)


def test_a_closed_port_is_told(network: Make) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    error = failure(network(allow_private=[f"127.0.0.1:{port}"]), f"http://127.0.0.1:{port}/")
    assert error.code == "refused"


def test_plain_http_where_tls_is_expected_is_told(server: LocalServer, network: Make) -> None:
    assert failure(network(), f"https://{server.netloc}/").code == "tls"


def test_a_self_signed_certificate_is_told(tmp_path: Path, network: Make) -> None:
    from tests.servers.tls import tls_server

    with tls_server(tmp_path) as (netloc, ca_file):
        error = failure(network(allow_private=[netloc]), f"https://{netloc}/")
        assert error.code == "tls"
        assert "self-signed" in str(error) or "self signed" in str(error)
        trusted = network(allow_private=[netloc], ca_file=ca_file).client()
        assert trusted.get(f"https://{netloc}/").body == b"secure"


def test_one_network_serves_many_threads(server: LocalServer, network: Make) -> None:
    server.says("/a", body=b"here")
    shared, counts = network(), itertools.repeat(5, 8)
    clients = [shared.client() for _ in counts]

    def ask(client: object) -> None:
        for _ in range(5):
            client.get(f"{server.url}/a")  # type: ignore[attr-defined]

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [client.requests for client in clients] == [5] * 8
    assert len(server.seen) == 40


def test_a_proxy_is_asked_for_public_names_only(network: Make) -> None:
    with local_server() as proxy:
        proxy.routes["http://www.example.org/feed"] = lambda exchange: exchange.answer(200, b"through the proxy")
        shared = network(proxy=proxy.url, resolve=lambda host, *_: ["10.0.0.1" if "inside" in host else "8.8.8.8"])
        assert shared.client().get("http://www.example.org/feed").body == b"through the proxy"
        assert failure(shared, "http://inside.example.org/feed").code == "address_refused"
        assert failure(shared, "http://intranet/feed").code == "address_refused"
        assert failure(shared, "http://10.1.1.1/feed").code == "address_refused"
        assert len(proxy.seen) == 1


def test_a_listed_host_is_reached_past_the_proxy(server: LocalServer, network: Make) -> None:
    server.says("/a", body=b"direct")
    with local_server() as proxy:
        assert network(proxy=proxy.url).client().get(f"{server.url}/a").body == b"direct"
        assert proxy.seen == []


def test_a_proxy_that_refuses_is_told(network: Make) -> None:
    with local_server() as proxy:
        shared = network(proxy=proxy.url.replace("://", "://user:secret@"), resolve=lambda *_: ["8.8.8.8"])
        error = failure(shared, "https://www.example.org/feed")
        assert error.code == "proxy"
        assert "secret" not in str(error) + repr(shared)


def test_the_environment_is_not_read(server: LocalServer, network: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    server.says("/a", body=b"direct")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert network().client().get(f"{server.url}/a").body == b"direct"


def test_hops_are_settled_purely() -> None:
    here = usable("https://a.example/x/y?z=1")
    assert str(next_hop(here, "../b")) == "https://a.example/b"
    assert str(next_hop(here, "//c.example/d")) == "https://c.example/d"
    assert str(usable("https://a.example/#part")) == "https://a.example/"
    assert str(usable("https://tŷ.example/")).startswith("https://xn--")
