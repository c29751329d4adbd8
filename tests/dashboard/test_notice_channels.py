"""E-mail against a real SMTP server on loopback: what goes out, and every way in which it may not."""

import logging
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.notice_channels import Message, Smtp, as_mail, failure
from data.config import Secret, Settings
from data.errors import NoticeError
from tests.servers.smtp import PASSWORD, USER, Mailbox, mail_server
from tests.servers.tls import write_certificate

SENDER = "postreeve@fernbrook.example"
MESSAGE = Message(
    mark="0123456789abcdef",
    at=datetime(2026, 11, 22, 12, tzinfo=UTC),
    to="jo.field@fernbrook.example",
    subject="Your side is asked for",
    text="A post of an account that you hold is being reviewed.\n- 1 line",
    url="https://posts.fernbrook.example/my-alert?alert=12",
    why="You get this because you hold an account.",
)
Serve = Callable[..., AbstractContextManager[Mailbox]]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    """A plain server."""
    with mail_server() as made:
        yield made


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]:
    """The server's side, and a client that trusts it."""
    path = write_certificate(tmp_path)
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(path)
    return serving, lambda: ssl.create_default_context(cafile=str(path))


def to(box: Mailbox, tls: str = "none", user: str = "", password: str = PASSWORD) -> Settings:
    where = {"smtp_host": "127.0.0.1", "smtp_port": box.port, "smtp_tls": tls}
    return Settings(**where, smtp_user=user, smtp_password=Secret(password), mail_from=SENDER)


def refused(settings: Settings, trusted: Callable[[], ssl.SSLContext] | None = None) -> NoticeError:
    with pytest.raises(NoticeError) as caught:
        (Smtp(settings, trusted) if trusted else Smtp(settings)).send(MESSAGE)
    return caught.value


def test_a_message_arrives_as_it_is_meant(box: Mailbox) -> None:
    Smtp(to(box)).send(MESSAGE)
    [mail] = box.taken
    assert box.senders == [SENDER]
    assert (mail["To"], mail["From"], mail["Subject"]) == (MESSAGE.to, SENDER, MESSAGE.subject)
    assert mail["Message-ID"] == f"<{MESSAGE.mark}@fernbrook.example>"
    assert mail["Date"] == "Sun, 22 Nov 2026 12:00:00 +0000"
    assert mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes)
    for part in (MESSAGE.text, MESSAGE.url, MESSAGE.why):
        assert part in body.decode().replace("\r\n", "\n")
    assert socket.gethostname() not in mail.as_string()


def test_the_same_notice_is_the_same_mail(box: Mailbox) -> None:
    for _ in range(2):
        Smtp(to(box)).send(MESSAGE)
    one, other = box.taken
    assert one.as_bytes() == other.as_bytes()


@pytest.mark.parametrize(
    "address",
    [
        "jo@fernbrook.example\r\nBcc: all@elsewhere.example",
        "jo@fernbrook.example\nX: y",
        "jo@fernbrook.example, eve@elsewhere.example",
        "Jo <jo@fernbrook.example>",
        '"a b"@fernbrook.example',
        "jo@fernbrook.example\u2028x",
        "jo",
        "",
    ],
)
def test_an_address_cannot_add_to_the_head(box: Mailbox, address: str) -> None:
    with pytest.raises(NoticeError, match="none that mail can be sent to") as caught:
        Smtp(to(box)).send(replace(MESSAGE, to=address))
    assert caught.value.final
    assert box.taken == []


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: eve@elsewhere.example", "Hello\nX: y"])
def test_a_subject_cannot_either(subject: str) -> None:
    with pytest.raises(NoticeError, match="cannot hold a line break"):
        as_mail(replace(MESSAGE, subject=subject), SENDER)


def test_a_body_line_of_a_single_dot_does_not_end_the_message(box: Mailbox) -> None:
    Smtp(to(box)).send(replace(MESSAGE, text="one\n.\nRSET\nlast"))
    assert "last" in box.taken[0].as_string()


