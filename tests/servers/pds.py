"""A real AT Protocol server and DID directory for tests: the npm packages of the reference implementation."""

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

FOLDER = Path(__file__).parent / "atproto"
NPM_SECONDS = 600
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Pds:
    """A running server: addresses, the seeded account, and the addresses of its posts (`uris`)."""

    url: str
    plc_url: str
    did: str
    handle: str
    posts: int
    uris: dict[str, str]
    access_token: str

    @property
    def allow_private(self) -> tuple[str, ...]:
        """What the address guard must let through: the DID document says localhost."""
        port = self.url.rpartition(":")[2]
        return (self.url.removeprefix("http://"), f"localhost:{port}", self.plc_url.removeprefix("http://"))

    def call(self, method: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call a procedure as the account's owner."""
        headers = {"authorization": f"Bearer {self.access_token}", "x-ratelimit-bypass": "local-test-only"}
        answer = httpx.post(f"{self.url}/xrpc/{method}", json=body, headers=headers, trust_env=False, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def create(self, record: dict[str, Any]) -> str:
        """Create a record and return its at-URI."""
        made = self.call(
            "com.atproto.repo.createRecord", {"repo": self.did, "collection": record["$type"], "record": record}
        )
        return str(made["uri"])

    def put(self, uri: str, record: dict[str, Any]) -> None:
        """Replace a record: the URI stays, the cid changes."""
        where = {"repo": self.did, "collection": uri.split("/")[-2], "rkey": uri.split("/")[-1]}
        self.call("com.atproto.repo.putRecord", {**where, "record": record})

    def delete(self, uri: str) -> None:
        """Delete a record."""
        where = {"repo": self.did, "collection": uri.split("/")[-2], "rkey": uri.split("/")[-1]}
        self.call("com.atproto.repo.deleteRecord", where)


def install() -> str:
    """Install the packages if they are missing; return the path of node, or skip where it is not to be had."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("needs Node.js 20 and npm")
    if not (FOLDER / "node_modules" / "@atproto" / "pds").is_dir():
        command = [npm, "ci", "--no-audit", "--no-fund", "--silent"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=NPM_SECONDS, check=False)
        if done.returncode:
            pytest.skip("needs the npm packages of tests/servers/atproto (npm ci failed)")
    return node


def _first_line(process: "subprocess.Popen[str]") -> str:
    """Return the line that the server prints when it is ready; it is ended when it takes too long."""
    assert process.stdout is not None
    timer = threading.Timer(START_SECONDS, process.kill)
    timer.start()
    try:
        return process.stdout.readline()
    finally:
        timer.cancel()


@contextmanager
def running_pds(*options: str) -> Iterator[Pds]:
    """Start the server with `options` (see start.mjs), yield it, and stop it."""
    node = install()
    command = [node, "start.mjs", *options]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = _first_line(process)
        if not line:
            process.kill()
            raise RuntimeError(f"the AT Protocol server did not start: {process.communicate()[1][-2000:]}")
        stated = json.loads(line)
        try:
            yield Pds(**{name: stated[name] for name in Pds.__dataclass_fields__})
        finally:
            process.terminate()
            process.communicate(timeout=30)
