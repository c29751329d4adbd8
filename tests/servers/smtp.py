"""A real SMTP server on loopback that does as told: takes, refuses, puts off, hangs up, wants TLS or a password."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "postreeve", "Canary-S3cret-mail"


@dataclass
class Mailbox:
    """What came, and what to answer instead of taking it: `rcpt`, `data`; `cut` ends the connection at DATA.

    `then` is called once a message is taken, before the client hears so.
    """

    taken: list[Message] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    rcpt: str = ""
    data: str = ""
    cut: bool = False
    then: Callable[[], None] | None = None
    port: int = 0

    async def handle_RCPT(  # noqa: N802  (the name the server asks for)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, or say no."""
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, or say no, or hang up."""
        if self.cut:
            assert server.transport is not None
            server.transport.abort()
            return "451 too late"
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        self.taken.append(message_from_bytes(envelope.content))
        self.recipients += envelope.rcpt_tos
        self.senders.append(str(envelope.mail_from))
        if self.then:
            self.then()
        return "250 taken"


def checked(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    """Know one name and password."""
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)


@contextmanager
def mail_server(
    tls: ssl.SSLContext | None = None, *, implicit: bool = False, sign_in: bool = False, utf8: bool = True
) -> Iterator[Mailbox]:
    """Serve on a free port of 127.0.0.1: with `tls` by STARTTLS, which it then insists on, or from the start."""
    box = Mailbox()
    more: dict[str, Any] = {"authenticator": checked, "auth_required": True} if sign_in else {}
    if tls is None:
        more["auth_require_tls"] = False
    elif implicit:
        more |= {"ssl_context": tls, "auth_require_tls": False}
    else:
        more |= {"tls_context": tls, "require_starttls": True}
    controller = _Free(box, hostname="127.0.0.1", port=0, enable_SMTPUTF8=utf8, **more)
    controller.start()
    assert controller.server is not None
    box.port = int(controller.server.sockets[0].getsockname()[1])
    try:
        yield box
    finally:
        controller.stop()


class _Free(Controller):
    """A controller on a port that the system chooses: it needs no connection to know that it serves."""

    def _trigger_server(self) -> None:
        """The usual one connects to the port that was asked for, which is 0."""
        assert self.server is not None
        self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()
