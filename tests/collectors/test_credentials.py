"""Access tokens: where they come from, that they show themselves nowhere, and to which server alone they go."""

import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from collectors.credentials import read_tokens
from collectors.http import SIGNED, Network
from data.config import Secret, Settings, as_environment, load
from data.errors import CollectError, ConfigError
from tests.servers.local import LocalServer

TOKEN = "kZ3-very-secret-9x"  # invented


def held(folder: Path, text: str, mode: int = 0o600) -> Settings:
    path = folder / "tokens.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return Settings(tokens_file=str(path))


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {secret!s} {[secret]} {Settings(x_token=secret)!r}"
    assert (secret.reveal(), bool(secret), bool(Secret())) == (TOKEN, True, False)


def test_the_environment_gives_tokens_by_server() -> None:
    env = {"POSTREEVE_X_TOKEN": TOKEN, "POSTREEVE_MASTODON_TOKEN": "Social.example=one, b.example:8443=two=="}
    found = read_tokens(load(environment=env))
    assert {place: token.reveal() for place, token in found.items()} == {
        "api.x.com": TOKEN,
        "social.example": "one",
        "b.example:8443": "two==",
    }
    assert read_tokens(Settings()) == {}


def test_a_child_process_gets_the_same_tokens() -> None:
    settings = Settings(x_token=Secret(TOKEN))
    assert load(environment=as_environment(settings)) == settings


def test_a_file_gives_tokens_if_nobody_else_can_read_it(tmp_path: Path) -> None:
    text = f'"social.example" = "{TOKEN}"\n"api.x.com" = "other"\n'
    assert read_tokens(held(tmp_path, text))["social.example"] == Secret(TOKEN)
    for mode in (0o640, 0o604, 0o660):
        with pytest.raises(ConfigError, match="chmod 600"):
            read_tokens(held(tmp_path, text, mode))


@pytest.mark.parametrize(
    "text", ["nonsense", '"a b" = "x"', '"a.example" = 5', '"a.example" = "x y"', '"a.example" = ""']
)
def test_a_file_of_something_else_is_told_without_its_content(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="tokens_file") as caught:
        read_tokens(held(tmp_path, f'{text}\n"{TOKEN}" = "{TOKEN} {TOKEN}"'))
    assert TOKEN not in str(caught.value)


def test_a_name_without_quotation_marks_is_told_as_that(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="needs quotation marks") as caught:
        read_tokens(held(tmp_path, f'social.example = "{TOKEN}"'))
    assert TOKEN not in str(caught.value)


def test_a_token_is_used_for_a_name_in_any_script() -> None:
    with Network(tokens={"xn--bcher-kva.example": Secret(TOKEN)}) as network:
        signed = {"authorization": f"Bearer {TOKEN}"}
        assert network.authorisation(httpx.URL("https://b\u00fccher.example/api")) == signed
        assert network.authorisation(httpx.URL("https://xn--bcher-kva.example/api")) == signed


def test_an_answer_says_whether_it_was_asked_for_with_a_token(
    server: LocalServer, network: Callable[..., Network]
) -> None:
    server.says("/a", 200, b"{}", Postreeve_Signed="yes")
    assert SIGNED in network(tokens={server.netloc: Secret(TOKEN)}).client().get(f"{server.url}/a").headers
    assert SIGNED not in network().client().get(f"{server.url}/a").headers


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read"):
        read_tokens(Settings(tokens_file=str(tmp_path / "none.toml")))


@pytest.mark.parametrize("value", [TOKEN, f"a.example={TOKEN} {TOKEN}", f"https://a.example={TOKEN}", "a.example="])
def test_a_token_without_its_server_is_told_without_the_token(value: str) -> None:
    with pytest.raises(ConfigError, match="POSTREEVE_MASTODON_TOKEN") as caught:
        read_tokens(Settings(mastodon_token=Secret(value)))
    assert TOKEN not in str(caught.value)


def test_a_token_has_no_place_in_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(f'x_token = "{TOKEN}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="POSTREEVE_X_TOKEN") as caught:
        load(str(path), {})
    assert TOKEN not in str(caught.value)


def test_a_token_goes_to_its_server_and_is_in_no_log(
    server: LocalServer, network: Callable[..., Network], caplog: pytest.LogCaptureFixture
) -> None:
    server.says("/a", 200, b"{}")
    caplog.set_level(logging.DEBUG)
    network(tokens={server.netloc: Secret(TOKEN)}).client().get(f"{server.url}/a")
    network(tokens={"other.example": Secret(TOKEN)}).client().get(f"{server.url}/a")
    assert [one.headers.get("authorization") for one in server.seen] == [f"Bearer {TOKEN}", None]
    assert TOKEN not in caplog.text
    assert TOKEN not in " ".join(one.path for one in server.seen)


def test_a_redirect_to_another_server_takes_no_token_along(
    server: LocalServer, network: Callable[..., Network]
) -> None:
    port = server.netloc.rpartition(":")[2]
    server.says("/a", 302, location=f"http://localhost:{port}/b")
    server.says("/b", 200, b"{}")
    both = [server.netloc, f"localhost:{port}"]
    network(allow_private=both, tokens={server.netloc: Secret(TOKEN)}).client().get(f"{server.url}/a")
    assert [one.headers.get("authorization") for one in server.seen] == [f"Bearer {TOKEN}", None]


def test_a_token_never_goes_out_in_the_clear() -> None:
    with Network(tokens={"social.example": Secret(TOKEN)}) as network:
        assert network.authorisation(httpx.URL("http://social.example/api")) == {}
        assert network.authorisation(httpx.URL("https://social.example:444/api")) == {}
        assert network.authorisation(httpx.URL("https://Social.Example/api")) == {"authorization": f"Bearer {TOKEN}"}


def test_a_refusal_does_not_repeat_the_token(server: LocalServer, network: Callable[..., Network]) -> None:
    server.says("/a", 401)
    with pytest.raises(CollectError) as caught:
        network(tokens={server.netloc: Secret(TOKEN)}).client().get(f"{server.url}/a")
    assert caught.value.code == "unauthorised"
    assert TOKEN not in str(caught.value)
