"""A small HTTP server on loopback whose answers a test writes byte by byte: for what a proper server never does."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Exchange:
    """One request and the socket to answer it on; `gone` tells a route that goes on for ever to stop."""

    path: str
    headers: dict[str, str]
    connection: socket.socket
    stop: threading.Event

    def send(self, data: bytes) -> None:
        """Send raw bytes."""
        self.connection.sendall(data)

    def answer(self, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Send a proper answer; underscores in header names become hyphens."""
        head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
        head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.send("\r\n".join([*head, "", ""]).encode("latin-1") + (b"" if status == 304 else body))


def _head(connection: socket.socket) -> bytes:
    """Read a request's head; a TLS greeting, which a plain server does not understand, is answered here."""
    head = b""
    while b"\r\n\r\n" not in head:
        piece = connection.recv(65536)
        head += piece
        if head[:1] == b"\x16":
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        if not piece or head[:1] == b"\x16":
            return b""
    return head


Route = Callable[[Exchange], None]


@dataclass(slots=True)
class LocalServer:
    """Serves `routes` (path without query → route) and remembers every request in `seen`."""

    listener: socket.socket
    routes: dict[str, Route] = field(default_factory=dict)
    seen: list[Exchange] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def netloc(self) -> str:
        """host:port."""
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    @property
    def url(self) -> str:
        """The base address."""
        return f"http://{self.netloc}"

    def says(self, path: str, status: int = 200, body: bytes = b"", **headers: str) -> None:
        """Serve one fixed answer under `path`."""
        self.routes[path] = lambda exchange: exchange.answer(status, body, **headers)

    def in_turn(self, path: str, *routes: Route) -> None:
        """Serve the routes one after the other under `path`, the last one again and again."""
        left = list(routes)
        self.routes[path] = lambda exchange: (left.pop(0) if len(left) > 1 else left[0])(exchange)

    def serve(self) -> None:
        """Accept connections until the listener is closed."""
        while not self.stop.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            head = _head(connection)
            if not head:
                return
            first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.lower(): value.strip() for name, _, value in pairs}
            exchange = Exchange(first.split(" ")[1], headers, connection, self.stop)
            self.seen.append(exchange)
            route = self.routes.get(exchange.path.partition("?")[0])
            route(exchange) if route else exchange.answer(404)


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """Run a server in a thread on a free loopback port."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = LocalServer(listener)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
