"""Commands measured in processes of their own: how long, how much memory, what they printed."""

import contextlib
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil


@dataclass(frozen=True)
class Measured:
    """One command: how long, how much memory at its peak, what it printed."""

    seconds: float
    peak_mib: float
    document: Any


def command(env: dict[str, str], *arguments: str, parse: bool = True) -> Measured:
    """Run the command in a process of its own and measure it; `parse` its output as one JSON document."""
    start = time.perf_counter()
    line = [sys.executable, "-m", "postreeve", "--json", *arguments]
    process = subprocess.Popen(line, env=env, stdout=subprocess.PIPE)
    peaks: list[float] = []
    watcher = threading.Thread(target=watch, args=(process, peaks))
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    watcher.join()
    assert process.returncode == 0, output[-2000:]
    return Measured(seconds, max(peaks), json.loads(output) if parse else output)


def watch(process: "subprocess.Popen[bytes]", peaks: list[float]) -> None:
    """Note the most memory the process ever held, and those it started (VmHWM of Linux, summed up), until it ends."""
    while process.poll() is None:
        with contextlib.suppress(psutil.NoSuchProcess):
            family = [process.pid, *(child.pid for child in psutil.Process(process.pid).children(recursive=True))]
            peaks.append(sum(map(_peak, family)))
        time.sleep(0.05)


def _peak(pid: int) -> float:
    with contextlib.suppress(OSError):
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second `work` does of `count`."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)
