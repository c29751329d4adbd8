"""A council's account on a stub of a Graph API, on a register, and its collection end to end."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from collectors import run
from collectors.graph import GraphCollector
from collectors.http import Network
from collectors.registry import collector_for
from data.config import Secret
from data.model import Platform, RunResult
from data.store import posts
from data.store.engine import Store
from tests.collectors.fake_graph import TOKEN, FakeGraph
from tests.servers.local import LocalServer
from tests.support.clock import FakeClock
from tests.support.register import add, row


class Town:
    """What a test needs of one account: its stub (`shows`), its store, and what came of collecting it."""

    def __init__(
        self, shows: FakeGraph, platform: Platform, store: Store, network: Callable[..., Network], clock: FakeClock
    ) -> None:
        self.shows, self.platform, self.store, self.clock = shows, platform, store, clock
        self.server: LocalServer = shows.server
        self.network = network(clock=clock, tokens={f"{self.server.netloc}/town": Secret(TOKEN)})
        cells = {"platform": platform.value, "handle": "@towncouncil", "url": "", "service_url": self.server.url}
        add(store, row("town", **cells))

    def collect(self, **options: Any) -> RunResult:
        tools = run.Tools(collector_for, self.network.client, "Europe/London", 1)
        [done] = run.collect(self.store, tools, run.plan(self.store, "Europe/London").collect, **options)
        self.clock.move(minutes=15)
        return done

    def texts(self) -> dict[str, bool]:
        """The words of each post, its own before those it passed on, and whether it is gone."""
        with self.store.read() as tx:
            return {r.text or r.shared_text: r.gone_at is not None for r in posts.newest_first(tx, "town")}

    def all_of(self, folder: Path) -> bytes:
        """Everything that lies in the store's folder."""
        return b"".join(one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file())


def collector(platform: Platform) -> GraphCollector:
    """The registry's collector of a platform."""
    found = collector_for(platform)
    assert isinstance(found, GraphCollector)
    return found
