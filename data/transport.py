"""The wire: an httpx transport whose every connection passes the address guard and keeps one deadline.

The guard resolves a name, checks what it found and connects to exactly that address, so a name that changes its mind
in between (DNS rebinding) gains nothing; TLS still proves the name. The deadline holds for each single read, so a
server that drips one byte at a time, in the head or the body, is given up like a silent one.
"""

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import certifi
import httpcore
import httpx

from data.errors import ConfigError
from data.guard import Guard

KEPT = 8  # idle connections: for each request httpcore looks at every one for every other
BAD_PROXY = "The setting proxy (or HTTPS_PROXY) must be an address that begins with http:// or https://."
SocketOptions = Iterable[httpcore.SOCKET_OPTION] | None

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Give everything that this thread does on the wire inside the block `seconds` seconds in all."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def _left(timeout: float | None, late: type[Exception]) -> float | None:
    """Return the smaller of `timeout` and what the deadline leaves; raise `late` when it leaves nothing."""
    end = _deadline.get()
    if end is None:
        return timeout
    left = end - time.monotonic()
    if left <= 0:
        raise late("deadline")
    return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps the deadline."""

    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class Backend(httpcore.NetworkBackend):
    """Opens connections: through `guard`, or (None) to the council's own proxy, whose address it configured itself."""

    def __init__(self, guard: Guard | None) -> None:
        self._guard = guard
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: SocketOptions = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers; raise the last one's error when none does."""
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._guard.addresses(host, port) if self._guard else (host,):
            left = _left(timeout, httpcore.ConnectTimeout)
            try:
                return _Stream(self._inner.connect_tcp(address, port, left, local_address, socket_options))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
        raise failure


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: httpcore.Response) -> None:
        self._answer = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class Transport(httpx.BaseTransport):
    """httpx requests over an httpcore pool; failures stay httpcore's own, whoever asked words them."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request and return its answer with the body still to come."""
        url = request.url
        answer = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=url.raw_scheme,
                    host=url.raw_host,
                    port=url.port,
                    target=url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    def close(self) -> None:
        """Close every pooled connection."""
        self._pool.close()


def trust(ca_file: str = "") -> ssl.SSLContext:
    """Return a TLS context that trusts the system's authorities, Mozilla's, and those of `ca_file` (PEM) if given."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    if ca_file:
        context.load_verify_locations(ca_file)
    return context


def direct(guard: Guard, tls: ssl.SSLContext, connections: int) -> Transport:
    """Return a transport that connects to guarded addresses itself."""
    return Transport(
        httpcore.ConnectionPool(
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=KEPT,
            keepalive_expiry=15.0,
            network_backend=Backend(guard),
        )
    )


def through_proxy(proxy: str, tls: ssl.SSLContext, connections: int) -> Transport:
    """Return a transport that asks `proxy` (its URL, with or without credentials) for everything.

    Raises `ConfigError` for what is no such URL, without repeating it: it may hold a password.
    """
    if not proxy.startswith(("http://", "https://")):
        raise ConfigError(BAD_PROXY)
    try:
        there = httpx.Proxy(proxy)
    except (ValueError, httpx.InvalidURL):
        raise ConfigError(BAD_PROXY) from None
    return Transport(
        httpcore.HTTPProxy(
            proxy_url=str(there.url),
            proxy_auth=there.raw_auth,
            proxy_headers=there.headers.raw,
            ssl_context=tls,
            max_connections=connections,
            max_keepalive_connections=KEPT,
            keepalive_expiry=15.0,
            network_backend=Backend(None),
        )
    )
