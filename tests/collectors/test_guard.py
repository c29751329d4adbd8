"""The address guard: which addresses are public, and that nothing else is ever handed out."""

import ipaddress
import socket
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.guard import Guard, as_address, is_inner_name, is_public
from data.errors import CollectError

CLOSED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2001::1",
    "2001:db8::1",
    "2002:a00:1::",
    "3fff::1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "100::1",
    "5f00::1",
]
OPEN = [
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::8.8.8.8",
]


def guard(*addresses: str, allow: Sequence[str] = ()) -> Guard:
    return Guard(allow, lambda *_: addresses)


def code_of(made: Guard, host: str = "www.example.org", port: int = 443) -> str:
    with pytest.raises(CollectError) as caught:
        made.addresses(host, port)
    return caught.value.code


@pytest.mark.parametrize("address", CLOSED)
def test_closed_addresses_are_refused(address: str) -> None:
    found = as_address(address)
    assert found is not None
    assert not is_public(found)
    assert code_of(guard(address)) == "address_refused"


@pytest.mark.parametrize("address", OPEN)
def test_public_addresses_pass_unchanged(address: str) -> None:
    assert guard(address).addresses("www.example.org", 443) == (address,)


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_calls_private(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert not address.is_loopback
        assert not address.is_link_local
        assert not address.is_multicast
        assert not address.is_private or address in ipaddress.ip_network("64:ff9b::/96")


def test_one_closed_address_among_open_ones_refuses_the_host() -> None:
    assert code_of(guard("8.8.8.8", "10.0.0.1")) == "address_refused"


def test_what_is_no_address_is_refused() -> None:
    assert code_of(guard("not-an-address")) == "address_refused"


def test_a_host_without_addresses_is_unknown() -> None:
    assert code_of(guard()) == "dns"


def test_a_name_that_does_not_resolve_is_unknown() -> None:
    def fail(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    with pytest.raises(CollectError, match=r"No server is known under the name nowhere\.example"):
        Guard((), fail).addresses("nowhere.example", 443)


@pytest.mark.parametrize(
    ("entry", "host", "port", "allowed"),
    [
        ("127.0.0.1:8080", "127.0.0.1", 8080, True),
        ("127.0.0.1:8080", "127.0.0.1", 8081, False),
        ("127.0.0.1:8080", "other.example", 8080, True),  # a name that leads to the listed address
        ("intranet.example:443", "intranet.example", 443, True),
        ("Intranet.Example:443", "intranet.example", 443, True),
        ("intranet.example:443", "evil.example", 443, False),
        ("[::1]:8080", "127.0.0.1", 8080, False),
    ],
)
def test_only_the_listed_host_and_port_is_let_through(entry: str, host: str, port: int, allowed: bool) -> None:
    made = guard("127.0.0.1", allow=[entry])
    if allowed:
        assert made.addresses(host, port) == (["127.0.0.1"] if host == "other.example" else ("127.0.0.1",))
    else:
        assert code_of(made, host, port) == "address_refused"


def test_a_name_goes_to_the_listed_address_only() -> None:
    assert guard("::1", "127.0.0.1", allow=["127.0.0.1:80"]).addresses("localhost", 80) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "host", ["localhost", "intranet", "db.internal", "printer.local", "a.localhost.", "x.home.arpa"]
)
def test_inner_names_do_not_reach_the_proxy(host: str) -> None:
    assert is_inner_name(host)
    with pytest.raises(CollectError) as caught:
        guard("8.8.8.8").check_before_proxy(host, 80)
    assert caught.value.code == "address_refused"


@pytest.mark.parametrize("address", ["10.0.0.1", "::1", "169.254.169.254"])
def test_closed_addresses_do_not_reach_the_proxy(address: str) -> None:
    with pytest.raises(CollectError):
        guard(address).check_before_proxy("rebound.example", 80)


def test_names_only_the_proxy_knows_pass() -> None:
    def fail(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    Guard((), fail).check_before_proxy("www.example.org", 443)
    Guard(["intranet:80"], fail).check_before_proxy("intranet", 80)
