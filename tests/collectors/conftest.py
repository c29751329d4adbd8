"""Fixtures of the collectors' tests: a scripted server, a network that may reach it, and the real servers."""

from collections.abc import Callable, Iterator

import pytest
import stamina

from collectors.http import Limits, Network
from tests.servers.local import LocalServer, local_server
from tests.servers.pds import Pds, running_pds
from tests.servers.site import Site, running_site


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Let retries happen without their waits; `collectors.waits` is tested for how long they are."""
    stamina.set_testing(True, attempts=3, cap=True)
    yield
    stamina.set_testing(False)


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """A server on loopback whose answers the test writes."""
    with local_server() as found:
        yield found


@pytest.fixture
def network(server: LocalServer) -> Iterator[Callable[..., Network]]:
    """Make a network that may reach the scripted server; quick limits unless the test gives its own."""
    made: list[Network] = []

    def make(**settings: object) -> Network:
        given = {"allow_private": [server.netloc], "limits": Limits(connect=5, read=5, total=10), **settings}
        made.append(Network(**given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    """A real AT Protocol server with 258 posts and a repost."""
    with running_pds("--posts", "250") as found:
        yield found


@pytest.fixture(scope="session")
def limiting_pds() -> Iterator[Pds]:
    """A real AT Protocol server that limits how often one may ask."""
    with running_pds("--posts", "1", "--rate-limits") as found:
        yield found


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real news site behind nginx, only to be read."""
    with running_site(tmp_path_factory.mktemp("site")) as found:
        yield found


@pytest.fixture
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real news site that the test may edit."""
    with running_site(tmp_path_factory.mktemp("own")) as found:
        yield found
