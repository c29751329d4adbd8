"""A small feed server on loopback for whole runs: what it serves can be changed while it runs."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def rss(numbers: Sequence[int], name: str = "a", texts: Mapping[int, str] | None = None) -> bytes:
    """Return an RSS feed of posts by number, newest (highest) first, one an hour."""
    items = "".join(
        f"<item><guid isPermaLink='false'>{name}-{n}</guid><link>https://www.council.example/{name}/{n}</link>"
        f"<pubDate>{format_datetime(START + timedelta(hours=n))}</pubDate>"
        f"<description>{escape((texts or {}).get(n, f'Notice {n} of {name}'))}</description></item>"
        for n in sorted(numbers, reverse=True)
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title>{items}</channel></rss>".encode()


@dataclass
class FeedServer:
    """Serves `bodies` by path; notes what was asked."""

    port: int = 0
    bodies: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """host:port, as allow_private has it."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{self.place}/{path}"


@contextmanager
def feed_server() -> Iterator[FeedServer]:
    """Run a server until the block ends."""
    state = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.strip("/")
            state.asked.append(path)
            body = state.bodies.get(path)
            tag = f'"{hashlib.sha256(body or b"").hexdigest()}"'
            same = body is not None and self.headers.get("If-None-Match") == tag
            self.send_response(404 if body is None else 304 if same else 200)
            self.send_header("ETag", tag)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(b"" if same or body is None else body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
