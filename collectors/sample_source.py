"""The synthetic council's feeds, served on loopback over real HTTP: RSS, Atom and JSON Feed, with ETag and 304."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape as xml

from data.clock import Clock
from data.errors import UseError
from data.samples import council
from data.samples.council import SamplePost

TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
Rows = Sequence[tuple[SamplePost, datetime]]


def render(account: str, now: datetime) -> tuple[str, bytes]:
    """Return (content type, body) of an account's feed, newest post first."""
    rows = sorted(((p, p.published(now)) for p in council.posts(account)), key=lambda row: row[1], reverse=True)
    kind = council.feed_format(account)
    makers: dict[str, Callable[[str, Rows], str]] = {"rss": _rss, "atom": _atom, "json": _json}
    return f"{TYPES[kind]}; charset=utf-8", makers[kind](account, rows).encode()


@contextmanager
def serve(clock: Clock, port: int = 0) -> Iterator[int]:
    """Serve the feeds on 127.0.0.1 until the block ends; yield the port (any free one for 0)."""
    known = {row["id"] for row in council.accounts()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with a feed, with 304 when the asker has it already, or with 404."""
            account = self.path.strip("/")
            if account not in known:
                self._answer(404, "text/plain", b"There is no such feed.")
                return
            kind, body = render(account, clock())
            tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
            same = self.headers.get("If-None-Match") == tag
            self._answer(304 if same else 200, kind, b"" if same else body, tag)

        def _answer(self, status: int, kind: str, body: bytes, tag: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if tag:
                self.send_header("ETag", tag)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise UseError(
            f"Port {port}, on which this demonstration's feeds were, is in use. Choose a new --dir."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="sample-source", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br/>")


def _link(post: SamplePost) -> str:
    return f"https://www.{council.DOMAIN}/{post.account}/{post.number}"


def _rss(account: str, rows: Rows) -> str:
    items = "".join(
        f"<item><guid isPermaLink='false'>{xml(p.id)}</guid><link>{xml(_link(p))}</link>"
        f"<pubDate>{format_datetime(at)}</pubDate><description>{xml(_html(p.text))}</description></item>"
        for p, at in rows
    )
    head = f"<title>{xml(account)}</title><link>https://www.{council.DOMAIN}/</link><description>Posts</description>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def _atom(account: str, rows: Rows) -> str:
    entries = "".join(
        f"<entry><id>{xml(p.id)}</id><title/><link href='{xml(_link(p))}'/><published>{at.isoformat()}</published>"
        f"<updated>{at.isoformat()}</updated><content type='html'>{xml(_html(p.text))}</content></entry>"
        for p, at in rows
    )
    newest = rows[0][1].isoformat() if rows else "2026-01-01T00:00:00Z"
    head = f"<id>tag:{council.DOMAIN},2026:{xml(account)}</id><title>{xml(account)}</title><updated>{newest}</updated>"
    return f"<?xml version='1.0' encoding='utf-8'?><feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>"


def _json(account: str, rows: Rows) -> str:
    items = [{"id": p.id, "url": _link(p), "content_text": p.text, "date_published": at.isoformat()} for p, at in rows]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": account, "items": items})
