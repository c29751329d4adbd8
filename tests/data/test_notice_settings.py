"""Settings of notices: refused where nothing could go out, or a password would go in the clear."""

import pytest

from data.config import as_environment, load
from data.errors import ConfigError

MAIL = {
    "POSTREEVE_SMTP_HOST": "mail.council.example",
    "POSTREEVE_MAIL_FROM": "postreeve@council.example",
    "POSTREEVE_DASHBOARD_URL": "https://posts.council.example",
}


def test_a_mail_server_with_what_it_needs() -> None:
    settings = load(environment=MAIL | {"POSTREEVE_SMTP_PASSWORD": "canary"})
    assert (settings.smtp_port, settings.smtp_tls) == (587, "starttls")
    assert "canary" not in repr(settings)
    assert "canary" not in repr(settings.smtp_password)
    assert load(environment=as_environment(settings)) == settings


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"DASHBOARD_URL": ""}, "dashboard_url is missing"),
        ({"MAIL_FROM": ""}, "mail_from must be the address"),
        ({"MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "mail_from must be the address"),
        ({"MAIL_FROM": "Post Reeve <a@b.example>"}, "mail_from must be the address"),
        ({"SMTP_TLS": "ssl"}, "starttls, tls or none"),
        ({"SMTP_TLS": "none", "SMTP_USER": "x"}, "in the clear"),
        ({"SMTP_PORT": "0"}, "smtp_port must be a port"),
        ({"SMTP_PORT": "many"}, "must be a whole number"),
        ({"URGENT_MINUTES": "0"}, "urgent_minutes"),
        ({"DIGEST_HOUR": "24"}, "digest_hour"),
        ({"COUNCIL_NAMES": "fernbrook,fb"}, "three letters"),
    ],
)
def test_what_cannot_work_is_refused(more: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        load(environment=MAIL | {f"POSTREEVE_{name}": value for name, value in more.items()})


def test_a_webhook_leads_to_the_dashboard_too_and_is_never_repeated() -> None:
    with pytest.raises(ConfigError, match="dashboard_url is missing") as caught:
        load(environment={"POSTREEVE_SLACK_URL": "https://hooks.example/canary"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("name", ["smtp_password", "slack_url", "teams_url"])
def test_secrets_do_not_belong_into_the_file(tmp_path: object, name: str) -> None:
    path = f"{tmp_path}/postreeve.toml"
    with open(path, "w") as out:  # noqa: PTH123
        out.write(f'{name} = "canary"\n')
    with pytest.raises(ConfigError, match=f"POSTREEVE_{name.upper()}") as caught:
        load(path, environment={})
    assert "canary" not in str(caught.value)


def test_signing_in_unencrypted_is_for_this_machine_alone() -> None:
    here = {"POSTREEVE_SMTP_HOST": "127.0.0.1", "POSTREEVE_SMTP_TLS": "none", "POSTREEVE_SMTP_USER": "x"}
    assert load(environment=MAIL | here).smtp_user == "x"


def test_words_of_the_council_are_a_list() -> None:
    assert load(environment={"POSTREEVE_COUNCIL_NAMES": "fernbrook, fern brook"}).council_names == (
        "fernbrook",
        "fern brook",
    )
