"""Who an AT Protocol account is: handle → DID → DID document → the server (PDS) that keeps its records.

Sources: the AT Protocol specifications for handles and DIDs (did:plc and did:web, the host alone).
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from collectors.base import Fetched, Http
from collectors.evidence import clean, read_json
from collectors.failures import bad_answer
from data.errors import CollectError
from data.model import Account

RESOLVER = "https://public.api.bsky.app"
DIRECTORY = "https://plc.directory"
REFUSED = (400, 404)


@dataclass(frozen=True, slots=True)
class Identity:
    """An account as its DID document has it: `handle` is the present one, `pds` the base address of its server."""

    did: str
    handle: str
    pds: str


def handle_of(account: Account) -> str:
    """Return the handle as the protocol writes it."""
    return account.handle.strip().removeprefix("at://").removeprefix("@").lower()


def read_object(fetched: Fetched) -> dict[str, Any]:
    """Return the JSON object that an answer holds; raise `CollectError` bad_answer when it holds none."""
    try:
        value = read_json(fetched.body)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_answer(fetched.url.split("/")[2], "gave an answer that is no JSON object")
    return value


def unknown(handle: str) -> CollectError:
    """Return the error for a handle or account that does not exist."""
    return CollectError(
        "unknown", f"Bluesky knows no account {handle}. Check its name in the register; it may have been renamed."
    )


def resolve_did(account: Account, http: Http) -> str:
    """Return the account's DID: the one known already, or the one its handle leads to."""
    handle = handle_of(account)
    for known in (account.platform_id, handle):
        if known.startswith("did:"):
            return known
    base = (account.service_url or RESOLVER).rstrip("/")
    answer = http.get(f"{base}/xrpc/com.atproto.identity.resolveHandle", params={"handle": handle}, accept=REFUSED)
    did = read_object(answer).get("did") if answer.status == 200 else None
    if not isinstance(did, str) or not did.startswith("did:"):
        raise unknown(handle)
    return did


def document_url(did: str, directory: str) -> str:
    """Return where the DID document is; raise `CollectError` unknown for a method that the protocol does not have."""
    method, _, rest = did.removeprefix("did:").partition(":")
    if method == "plc":
        return f"{(directory or DIRECTORY).rstrip('/')}/{quote(did, safe=':')}"
    host = unquote(rest)
    if method != "web" or not host or any(char in host for char in "/@?#\\ "):
        raise unknown(did)
    scheme = "http" if host.partition(":")[0] == "localhost" else "https"
    return f"{scheme}://{host}/.well-known/did.json"


def read_identity(did: str, document: dict[str, Any], handle: str) -> Identity:
    """Read a DID document; raise `CollectError` moved_away when it names no server."""
    names = document.get("alsoKnownAs")
    known = (
        [clean(name)[5:].lower() for name in names if clean(name).startswith("at://")]
        if isinstance(names, list)
        else []
    )
    services = document.get("service")
    for service in services if isinstance(services, list) else []:
        if isinstance(service, dict) and str(service.get("id", "")).endswith("#atproto_pds"):
            pds = clean(service.get("serviceEndpoint")).rstrip("/")
            return Identity(did, known[0] if known else "", pds)
    raise CollectError(
        "unknown", f"The Bluesky account {handle} names no server that keeps its posts; it may be closed."
    )


def identify(account: Account, http: Http) -> Identity:
    """Return who the account is now.

    A handle counts only if the DID document names it too. An account whose DID is known is collected under any
    handle; the first time, a handle that leads to an account of another name is refused (code renamed).
    """
    did, handle = resolve_did(account, http), handle_of(account)
    answer = http.get(document_url(did, account.plc_url), accept=(404, 410))
    if answer.status != 200:
        raise unknown(handle)
    found = read_identity(did, read_object(answer), handle)
    if not account.platform_id and not handle.startswith("did:") and found.handle != handle:
        there = f"one named {found.handle}" if found.handle else "one without a name"
        raise CollectError(
            "renamed", f"The name {handle} leads to a Bluesky account, but to {there}. Check the register."
        )
    return found
