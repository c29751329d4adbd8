"""The door of the dashboard: no page and no socket without a live sign-in, and strict headers on every answer."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import desk
from dashboard.desk import COOKIE
from data.services import people

OPEN = (
    "/sign-in",
    "/sign-in/elsewhere",
    "/sign-in/done",
    "/sign-out",
    "/static/",
    "/favicon.png",
    "/manifest.json",
    "/_stcore/health",
)
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' blob:",  # no unsafe-eval: charts and components draw without it
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # no-referrer would also hide from us which site sent a form
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """ASGI middleware around everything that Streamlit serves."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through when its path is open or its cookie a live sign-in; turn it away otherwise."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        allowed = _is_open(scope["path"]) or await run_in_threadpool(signed_in, headers)
        if scope["type"] == "websocket":
            if allowed and same_site(headers):
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 4401, "reason": "signed out"})
            return
        answer = self._app if allowed else _turned_away(scope)
        await answer(scope, receive, _with_headers(send))


def same_site(headers: Headers) -> bool:
    """Say whether a request comes from a page of ours: its origin, where a browser names one, is our host."""
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host", "")


def cookie(headers: Headers, name: str) -> str:
    """Return a cookie's value, empty when there is none."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def signed_in(headers: Headers) -> bool:
    """Say whether the request carries the token of a live sign-in."""
    return people.who(desk.store(), cookie(headers, COOKIE)) is not None


def _is_open(path: str) -> bool:
    return any(path == known or (known.endswith("/") and path.startswith(known)) for known in OPEN)


def _turned_away(scope: Scope) -> ASGIApp:
    if scope["method"] != "GET" or scope["path"].startswith(("/_stcore/", "/media/", "/component/")):
        return PlainTextResponse("Sign in first.", status_code=401)
    query = scope["query_string"].decode("latin-1")
    wanted = scope["path"] + (f"?{query}" if query else "")
    return RedirectResponse("/sign-in" if wanted == "/" else f"/sign-in?next={quote(wanted, safe='')}", 303)


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, text in HEADERS.items():
                headers.setdefault(name, text)
            if "text/html" in headers.get("content-type", ""):
                headers["Cache-Control"] = "no-store"
        await send(message)

    return sending
