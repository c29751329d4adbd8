"""A webhook on loopback that keeps what is posted and answers as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Hook:
    """What was posted: path and document; what to answer; `cut` ends the connection without an answer."""

    status: int = 200
    location: str = ""
    cut: bool = False
    posted: list[tuple[str, Any]] = field(default_factory=list)
    place: str = ""

    def url(self, path: str = "/services/T0/B0/canary-secret-hook") -> str:
        """Return an address with a secret in it."""
        return f"http://{self.place}{path}"


@contextmanager
def hook_server() -> Iterator[Hook]:
    """Serve a webhook on a free port."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.posted.append((self.path, json.loads(body)))
            if hook.cut:
                return
            self.send_response(hook.status)
            if hook.location:
                self.send_header("Location", hook.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.place = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
