"""The verb `dashboard`, and how others start and find it."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from data.cli import Context, pass_context
from data.config import Settings, as_environment, process_environment
from data.errors import UseError
from data.store.engine import open_store

HOST = "127.0.0.1"
APP = Path(__file__).with_name("app.py")
LONGEST_START = 60.0  # seconds
PAUSE = 0.1


@click.command()
@click.option("--port", type=int, help="Port on 127.0.0.1.  [default: 8501]")
@pass_context
def dashboard(context: Context, port: int | None) -> None:
    """Open the screens in this terminal until Ctrl-C: review queue, alerts, accounts."""
    chosen = port or context.settings.dashboard_port
    open_store(context.settings.store).close()
    with start(context.settings, chosen) as process:
        context.say(f"Dashboard: {url(chosen)}  Ctrl-C ends it.")
        try:
            process.wait()
        except KeyboardInterrupt:
            process.terminate()


def start(settings: Settings, port: int) -> "subprocess.Popen[bytes]":
    """Start the dashboard on 127.0.0.1 with these settings; return its process once it answers.

    Raises `UseError` when the port is in use or the dashboard ends before it answers.
    """
    _refuse_used(port)
    environment = process_environment() | as_environment(settings)
    # Nothing of the arguments is anyone else's: our interpreter, our own file, a number.
    process = subprocess.Popen(arguments(port), env=environment, stdout=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait(process, port)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process


def arguments(port: int) -> list[str]:
    """Return the command that serves the dashboard on `port`."""
    flags = {
        "server.address": HOST,
        "server.port": str(port),
        "server.headless": "true",
        "server.enableCORS": "true",
        "server.enableXsrfProtection": "true",
        "client.showErrorDetails": "none",
        "client.toolbarMode": "minimal",
        "browser.gatherUsageStats": "false",
        "runner.magicEnabled": "false",
    }
    return [sys.executable, "-m", "streamlit", "run", str(APP), *(f"--{k}={v}" for k, v in flags.items())]


def url(port: int) -> str:
    """Return the address of the dashboard."""
    return f"http://{HOST}:{port}/"


def _refuse_used(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise UseError(f"Port {port} cannot be used ({error}). Choose another with --port.") from error


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + LONGEST_START
    while time.monotonic() < end:
        if process.poll() is not None:
            raise UseError(f"The dashboard ended at once with code {process.returncode}; its message stands above.")
        if _answers(port):
            return
        time.sleep(PAUSE)
    raise UseError(f"The dashboard did not answer on port {port} within {LONGEST_START:.0f} seconds.")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"{url(port)}_stcore/health", timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


COMMANDS = (dashboard,)
