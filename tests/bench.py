"""`make bench`: how fast and how large, each figure beside a peer measured in the same run.

One hundred thousand posts in a thousand feeds, served on loopback, collected and scanned by the command itself in
processes of their own; then the queue is read. Machines are noisy, so what counts are the ratios.
"""

import io
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import feedparser
from sqlalchemy import text

from data.samples import council
from data.store import alerts, posts
from data.store.engine import Store, create_or_upgrade, open_store
from tests import bench_classifier, bench_feeds
from tests.support.command import environment
from tests.support.feeds import FeedServer, feed_server, rss
from tests.support.measured import command, rate
from tests.support.register import add, row

FEEDS = int(os.environ.get("BENCH_LONG_FEEDS", "1000"))
ITEMS = 100
READS = 200


def bodies() -> dict[str, bytes]:
    """Return the feeds: the demonstration's texts over and over, each made its own by a number."""
    texts = [p.text for p in council.all_posts()]
    made = {}
    for feed in range(FEEDS):
        chosen = {n: f"{texts[(feed * ITEMS + n) % len(texts)]} ({feed}/{n})" for n in range(ITEMS)}
        made[f"f{feed}"] = rss(range(ITEMS), f"f{feed}", chosen)
    return made


def parse_all(feeds: Sequence[bytes]) -> None:
    """The peer of collecting: feedparser alone, in one thread, nothing fetched and nothing stored."""
    for body in feeds:
        feedparser.parse(io.BytesIO(body))


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of the values lie."""
    return statistics.quantiles(values, n=100)[int(share * 100) - 1]


def queue_times(store: Store) -> tuple[list[float], list[float]]:
    """Return the times, in milliseconds, of the queue's first page and, its peer, of a count of the same table."""
    ours, peer = [], []
    for _ in range(READS):
        with store.read() as tx:
            start = time.perf_counter()
            assert alerts.queue(tx)
            ours.append(1000 * (time.perf_counter() - start))
            start = time.perf_counter()
            tx.execute(text("SELECT count(*) FROM alert")).scalar()
            peer.append(1000 * (time.perf_counter() - start))
    return ours, peer


def rows(server: FeedServer, folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Measure, and yield (what, figure, peer, ratio)."""
    url = f"sqlite:///{folder}/bench.db"
    store, _ = create_or_upgrade(url)
    add(store, *(row(name, url=server.url(name)) for name in server.bodies))
    store.close()
    env = environment(POSTREEVE_STORE=url, POSTREEVE_ALLOW_PRIVATE=server.place)
    total = FEEDS * ITEMS

    first = command(env, "collect")
    assert sum(a["new"] for a in first.document["accounts"]) == total
    alone = rate(total // 10, lambda: parse_all(list(server.bodies.values())[: FEEDS // 10]))
    ours = total / first.seconds
    yield (
        "collect, first round",
        f"{ours:,.0f} posts/s, peak {first.peak_mib:.0f} MiB",
        f"feedparser alone {alone:,.0f} posts/s",
        f"{ours / alone:.2f}",
    )

    again = command(env, "collect")
    assert {a["outcome"] for a in again.document["accounts"]} == {"unchanged"}
    per_feed = 1000 * again.seconds / FEEDS
    ratio = first.seconds / again.seconds
    yield (
        "collect, nothing changed",
        f"{per_feed:.1f} ms a feed, peak {again.peak_mib:.0f} MiB",
        f"first round {1000 * first.seconds / FEEDS:.1f} ms a feed",
        f"{ratio:.2f}",
    )

    scanned = command(env, "scan")
    assert scanned.document["scanned"] == total
    ours = total / scanned.seconds
    yield "scan", f"{ours:,.0f} posts/s, peak {scanned.peak_mib:.0f} MiB", "see the classifier below", "-"

    opened = open_store(url)
    with opened.read() as tx:
        assert posts.count(tx) == total
    mine, count = queue_times(opened)
    waiting = scanned.document["alerts"]
    p95, peer95 = quantile(mine, 0.95), quantile(count, 0.95)
    yield (
        f"queue, first page of {waiting:,} alerts",
        f"p95 {p95:.1f} ms",
        f"a count of the table p95 {peer95:.1f} ms",
        f"{p95 / peer95:.1f}",
    )

    checked = command(env, "verify")
    yield "verify", f"{total / checked.seconds:,.0f} items/s, peak {checked.peak_mib:.0f} MiB", "-", "-"


def main() -> None:
    """Print the table."""
    print(
        f"{FEEDS} feeds of {ITEMS} posts; Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, {platform.machine()}"
    )
    print("| what | figure | beside it, in the same run | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, feed_server() as server:
        server.bodies = bodies()
        for cells in rows(server, Path(folder)):
            print(f"| {' | '.join(cells)} |", flush=True)
        for cells in chain(bench_feeds.rows(Path(folder)), bench_classifier.rows(Path(folder))):
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
