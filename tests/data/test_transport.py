"""The wire: one deadline for all that is done on it, checked addresses only, no password in an error."""

import ssl
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import httpcore
import httpx
import pytest

from data import transport
from data.errors import ConfigError, UseError
from data.guard import Guard
from data.transport import Backend, Transport, deadline, direct, through_proxy, trust

ANSWER = [b"HTTP/1.1 200 OK\r\n", b"Content-Length: 5\r\n", b"X-Odd: \xe9\r\n", b"\r\n", b"words"]


class Wire(httpcore.NetworkStream):
    """A connection that notes which timeouts it is given."""

    def __init__(self) -> None:
        self.timeouts: list[float | None] = []
        self.closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.timeouts.append(timeout)
        return b"x"

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.timeouts.append(timeout)

    def close(self) -> None:
        self.closed = True

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        self.timeouts.append(timeout)
        return Wire()

    def get_extra_info(self, info: str) -> object:
        return f"{info} of the wire"


class Connecting(httpcore.NetworkBackend):
    """A network in which some addresses answer; notes where it was asked to connect to."""

    def __init__(self, failing: dict[str, Exception]) -> None:
        self.failing, self.asked, self.wires = failing, list[tuple[str, int, float | None]](), list[Wire]()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        self.asked.append((host, port, timeout))
        if host in self.failing:
            raise self.failing[host]
        self.wires.append(Wire())
        return self.wires[-1]


def backend(*addresses: str, **failing: Exception) -> tuple[Backend, Connecting]:
    """Return a backend whose every name leads to these addresses; `failing` by address, dots as underscores."""
    made = Backend(Guard((), lambda *_: addresses))
    network = Connecting({name.strip("_").replace("_", "."): error for name, error in failing.items()})
    made._inner = network  # type: ignore[assignment]
    return made, network


def pooled(answer: list[bytes]) -> Transport:
    """Return a transport on which every request gets this answer."""
    return Transport(httpcore.ConnectionPool(network_backend=httpcore.MockBackend(answer)))


def test_a_name_is_connected_to_at_the_address_that_was_checked() -> None:
    made, network = backend("8.8.8.8", "1.1.1.1")
    made.connect_tcp("www.example.org", 443, 5.0)
    assert network.asked == [("8.8.8.8", 443, 5.0)]


@pytest.mark.parametrize("error", [httpcore.ConnectError("no"), httpcore.ConnectTimeout("late")])
def test_the_next_address_is_tried_and_the_last_failure_is_told(error: Exception) -> None:
    made, network = backend("8.8.8.8", "1.1.1.1", _8_8_8_8=error)
    made.connect_tcp("www.example.org", 443)
    assert [host for host, _, _ in network.asked] == ["8.8.8.8", "1.1.1.1"]
    last = httpcore.ConnectError("the last one")
    made, _ = backend("8.8.8.8", "1.1.1.1", _8_8_8_8=error, _1_1_1_1=last)
    with pytest.raises(httpcore.ConnectError, match="the last one"):
        made.connect_tcp("www.example.org", 443)


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_nothing_connects_to_a_closed_network(inner: str) -> None:
    made, network = backend("8.8.8.8", inner)
    with pytest.raises(UseError, match=r"www\.example\.org leads into a private network; .*allow_private"):
        made.connect_tcp("www.example.org", 80)
    assert network.asked == []


def test_a_proxy_is_where_it_was_configured_to_be() -> None:
    made, network = Backend(None), Connecting({})
    made._inner = network  # type: ignore[assignment]
    made.connect_tcp("proxy.inner", 8080)
    assert network.asked == [("proxy.inner", 8080, None)]


DOINGS: list[Callable[[httpcore.NetworkStream], object]] = [
    lambda wire: wire.read(1, 9.0),
    lambda wire: wire.write(b"x", 9.0),
    lambda wire: wire.start_tls(ssl.create_default_context(), "x", 9.0),
    lambda wire: wire.start_tls(ssl.create_default_context(), "x").read(1, 9.0),
]


@pytest.mark.parametrize("do", DOINGS)
def test_without_a_deadline_each_timeout_is_its_own(do: Callable[[httpcore.NetworkStream], object]) -> None:
    made, network = backend("8.8.8.8")
    do(made.connect_tcp("www.example.org", 443))
    assert network.wires[0].timeouts in ([9.0], [None])


@pytest.mark.parametrize("do", DOINGS)
def test_once_the_deadline_is_over_nothing_more_is_done(do: Callable[[httpcore.NetworkStream], object]) -> None:
    made, network = backend("8.8.8.8")
    wire = made.connect_tcp("www.example.org", 443)
    late = (httpcore.ReadTimeout, httpcore.WriteTimeout, httpcore.ConnectTimeout)
    with deadline(0), pytest.raises(late, match="deadline"):
        do(wire)
    assert network.wires[0].timeouts == []


