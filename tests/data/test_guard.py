"""The address guard by itself: what it says where no collector words it. What it judges: tests of the collectors."""

import socket
from collections.abc import Sequence

import httpx
import pytest

from data import transport
from data.errors import UseError
from data.guard import Guard
from tests.servers.hooks import hook_server


def known(*addresses: str) -> Guard:
    def resolve(host: str, port: int) -> Sequence[str]:
        return addresses

    return Guard(("10.0.0.9:443",), resolve)


def fails(error: OSError) -> Guard:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise error

    return Guard((), resolve)


def test_public_addresses_pass() -> None:
    assert known("93.184.215.14").addresses("hooks.example", 443) == ("93.184.215.14",)


@pytest.mark.parametrize("addresses", [("10.0.0.7",), ("93.184.215.14", "127.0.0.1"), ("::1",)])
def test_private_ones_are_a_sentence_with_the_way_out(addresses: tuple[str, ...]) -> None:
    with pytest.raises(UseError, match=r'private network; .* "hooks.example:443" in allow_private'):
        known(*addresses).addresses("hooks.example", 443)


def test_listed_ones_pass() -> None:
    assert known().addresses("10.0.0.9", 443) == ("10.0.0.9",)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (socket.gaierror(socket.EAI_AGAIN, "again"), "just now"),
        (socket.gaierror(socket.EAI_NONAME, "none"), "check the address"),
    ],
)
def test_names_nobody_knows(error: OSError, said: str) -> None:
    with pytest.raises(UseError, match=said):
        fails(error).addresses("hooks.example", 443)


def test_a_body_goes_out_with_its_request() -> None:
    with hook_server() as hook:
        guard = Guard((hook.place,))
        request = httpx.Request("POST", hook.url("/x"), content=b'{"a": 1}')
        with transport.direct(guard, transport.trust(), 1) as way:
            answer = way.handle_request(request)
            assert (answer.status_code, answer.read()) == (200, b"ok")
        assert hook.posted == [("/x", {"a": 1})]
