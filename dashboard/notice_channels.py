"""The way out of a notice by e-mail. Failures are sentences; what a server says in words is repeated nowhere.

Its words may hold an address. That of Slack and Teams: `dashboard.webhooks`.
"""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime
from typing import Protocol

from data.config import Settings
from data.errors import NoticeError
from data.register import CHECKS
from data.transport import trust

BEYOND_ASCII = "The mail server takes no address with letters beyond ASCII (no SMTPUTF8); give the person another one."
SECONDS = 20.0  # longest wait for a mail server's next word


@dataclass(frozen=True, slots=True)
class Message:
    """One notice as it goes out. `mark` names it for good, `at` is when it was put down, `why` says why it came."""

    mark: str
    at: datetime
    to: str
    subject: str
    text: str
    url: str
    why: str


class Carrier(Protocol):
    """A way out."""

    def send(self, message: Message) -> None:
        """Send a message; raise `NoticeError`."""


def as_mail(message: Message, sender: str) -> EmailMessage:
    """Return a message as an e-mail; raise `NoticeError` for an address or a line that could add to its head."""
    if CHECKS["owner_email"](message.to) or not message.to.isprintable() or set(message.to) & set(' ,;:<>"()[]\\'):
        raise NoticeError("The person's address is none that mail can be sent to; correct it.", final=True)
    mail = EmailMessage(policy=LINES)
    try:
        mail["From"], mail["To"], mail["Subject"] = sender, message.to, message.subject
        mail["Date"] = format_datetime(message.at)
        mail["Message-ID"] = f"<{message.mark}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
    except ValueError:
        raise NoticeError("The head of an e-mail cannot hold a line break; nothing was sent.", final=True) from None
    mail.set_content(f"{message.text}\n\n{message.url}\n\n-- \n{message.why}\n")
    return mail


class Smtp:
    """A mail server, spoken to anew for each message."""

    def __init__(self, settings: Settings, trusted: Callable[[], ssl.SSLContext] = trust) -> None:
        self._host, self._port, self._how = settings.smtp_host, settings.smtp_port, settings.smtp_tls
        self._from, self._user, self._password = settings.mail_from, settings.smtp_user, settings.smtp_password
        self._trusted = trusted

    def send(self, message: Message) -> None:
        """Send one e-mail; raise `NoticeError`, final where the server will never take this one."""
        mail = as_mail(message, self._from)
        try:
            self._hand_over(mail)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise failure(self._host, error) from None

    def _hand_over(self, mail: EmailMessage) -> None:
        """Once the server has taken the message, nothing that follows makes it a failure."""
        server = self._connected()
        try:
            if self._how == "starttls":
                server.starttls(context=self._trusted())
            if self._user:
                server.login(self._user, self._password.reveal())
            server.ehlo_or_helo_if_needed()
            if not str(mail["To"]).isascii() and not server.has_extn("smtputf8"):
                raise NoticeError(BEYOND_ASCII, final=True)
            server.send_message(mail)
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        own = self._from.rpartition("@")[2]  # what we call ourselves: not this machine's name
        if self._how == "tls":
            return smtplib.SMTP_SSL(self._host, self._port, own, timeout=SECONDS, context=self._trusted())
        return smtplib.SMTP(self._host, self._port, own, timeout=SECONDS)


def failure(host: str, error: Exception) -> NoticeError:
    """Return what a failure means: for this message alone or for all, for good or for now."""
    named, code = f"The mail server {host}", getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in error.recipients.values()), default=0)
        return NoticeError(f"{named} did not take the person's address ({code}).", final=code >= 500)
    if isinstance(error, smtplib.SMTPDataError):
        return NoticeError(f"{named} did not take the message ({code}).", final=code >= 500)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        said = f"did not take smtp_user and its password ({code})"
    elif isinstance(error, smtplib.SMTPSenderRefused):
        said = f"takes nothing from mail_from, or not this way ({code}); see smtp_tls and smtp_user"
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        said = "does not offer what smtp_tls or smtp_user ask for; nothing goes there unencrypted by itself"
    elif isinstance(error, ssl.SSLError):
        said = "could not be spoken to over TLS, or its certificate is not trusted"
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        said = "ended the connection"
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"answered {code}"
    else:
        said = "cannot be reached"
    return NoticeError(f"{named} {said}.", channel=True)