def test_a_connection_is_not_begun_after_the_deadline() -> None:
    made, network = backend("8.8.8.8")
    with deadline(-1), pytest.raises(httpcore.ConnectTimeout):
        made.connect_tcp("www.example.org", 443, 5.0)
    assert network.asked == []


@pytest.mark.parametrize(("seconds", "timeout", "most"), [(1000, 5.0, 5.0), (3, 5.0, 3.0), (3, None, 3.0)])
def test_the_shorter_of_timeout_and_deadline_counts(seconds: float, timeout: float | None, most: float) -> None:
    made, network = backend("8.8.8.8")
    with deadline(seconds):
        made.connect_tcp("www.example.org", 443, timeout).read(1, timeout)
    for given in (network.asked[0][2], *network.wires[0].timeouts):
        assert given is not None
        assert 0 < given <= most


def test_a_deadline_ends_with_its_block_also_after_an_error() -> None:
    made, network = backend("8.8.8.8")
    with pytest.raises(KeyError), deadline(0):
        raise KeyError
    with deadline(500):
        with deadline(0):
            pass
        made.connect_tcp("www.example.org", 443).read(1)
    assert network.asked
    made.connect_tcp("www.example.org", 443)
    assert network.asked[-1][2] is None


def test_a_deadline_is_of_one_thread() -> None:
    made, network = backend("8.8.8.8")
    with deadline(0):
        other = threading.Thread(target=made.connect_tcp, args=("www.example.org", 443))
        other.start()
        other.join()
    assert network.asked == [("8.8.8.8", 443, None)]


def test_what_is_asked_of_a_connection_is_that_of_the_wire() -> None:
    made, network = backend("8.8.8.8")
    wire = made.connect_tcp("www.example.org", 443)
    assert wire.get_extra_info("socket") == "socket of the wire"
    wire.close()
    assert network.wires[0].closed


def test_an_answer_comes_with_its_status_headers_and_body() -> None:
    with httpx.Client(transport=pooled(ANSWER)) as client:
        found = client.get("http://www.example.org/a?b=c")
    assert (found.status_code, found.text) == (200, "words")
    assert found.headers.raw[1] == (b"X-Odd", b"\xe9")


def test_a_body_is_read_only_as_far_as_somebody_wants() -> None:
    with (
        httpx.Client(transport=pooled([*ANSWER[:-1], b"wo", b"rds"])) as client,
        client.stream("GET", "http://www.example.org/") as found,
    ):
        assert next(found.iter_raw(2)) == b"wo"


@pytest.mark.parametrize("answer", [[], [b"nonsense\r\n\r\n"], [b"HTTP/1.1 999999 \x00\r\n\r\n"], ANSWER[:-1]])
def test_what_is_no_answer_is_httpcore_s_own_failure(answer: list[bytes]) -> None:
    with httpx.Client(transport=pooled(answer)) as client, pytest.raises(httpcore.RemoteProtocolError):
        client.get("http://www.example.org/")


@pytest.mark.parametrize("proxy", ["socks5://secret@proxy", "proxy:8080", "", "ftp://secret@proxy", "file:///secret"])
def test_what_is_no_proxy_is_refused_with_the_setting_s_name_and_without_its_words(proxy: str) -> None:
    with pytest.raises(ConfigError, match=r"The setting proxy \(or HTTPS_PROXY\) must be an address that") as caught:
        through_proxy(proxy, ssl.create_default_context(), 1)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["http://user:secret@proxy:port", "https://us er:secret@:x"])
def test_a_broken_proxy_address_shows_no_password(proxy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        through_proxy(proxy, ssl.create_default_context(), 1)
    assert str(caught.value) == transport.BAD_PROXY
    assert caught.value.__suppress_context__


def test_a_password_of_the_proxy_stands_in_no_repr() -> None:
    made = through_proxy("http://user:secret@proxy.example:8080", ssl.create_default_context(), 1)
    assert "secret" not in repr(made)
    assert "secret" not in repr(made._pool)
    made.close()


def test_authorities_of_the_council_are_added_to_the_usual_ones(tmp_path: Path) -> None:
    assert trust().verify_mode is ssl.CERT_REQUIRED
    assert trust().check_hostname
    assert len(trust().get_ca_certs()) > 50
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    with pytest.raises(ssl.SSLError):
        trust(str(file))
    with pytest.raises(OSError, match="No such file"):
        trust(str(tmp_path / "missing.pem"))


def test_direct_and_proxied_connections_know_their_guard() -> None:
    guard, tls = Guard(), ssl.create_default_context()
    assert direct(guard, tls, 1)._pool._network_backend._guard is guard  # type: ignore[attr-defined]
    assert through_proxy("http://proxy", tls, 1)._pool._network_backend._guard is None  # type: ignore[attr-defined]
