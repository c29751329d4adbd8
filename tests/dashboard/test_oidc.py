"""Sign-in through another service: a real provider on loopback for the whole way, and one that lies for each check."""

import json
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboard import desk
from dashboard.desk import COOKIE
from dashboard.guard import Guard
from dashboard.oidc import Attempt, Provider, onward
from dashboard.signin import ROUTES
from data.config import Secret, Settings
from data.errors import NotAllowed
from data.model import Role
from data.services import identity, people
from data.services.actors import shell
from data.services.identity import Vouched
from data.store.engine import Store
from tests.support.filled import Council

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

CLIENT, KEY = "postreeve", RSAKey.generate_key(2048, {"kid": "one"})


@pytest.fixture
def provider() -> Iterator[str]:
    """A real provider; its address."""
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def door(store: Store, monkeypatch: pytest.MonkeyPatch, **settings: str) -> TestClient:
    monkeypatch.setenv("POSTREEVE_STORE", str(store.url))
    for name, value in settings.items():
        monkeypatch.setenv(f"POSTREEVE_{name.upper()}", value)
    desk.settings.cache_clear()
    desk.store.cache_clear()
    inside = Route("/{path:path}", lambda _: HTMLResponse("inside"))
    return TestClient(Starlette(routes=[*ROUTES, inside], middleware=[Middleware(Guard)]), follow_redirects=False)


@pytest.fixture
def client(
    sqlite_store: Store, council: Council, provider: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestClient]:
    """The door, with the provider beside it; staff are on the store."""
    yield door(sqlite_store, monkeypatch, oidc_issuer=provider, oidc_client_id=CLIENT, oidc_client_secret="s3cret")
    desk.store().close()
    desk.settings.cache_clear()
    desk.store.cache_clear()


def through(client: TestClient, provider: str, sub: str, claims: dict[str, Any], wanted: str = "/queue") -> Any:
    """Go the whole way as a browser does; return the answer to the provider's redirect."""
    httpx.put(f"{provider}/users/{sub}", json={"email_verified": True} | claims).raise_for_status()
    start = client.get(f"/sign-in/elsewhere?next={wanted}")
    assert start.status_code == 303
    back = httpx.post(start.headers["location"], data={"sub": sub}, follow_redirects=False)
    parts = urlsplit(back.headers["location"])
    return client.get(f"{parts.path}?{parts.query}")


def test_the_form_offers_it_by_name(client: TestClient) -> None:
    text = client.get("/sign-in?next=/queue").text
    assert 'href="/sign-in/elsewhere?next=/queue"' in text
    assert "Sign in with your council account" in text


def test_the_whole_way_leads_in_and_no_further_than_our_session(
    client: TestClient, provider: str, council: Council, sqlite_store: Store
) -> None:
    answer = through(client, provider, "s-1", {"email": council.reviewer.email, "name": "R"})
    assert answer.status_code == 200
    assert 'content="0; url=/queue"' in answer.text
    assert client.get("/queue").text == "inside"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    who = people.who(sqlite_store, client.cookies[COOKIE])
    assert who is not None
    assert (who.email, who.roles) == (council.reviewer.email, council.reviewer.roles)
    client.post("/sign-out", headers={"origin": "http://testserver"})
    assert client.get("/queue").status_code == 303


def test_somebody_without_a_part_here_stays_out(client: TestClient, provider: str, sqlite_store: Store) -> None:
    before = len(people.everyone(sqlite_store))
    answer = through(client, provider, "s-9", {"email": "mallory@elsewhere.example"})
    assert answer.status_code == 401
    assert "has no part in postreeve" in answer.text
    assert len(people.everyone(sqlite_store)) == before
    assert COOKIE not in client.cookies


def test_an_address_given_to_somebody_new_does_not_open_the_old_one_s_door(
    client: TestClient, provider: str, council: Council, sqlite_store: Store
) -> None:
    assert through(client, provider, "s-1", {"email": council.reviewer.email}).status_code == 200
    client.cookies.clear()
    answer = through(client, provider, "s-2", {"email": council.reviewer.email})
    assert answer.status_code == 401
    assert "may have been given to a new person" in answer.text
    identity.unlink(sqlite_store, "shell", council.reviewer.email)
    assert through(client, provider, "s-2", {"email": council.reviewer.email}).status_code == 200


def test_an_answer_without_its_attempt_is_turned_away(client: TestClient, provider: str, council: Council) -> None:
    httpx.put(f"{provider}/users/s-1", json={"email": council.reviewer.email})
    start = client.get("/sign-in/elsewhere")
    back = httpx.post(start.headers["location"], data={"sub": "s-1"}, follow_redirects=False)
    parts = urlsplit(back.headers["location"])
    client.cookies.clear()
    assert client.get(f"{parts.path}?{parts.query}").status_code == 403
    client.get("/sign-in/elsewhere")  # another attempt of the same browser
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 401
    assert "another attempt" in answer.text


def test_cancelled_there_is_told(client: TestClient) -> None:
    start = client.get("/sign-in/elsewhere")
    state = parse_qs(urlsplit(start.headers["location"]).query)["state"][0]
    answer = client.get(f"/sign-in/done?error=access_denied&state={state}")
    assert answer.status_code == 401
    assert "you were not signed in there" in answer.text


