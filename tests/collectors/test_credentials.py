"""Access tokens: where they come from, that they show themselves nowhere, and to which server alone they go."""

import logging
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from collectors.credentials import read_tokens
from collectors.http import SIGNED, Network
from collectors.notes import TOKEN_IN, TOKEN_OF
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
    settings = Settings(x_token=secret, facebook_token=secret, youtube_key=secret)
    assert TOKEN not in f"{secret} {secret!r} {secret!s} {[secret]} {settings!r} {read_tokens(settings)!r}"
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


def test_the_environment_gives_tokens_by_account() -> None:
    env = {"POSTREEVE_FACEBOOK_TOKEN": f"town-hall={TOKEN}, Pool.1=other", "POSTREEVE_THREADS_TOKEN": "one,pool=two"}
    found = read_tokens(load(environment=env | {"POSTREEVE_YOUTUBE_KEY": "key"}))
    assert {place: token.reveal() for place, token in found.items()} == {
        "graph.facebook.com/town-hall": TOKEN,
        "graph.facebook.com/Pool.1": "other",
        "graph.threads.net": "one",
        "graph.threads.net/pool": "two",
        "www.googleapis.com": "key",
    }


@pytest.mark.parametrize("value", [f"a b={TOKEN}", f"={TOKEN}", f"a={TOKEN} {TOKEN}", "a=", f"a/b={TOKEN}"])
@pytest.mark.parametrize("name", ["facebook_token", "instagram_token", "threads_token"])
def test_a_token_without_its_account_is_told_without_the_token(name: str, value: str) -> None:
    settings = load(environment={f"POSTREEVE_{name.upper()}": value})
    with pytest.raises(ConfigError, match=f"POSTREEVE_{name.upper()} must give an account") as caught:
        read_tokens(settings)
    assert TOKEN not in str(caught.value)


def test_a_key_that_can_be_none_is_told_without_it() -> None:
    with pytest.raises(ConfigError, match="POSTREEVE_YOUTUBE_KEY must give a key") as caught:
        read_tokens(Settings(youtube_key=Secret(f"{TOKEN} {TOKEN}")))
    assert TOKEN not in str(caught.value)


def test_a_file_gives_tokens_by_server_and_account(tmp_path: Path) -> None:
    found = read_tokens(held(tmp_path, f'"Graph.facebook.com/Town-Hall" = "{TOKEN}"\n'))
    assert list(found) == ["graph.facebook.com/Town-Hall"]


def test_an_account_is_asked_for_with_its_own_token_and_another_without(
    server: LocalServer, network: Callable[..., Network]
) -> None:
    server.says("/a", 200, b"{}")
    client = network(tokens={f"{server.netloc}/town": Secret(TOKEN)}).client()
    client.get(f"{server.url}/a", headers={TOKEN_OF: "town"})
    client.get(f"{server.url}/a", headers={TOKEN_OF: "pool"})
    client.get(f"{server.url}/a")
    assert [one.headers.get("authorization") for one in server.seen] == [f"Bearer {TOKEN}", None, None]
    assert not [name for one in server.seen for name in one.headers if name.startswith("postreeve-")]


def test_an_accounts_own_token_goes_before_the_servers(server: LocalServer, network: Callable[..., Network]) -> None:
    server.says("/a", 200, b"{}")
    tokens = {server.netloc: Secret("common"), f"{server.netloc}/town": Secret(TOKEN)}
    client = network(tokens=tokens).client()
    for account in ("town", "pool"):
        client.get(f"{server.url}/a", headers={TOKEN_OF: account})
    assert [one.headers.get("authorization") for one in server.seen] == [f"Bearer {TOKEN}", "Bearer common"]


def test_a_key_goes_in_the_header_that_it_is_for_and_not_to_where_a_redirect_leads(
    server: LocalServer, network: Callable[..., Network], caplog: pytest.LogCaptureFixture
) -> None:
    port = server.netloc.rpartition(":")[2]
    server.says("/a", 302, location=f"http://localhost:{port}/b")
    server.says("/b", 200, b"{}")
    caplog.set_level(logging.DEBUG)
    tokens = {f"{server.netloc}/town": Secret(TOKEN), f"localhost:{port}/town": Secret("elsewhere")}
    client = network(allow_private=[server.netloc, f"localhost:{port}"], tokens=tokens).client()
    client.get(f"{server.url}/a", headers={TOKEN_OF: "town", TOKEN_IN: "x-goog-api-key"})
    assert [one.headers.get("x-goog-api-key") for one in server.seen] == [TOKEN, None]
    assert [one.headers.get("authorization") for one in server.seen] == [None, None]
    assert TOKEN not in caplog.text


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
