"""Sign-in through the council's own OpenID Connect service (authorisation code with PKCE), for identity alone.

The service says who someone is; the session is ours: eight hours, on the server, revocable. What belongs to one attempt
(state, nonce, verifier) lies in a short-lived cookie that no script can read. The answer is a page that goes on by
itself: a cookie for our own site alone would not be sent along a redirect that another site began.

Sources: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3.7; RFC 7636 (PKCE); RFC 9207 (issuer in the answer).
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2 import OAuth2Error
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from data.config import Settings
from data.errors import NotAllowed
from data.model import Role
from data.services.identity import Vouched

ALGORITHMS = ["RS256", "PS256", "ES256"]
SECONDS = 10.0
LEEWAY = 60  # seconds that two clocks may differ by
FAILED = "Signing in through {} did not work ({}). Try again; if it goes on, tell the administrator."


@dataclass(frozen=True, slots=True)
class Attempt:
    """What belongs to one sign-in on its way: kept in the browser, compared when it comes back."""

    state: str
    nonce: str
    verifier: str
    wanted: str

    @staticmethod
    def new(wanted: str) -> "Attempt":
        """Return a fresh attempt that leads to the page `wanted`."""
        return Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), wanted)

    def packed(self) -> str:
        """Return it as the text of a cookie."""
        return json.dumps([self.state, self.nonce, self.verifier, self.wanted])

    @staticmethod
    def unpacked(text: str | None) -> "Attempt | None":
        """Return the attempt of a cookie, None when it is not one."""
        try:
            parts = json.loads(text or "")
        except ValueError:
            return None
        good = isinstance(parts, list) and len(parts) == 4 and all(isinstance(part, str) for part in parts)
        return Attempt(*parts) if good else None


class Provider:
    """The service of the settings. Its answers are read with a time limit and without following anything."""

    def __init__(self, settings: Settings, redirect: str) -> None:
        self.settings, self.redirect = settings, redirect
        self._known: Mapping[str, Any] = {}

    def address(self, attempt: Attempt) -> str:
        """Return where the browser goes to sign in; raise `NotAllowed` when the service does not answer."""
        with self._client() as client:
            endpoint = str(self._discovered()["authorization_endpoint"])
            more = {"state": attempt.state, "nonce": attempt.nonce, "code_verifier": attempt.verifier}
            address, _ = client.create_authorization_url(endpoint, **more)
        return str(address)

    def vouched(self, attempt: Attempt, query: Mapping[str, str]) -> Vouched:
        """Return whom the service vouches for; raise `NotAllowed` with a sentence for anything that is not right."""
        if not secrets.compare_digest(query.get("state", "").encode(), attempt.state.encode()):
            raise self._refused("the answer belongs to another attempt")
        if query.get("iss", self.settings.oidc_issuer).rstrip("/") != self.settings.oidc_issuer.rstrip("/"):
            raise self._refused("the answer is another service's")
        if "code" not in query:
            raise self._refused("you were not signed in there")
        try:
            claims = self._claims(attempt, query["code"])
        except (httpx.HTTPError, OAuth2Error, JoseError, ValueError, KeyError, TypeError) as error:
            raise self._refused(type(error).__name__) from error
        return self._told(claims)

    def _claims(self, attempt: Attempt, code: str) -> Mapping[str, Any]:
        """Exchange the code and verify what it brings: signature, issuer, audience, times, nonce."""
        found = self._discovered()
        with self._client() as client:
            brought = client.fetch_token(found["token_endpoint"], code=code, code_verifier=attempt.verifier)
        keys = KeySet.import_key_set(self._get(str(found["jwks_uri"])))
        token = jwt.decode(str(brought["id_token"]), keys, algorithms=ALGORITHMS)
        wanted = {
            "iss": {"essential": True, "value": found["issuer"]},
            "aud": {"essential": True, "value": self.settings.oidc_client_id},
            "nonce": {"essential": True, "value": attempt.nonce},
            "exp": {"essential": True},
            "sub": {"essential": True},
        }
        jwt.JWTClaimsRegistry(leeway=LEEWAY, **wanted).validate(token.claims)  # type: ignore[arg-type]
        return token.claims

    def _told(self, claims: Mapping[str, Any]) -> Vouched:
        email = str(claims.get("email") or "").strip().lower()
        sure = claims.get("email_verified") is True or self.settings.oidc_trust_email == "yes"
        if not email or not sure:
            raise self._refused("it names no confirmed e-mail address")
        name = str(claims.get("name") or "")
        return Vouched(str(claims["iss"]), str(claims["sub"]), email, name, self._roles(claims))

    def _roles(self, claims: Mapping[str, Any]) -> frozenset[Role] | None:
        """Return the roles of the groups that a person is in; None where roles are kept here alone."""
        if not self.settings.oidc_roles:
            return None
        named = claims.get(self.settings.oidc_claim) or []
        groups = {named} if isinstance(named, str) else {str(group) for group in named}
        pairs = (pair.partition("=") for pair in self.settings.oidc_roles)
        return frozenset(Role(role) for group, _, role in pairs if group in groups)

    def _discovered(self) -> Mapping[str, Any]:
        if not self._known:
            address = self.settings.oidc_issuer.rstrip("/") + "/.well-known/openid-configuration"
            try:
                found = self._get(address)
            except (httpx.HTTPError, ValueError) as error:
                raise self._refused(f"{type(error).__name__}: it does not answer") from error
            if str(found.get("issuer", "")).rstrip("/") != self.settings.oidc_issuer.rstrip("/"):
                raise self._refused("it calls itself by another name than the setting oidc_issuer")
            self._known = found
        return self._known

    def _get(self, address: str) -> Any:
        answer = httpx.get(address, timeout=SECONDS, follow_redirects=False)
        answer.raise_for_status()
        return answer.json()

    def _client(self) -> OAuth2Client:
        settings = self.settings
        return OAuth2Client(
            settings.oidc_client_id,
            settings.oidc_client_secret.reveal(),
            redirect_uri=self.redirect,
            scope="openid email profile",
            code_challenge_method="S256",
            timeout=SECONDS,
        )

    def _refused(self, why: str) -> NotAllowed:
        return NotAllowed(FAILED.format(self.settings.oidc_name, why))


def onward(wanted: str) -> str:
    """Return the page that goes on to `wanted` by itself, and by a link where that is switched off."""
    path = escape(wanted, quote=True)
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Signed in – postreeve</title>'
        f'<meta http-equiv="refresh" content="0; url={path}"></head>'
        f'<body><p>You are signed in. <a href="{path}">Go on to postreeve</a>.</p></body></html>'
    )
