"""What can go wrong on the way to a platform, each with its code and a sentence for a communications officer.

Sentences name the host and never the rest of an address, which may carry a token.
"""

import ssl
from datetime import datetime

import httpcore

from data.errors import CollectError


class Passing(CollectError):
    """A failure that may pass: try again after `wait` seconds (None: the usual backoff), `most` times in all."""

    def __init__(self, code: str, message: str, *, wait: float | None = None, most: int = 10) -> None:
        super().__init__(code, message)
        self.wait = wait
        self.most = most


class TryLater(CollectError):
    """A server told us when it will answer again, and that is too long to wait for: `retry_at`, in UTC."""

    def __init__(self, code: str, message: str, retry_at: datetime) -> None:
        super().__init__(code, message)
        self.retry_at = retry_at


def unknown_host(host: str, *, passing: bool) -> CollectError:
    """Code dns: the name has no address, or the resolver could not say."""
    if passing:
        sentence = f"The address of {host} could not be looked up just now. It is tried again at the next collection."
        return Passing("dns", sentence)
    return CollectError(
        "dns",
        f"No server is known under the name {host}. Check this machine's connection and name service; if the name "
        "stands in the register, check it there.",
    )


def address_refused(host: str, port: int) -> CollectError:
    """Code address_refused: the host lies in a private network."""
    return CollectError(
        "address_refused",
        f"{host} leads into a private network, where postreeve does not go. "
        f'If that is intended, an administrator can add "{host}:{port}" to allow_private.',
    )


def bad_url(host: str, why: str) -> CollectError:
    """Code bad_url: the address itself cannot be used."""
    named = f" of {host}" if host else ""
    return CollectError("bad_url", f"The account's address{named} {why}. Correct it in the register.")


def bad_redirect(host: str, why: str) -> CollectError:
    """Code bad_redirect: the server sends us to where we cannot go."""
    return CollectError(
        "bad_redirect",
        f"{host} passes us on to an address that {why}. Tell the people who run it.",
    )


def too_many_redirects(host: str, most: int) -> CollectError:
    """Code too_many_redirects."""
    return CollectError(
        "too_many_redirects",
        f"{host} passed us on more than {most} times without an answer. Check the address in the register.",
    )


def too_large(host: str, most: int) -> CollectError:
    """Code too_large: more than `most` bytes after unpacking."""
    return CollectError(
        "too_large",
        f"The answer of {host} is larger than {most / 2**20:.0f} MB and was not read. "
        "Check that the address is a feed, or ask its publisher for a shorter one.",
    )


def interrupted(host: str) -> Passing:
    """Code interrupted: the connection broke before the answer was complete."""
    return Passing(
        "interrupted",
        f"{host} broke off before its answer was complete. It is tried again at the next collection.",
    )


def bad_answer(host: str, what: str) -> CollectError:
    """Code bad_answer: the server answered, but not in a way that can be understood."""
    return CollectError(
        "bad_answer",
        f"{host} {what}. Check the address in the register, or tell those who run it.",
    )


def timed_out(host: str, *, connecting: bool) -> CollectError:
    """Code timeout: no connection, or no complete answer, in time."""
    if connecting:
        return Passing(
            "timeout",
            f"{host} could not be reached in time. It is tried again at the next collection.",
        )
    return CollectError(
        "timeout",
        f"{host} took too long to answer and was given up. It is tried again at the next collection.",
    )


def _not_connected(exc: Exception, host: str) -> CollectError:
    cause = exc.args[0] if exc.args else None  # httpcore puts it there, and cuts the chain of causes
    if isinstance(cause, ssl.SSLError):
        why = getattr(cause, "verify_message", "") or "the secure connection failed"
        return CollectError(
            "tls",
            f"{host} could not prove who it is ({why}). Tell the people who run it.",
        )
    if isinstance(cause, ConnectionRefusedError):
        return Passing(
            "refused",
            f"{host} refused the connection. The server may be down; check the address too.",
        )
    return Passing(
        "refused",
        f"No connection to {host} could be made. The server or the network may be down.",
    )


def from_network(exc: Exception, host: str) -> CollectError:
    """Turn an exception of the transport into the error that a person reads."""
    if isinstance(exc, httpcore.ConnectTimeout | httpcore.PoolTimeout):
        return timed_out(host, connecting=True)
    if isinstance(exc, httpcore.TimeoutException):
        return timed_out(host, connecting=False)
    if isinstance(exc, httpcore.ProxyError):
        return CollectError(
            "proxy",
            f"The council's proxy did not let us through to {host}. Ask those who run the proxy.",
        )
    if isinstance(exc, httpcore.ConnectError):
        return _not_connected(exc, host)
    if isinstance(exc, httpcore.NetworkError):
        return interrupted(host)
    if isinstance(exc, httpcore.RemoteProtocolError) and ("disconnected" in str(exc) or "closed" in str(exc)):
        return interrupted(host)
    return bad_answer(host, "gave an answer that is not proper HTTP")


_REFUSALS = {
    401: (
        "unauthorised",
        "{host} wants us to sign in (401). Check the account's access key with an administrator.",
    ),
    402: (
        "payment",
        "{host} wants to be paid before it answers (402). Check the platform's plan and credits.",
    ),
    403: (
        "forbidden",
        "{host} does not let us read this account (403). Check that it is public.",
    ),
    404: (
        "not_found",
        "{host} has nothing at this address (404). Check the address in the register.",
    ),
    410: (
        "gone",
        "{host} says that this address is gone for good (410). Close the account or enter its new address.",
    ),
}


def from_status(status: int, host: str) -> CollectError:
    """Turn a refusing status other than 429 and 5xx into the error that a person reads."""
    code, sentence = _REFUSALS.get(status, ("bad_answer", "{host} refused the request ({status})."))
    return CollectError(code, sentence.format(host=host, status=status))
