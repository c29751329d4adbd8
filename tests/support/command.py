"""The command as its users call it: in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(**more: str) -> dict[str, str]:
    """Return an environment in which the command finds the sources and nothing of this machine's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POSTREEVE_") and k != "HTTPS_PROXY"}
    return kept | {"PYTHONPATH": str(ROOT)} | more


def start(folder: Path, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
    """Start the command in `folder` and return the process."""
    command = [sys.executable, "-m", "postreeve", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment(**more), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def call(folder: Path, *arguments: str, expect: int = 0, stdin: str | None = None, **more: str) -> str:
    """Run the command to its end; return its output, fail when the exit code is not `expect`."""
    command = [sys.executable, "-m", "postreeve", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(**more),
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        timeout=240,
    )
    assert done.returncode == expect, (
        f"exit {done.returncode}, not {expect}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    )
    return done.stdout if expect == 0 or done.stdout else done.stderr


def call_json(folder: Path, *arguments: str, expect: int = 0, **more: str) -> Any:
    """Run the command with --json and return the document it printed."""
    return json.loads(call(folder, "--json", *arguments, expect=expect, **more))
