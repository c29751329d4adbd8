"""Debian's PostgreSQL, started by the tests as an unprivileged user on a socket in a short temporary folder."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from data.store.engine import create_or_upgrade

NUMBERS = count(1)


@dataclass
class Cluster:
    """A running server: `new_database` gives the URL of an empty database."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    bin: Path
    prepared: str = ""  # a database with the tables of the present version, and nothing in them

    @classmethod
    def start(cls) -> "Cluster":
        """Start a server; skip where PostgreSQL is not installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        if not found:
            pytest.skip("needs PostgreSQL (Debian: apt-get install postgresql)")
        folder, binaries = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp")), found[-1].parent
        user = _unprivileged(folder)
        base = folder / "d"
        run([str(binaries / "initdb"), "-A", "trust", "-U", "postgres", "-N", "-D", str(base)], user)
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]
        command = [str(binaries / "postgres"), "-D", str(base), "-k", str(folder), *options]
        log = (folder / "log").open("wb")
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **user)
        cluster = cls(folder, process, binaries)
        cluster.wait()
        return cluster

    def wait(self) -> None:
        """Wait until the server answers."""
        ready = [str(self.bin / "pg_isready"), "-q", "-h", str(self.folder), "-t", "1"]
        for _ in range(600):
            if subprocess.run(ready, check=False).returncode == 0:
                return
            if self.process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
        raise RuntimeError("PostgreSQL did not start")

    def new_database(self, template: str = "template1") -> str:
        """Create a database, empty or as another one is; return its URL."""
        name = f"t{next(NUMBERS)}"
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def new_store(self) -> str:
        """Create a database with the tables of the present version; return its URL."""
        if not self.prepared:
            url = self.new_database()
            create_or_upgrade(url)[0].close()
            self.prepared = url.removeprefix("postgresql://postgres@/").split("?")[0]
        return self.new_database(self.prepared)

    def stop(self) -> None:
        """Stop the server, whoever is still connected, and remove its folder."""
        self.process.send_signal(signal.SIGINT)  # "fast"; the usual one waits for clients that a failed test left
        self.process.wait(timeout=60)
        shutil.rmtree(self.folder, ignore_errors=True)


def run(command: list[str], user: dict[str, Any]) -> None:
    """Run a command as the unprivileged user; show its output when it fails."""
    done = subprocess.run(command, capture_output=True, check=False, cwd="/", **user)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return how to start a process as someone who is not root, and give them the folder."""
    if os.getuid() != 0:
        return {}
    name = "postgres" if any(p.pw_name == "postgres" for p in pwd.getpwall()) else "nobody"
    entry = pwd.getpwnam(name)
    os.chown(folder, entry.pw_uid, entry.pw_gid)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
