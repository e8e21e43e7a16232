"""An OpenAI-compatible server on loopback, on real sockets, that answers each request with a chosen fault.

`FaultServer(["status:500", "ok"])` fails the first request and answers the second; the last fault repeats.
It keeps every request it was sent, so tests count them, and notes when a client went away.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from service.llm import QuoteReply, ReplyForm, Text

REPLY = '{"claims": [{"text": "Kites glide.", "quotes": []}], "missing": ["naïve cost – 日本"]}'
"""A good reply; its form is `KiteReply`."""
USAGE = {"prompt_tokens": 20, "completion_tokens": 10, "total_tokens": 30}


class KiteClaim(ReplyForm):
    """One sentence."""

    text: Text
    quotes: list[QuoteReply]


class KiteReply(ReplyForm):
    """What the tests here ask for."""

    claims: list[KiteClaim]
    missing: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Request:
    """What one client sent."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))


@dataclass
class Exchange:
    """One connection's request and the socket to answer on."""

    request: Request
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    server: FaultServer

    async def head(self, status: int, kind: str, extra: dict[str, str], length: int | None = None) -> None:
        lines = [f"HTTP/1.1 {status} Status", f"content-type: {kind}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in extra.items()]
        lines += [f"content-length: {length}"] if length is not None else ["transfer-encoding: chunked"]
        await self.raw(("\r\n".join(lines) + "\r\n\r\n").encode())

    async def raw(self, content: bytes) -> None:
        self.writer.write(content)
        await self.writer.drain()

    async def chunk(self, content: bytes) -> None:
        await self.raw(f"{len(content):x}\r\n".encode() + content + b"\r\n")

    async def whole(self, status: int, content: bytes, kind: str = "application/json", **extra: str) -> None:
        await self.head(status, kind, extra, len(content))
        await self.raw(content)

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def gone(self, within_s: float) -> bool:
        """Wait until the client closes its side; note when it does."""
        try:
            async with asyncio.timeout(within_s):
                while await self.reader.read(4096):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            pass
        self.server.left.append(time.monotonic())
        return True


Play = Callable[[Exchange], Awaitable[None]]


def completion(text: str | None, finish: str = "stop", **more: Any) -> dict[str, Any]:
    """A chat.completion document."""
    message = {"role": "assistant", "content": text} | more.pop("message", {})
    choices = [{"index": 0, "message": message, "finish_reason": finish}]
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": choices,
        "usage": USAGE,
    } | more