def test_without_the_setting_there_is_none(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = door(sqlite_store, monkeypatch)
    assert "elsewhere" not in client.get("/sign-in").text
    answer = client.get("/sign-in/elsewhere")
    assert answer.status_code == 502
    assert "No other service signs people in here" in answer.text


# ------------------------------------------------------------------ a provider that lies


@dataclass
class Liar:
    """A provider whose token is made by the test."""

    port: int = 0
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    key: Any = field(default_factory=lambda: KEY)
    issuer: str = ""
    status: int = 200
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def document(self, path: str) -> Any:
        """What it answers."""
        if path.endswith("/openid-configuration"):
            ends = {n: f"{self.url}/{n}" for n in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            return {"issuer": self.issuer or self.url, **ends}
        if path.endswith("/jwks_uri"):
            return {"keys": [KEY.as_dict(private=False) | {"kid": "one"}]}
        token = jwt.encode(self.header, self.claims, self.key, algorithms=[self.header["alg"]])
        return {"access_token": "a", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that says what the test wants."""
    state = Liar()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(state.document(self.path)).encode()
            self.send_response(state.status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            state.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield state
    server.shutdown()
    server.server_close()


ATTEMPT = Attempt("state", "nonce", "v" * 64, "/")
ANSWER = {"state": "state", "code": "c"}


def good(liar: Liar, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": liar.url, "aud": CLIENT, "sub": "s", "nonce": "nonce", "exp": now + 300, "iat": now}
    claims |= {"email": "Rita@council.example", "email_verified": True}
    return {n: v for n, v in (claims | changed).items() if v is not None}


def asked(liar: Liar, **settings: Any) -> Vouched:
    made = Settings(oidc_issuer=liar.url, oidc_client_id=CLIENT, oidc_client_secret=Secret("s3cret"), **settings)
    return Provider(made, "http://testserver/sign-in/done").vouched(ATTEMPT, ANSWER)


def test_a_good_token_is_believed_and_the_verifier_sent(liar: Liar) -> None:
    liar.claims = good(liar)
    assert asked(liar) == Vouched(liar.url, "s", "rita@council.example", "", None)
    assert liar.asked[0]["code_verifier"] == ["v" * 64]


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "other"},
        {"nonce": None},
        {"aud": "someone-else"},
        {"aud": ["other", "third"]},
        {"iss": "http://other.example"},
        {"exp": 1},
        {"exp": None},
        {"sub": None},
        {"email": None},
        {"email": ""},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email_verified": 0},
    ],
)
def test_a_token_that_is_not_right_is_refused(liar: Liar, changed: dict[str, Any]) -> None:
    liar.claims = good(liar, **changed)
    with pytest.raises(NotAllowed, match="did not work") as refused:
        asked(liar)
    assert "s3cret" not in str(refused.value)


def test_a_service_that_never_says_so_may_be_trusted_by_a_setting(liar: Liar) -> None:
    liar.claims = good(liar, email_verified=None)
    assert asked(liar, oidc_trust_email="yes").email == "rita@council.example"


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ({"alg": "HS256"}, OctKey.import_key(json.dumps(KEY.as_dict(private=False)))),
        ({"alg": "RS256", "kid": "one"}, RSAKey.generate_key(2048, {"kid": "one"})),
    ],
)
def test_a_token_signed_by_others_is_refused(liar: Liar, header: dict[str, Any], key: Any) -> None:
    liar.claims, liar.header, liar.key = good(liar), header, key
    with pytest.raises(NotAllowed, match="did not work"):
        asked(liar)


def test_a_service_of_another_name_or_one_that_fails_is_refused(liar: Liar) -> None:
    liar.claims, liar.issuer = good(liar), "http://other.example"
    with pytest.raises(NotAllowed, match="another name"):
        asked(liar)
    liar.issuer, liar.status = "", 500
    with pytest.raises(NotAllowed, match="does not answer"):
        asked(liar)


@pytest.mark.parametrize(
    ("groups", "roles"),
    [
        (["reviewers", "staff"], {Role.REVIEWER}),
        ("panel", {Role.PANEL}),
        (["panel", "reviewers"], {Role.PANEL, Role.REVIEWER}),
        ([], set()),
        (None, set()),
    ],
)
def test_roles_come_from_groups_where_that_is_set(liar: Liar, groups: Any, roles: set[Role]) -> None:
    liar.claims = good(liar, groups=groups)
    found = asked(liar, oidc_roles=("reviewers=reviewer", "panel=panel"))
    assert found.roles == roles


def test_roles_follow_the_groups_at_each_sign_in(sqlite_store: Store) -> None:
    def sign_in(*roles: Role) -> str:
        return identity.sign_in(sqlite_store, Vouched("http://i", "s", "new@council.example", "New", roles))

    token = sign_in(Role.REVIEWER)
    who = people.who(sqlite_store, token)
    assert who is not None
    assert (who.name, who.roles) == ("New", {Role.REVIEWER})
    sign_in()
    again = people.who(sqlite_store, token)
    assert again is not None
    assert again.roles == frozenset()  # also of the session that is there
    people.set_active(sqlite_store, shell(), "new@council.example", False)
    with pytest.raises(NotAllowed, match="may not sign in"):
        sign_in(Role.REVIEWER)


@pytest.mark.parametrize("text", [None, "", "x", "{}", "[1,2,3,4]", '["a","b","c"]', "[]"])
def test_an_odd_cookie_is_no_attempt(text: str | None) -> None:
    assert Attempt.unpacked(text) is None


def test_an_attempt_keeps_its_parts() -> None:
    made = Attempt.new("/queue?x=%22")
    assert Attempt.unpacked(made.packed()) == made
    assert len({made.state, made.nonce, made.verifier}) == 3
    assert 43 <= len(made.verifier) <= 128  # RFC 7636, section 4.1


def test_the_way_on_is_inert() -> None:
    assert '"><script>' not in onward('/"><script>')
