"""A server on loopback that replies as it is told, on real sockets, and keeps what it was asked.

`ReplyServer({"/api.crossref.org/works": [reply(...), fault...]})`: the replies of a path come in order, the last again
and again. A reply is a `Canned`, or a function of the request that returns one.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Canned:
    """What is sent. `cut`: the connection is closed before the last bytes; `drip_s`: seconds between single bytes."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    drip_s: float = 0.0
    waits_for: threading.Event | None = None


Answer = Canned | Callable[[Asked], Canned]


class ReplyServer:
    """Serves until `close`; `asked` holds every request in order."""

    def __init__(self, answers: Mapping[str, Sequence[Answer] | Answer]) -> None:
        self._answers = {path: list(a) if isinstance(a, list | tuple) else [a] for path, a in answers.items()}
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def answer(self, path: str, *answers: Answer) -> None:
        """From now on answer a path so."""
        with self._lock:
            self._answers[path] = list(answers)

    def _answer(self, asked: Asked) -> Canned:
        with self._lock:
            self.asked.append(asked)
            answers = self._answers.get(asked.path)
            if answers is None:
                return Canned(b"no such path", 404)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return answer if isinstance(answer, Canned) else answer(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                canned = server._answer(Asked(parts.path, dict(parse_qsl(parts.query)), headers))
                if canned.waits_for is not None:
                    canned.waits_for.wait(60)
                with suppress(OSError):  # the client may go away
                    self._send(canned)

            def _send(self, canned: Canned) -> None:
                self.send_response(canned.status)
                for name, value in canned.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(canned.body)))
                self.end_headers()
                body = canned.body[: len(canned.body) - canned.cut]
                if not canned.drip_s:
                    self.wfile.write(body)
                for byte in body if canned.drip_s else b"":
                    self.wfile.write(bytes((byte,)))
                    self.wfile.flush()
                    time.sleep(canned.drip_s)
                if canned.cut:
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def serving(answers: Mapping[str, Sequence[Answer] | Answer]) -> Iterator[ReplyServer]:
    """A server for the length of a test."""
    server = ReplyServer(answers)
    try:
        yield server
    finally:
        server.close()
