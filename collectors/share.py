"""A large round of collecting in several processes: each takes the accounts of some servers, so that what a server asks
of us, to wait or to come back later, is heeded by the one process that speaks with it.

A process of a share is this module run as a program: it reads which accounts it takes from standard input, as JSON, the
settings from its environment, and writes what came of each account to standard output, a line of JSON each.
"""

import gc
import json
import os
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any, Self

import httpx

from collectors import run
from collectors.job import INTERRUPTED
from collectors.kit import SELDOM, tools
from data.config import Settings, as_environment, load, process_environment
from data.errors import PostreeveError, StoreError
from data.model import Account, Platform, RunResult
from data.store.engine import open_store

HOME = str(Path(__file__).resolve().parent.parent)
BROKE = "A process that shared this round ended with the exit code {}; what it said of it stands on standard error."
LARGE = 200  # accounts from which a second process is worth its start


def shares(chosen: Sequence[Account], processes: int) -> list[list[Account]]:
    """Part the accounts, in their order, into at most so many shares of about the same size, each server in one."""
    servers = Counter(_server(account) for account in chosen)
    loads, where = Counter(dict.fromkeys(range(processes), 0)), dict[str, int]()
    for server, count in servers.most_common():
        where[server] = min(loads, key=lambda n: (loads[n], n))
        loads[where[server]] += count
    parts = defaultdict[int, list[Account]](list)
    for account in chosen:
        parts[where[_server(account)]].append(account)
    return [parts[n] for n in sorted(parts)]


def collect(settings: Settings, parts: Sequence[Sequence[Account]], *, full: bool) -> Iterator[RunResult]:
    """Collect each share in a process of its own; yield each result as it comes. Closing the iterator stops them.

    Raises `StoreError` where a process could not use the store. Accounts of which a process that was ended said nothing
    are told as interrupted; the next round closes their runs and takes them up again.
    """
    with _Processes(replace(settings, collect_workers=max(settings.collect_workers // len(parts), 1))) as at_work:
        for part in parts:
            at_work.start([account.id for account in part], full=full)
        told = set[str]()
        for line in at_work.lines():
            if "error" in line:
                raise StoreError(line["error"])
            told.add(line["account_id"])
            yield RunResult(**line | {"platform": Platform(line["platform"])})
        for part, process in zip(parts, at_work.started, strict=True):
            code = process.wait()
            why = ("internal", BROKE.format(code)) if code > 0 else ("interrupted", INTERRUPTED)
            yield from (RunResult(a.id, a.platform, "failed", *why) for a in part if a.id not in told)


@dataclass
class _Processes:
    """The processes of a round, and what they write."""

    settings: Settings

    def __enter__(self) -> Self:
        self.started: list[subprocess.Popen[str]] = []
        self.heard: SimpleQueue[str | None] = SimpleQueue()
        self.ears = ThreadPoolExecutor(64)
        return self

    def start(self, account_ids: Sequence[str], *, full: bool) -> None:
        """Start a process for some accounts."""
        line = [sys.executable, "-P", "-m", "collectors.share"]  # -P: not what lies in the present folder
        environment = process_environment() | as_environment(self.settings)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (HOME, environment.get("PYTHONPATH", ""))))
        # Nothing of the arguments is anyone else's: our interpreter and our own module.
        process = subprocess.Popen(  # noqa: S603
            line, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.started.append(process)
        assert process.stdin, "it was asked for"
        assert process.stdout, "it was asked for"
        with suppress(BrokenPipeError), process.stdin as to:  # one that has ended is told by its exit code
            json.dump({"accounts": list(account_ids), "full": full}, to)
        self.ears.submit(self._hear, process.stdout)

    def _hear(self, said: IO[str]) -> None:
        for line in said:
            self.heard.put(line)
        self.heard.put(None)

    def lines(self) -> Iterator[dict[str, Any]]:
        """Yield what the processes say, until all of them have ended."""
        open_ears = len(self.started)
        while open_ears:
            line = self.heard.get()
            if line is None:
                open_ears -= 1
            elif line.endswith("\n"):  # half a line is of one that was killed
                yield json.loads(line)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.wait()
        self.ears.shutdown()


def _server(account: Account) -> str:
    """Return with whom collecting an account speaks: a server, or a platform that is one for all."""
    if account.platform in (Platform.FEED, Platform.MASTODON):
        try:
            shown = account.service_url or account.url or f"https://{account.handle.rpartition('@')[2]}"
            return httpx.URL(shown).host
        except httpx.InvalidURL:
            return ""
    return str(account.platform)


def main() -> None:
    """Collect the accounts that standard input names."""
    gc.collect()
    gc.freeze()  # what was imported stays
    gc.set_threshold(*SELDOM)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, _stop)
    try:
        asked, settings = json.load(sys.stdin), load(os.devnull)  # every setting stands in the environment
        store = open_store(settings.store)
        wanted = run.plan(store, settings.zone, asked["accounts"])
        for skipped in wanted.skipped:
            _say(asdict(skipped))
        with tools(settings) as kit, closing(run.collect(store, kit, wanted.collect, full=asked["full"])) as results:
            for done in results:
                _say(asdict(done))
    except PostreeveError as error:
        _say({"error": str(error)})
    except (KeyboardInterrupt, BrokenPipeError):
        return


def _stop(_signal: int, _frame: object) -> None:
    """Stop once: a terminal and a service manager tell every process, and the one that started this tells it again."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    raise KeyboardInterrupt


def _say(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