@pytest.mark.parametrize(("answer", "final"), [("550 No such person", True), ("451 Greylisted", False)])
def test_a_person_who_is_refused(box: Mailbox, answer: str, final: bool) -> None:
    box.rcpt = f"{answer} <{MESSAGE.to}>"
    error = refused(to(box))
    assert (error.final, error.channel) == (final, False)
    assert answer[:3] in str(error)
    assert MESSAGE.to not in str(error)


@pytest.mark.parametrize(("answer", "final"), [("554 Looks like spam", True), ("452 Full", False)])
def test_a_message_that_is_refused(box: Mailbox, answer: str, final: bool) -> None:
    box.data = answer
    error = refused(to(box))
    assert (error.final, error.channel) == (final, False)
    assert answer[4:] not in str(error)


def test_a_connection_that_is_cut_is_tried_again(box: Mailbox) -> None:
    box.cut = True
    error = refused(to(box))
    assert (error.final, error.channel) == (False, True)
    assert "ended the connection" in str(error)


def test_nobody_there(box: Mailbox) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        error = refused(replace(to(box), smtp_port=probe.getsockname()[1]))
    assert "cannot be reached" in str(error)
    assert error.channel


def test_starttls_and_signing_in(certificate: tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]) -> None:
    serving, trusted = certificate
    with mail_server(serving, sign_in=True) as box:
        Smtp(to(box, "starttls", USER), trusted).send(MESSAGE)
        assert len(box.taken) == 1
        error = refused(to(box, "starttls", USER, "wrong-Canary-S3cret"), trusted)
        assert "did not take smtp_user" in str(error)
        assert "wrong-Canary" not in str(error)


def test_tls_from_the_start(certificate: tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]]) -> None:
    serving, trusted = certificate
    with mail_server(serving, implicit=True) as box:
        Smtp(to(box, "tls"), trusted).send(MESSAGE)
        assert len(box.taken) == 1
        assert "over TLS, or its certificate" in str(refused(to(box, "tls")))


def test_a_server_that_wants_tls_gets_it_or_nothing(
    certificate: tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]],
) -> None:
    with mail_server(certificate[0]) as box:
        error = refused(to(box, "none"))
        assert error.channel
        assert box.taken == []
        assert "over TLS, or its certificate" in str(refused(to(box, "starttls")))  # not trusted


def test_a_server_without_tls_gets_nothing_unencrypted(box: Mailbox) -> None:
    error = refused(to(box, "starttls", USER))
    assert "nothing goes there unencrypted" in str(error)
    assert box.taken == []


def test_the_password_is_in_no_log_error_or_repr(
    certificate: tuple[ssl.SSLContext, Callable[[], ssl.SSLContext]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    serving, trusted = certificate
    with mail_server(serving, sign_in=True) as box:
        settings = to(box, "starttls", USER, "Canary-S3cret-wrong")
        error = refused(settings, trusted)
    said = f"{caplog.text} {error!r} {error.__cause__!r} {settings!r} {Smtp(settings)!r}"
    assert "Canary-S3cret" not in said
    assert error.__suppress_context__


def test_an_address_beyond_ascii_is_that_message_s_failure_alone() -> None:
    """A server without SMTPUTF8 takes every other message: the channel is not closed because of this one."""
    with mail_server(utf8=False) as plain:
        with pytest.raises(NoticeError, match="letters beyond ASCII") as caught:
            Smtp(to(plain)).send(replace(MESSAGE, to="jörg.field@fernbrook.example"))
        assert (caught.value.final, caught.value.channel) == (True, False)
        Smtp(to(plain)).send(MESSAGE)
        assert len(plain.taken) == 1


def test_an_address_beyond_ascii_is_reached_where_the_server_takes_it(box: Mailbox) -> None:
    Smtp(to(box)).send(replace(MESSAGE, to="jörg.field@fernbrook.example"))
    assert "jörg.field@fernbrook.example" in box.recipients


def test_every_other_failure_has_a_sentence() -> None:
    unknown = failure("mail.example", smtplib.SMTPResponseException(421, b"secret words"))
    assert str(unknown) == "The mail server mail.example answered 421."
    assert "mail_from" in str(failure("mail.example", smtplib.SMTPSenderRefused(550, b"no", "x@y.example")))
    assert unknown.channel
