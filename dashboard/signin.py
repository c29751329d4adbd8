"""Sign-in and sign-out: plain forms of our own, outside Streamlit, that work without scripts.

The token of a sign-in lives in a cookie that no script can read and no other site can send. Against forged sign-ins the
form carries the same random word as a cookie; sign-out is refused when another site asks for it.
"""

import secrets
from html import escape
from pathlib import Path
from string import Template
from typing import Literal
from urllib.parse import parse_qs, quote, unquote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from dashboard import desk, oidc
from dashboard.desk import COOKIE
from dashboard.guard import cookie, same_site
from data.errors import NotAllowed
from data.services import identity, people

FORM_COOKIE = "postreeve_form"
ATTEMPT_COOKIE = "postreeve_attempt"
LARGEST = 16_384  # bytes of a sign-in form
STATIC = Path(__file__).with_name("static")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'"
STALE = "This form was open for too long, or your browser keeps no cookies. Please try again."


async def form(request: Request) -> Response:
    """Show the sign-in form."""
    return _page(request, next_path(request.query_params.get("next", "")))


async def sign_in(request: Request) -> Response:
    """Take the form: a cookie and the page that was wanted, or the form again with a sentence."""
    fields = await _fields(request)
    wanted, email = next_path(fields.get("next", "")), fields.get("email", "").strip()
    if not _same_form(request, fields.get("word", "")):
        return _page(request, wanted, email, STALE, 403)
    try:
        token = await run_in_threadpool(people.sign_in, desk.store(), email, fields.get("password", ""))
    except NotAllowed as error:
        return _page(request, wanted, email, str(error), 401)
    answer = RedirectResponse(wanted, 303)
    _set(request, answer, COOKIE, token, int(people.SESSION.total_seconds()))
    answer.delete_cookie(FORM_COOKIE, path="/sign-in")
    return answer


async def elsewhere(request: Request) -> Response:
    """Send the browser to the council's own service."""
    wanted = next_path(request.query_params.get("next", ""))
    attempt = oidc.Attempt.new(wanted)
    try:
        address = await run_in_threadpool(_provider(request).address, attempt)
    except NotAllowed as error:
        return _page(request, wanted, error=str(error), status=502)
    answer = RedirectResponse(address, 303)
    # Lax, not strict: the service sends the browser back from another site.
    _set(request, answer, ATTEMPT_COOKIE, quote(attempt.packed()), 600, "/sign-in", samesite="lax")
    return answer


async def vouched(request: Request) -> Response:
    """Take the service's answer: a session of ours, or the form again with a sentence."""
    attempt = oidc.Attempt.unpacked(unquote(cookie(request.headers, ATTEMPT_COOKIE) or ""))
    if attempt is None:
        return _page(request, "/", error=STALE, status=403)
    try:
        who = await run_in_threadpool(_provider(request).vouched, attempt, dict(request.query_params))
        token = await run_in_threadpool(identity.sign_in, desk.store(), who)
    except NotAllowed as error:
        return _page(request, attempt.wanted, error=str(error), status=401)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    answer = HTMLResponse(oidc.onward(next_path(attempt.wanted)), headers=headers)
    _set(request, answer, COOKIE, token, int(people.SESSION.total_seconds()))
    answer.delete_cookie(ATTEMPT_COOKIE, path="/sign-in")
    return answer


def _provider(request: Request) -> oidc.Provider:
    settings = desk.settings()
    if not settings.oidc_issuer:
        raise NotAllowed("No other service signs people in here. Use your e-mail address and password.")
    base = settings.dashboard_url.rstrip("/") or str(request.base_url).rstrip("/")
    return oidc.Provider(settings, f"{base}/sign-in/done")


async def sign_out(request: Request) -> Response:
    """End the sign-in on the server, then forget the cookie."""
    if not same_site(request.headers):
        return Response("This sign-out came from another site and was not carried out.", 403)
    token = cookie(request.headers, COOKIE)
    if token:
        await run_in_threadpool(people.sign_out, desk.store(), token)
    answer = RedirectResponse("/sign-in?out=1", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def next_path(wanted: str) -> str:
    """Return where to go after signing in: a path of ours, never another site."""
    parts = urlsplit(wanted.replace("\\", "/"))
    ours = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not wanted.startswith("//")
    plain = wanted.isprintable() and not wanted.startswith(("/sign-", "/\\"))
    return wanted if wanted and ours and plain else "/"


def _page(request: Request, wanted: str, email: str = "", error: str = "", status: int = 200) -> Response:
    word = cookie(request.headers, FORM_COOKIE) or secrets.token_urlsafe(24)
    notice = "You are signed out." if request.query_params.get("out") and not error else ""
    html = Template((STATIC / "sign_in.html").read_text(encoding="utf-8")).substitute(
        title="Error: sign in" if error else "Sign in",
        style=(STATIC / "sign_in.css").read_text(encoding="utf-8"),
        error=f'<p class="error" id="error" role="alert"><strong>Error:</strong> {escape(error)}</p>' if error else "",
        notice=f'<p class="notice" role="status">{notice}</p>' if notice else "",
        described='aria-describedby="error"' if error else "",
        email=escape(email),
        next=escape(wanted),
        word=escape(word),
        elsewhere=_elsewhere(wanted),
    )
    answer = HTMLResponse(html, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})
    _set(request, answer, FORM_COOKIE, word, 3600, "/sign-in")
    return answer


def _elsewhere(wanted: str) -> str:
    """Return the way to the council's own service, where there is one."""
    settings = desk.settings()
    if not settings.oidc_issuer:
        return ""
    address = escape(f"/sign-in/elsewhere?next={quote(wanted)}")
    return f'<p><a class="button" href="{address}">Sign in with {escape(settings.oidc_name)}</a></p>'


async def _fields(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return {}
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _same_form(request: Request, word: str) -> bool:
    mine = cookie(request.headers, FORM_COOKIE)
    return bool(mine) and secrets.compare_digest(mine.encode(), word.encode()) and same_site(request.headers)


def _set(
    request: Request,
    answer: Response,
    name: str,
    text: str,
    seconds: int,
    path: str = "/",
    samesite: Literal["strict", "lax"] = "strict",
) -> None:
    """Set a cookie for us alone: unreadable to scripts, unsent by other sites, over TLS only where there is TLS."""
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto", "") == "https"
    answer.set_cookie(name, text, max_age=seconds, path=path, secure=secure, httponly=True, samesite=samesite)


ROUTES: list[BaseRoute] = [
    Route("/sign-in", form, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["POST"]),
    Route("/sign-in/elsewhere", elsewhere, methods=["GET"]),
    Route("/sign-in/done", vouched, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
]
