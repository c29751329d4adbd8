"""Settings: where they come from, which one wins, and what is said of wrong ones."""

from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from data.config import DEFAULT_FILE, Settings, as_environment, load, process_environment
from data.errors import ConfigError

words = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=20)
places = st.lists(words, max_size=3).map(tuple)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty folder, so that no settings file of this machine is read."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, text: str, name: str = DEFAULT_FILE) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def refusal(**given: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        load(**given)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_without_anything_the_defaults_hold() -> None:
    assert load(environment={}) == Settings()
    assert Settings().allow_private == ()


def test_an_option_beats_a_variable_beats_a_file_beats_the_default(elsewhere: Path) -> None:
    write(elsewhere, 'store = "sqlite:///file.db"\ncollect_workers = 3\nzone = "Europe/Dublin"\n')
    env = {"POSTREEVE_STORE": "sqlite:///variable.db", "POSTREEVE_COLLECT_WORKERS": "5"}
    found = load(environment=env, overrides={"store": "sqlite:///option.db"})
    assert (found.store, found.collect_workers, found.zone) == ("sqlite:///option.db", 5, "Europe/Dublin")
    assert found.answer_seconds == Settings().answer_seconds


def test_a_named_file_is_read_instead_of_the_usual_one(elsewhere: Path) -> None:
    write(elsewhere, "collect_workers = 3\n")
    assert load(write(elsewhere, "dashboard_port = 9000\n", "ours.toml"), {}) == Settings(dashboard_port=9000)


def test_a_named_file_must_be_there() -> None:
    assert refusal(file="ours.toml", environment={}) == "There is no settings file ours.toml."


@pytest.mark.parametrize("text", ["collect_workers = \n", "store = 'x", "\x00", "a = 1\na = 2\n"])
def test_a_file_that_is_no_toml_is_named(elsewhere: Path, text: str) -> None:
    write(elsewhere, text)
    assert f"The settings file {DEFAULT_FILE} cannot be read" in refusal(environment={})


def test_a_file_that_is_not_utf_8_is_named(elsewhere: Path) -> None:
    (elsewhere / DEFAULT_FILE).write_bytes(b"store = '\xff\xfe'\n")
    assert f"The settings file {DEFAULT_FILE} cannot be read" in refusal(environment={})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colect_workers = 3", f"{DEFAULT_FILE}: colect_workers is not a setting; did you mean collect_workers?"),
        ("qqqq = 3", f"{DEFAULT_FILE}: qqqq is not a setting."),
        ('collect_workers = "many"', f"{DEFAULT_FILE}: collect_workers must be a whole number."),
        ("answer_seconds = []", f"{DEFAULT_FILE}: answer_seconds must be a number."),
        ("allow_private = 5", f"{DEFAULT_FILE}: allow_private must be a text."),
        ('zone = "Mars/Olympus"', "zone: 'Mars/Olympus' is not a time zone; use a name such as Europe/London."),
        ('zone = "../../etc/passwd"', "zone: '../../etc/passwd' is not a time zone"),
        ("collect_workers = 0", "collect_workers must be greater than 0."),
        ("connect_seconds = -1", "connect_seconds must be greater than 0."),
        ("max_answer_mib = 0.0", "max_answer_mib must be greater than 0."),
        ("x_monthly_usd = -1", "x_monthly_usd must be an amount"),
        ("x_monthly_usd = nan", "x_monthly_usd must be an amount"),
        ("x_first_posts = 3201", "x_first_posts must be a number from 1 to 3200"),
        ("x_recheck_posts = -1", "x_recheck_posts one from 0 to 3200"),
        ('adapt_notice = "5 January"', "adapt_notice: '5 January' is not a day; write it as 2026-01-31."),
        ('adapt_notice = "20260131"', "adapt_notice: '20260131' is not a day"),
        ('sample_notice = "1 June"', "sample_notice: '1 June' is not a day; write it as 2026-01-31."),
        ("sample_size = 19", "sample_size must be a number of posts from 20 to 10000 a quarter, or 0 for none."),
        ("sample_size = 10001", "sample_size must be a number of posts from 20 to 10000 a quarter, or 0 for none."),
        ("review_limit = -1", "review_pause and review_limit must be numbers of posts, or 0 for none."),
        ("review_pause = -1", "review_pause and review_limit must be numbers of posts, or 0 for none."),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_meant(elsewhere: Path, text: str, told: str) -> None:
    write(elsewhere, text)
    assert told in refusal(environment={})


def test_a_wrong_variable_is_named_as_it_was_written() -> None:
    assert "POSTREEVE_STOER is not a setting; did you mean store?" in refusal(environment={"POSTREEVE_STOER": "x"})
    wrong = {"POSTREEVE_COLLECT_WORKERS": "4.5"}
    assert refusal(environment=wrong) == "POSTREEVE_COLLECT_WORKERS must be a whole number."


