"""Webhooks of Slack and Teams against a real server on loopback; their addresses are secrets."""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from dashboard.webhooks import Webhook, carriers, for_slack, for_teams
from data.config import Secret, Settings
from data.errors import NoticeError
from data.notice import Channel
from tests.dashboard.test_notice_channels import MESSAGE
from tests.servers.hooks import Hook, hook_server

SECRET = "canary-secret-hook"


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook."""
    with hook_server() as made:
        yield made


def at(hook: Hook, url: str = "", **more: object) -> Webhook:
    settings = replace(Settings(allow_private=(hook.place,)), **more)
    return Webhook(Channel.SLACK, Secret(url or hook.url()), for_slack, settings)


def refused(webhook: Webhook) -> NoticeError:
    with pytest.raises(NoticeError) as caught:
        webhook.send(MESSAGE)
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"
    return caught.value


def test_a_message_is_posted(hook: Hook) -> None:
    at(hook).send(MESSAGE)
    [(path, document)] = hook.posted
    assert path.endswith(SECRET)
    for part in (MESSAGE.subject, MESSAGE.url, MESSAGE.why):
        assert part in document["text"]


def test_slacks_own_signs_are_escaped() -> None:
    text = for_slack(replace(MESSAGE, text="<!channel> & <https://evil.example|here>"))["text"]
    assert "&lt;!channel&gt; &amp; &lt;https" in text
    assert "<" not in text


def test_teams_is_given_an_adaptive_card(hook: Hook) -> None:
    settings = Settings(allow_private=(hook.place,), teams_url=Secret(hook.url()))
    carriers(settings)[Channel.TEAMS].send(MESSAGE)
    [(_, document)] = hook.posted
    [attached] = document["attachments"]
    assert (document["type"], attached["contentType"]) == ("message", "application/vnd.microsoft.card.adaptive")
    card = attached["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    assert [block["text"] for block in card["body"]] == [MESSAGE.subject, *MESSAGE.text.splitlines(), MESSAGE.why]
    assert all(block["wrap"] for block in card["body"])
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open", "url": MESSAGE.url}]


@pytest.mark.parametrize("status", [202, 204])
def test_other_good_answers_are_good(hook: Hook, status: int) -> None:
    hook.status = status
    at(hook).send(MESSAGE)


@pytest.mark.parametrize(
    ("status", "final"), [(400, True), (403, False), (404, False), (410, False), (429, False), (500, False)]
)
def test_bad_answers_are_told_by_their_number(hook: Hook, status: int, final: bool) -> None:
    hook.status = status
    error = refused(at(hook))
    assert (error.final, error.channel) == (final, True)
    assert str(error) == f"127.0.0.1 (slack) answered {status}."


def test_a_redirect_is_not_followed(hook: Hook) -> None:
    hook.status, hook.location = 307, hook.url("/elsewhere")
    assert "answered 307" in str(refused(at(hook)))
    assert len(hook.posted) == 1


def test_a_cut_connection_is_tried_again(hook: Hook) -> None:
    hook.cut = True
    error = refused(at(hook))
    assert "cannot be reached" in str(error)
    assert not error.final


def test_a_private_address_is_refused_unless_it_is_listed(hook: Hook) -> None:
    error = refused(at(hook, hook.url().replace("http://", "https://"), allow_private=()))
    assert "leads into a private network" in str(error)
    assert hook.posted == []


def test_a_name_that_leads_inside_is_refused(hook: Hook) -> None:
    def inner(host: str, port: int) -> Sequence[str]:
        return ("10.0.0.7",)

    url = Secret(f"https://hooks.example/{SECRET}")
    error = refused(Webhook(Channel.TEAMS, url, for_teams, Settings(), inner))
    assert "hooks.example leads into a private network" in str(error)


def test_behind_a_proxy_the_guard_looks_before(hook: Hook) -> None:
    error = refused(at(hook, f"https://10.0.0.7/{SECRET}", proxy=f"http://{hook.place}"))
    assert "leads into a private network" in str(error)
    error = refused(at(hook, f"https://93.184.215.14/{SECRET}", proxy=f"http://{hook.place}"))
    assert "cannot be reached" in str(error)  # our proxy does not know CONNECT
    assert hook.posted == []


@pytest.mark.parametrize("url", [f"http://hooks.example/{SECRET}", f"ftp://x/{SECRET}", f"https:///{SECRET}", SECRET])
def test_only_https_unless_it_is_listed(hook: Hook, url: str) -> None:
    assert re.search("no https address; set slack_url anew", str(refused(at(hook, url))))


def test_the_address_is_in_no_log_or_repr(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    webhook = at(hook)
    webhook.send(MESSAGE)
    hook.status = 500
    refused(webhook)
    hook.cut = True
    refused(webhook)
    assert caplog.text
    assert SECRET not in f"{caplog.text} {webhook!r} {Settings(slack_url=Secret(hook.url()))!r}"


def test_ways_out_are_those_that_are_set() -> None:
    assert carriers(Settings()) == {}
    every = Settings(smtp_host="mail.example", slack_url=Secret("https://a"), teams_url=Secret("https://b"))
    assert set(carriers(every)) == set(Channel)
