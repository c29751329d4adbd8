"""The door: sign-in, sign-out, headers, and what is turned away."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard import desk
from dashboard.desk import COOKIE
from dashboard.guard import Guard
from dashboard.signin import LARGEST, ROUTES, next_path
from data.model import Person
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.filled import PASSWORD, Council

HOST = {"origin": "http://testserver"}


async def page(request: Request) -> Response:
    """What Streamlit would serve."""
    return HTMLResponse("inside")


async def socket(ws: WebSocket) -> None:
    """What Streamlit would talk through."""
    await ws.accept()
    await ws.send_text("inside")
    await ws.close()


@pytest.fixture
def reviewer(council: Council) -> Person:
    """Someone with a password."""
    return council.reviewer


@pytest.fixture
def client(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The door with something behind it, on a store of its own."""
    monkeypatch.setenv("POSTREEVE_STORE", str(sqlite_store.url))
    desk.settings.cache_clear()
    desk.store.cache_clear()
    inside = [Route("/{path:path}", page, methods=["GET", "POST"]), WebSocketRoute("/_stcore/stream", socket)]
    app = Starlette(routes=[*ROUTES, *inside], middleware=[Middleware(Guard)])
    yield TestClient(app, follow_redirects=False)
    desk.store().close()
    desk.settings.cache_clear()
    desk.store.cache_clear()


def word(client: TestClient) -> str:
    text = client.get("/sign-in").text
    return text.split('name="word" value="')[1].split('"')[0]


def sign_in(client: TestClient, email: str, password: str = PASSWORD, **more: str) -> Response:
    fields = {"email": email, "password": password, "word": word(client), **more}
    return client.post("/sign-in", data=fields, headers=HOST)  # type: ignore[return-value]


def test_a_page_without_sign_in_leads_to_the_form(client: TestClient) -> None:
    answer = client.get("/alert?alert=3")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Falert%3Falert%3D3"


@pytest.mark.parametrize("path", ["/_stcore/host-config", "/media/x.png", "/component/x", "/_stcore/upload_file/1"])
def test_what_is_no_page_is_refused(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.post("/anything").status_code == 401


def test_the_socket_stays_shut(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/_stcore/stream"):
        pass


def test_signing_in_opens_pages_and_socket(client: TestClient, reviewer: Person) -> None:
    answer = sign_in(client, reviewer.email, next="/alert?alert=3")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/alert?alert=3"
    assert client.get("/queue").text == "inside"
    with client.websocket_connect("/_stcore/stream", headers=HOST) as ws:
        assert ws.receive_text() == "inside"


def test_the_cookie_is_for_us_alone(client: TestClient, reviewer: Person) -> None:
    answer = sign_in(client, reviewer.email)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))  # type: ignore[attr-defined]
    for needed in ("HttpOnly", "SameSite=strict", "Max-Age=28800", "Path=/"):
        assert needed in cookie, needed
    assert "Secure" not in cookie


def test_behind_tls_the_cookie_is_secure(client: TestClient, reviewer: Person) -> None:
    fields = {"email": reviewer.email, "password": PASSWORD, "word": word(client)}
    answer = client.post("/sign-in", data=fields, headers=HOST | {"x-forwarded-proto": "https"})
    assert "Secure" in next(c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE))


def test_a_wrong_password_is_told_without_saying_which_part(client: TestClient, reviewer: Person) -> None:
    wrong, unknown = sign_in(client, reviewer.email, "not it at all"), sign_in(client, "nobody@fernbrook.example")
    assert wrong.status_code == unknown.status_code == 401
    assert people.REFUSED in wrong.text  # type: ignore[attr-defined]
    assert people.REFUSED in unknown.text  # type: ignore[attr-defined]
    assert "not it at all" not in wrong.text  # type: ignore[attr-defined]


def test_guessing_is_throttled(client: TestClient, reviewer: Person) -> None:
    for _ in range(people.FREE_TRIES):
        sign_in(client, reviewer.email, "a wrong password")
    assert sign_in(client, reviewer.email).status_code == 401
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    ("headers", "good_word"),
    [
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        (HOST, False),
        (HOST | {"sec-fetch-site": "cross-site"}, True),
    ],
)
def test_a_forged_form_signs_nobody_in(
    client: TestClient, reviewer: Person, headers: dict[str, str], good_word: bool
) -> None:
    right = word(client)
    fields = {"email": reviewer.email, "password": PASSWORD, "word": right if good_word else "guessed"}
    answer = client.post("/sign-in", data=fields, headers=headers)
    assert answer.status_code == 403
    assert COOKIE not in client.cookies


def test_signing_out_ends_the_sign_in_on_the_server(client: TestClient, reviewer: Person) -> None:
    sign_in(client, reviewer.email)
    token = client.cookies[COOKIE]
    assert client.post("/sign-out", headers={"origin": "https://evil.example"}).status_code == 403
    assert client.get("/queue").status_code == 200
    assert client.post("/sign-out", headers=HOST).headers["location"] == "/sign-in?out=1"
    client.cookies.set(COOKIE, token)  # someone kept it
    assert client.get("/queue").status_code == 303


def test_who_may_no_longer_sign_in_is_out_at_once(client: TestClient, sqlite_store: Store, reviewer: Person) -> None:
    sign_in(client, reviewer.email)
    people.set_active(sqlite_store, shell(), reviewer.email, False)
    assert client.get("/queue").status_code == 303


def test_strict_headers_on_every_answer(client: TestClient, reviewer: Person) -> None:
    sign_in(client, reviewer.email)
    for path in ("/queue", "/sign-in", "/static/x.js"):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY"
    assert client.get("/queue").headers["cache-control"] == "no-store"


def test_the_form_escapes_what_it_is_given(client: TestClient) -> None:
    answer = sign_in(client, '"><script>x</script>', next='/"><script>')
    assert "<script" not in answer.text  # type: ignore[attr-defined]


def test_a_huge_form_is_not_read(client: TestClient) -> None:
    answer = client.post("/sign-in", data={"email": "x" * (LARGEST + 1)}, headers=HOST)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/queue", "/queue"),
        ("/alert?alert=3", "/alert?alert=3"),
        ("", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nset-cookie: x", "/"),
        ("/sign-out", "/"),
        ("queue", "/"),
    ],
)
def test_signing_in_never_leads_elsewhere(wanted: str, path: str) -> None:
    assert next_path(wanted) == path
