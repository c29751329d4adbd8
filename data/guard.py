"""The address guard: which hosts postreeve may speak to, settled on resolved addresses.

A council's servers see networks that the public does not. A feed's address, a redirect or a DID document is
written by others, so nothing but a public address is ever connected to, unless the council lists `host:port`.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence

from data.errors import PostreeveError, UseError

Resolve = Callable[[str, int], Sequence[str]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA special-purpose registries (RFC 6890 and successors): written out, since the standard library's
# `is_global` counts multicast as global and has changed its mind between Python releases.
CLOSED_V4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
OPEN_V6 = ipaddress.IPv6Network("2000::/3")
CLOSED_V6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# RFC 6761, 6762, 8375 and ICANN's reservation of .internal: names that never belong to the public.
INNER_SUFFIXES = (
    ".localhost",
    ".local",
    ".internal",
    ".home.arpa",
    ".lan",
    ".intranet",
    ".corp",
    ".home",
)


def is_public(address: Address) -> bool:
    """Tell whether `address` is one that anybody on the internet reaches."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in CLOSED_V4)
    if address in NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return address in OPEN_V6 and not any(address in net for net in CLOSED_V6)


def is_inner_name(host: str) -> bool:
    """Tell whether `host` is a name (not an address) that only an inner network can mean."""
    name = host.rstrip(".").lower()
    return "." not in name or name.endswith(INNER_SUFFIXES)


def as_address(text: str) -> Address | None:
    """Return the address that `text` writes, without a zone; None when it is a name."""
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system's resolver; raise `OSError` when the name has no address."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Judges hosts before anything connects to them.

    `allow_private` lists `host:port` pairs, as they stand in the address, that may lead to a closed network.
    """

    def __init__(self, allow_private: Iterable[str] = (), resolve: Resolve = system_resolve) -> None:
        self._allowed = frozenset(entry.strip().lower() for entry in allow_private)
        self._resolve = resolve

    def unknown(self, host: str, *, passing: bool) -> PostreeveError:
        """Return the error for a name without an address; `passing`: the resolver could not say just now."""
        return UseError(f"{host} could not be looked up{' just now' if passing else '; check the address'}.")

    def refused(self, host: str, port: int) -> PostreeveError:
        """Return the error for a host in a closed network."""
        return UseError(
            f'{host} leads into a private network; where that is intended, list "{host}:{port}" in allow_private.'
        )

    def allows(self, host: str, port: int) -> bool:
        """Tell whether the council listed this very host and port."""
        bare = host.strip("[]").lower()
        return not self._allowed.isdisjoint((f"{bare}:{port}", f"[{bare}]:{port}"))

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses to connect to, every one of them checked; raise `unknown` or `refused`.

        One closed address among open ones refuses the host: an honest server has no reason for such a mixture. Where
        the council listed an address itself, a name that leads there is taken to that address only.
        """
        try:
            found = self._found(host, port)
        except (OSError, UnicodeError) as exc:
            passing = isinstance(exc, socket.gaierror) and exc.errno == socket.EAI_AGAIN
            raise self.unknown(host, passing=passing) from exc
        if not found:
            raise self.unknown(host, passing=False)
        if self.allows(host, port):
            return found
        listed = [address for address in found if self.allows(address, port)]
        if not listed and not all(self._is_open(address) for address in found):
            raise self.refused(host, port)
        return listed or found

    def check_before_proxy(self, host: str, port: int) -> None:
        """Judge a host that the proxy will resolve; raise `refused`.

        A name that our own resolver does not know passes: behind a proxy only the proxy may know public names,
        and a name of the inner network is one that our resolver does know.
        """
        if self.allows(host, port):
            return
        if as_address(host) is None and is_inner_name(host):
            raise self.refused(host, port)
        try:
            found = self._found(host, port)
        except (OSError, UnicodeError):
            return
        if not all(self._is_open(address) for address in found):
            raise self.refused(host, port)

    def _found(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host; one that is written as an address is that address."""
        return (host,) if as_address(host) else self._resolve(host, port)

    @staticmethod
    def _is_open(text: str) -> bool:
        address = as_address(text)
        return address is not None and is_public(address)
