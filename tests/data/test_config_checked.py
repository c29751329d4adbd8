"""Settings that would quietly do something else than they say are refused, each by its name."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.config import Secret, Settings, as_environment, load
from data.errors import ConfigError

WHOLE = sorted(f.name for f in fields(Settings) if type(getattr(Settings(), f.name)) is int)
NUMBERS = sorted(f.name for f in fields(Settings) if type(getattr(Settings(), f.name)) in (int, float))
SECRETS = sorted(f.name for f in fields(Settings) if type(getattr(Settings(), f.name)) is Secret)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A settings file to write."""
    return tmp_path / "postreeve.toml"


def refusal(file: Path, text: str) -> str:
    """Return what is said of a settings file."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(str(file), {})
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize("name", WHOLE)
def test_nothing_is_cut_off_a_whole_number(written: Path, name: str) -> None:
    assert refusal(written, f"{name} = 0.9").endswith(f"{name} must be a whole number.")
    assert refusal(written, f"{name} = 30.5").endswith(f"{name} must be a whole number.")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["true", "false", '"many"', "[1]", "2026-01-31"])
def test_what_is_no_number_is_refused(written: Path, name: str, value: str) -> None:
    assert f"{written}: {name} must be a " in refusal(written, f"{name} = {value}")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "-1"])
def test_no_number_is_endless_or_less_than_nothing(written: Path, name: str, value: str) -> None:
    assert name in refusal(written, f"{name} = {value}")


def test_a_whole_number_may_be_written_with_a_point(written: Path) -> None:
    written.write_text('retention_posts = 365.0\nsilence_hours = 26\ndigest_hour = "9"\n')
    found = load(str(written), {})
    assert (found.retention_posts, found.silence_hours, found.digest_hour) == (365, 26.0, 9)
    assert type(found.retention_posts) is int


@pytest.mark.parametrize("name", ["dashboard_url", "dignity_at_work_url", "customer_care_url"])
@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "posts.council.example", "//x", "data:text/html,x", "ftp://x"]
)
def test_an_address_is_one_of_the_web(written: Path, name: str, value: str) -> None:
    assert refusal(written, f'{name} = "{value}"') == (
        f"{name} must be a web address, such as https://posts.council.example"
    )
    written.write_text(f'{name} = "https://council.example/x"')
    assert getattr(load(str(written), {}), name) == "https://council.example/x"


@pytest.mark.parametrize("name", ["dashboard_port", "health_port", "smtp_port"])
def test_a_port_is_one(written: Path, name: str) -> None:
    for value in (-1, 65536, 10**12):
        assert refusal(written, f"{name} = {value}").startswith(f"{name} must be a port: a number from 1 to 65535")
    written.write_text(f"{name} = 65535")
    assert getattr(load(str(written), {}), name) == 65535


def test_only_the_health_pages_may_take_a_free_port(written: Path) -> None:
    written.write_text("health_port = 0")
    assert load(str(written), {}).health_port == 0
    assert "dashboard_port" in refusal(written, "dashboard_port = 0")


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a" * 100_000, "\x00", "[a", "a = 1\na = 2", "\ufffe = 1"])
def test_a_file_that_cannot_be_read_is_named(written: Path, text: str) -> None:
    assert refusal(written, text).startswith(f"The settings file {written} cannot be read: ")


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"The settings file .* cannot be read: "):
        load(str(tmp_path), {})


@pytest.mark.parametrize("name", SECRETS)
def test_no_secret_is_repeated_wherever_it_stands(written: Path, name: str) -> None:
    said = refusal(written, f'{name} = "hunter2"')
    assert "hunter2" not in said
    assert f"POSTREEVE_{name.upper()}" in said
    given_ = load(None, {f"POSTREEVE_{name.upper()}": "hunter2", "POSTREEVE_DASHBOARD_URL": "https://x.example"})
    assert "hunter2" not in repr(given_)
    assert "hunter2" not in repr(getattr(given_, name))
    assert "hunter2" not in f"{getattr(given_, name)}"
    assert getattr(given_, name).reveal() == "hunter2"


def test_a_child_gets_every_setting_as_it_is() -> None:
    environment = as_environment(
        load(None, {"POSTREEVE_COUNCIL_NAMES": " fernbrook , ash ,", "POSTREEVE_X_TOKEN": "s"})
    )
    again = load(None, environment)
    assert again.council_names == ("fernbrook", "ash")
    assert again.x_token.reveal() == "s"
    assert as_environment(again) == environment
    assert set(environment) == {f"POSTREEVE_{f.name.upper()}" for f in fields(Settings)}


@given(st.sampled_from(NUMBERS), st.text(max_size=12).filter(lambda text: "\0" not in text))
def test_any_text_is_a_number_or_a_refusal_by_name(name: str, text: str) -> None:
    try:
        found = getattr(load(None, {f"POSTREEVE_{name.upper()}": text}), name)
    except ConfigError as refused:
        assert name in str(refused).lower()  # noqa: PT017
    else:
        assert 0 <= found < float("inf")
