"""A round of collecting beside the `reader` library's, in one run: feeds that nginx serves from many addresses.

    python -m tests.bench_feeds

Each round is a process of its own, from its start to its end, and the two take turns. `reader` fetches, parses and
stores entries; postreeve minimises, hashes and keeps each version's evidence too, and puts each run on record. reader's
number of workers is the best of those that were tried beforehand on an eighth of the feeds.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from data.samples import council
from data.store.engine import create_or_upgrade
from tests.support.command import environment
from tests.support.feeds import rss
from tests.support.measured import command
from tests.support.ports import free_port
from tests.support.register import add, row

FEEDS = int(os.environ.get("BENCH_FEEDS", "2000"))
ITEMS, ADDRESSES, TURNS = 20, 200, int(os.environ.get("BENCH_TURNS", "3"))
WORKERS = (1, 2, 4, 8, 16)
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
CONF = """
worker_processes 2; pid {run}/pid; error_log {run}/error.log; daemon off;
events {{ worker_connections 4096; }}
http {{
  access_log off; types {{ application/rss+xml xml; }} default_type application/rss+xml;
  client_body_temp_path {run}/t; proxy_temp_path {run}/t; fastcgi_temp_path {run}/t; uwsgi_temp_path {run}/t;
  scgi_temp_path {run}/t;
  server {{ {listen} root {run}/www; }}
}}
"""
PEER = """
import sys
import feedparser_sgmllib
sys.modules["sgmllib"] = feedparser_sgmllib  # reader's own copy of feedparser asks for it under its old name
from reader import make_reader
store, urls, workers = sys.argv[1], open(sys.argv[2]).read().split(), int(sys.argv[3])
reader = make_reader(store)
for url in urls:
    reader.add_feed(url, exist_ok=True)
for url, found in reader.update_feeds_iter(scheduled=False, workers=workers):
    if isinstance(found, Exception):
        raise found
counts = reader.get_entry_counts()
assert counts.total == len(urls) * {items}, counts
"""


def write_feeds(folder: Path) -> None:
    """Write the feeds: the demonstration's texts over and over, each made its own by a number."""
    texts = [p.text for p in council.all_posts()]
    folder.mkdir(parents=True)
    for feed in range(FEEDS):
        own = {n: f"{texts[(feed * ITEMS + n) % len(texts)]} ({feed}/{n})" for n in range(ITEMS)}
        (folder / f"{feed}.xml").write_bytes(rss(range(ITEMS), f"f{feed}", own))


def place(n: int, port: int) -> str:
    """Return the n-th address, of 127/8."""
    return f"127.0.{1 + n // 100}.{1 + n % 100}:{port}"


@contextmanager
def served(folder: Path) -> Iterator[list[str]]:
    """Serve the feeds until the block ends; yield their addresses."""
    port = free_port()
    places = [place(n, port) for n in range(ADDRESSES)]
    write_feeds(folder / "www")
    conf = folder / "nginx.conf"
    conf.write_text(CONF.format(run=folder, listen=" ".join(f"listen {one};" for one in places)), encoding="utf-8")
    for one in (folder.parent, folder):
        one.chmod(0o755)  # nginx serves as a user of its own
    server = subprocess.Popen([NGINX or "nginx", "-c", str(conf), "-p", str(folder), "-e", str(folder / "error.log")])
    try:
        time.sleep(1)
        if server.poll() is not None:
            raise SystemExit(f"nginx did not start: {(folder / 'error.log').read_text(encoding='utf-8')[-2000:]}")
        yield [f"http://{places[n % ADDRESSES]}/{n}.xml" for n in range(FEEDS)]
    finally:
        server.terminate()
        server.wait(30)


def peer(store: Path, urls: list[str], workers: int) -> float:
    """Let reader update its feeds once; return the seconds it took."""
    listed = store.with_suffix(".urls")
    listed.write_text("\n".join(urls), encoding="utf-8")
    line = [sys.executable, "-c", PEER.format(items=ITEMS), str(store), str(listed), str(workers)]
    start = time.perf_counter()
    subprocess.run(line, check=True)
    return time.perf_counter() - start


def best_workers(folder: Path, urls: list[str]) -> int:
    """Return the number of workers with which reader takes an eighth of the feeds in and looks at them again in the
    shortest time."""
    took = {}
    for workers in WORKERS:
        store = folder / f"trial{workers}.sqlite"
        took[workers] = sum(peer(store, urls[: len(urls) // 8], workers) for _ in range(2))
    return min(took, key=lambda n: took[n])


def rows(folder: Path) -> Iterator[tuple[str, str, str, str]]:
    """Measure, and yield (what, figure, peer, ratio): the median of some turns."""
    if NGINX is None or find_spec("reader") is None:
        yield (
            "a round of collecting beside reader",
            "-",
            "needs nginx (nginx-light) and reader, not installed here",
            "-",
        )
        return
    with served(folder / "site") as urls:
        workers = best_workers(folder, urls)
        first, again, theirs, theirs_again, peaks = [], [], [], [], []
        for turn in range(TURNS):
            seconds, seconds_again, peak = our_rounds(f"sqlite:///{folder}/ours{turn}.db", urls)
            first.append(seconds)
            again.append(seconds_again)
            peaks.append(peak)
            theirs.append(peer(folder / f"peer{turn}.sqlite", urls, workers))
            theirs_again.append(peer(folder / f"peer{turn}.sqlite", urls, workers))
    name = f"reader {version('reader')}, {workers} workers"
    yield _cells("first round", first, theirs, name, max(peaks))
    yield _cells("nothing changed", again, theirs_again, name, max(peaks))


def our_rounds(store: str, urls: list[str]) -> tuple[float, float, float]:
    """Collect the feeds, and then again; return the seconds of both and the most memory, in MiB."""
    opened, _ = create_or_upgrade(store)
    add(opened, *(row(f"f{n}", url=url) for n, url in enumerate(urls)))
    opened.close()
    private = ",".join(sorted({url.split("/")[2] for url in urls}))
    env = environment(POSTREEVE_STORE=store, POSTREEVE_ALLOW_PRIVATE=private)
    one = command(env, "collect")
    assert sum(a["new"] for a in one.document["accounts"]) == FEEDS * ITEMS
    two = command(env, "collect")
    assert {a["outcome"] for a in two.document["accounts"]} == {"unchanged"}
    return one.seconds, two.seconds, max(one.peak_mib, two.peak_mib)


def _cells(what: str, ours: list[float], theirs: list[float], name: str, peak: float) -> tuple[str, str, str, str]:
    mine, other = sorted(ours)[len(ours) // 2], sorted(theirs)[len(theirs) // 2]
    return (
        f"{FEEDS:,} feeds of {ITEMS} posts, {what}",
        f"{1000 * mine / FEEDS:.1f} ms a feed, peak {peak:.0f} MiB",
        f"{name}: {1000 * other / FEEDS:.1f} ms a feed",
        f"{other / mine:.2f} times as fast",
    )


def main() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}; median of {TURNS} turns")
    print("| what | figure | beside it, in the same run | ratio |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for cells in rows(Path(folder)):
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
