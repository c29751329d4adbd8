"""One way out: a guarded GET with time and size limits, redirects by hand, and few, bounded retries.

`Network` is the shared part (connection pool, guard, pauses that servers asked for) and safe to use from several
threads. `Client` is cheap: one for each account and thread, so that it counts that account's requests.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from types import MappingProxyType
from typing import Self

import httpcore
import httpx
import stamina

from collectors import failures, transport, unpack, waits
from collectors.base import Fetched
from collectors.credentials import Tokens
from collectors.guard import Guard, Resolve, system_resolve
from collectors.notes import MOVED_TO, PREFIX, TOKEN_IN, TOKEN_OF, without_notes
from data.clock import Clock, system_clock
from data.errors import CollectError

USER_AGENT = "postreeve (a council's register of its own social media accounts)"
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
SIGNED = f"{PREFIX}signed"  # a note on answers to requests that carried a token
NO_NOTES: Mapping[str, str] = MappingProxyType({})
_HOST = re.compile(r"[\w.:-]+")
DEFAULT_PORTS = {"http": 80, "https": 443}
ACCEPT = (
    "application/json, application/feed+json, application/atom+xml, application/rss+xml, application/xml, */*;q=0.1"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how much, in seconds and bytes: `total` for one request with its body, `max_bytes` unpacked."""

    connect: float = 10.0
    read: float = 20.0
    total: float = 60.0
    max_bytes: int = 10 * 2**20
    redirects: int = 5
    attempts: int = 3
    longest_wait: float = 30.0
    connections: int = 64


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


def port_of(url: httpx.URL) -> int:
    """Return the port that `url` means."""
    return DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def server_name(url: httpx.URL) -> str:
    """Return the server of `url` as tokens are bound to it: its name as DNS knows it, with a port that is not usual."""
    host, port = url.raw_host.decode("ascii").lower(), port_of(url)
    return host if port == DEFAULT_PORTS[url.scheme] else f"{host}:{port}"


def usable(text: str | httpx.URL, params: Mapping[str, str] | None = None) -> httpx.URL:
    """Return the address to ask, without fragment; raise `CollectError` bad_url when it is none of http or https."""
    try:
        url = httpx.URL(text).copy_with(fragment=None)
        url = url.copy_merge_params(params) if params else url
    except (httpx.InvalidURL, UnicodeError, ValueError) as exc:
        raise failures.bad_url("", "is not a web address") from exc
    if url.scheme not in DEFAULT_PORTS or not url.host:
        raise failures.bad_url(url.host, "does not begin with https:// or http://")
    if not _HOST.fullmatch(url.host) or not 0 < port_of(url) < 65536:
        raise failures.bad_url("", "names no server")
    if url.userinfo:
        raise failures.bad_url(url.host, "contains a user name or password, which does not belong there")
    return url


