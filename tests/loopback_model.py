"""An OpenAI-compatible server on loopback whose replies are a script's; it answers while `held` is not set."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from service.llm import Message
from tests.scripted_models import Script, kind_of


class LoopbackModel(ThreadingHTTPServer):
    """`hold` is asked of every call before it is answered, and may wait."""

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.held: dict[str, threading.Event] = {}
        """By kind of prompt: a call of that kind waits for the event. `waiting` is set once one does."""
        self.waiting = threading.Event()

    @property
    def environment(self) -> dict[str, str]:
        """What a service needs to ask this model alone."""
        return {
            "LITWEAVE_MODEL": "openai/scripted",
            "LITWEAVE_API_BASE": f"http://127.0.0.1:{self.server_port}/v1",
            "LITWEAVE_API_KEY": "none",
            "LITWEAVE_MODEL_REQUESTS": "loopback",
        }


class _Handler(BaseHTTPRequestHandler):
    server: LoopbackModel

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        messages = [Message(m["role"], _words(m["content"])) for m in body["messages"]]
        if (gate := self.server.held.get(kind_of(messages))) is not None:
            self.server.waiting.set()
            gate.wait(60)
        text = self.server.script(messages)
        usage = {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}
        head = {"id": "1", "created": 1, "model": "scripted"}
        if body.get("stream"):
            chunk = head | {"object": "chat.completion.chunk"}
            pieces: list[dict[str, Any]] = [
                chunk | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": text}}]},
                chunk | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
                chunk | {"choices": [], "usage": usage},
            ]
            self._sent(
                "".join(f"data: {json.dumps(piece)}\n\n" for piece in pieces) + "data: [DONE]\n\n", "event-stream"
            )
        else:
            choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
            document = head | {"object": "chat.completion", "choices": [choice], "usage": usage}
            self._sent(json.dumps(document), "json")

    def _sent(self, content: str, kind: str) -> None:
        raw = content.encode()
        self.send_response(200)
        self.send_header("content-type", f"{'text' if kind == 'event-stream' else 'application'}/{kind}")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is printed."""


def _words(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@contextmanager
def loopback_model(script: Script) -> Iterator[LoopbackModel]:
    """The server while the block runs."""
    server = LoopbackModel(script)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        for gate in server.held.values():
            gate.set()
        server.shutdown()
        server.server_close()
