"""Starting the dashboard from the shell and from the demonstration."""

import socket
import urllib.request

import pytest

from dashboard import commands
from data.config import Settings
from data.errors import UseError
from data.store.engine import Store
from tests.support.ports import free_port


def test_a_port_in_use_is_named(sqlite_store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(UseError, match=f"Port {port} cannot be used.*--port"):
            commands.start(Settings(store=str(sqlite_store.url)), port)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_no_such_port(port: int) -> None:
    with pytest.raises(UseError, match="cannot be used"):
        commands.start(Settings(), port)


def test_it_is_bound_to_this_machine_with_strict_settings() -> None:
    words = commands.arguments(8501)
    for needed in (
        "--server.address=127.0.0.1",
        "--client.showErrorDetails=none",
        "--browser.gatherUsageStats=false",
        "--server.enableXsrfProtection=true",
    ):
        assert needed in words
    assert commands.url(8501) == "http://127.0.0.1:8501/"


def test_it_starts_from_any_folder_and_asks_for_a_sign_in(
    sqlite_store: Store, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    port = free_port()
    with commands.start(Settings(store=str(sqlite_store.url)), port) as process:
        try:
            with urllib.request.urlopen(f"{commands.url(port)}queue") as answer:
                assert answer.url.endswith("/sign-in?next=%2Fqueue")
                assert b"E-mail address" in answer.read()
        finally:
            process.terminate()
            process.wait()