def next_hop(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads; raise `CollectError` bad_redirect when that is no place to go."""
    if not location.strip():
        raise failures.bad_redirect(url.host, "is missing")
    try:
        return usable(url.join(location.strip()))
    except (httpx.InvalidURL, UnicodeError, ValueError) as exc:
        raise failures.bad_redirect(url.host, "is not a web address") from exc
    except CollectError as exc:
        raise failures.bad_redirect(url.host, "is not a plain http or https address") from exc


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, port_of(one)) == (
        other.scheme,
        other.host,
        port_of(other),
    )


class Network:
    """What all clients of one process share; close it at the end (or use it in a `with` statement).

    `allow_private` lists the `host:port` pairs that may lead into a private network; `proxy` is the URL of the
    council's proxy or empty; `resolve` and `clock` are replaceable for tests. `tokens` are access tokens by the server
    that each is for, or by server/account: no other server, whatever redirects to it, is ever sent one.
    """

    def __init__(
        self,
        *,
        allow_private: Iterable[str] = (),
        proxy: str = "",
        limits: Limits | None = None,
        ca_file: str = "",
        resolve: Resolve = system_resolve,
        clock: Clock = system_clock,
        user_agent: str = USER_AGENT,
        tokens: Tokens | None = None,
    ) -> None:
        # A retry that helps is no news, and one that does not ends in an error that is told: no log line of stamina's.
        stamina.instrumentation.set_on_retry_hooks(())
        self.limits = limits or Limits()
        self.guard = Guard(allow_private, resolve)
        self.clock = clock
        self.user_agent = user_agent
        self._tokens = dict(tokens or {})
        tls = transport.trust(ca_file)
        self._direct = transport.direct(self.guard, tls, self.limits.connections)
        self._proxy = transport.through_proxy(proxy, tls, self.limits.connections) if proxy else None
        self._pauses: dict[str, datetime] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def client(self) -> "Client":
        """Return a new client that counts its own requests."""
        return Client(self)

    def close(self) -> None:
        """Close all connections."""
        self._direct.close()
        if self._proxy:
            self._proxy.close()

    def route(self, url: httpx.URL) -> transport.Transport:
        """Return the way to `url`: direct, or past the guard to the proxy; raise `CollectError` address_refused."""
        if self._proxy is None or self.guard.allows(url.host, port_of(url)):
            return self._direct
        self.guard.check_before_proxy(url.host, port_of(url))
        return self._proxy

    def authorisation(self, url: httpx.URL, notes: Mapping[str, str] = NO_NOTES) -> dict[str, str]:
        """Return the header that signs a request in, empty where there is no token or the way is not encrypted.

        `notes` may name the account whose own token goes before the server's, and the header that it goes in.
        """
        server = server_name(url)
        token = self._tokens.get(f"{server}/{notes.get(TOKEN_OF, '')}") or self._tokens.get(server)
        if not token or not (url.scheme == "https" or self.guard.allows(url.host, port_of(url))):
            return {}
        if TOKEN_IN in notes:
            return {notes[TOKEN_IN]: token.reveal()}
        return {"authorization": f"Bearer {token.reveal()}"}

    def paused(self, host: str) -> datetime | None:
        """Return until when `host` asked us to stay away, None when it did not or the time is over."""
        with self._lock:
            at = self._pauses.get(host)
            if at is not None and at <= self.clock():
                del self._pauses[host]
                return None
            return at

    def pause(self, host: str, at: datetime) -> None:
        """Remember that `host` asked us to stay away until `at`."""
        with self._lock:
            self._pauses[host] = at


class Client:
    """The `collectors.base.Http` of one account: guarded GETs over a shared `Network`, counted in `requests`."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._limits = network.limits
        self.requests = 0

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
    ) -> Fetched:
        """Return the answer: any 2xx, 304, or a status in `accept`; raise `CollectError` otherwise.

        Passing failures are tried again, `Limits.attempts` tries in all. `Fetched.url` is the address that answered
        in the end; the address that permanent redirects lead to is in its notes (`collectors.notes.moved_to`).
        """
        start = usable(url, params)
        tries = 0

        def again(exc: Exception) -> float | bool:
            nonlocal tries
            tries += 1
            return waits.between(exc, tries)

        for attempt in stamina.retry_context(on=again, attempts=self._limits.attempts, timeout=None):
            with attempt:
                return self._follow(start, dict(headers or {}), accept)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _follow(self, start: httpx.URL, headers: dict[str, str], accept: Collection[int]) -> Fetched:
        """Ask, and go where redirects lead; own headers stay behind when the origin changes."""
        url, moved, permanent = start, "", True
        for _ in range(self._limits.redirects + 1):
            answer = self._ask(url, headers, accept)
            if answer.status not in REDIRECTS or answer.status in accept:
                return self._judged(url, answer, accept, moved)
            there = next_hop(url, answer.headers.get("location", ""))
            permanent = permanent and answer.status in PERMANENT
            moved = str(there) if permanent else moved
            headers = headers if _same_origin(url, there) else {}
            url = there
        raise failures.too_many_redirects(start.host, self._limits.redirects)

    def _ask(self, url: httpx.URL, headers: Mapping[str, str], accept: Collection[int]) -> _Answer:
        """Send one request and read its answer; a body only where somebody will use it."""
        until = self._network.paused(url.host)
        if until:
            raise waits.until("rate_limited", f"{url.host} asked us to stay away for a while.", until)
        way = self._network.route(url)
        self.requests += 1
        try:
            with (
                transport.deadline(self._limits.total),
                closing(way.handle_request(self._request(url, headers))) as got,
            ):
                wanted = got.is_success or got.status_code in accept
                kept = without_notes({name.lower(): value for name, value in got.headers.items()})
                kept |= {SIGNED: "yes"} if self._network.authorisation(url, headers) else {}
                return _Answer(got.status_code, kept, self._body(url.host, got) if wanted else b"")
        except CollectError:
            raise
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
        ) as exc:
            raise failures.from_network(exc, url.host) from exc

    def _request(self, url: httpx.URL, headers: Mapping[str, str]) -> httpx.Request:
        own = {
            "user-agent": self._network.user_agent,
            "accept": ACCEPT,
            "accept-encoding": "gzip, deflate",
        }
        times = {"connect": self._limits.connect, "pool": self._limits.connect}
        times |= {"read": self._limits.read, "write": self._limits.read}
        signed = self._network.authorisation(url, headers)
        return httpx.Request(
            "GET", url, headers={**own, **without_notes(headers), **signed}, extensions={"timeout": times}
        )

    def _body(self, host: str, response: httpx.Response) -> bytes:
        """Read the body in a stream, stopping at the size limit."""
        most = self._limits.max_bytes
        if response.headers.get("content-length", "").isdigit() and int(response.headers["content-length"]) > most:
            raise failures.too_large(host, most)
        try:
            return unpack.gather(response.iter_raw(), response.headers.get("content-encoding", ""), most)
        except unpack.TooLarge as exc:
            raise failures.too_large(host, most) from exc
        except unpack.UnpackError as exc:
            raise failures.bad_answer(host, "sent a packed answer that cannot be unpacked") from exc

    def _judged(self, url: httpx.URL, answer: _Answer, accept: Collection[int], moved: str) -> Fetched:
        """Return what is fit to be read; raise the error of everything else."""
        now, status = self._network.clock(), answer.status
        if 200 <= status < 300 or status == 304 or status in accept:
            headers = {**answer.headers, MOVED_TO: moved} if moved else answer.headers
            return Fetched(
                str(url),
                status,
                headers,
                answer.body,
                hashlib.sha256(answer.body).hexdigest(),
                now,
            )
        if status == 429 or status >= 500:
            error = waits.from_busy(status, answer.headers, url.host, now, self._limits.longest_wait)
            if isinstance(error, failures.TryLater):
                self._network.pause(url.host, error.retry_at)
            raise error
        raise failures.from_status(status, url.host)