def test_variables_of_others_are_left_alone() -> None:
    assert load(environment={"STORE": "x", "ZONE": "y", "NOT_POSTREEVE_STORE": "z"}) == Settings()


def test_lists_are_written_with_commas_or_as_toml_lists(elsewhere: Path) -> None:
    pairs = ("localhost:80", "127.0.0.1:8080")
    assert load(environment={"POSTREEVE_ALLOW_PRIVATE": " localhost:80 ,, 127.0.0.1:8080,"}).allow_private == pairs
    write(elsewhere, 'allow_private = ["localhost:80", "127.0.0.1:8080", " "]\n')
    assert load(environment={}).allow_private == pairs


def test_the_usual_proxy_variable_serves_when_none_is_set(elsewhere: Path) -> None:
    env = {"HTTPS_PROXY": "http://proxy.council.example:3128"}
    assert load(environment=env).proxy == "http://proxy.council.example:3128"
    assert load(environment=env | {"POSTREEVE_PROXY": "http://ours.example:1"}).proxy == "http://ours.example:1"
    write(elsewhere, 'proxy = ""\n')  # said on purpose: none
    assert load(environment=env).proxy == ""


def test_settings_do_not_show_themselves() -> None:
    secret = Settings(
        store="postgresql://rita:hunter2hunter2@db.council.example/p", proxy="http://u:pass1234@p.example"
    )
    assert "hunter2" not in f"{secret!r} {secret}"
    assert "pass1234" not in f"{secret!r} {secret}"


def test_each_setting_has_a_help_text() -> None:
    assert all(len(str(f.metadata["help"])) > 10 for f in fields(Settings))


@given(words, places, st.integers(1, 64), st.floats(0.001, 1e6), words)
def test_a_child_process_gets_the_same_settings(
    store: str, allowed: tuple[str, ...], workers: int, seconds: float, anchor: str
) -> None:
    settings = replace(Settings(), store=store, allow_private=allowed, collect_workers=workers, anchor=anchor)
    settings = replace(settings, answer_seconds=seconds, dashboard_port=9000)
    assert load(environment=as_environment(settings) | {"HTTPS_PROXY": "http://elsewhere.example"}) == settings


def test_the_environment_is_read_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTREEVE_COLLECT_WORKERS", "7")
    assert load().collect_workers == 7
    copy = process_environment()
    assert copy["POSTREEVE_COLLECT_WORKERS"] == "7"
    copy["POSTREEVE_COLLECT_WORKERS"] = "9"
    assert load().collect_workers == 7


class Ring(KeyringBackend):
    """A keyring in memory, or one that stays locked."""

    priority = 1.0

    def __init__(self, kept: dict[tuple[str, str], str], *, locked: bool = False) -> None:
        super().__init__()
        self.kept, self.locked = kept, locked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("not unlocked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("postreeve only reads")


@pytest.fixture
def ring() -> Iterator[Callable[[Ring], None]]:
    """Put a keyring in the place of the system's."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


def test_secrets_come_from_the_keyring_where_it_is_named(elsewhere: Path, ring: Callable[[Ring], None]) -> None:
    ring(Ring({("postreeve", "x_token"): "from the ring", ("postreeve", "mastodon_token"): "a=ring"}))
    assert not load(None, {}).x_token
    found = load(None, {"POSTREEVE_KEYRING": "postreeve", "POSTREEVE_MASTODON_TOKEN": "a=given"})
    assert found.x_token.reveal() == "from the ring"
    assert found.mastodon_token.reveal() == "a=given"
    assert not found.youtube_key
    assert "from the ring" not in repr(found) + str(found)


def test_a_locked_keyring_is_told_with_the_way_out(elsewhere: Path, ring: Callable[[Ring], None]) -> None:
    ring(Ring({}, locked=True))
    with pytest.raises(ConfigError, match=r"keyring cannot be read \(KeyringLocked\).*tokens_file"):
        load(None, {"POSTREEVE_KEYRING": "postreeve"})


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("oidc_issuer", "http://login.council.example", "must begin with https"),
        ("oidc_trust_email", "no", "yes or empty"),
        ("drop_deleted", "x,twitter", "'twitter' is no platform"),
        ("oidc_roles", "staff=boss", "is not group=role"),
    ],
)
def test_a_setting_that_would_let_harm_in_is_refused(elsewhere: Path, name: str, value: str, told: str) -> None:
    given = {f"POSTREEVE_{name.upper()}": value, "POSTREEVE_OIDC_CLIENT_ID": "postreeve"}
    with pytest.raises(ConfigError, match=told):
        load(None, given)
    assert load(None, {"POSTREEVE_OIDC_ISSUER": "http://localhost:9", "POSTREEVE_OIDC_CLIENT_ID": "p"}).oidc_issuer