def event(text: str | None, finish: str | None = None, **more: Any) -> bytes:
    """One server-sent event of a stream."""
    delta = {"content": text} if text is not None else {}
    document: dict[str, Any] = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    document["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return b"data: " + json.dumps(document | more, ensure_ascii=False).encode() + b"\n\n"


def pieces(text: str, size: int = 9) -> list[str]:
    return [text[i : i + size] for i in range(0, len(text), size)]


def say(text: str | None, finish: str = "stop", *, usage: bool = True, **more: Any) -> Play:
    """A whole, well-formed reply, streamed when asked for."""

    async def play(to: Exchange) -> None:
        if not to.request.streams:
            document = completion(text, finish, **more)
            if not usage:
                del document["usage"]
            await to.whole(200, json.dumps(document, ensure_ascii=False).encode())
            return
        await to.head(200, "text/event-stream", {})
        for piece in pieces(text or ""):
            await to.chunk(event(piece))
        await to.chunk(event(None, finish))
        if usage:
            await to.chunk(b"data: " + json.dumps(completion("") | {"choices": [], "usage": USAGE}).encode() + b"\n\n")
        await to.chunk(b"data: [DONE]\n\n")
        await to.raw(b"0\r\n\r\n")

    return play


def status(code: int, message: str = "it broke", error_code: str | None = None, **extra: str) -> Play:
    """An error document; `extra` headers, `_` for `-`."""
    headers = {name.replace("_", "-"): value for name, value in extra.items()}
    document = {"error": {"message": message, "type": "some_error", "param": None, "code": error_code}}

    async def play(to: Exchange) -> None:
        key = to.request.headers.get("authorization", "")
        await to.whole(code, json.dumps(document).replace("KEY", key).encode(), **headers)

    return play


def body(content: bytes, kind: str, code: int = 200) -> Play:
    async def play(to: Exchange) -> None:
        await to.whole(code, content, kind)

    return play


async def reset(to: Exchange) -> None:
    """The connection is reset before any answer."""
    to.reset()


async def hang(to: Exchange) -> None:
    """Accepted, read, never answered."""
    await to.gone(to.server.patience_s)


async def drip(to: Exchange) -> None:
    """A byte now and then: no single read ever times out."""
    if to.request.streams:
        await to.head(200, "text/event-stream", {})
    else:
        await to.head(200, "application/json", {}, 100_000)
    ends = time.monotonic() + to.server.patience_s
    leaving = asyncio.create_task(to.gone(to.server.patience_s))
    while time.monotonic() < ends and not leaving.done():
        await (to.chunk(event("k")) if to.request.streams else to.raw(b" "))
        await asyncio.sleep(0.05)
    leaving.cancel()


async def cut(to: Exchange) -> None:
    """Half an answer, then a clean end: nothing on the wire says that anything is missing."""
    half = REPLY[: len(REPLY) // 2]
    if not to.request.streams:
        await to.whole(200, json.dumps(completion(REPLY)).encode()[:90])
        return
    await to.head(200, "text/event-stream", {})
    for piece in pieces(half):
        await to.chunk(event(piece))
    await to.raw(b"0\r\n\r\n")


async def torn(to: Exchange) -> None:
    """Half an answer, then a reset."""
    if to.request.streams:
        await to.head(200, "text/event-stream", {})
        for piece in pieces(REPLY[:30]):
            await to.chunk(event(piece))
    else:
        await to.head(200, "application/json", {}, 5000)
        await to.raw(json.dumps(completion(REPLY)).encode()[:90])
    await asyncio.sleep(0.05)
    to.reset()


async def split_utf8(to: Exchange) -> None:
    """Every byte in a segment of its own: characters arrive in halves."""
    if not to.request.streams:
        content = json.dumps(completion(REPLY), ensure_ascii=False).encode()
        await to.head(200, "application/json", {}, len(content))
        for byte in content:
            await to.raw(bytes([byte]))
        return
    await to.head(200, "text/event-stream", {})
    for byte in b"".join(event(piece) for piece in pieces(REPLY)) + event(None, "stop") + b"data: [DONE]\n\n":
        await to.chunk(bytes([byte]))
    await to.raw(b"0\r\n\r\n")


async def bad_utf8(to: Exchange) -> None:
    """A character of which the second half is missing."""
    broken = REPLY.replace("ï", "").encode().replace(b"", b"\xc3")
    if not to.request.streams:
        content = json.dumps(completion("")).encode().replace(b"", broken.replace(b'"', b'\\"'))
        await to.whole(200, content)
        return
    await to.head(200, "text/event-stream", {})
    await to.chunk(event("").replace(b"", broken.replace(b'"', b'\\"')))
    await to.chunk(event(None, "stop") + b"data: [DONE]\n\n")
    await to.raw(b"0\r\n\r\n")


async def no_choices(to: Exchange) -> None:
    if not to.request.streams:
        await to.whole(200, json.dumps(completion("") | {"choices": []}).encode())
        return
    await to.head(200, "text/event-stream", {})
    await to.chunk(b"data: " + json.dumps(completion("") | {"choices": []}).encode() + b"\n\ndata: [DONE]\n\n")
    await to.raw(b"0\r\n\r\n")


HTML = b"<!DOCTYPE html><html><body>Please log in to the hotel network</body></html>"
TOO_LONG = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
FAULTS: dict[str, Play] = {
    "ok": say(REPLY),
    "no usage": say(REPLY, usage=False),
    "prose around": say(f"Sure! Here it is:\n```json\n{REPLY}\n```\nAnything else?"),
    "thinking": say(f'<think>{{"claims": no}}</think>{REPLY}'),
    "empty": say(""),
    "blank": say("  \n "),
    "null text": say(None),
    "no choices": no_choices,
    "length": say(REPLY[:40], "length"),
    "content filter": say("", "content_filter"),
    "refusal": say("I'm sorry, but I can't help with that."),
    "wrong schema": say('{"claims": "none"}'),
    "not json": say("Kites glide, as the sources say."),
    "html 200": body(HTML, "text/html"),
    "garbage 200": body(b"\x00\x01{nope", "application/json"),
    "html 502": body(HTML, "text/html", 502),
    "cut": cut,
    "torn": torn,
    "split utf8": split_utf8,
    "bad utf8": bad_utf8,
    "reset": reset,
    "hang": hang,
    "drip": drip,
    "context 400": status(400, TOO_LONG, "context_length_exceeded"),
    "bad request 400": status(400, "temperature must be a number"),
    "filtered 400": status(400, "The response was filtered due to content management policy.", "content_filter"),
    "echoed key 401": status(401, "Incorrect API key provided: KEY", "invalid_api_key"),
    "quota 429": status(429, "You exceeded your current quota", "insufficient_quota"),
    "unknown model 404": status(404, "The model `m` does not exist", "model_not_found"),
    "later 429": status(429, retry_after="0"),
    "ms 429": status(429, retry_after_ms="40"),
    "date 429": status(429, retry_after="Sun, 06 Nov 1994 08:49:37 GMT"),
    "absurd 429": status(429, retry_after="999999999"),
    "an hour 429": status(429, retry_after="1800"),
    "redirect 307": status(307, location="http://127.0.0.1:9/elsewhere?key=secret"),
}


def fault(name: str) -> Play:
    """A fault by name; `status:503` is that status."""
    kind, _, code = name.partition(":")
    return status(int(code)) if kind == "status" else FAULTS[name]


@dataclass
class FaultServer:
    """Runs while it is entered. `requests` and `left` (monotonic times at which clients went away) grow."""

    script: Sequence[str | Play]
    patience_s: float = 20.0
    requests: list[Request] = field(default_factory=list)
    left: list[float] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    @property
    def api_base(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> FaultServer:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        answering: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

        def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.create_task(self._answer(reader, writer))
            answering[task] = writer
            task.add_done_callback(answering.pop)

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await self._stop.wait()
        # Python 3.11 forgets the open socket of a client that is being let in when the server closes; it would wait on.
        self._loop.remove_reader(server.sockets[0].fileno())
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for writer in answering.values():
                writer.transport.abort()
            await asyncio.wait(others, timeout=0.05)
        server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            request = await _read(reader)
            self.requests.append(request)
            at = min(len(self.requests), len(self.script)) - 1
            chosen = self.script[at]
            await (fault(chosen) if isinstance(chosen, str) else chosen)(Exchange(request, reader, writer, self))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the client went away, or the server stops
        finally:
            self.open_now -= 1
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(head[0].split()[1], headers, json.loads(content or b"{}"))
