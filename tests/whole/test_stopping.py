"""Stopping: Ctrl-C and a service manager's stop end cleanly, leave nothing running, and the next run goes on."""

import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from data.store.engine import create_or_upgrade
from tests.support.command import call, call_json, start
from tests.support.feeds import feed_server, rss
from tests.support.ports import free_port
from tests.support.register import add, row


def started_demo(folder: Path, port: int) -> "subprocess.Popen[bytes]":
    """Start the demonstration and wait until it says how to sign in."""
    process = start(folder, "--json", "demo", "--port", str(port), "--dir", "d")
    assert process.stderr is not None
    told = b""
    while b"Sign in as" not in told:
        line = process.stderr.readline()
        assert line, told.decode()
        told += line
    return process


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_demonstration_leaves_nothing_running(tmp_path: Path, stop: signal.Signals) -> None:
    port = free_port()
    process = started_demo(tmp_path, port)
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(stop)
    process.communicate(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=30)
    assert alive == []
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_is_taken_up(tmp_path: Path, stop: signal.Signals) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    store, _ = create_or_upgrade(url)
    with feed_server() as server:
        names = [f"a{n:02}" for n in range(20)]
        server.bodies = {name: rss(range(30), name) for name in names}
        add(store, *(row(name, url=server.url(name)) for name in names))
        env = {"POSTREEVE_STORE": url, "POSTREEVE_ALLOW_PRIVATE": server.place}
        process = start(tmp_path, "run", **env)
        while not server.asked:  # it is at work once it has asked for a feed
            assert process.poll() is None
        process.send_signal(stop)
        _, said = process.communicate(timeout=120)
        assert b"Traceback" not in said
        assert process.returncode in (0, 130)
        done = call_json(tmp_path, "run", **env)
        assert {a["outcome"] for a in done["collect"]["accounts"]} <= {"ok", "unchanged"}
        assert "Everything verifies." in call(tmp_path, "verify", **env)
    with store.read() as tx:
        from data.store import posts

        assert posts.count(tx) == 600
    store.close()
