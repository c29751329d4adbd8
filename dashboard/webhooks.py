"""The ways out of a notice into a team's channel: Slack's incoming webhook, and Teams through Workflows.

The address is the secret: whoever has it can post. It stands in no message, log or repr; the host does. Every
connection passes the address guard, and a redirect is followed nowhere.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Any

import httpcore
import httpx

from dashboard.notice_channels import Carrier, Message, Smtp
from data import transport
from data.config import Secret, Settings
from data.errors import NoticeError, PostreeveError
from data.guard import Guard, Resolve, system_resolve
from data.notice import Channel

SECONDS = 20.0  # for one whole answer
REFUSED = (400, 413)  # the message itself
FAILED = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, httpcore.ProxyError, OSError)
PORTS = {"https": 443, "http": 80}
BAD = "The address of {} is no https address; set {}_url anew."


def for_slack(message: Message) -> dict[str, Any]:
    """Return a message for Slack's incoming webhook; its three signs with a meaning are escaped."""
    text = f"{message.subject}\n{message.text}\n{message.url}\n{message.why}"
    return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}


def for_teams(message: Message) -> dict[str, Any]:
    """Return a message as an Adaptive Card, as the trigger "When a Teams webhook request is received" wants it."""
    words = {"type": "TextBlock", "wrap": True}
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            words | {"text": message.subject, "weight": "Bolder", "size": "Medium"},
            *(words | {"text": line} for line in message.text.splitlines()),
            words | {"text": message.why, "isSubtle": True, "size": "Small"},
        ],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": message.url}],
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attached]}


class Webhook:
    """A team's channel: `body` gives a message the form that it wants."""

    def __init__(
        self,
        channel: Channel,
        url: Secret,
        body: Callable[[Message], Mapping[str, Any]],
        settings: Settings,
        resolve: Resolve = system_resolve,
    ) -> None:
        self._name, self._url, self._body = channel.value, url, body
        self._guard, self._proxy = Guard(settings.allow_private, resolve), settings.proxy

    def send(self, message: Message) -> None:
        """Post a message; raise `NoticeError`."""
        url = self._address()
        content = json.dumps(self._body(message)).encode()
        request = httpx.Request("POST", url, content=content, headers={"Content-Type": "application/json"})
        request.extensions = {"timeout": httpx.Timeout(SECONDS).as_dict()}
        try:
            with transport.deadline(SECONDS), self._way(url) as way, closing(way.handle_request(request)) as answer:
                status = answer.status_code
        except FAILED:
            raise NoticeError(f"{url.host} ({self._name}) cannot be reached.", channel=True) from None
        except PostreeveError as error:
            raise NoticeError(f"{self._name}: {error}", channel=True) from None
        if not 200 <= status < 300:
            raise NoticeError(f"{url.host} ({self._name}) answered {status}.", final=status in REFUSED, channel=True)

    def _address(self) -> httpx.URL:
        try:
            url = httpx.URL(self._url.reveal())
        except (httpx.InvalidURL, ValueError):
            raise NoticeError(BAD.format(self._name, self._name), channel=True) from None
        listed = url.scheme == "http" and self._guard.allows(url.host, url.port or PORTS["http"])
        if not url.host or not (url.scheme == "https" or listed):
            raise NoticeError(BAD.format(self._name, self._name), channel=True)
        return url

    def _way(self, url: httpx.URL) -> transport.Transport:
        port = url.port or PORTS[url.scheme]
        if not self._proxy or self._guard.allows(url.host, port):
            return transport.direct(self._guard, transport.trust(), 1)
        self._guard.check_before_proxy(url.host, port)
        return transport.through_proxy(self._proxy, transport.trust(), 1)


def carriers(settings: Settings) -> dict[Channel, Carrier]:
    """Return the ways out that are set."""
    found: dict[Channel, Carrier] = {Channel.EMAIL: Smtp(settings)} if settings.smtp_host else {}
    if settings.slack_url:
        found[Channel.SLACK] = Webhook(Channel.SLACK, settings.slack_url, for_slack, settings)
    if settings.teams_url:
        found[Channel.TEAMS] = Webhook(Channel.TEAMS, settings.teams_url, for_teams, settings)
    return found
