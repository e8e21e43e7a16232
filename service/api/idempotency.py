"""`Idempotency-Key`: a POST that is sent twice is done once, and answered twice."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from email.message import Message as Mail
from typing import IO, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.access.gate import KEY
from service.api.access.scopes import needed
from service.api.bodies import ClientGone
from service.error_documents import error_document, failure, http_status
from service.errors import LibraryError, UsageError
from service.jobs.replies import Begun, KeptReplies, KeptReply

MAX_CHARS: Final = 200
_KEY: Final = re.compile(rf"[\x21-\x7e]{{1,{MAX_CHARS}}}")
_NOT_KEPT: Final = frozenset({401, 403, 409, 429})
"""What another try may end differently; 5xx likewise."""
_MOST_BYTES: Final = 10_000_000
_IN_MEMORY: Final = 1_000_000
_STREAM: Final = "text/event-stream"


class Idempotency:
    """Keeps replies for a day, by key of the caller, address and `Idempotency-Key`; streams are left alone."""

    def __init__(self, app: ASGIApp, *, replies: KeptReplies) -> None:
        self._app = app
        self._replies = replies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("idempotency-key")
        if given is None or _STREAM in headers.get("accept", ""):
            await self._app(scope, receive, send)
            return
        if not _KEY.fullmatch(given):
            told = f"an Idempotency-Key is 1 to {MAX_CHARS} characters of ASCII without spaces"
            document = failure(
                UsageError.__name__, told, field="Idempotency-Key", then="send a random one, e.g. a UUID"
            )
            await JSONResponse(document, 422)(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            try:
                digest = await _taken(headers, receive, body)
            except ClientGone:
                return
            except HTTPException as error:
                refusal = JSONResponse(failure("SourceTooLarge", error.detail), error.status_code)
                await refusal(scope, receive, send)
                return
            await self._once(_name(scope, given), digest, scope, _read_again(body, receive), send)

    async def _once(self, name: str, digest: str, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            begun = await run_in_threadpool(self._replies.begin, name, digest)
        except LibraryError as error:
            # A full disk: what only reads may as well be done again.
            reading = needed("POST", scope["path"]) == "read"
            app = self._app if reading else JSONResponse(error_document(error), http_status(error))
            await app(scope, receive, send)
            return
        if begun != "new":
            await _known(begun)(scope, receive, send)
            return
        answer = _Answer(send)
        try:
            await self._app(scope, receive, answer.take)
        finally:
            await self._settle(name, answer.whole())
        await answer.forward()

    async def _settle(self, name: str, reply: KeptReply | None) -> None:
        try:
            if reply is not None and _is_final(reply) and len(reply.body) <= _MOST_BYTES:
                await run_in_threadpool(self._replies.finish, name, reply)
            else:
                await run_in_threadpool(self._replies.abandon, name)
        except LibraryError:
            return  # what was done is done, and answered


class _Answer:
    """A reply that is held back until it is kept: who sends the request again then finds it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._parts: list[bytes] = []
        self._ended = False
        self._passing = False

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            self._passing = Headers(raw=message["headers"]).get("content-type", "").startswith(_STREAM)
        if self._passing:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._parts.append(message.get("body", b""))
            self._ended = not message.get("more_body", False)

    def whole(self) -> KeptReply | None:
        """The reply, once it is complete."""
        if self._start is None or not self._ended or self._passing:
            return None
        headers = tuple((n.decode("latin-1").lower(), v.decode("latin-1")) for n, v in self._start["headers"])
        kept = tuple((name, value) for name, value in headers if name != "content-length")
        return KeptReply(self._start["status"], kept, b"".join(self._parts))

    async def forward(self) -> None:
        if self._start is not None and not self._passing:
            await self._send(self._start)
            await self._send({"type": "http.response.body", "body": b"".join(self._parts)})


class _Digest:
    """SHA-256 of a body that comes in pieces; the boundary of its parts, another one each time, does not count."""

    def __init__(self, boundary: bytes) -> None:
        self._boundary = boundary
        self._hash = hashlib.sha256()
        self._rest = b""

    def update(self, piece: bytes) -> None:
        if not self._boundary:
            self._hash.update(piece)
            return
        *whole, last = (self._rest + piece).split(self._boundary)
        for part in whole:
            self._hash.update(part + b"--")
        cut = max(0, len(last) - len(self._boundary) + 1)
        self._hash.update(last[:cut])
        self._rest = last[cut:]

    def hexdigest(self) -> str:
        self._hash.update(self._rest)
        self._rest = b""
        return self._hash.hexdigest()


async def _taken(headers: Headers, receive: Receive, body: IO[bytes]) -> str:
    """Put the body aside; returns a digest of what is asked. Raises `ClientGone`, `HTTPException`."""
    mail = Mail()
    mail["content-type"] = headers.get("content-type", "")
    digest = _Digest(str(mail.get_param("boundary", "") or "").encode("utf-8", "replace"))
    digest.update(f"{mail.get_content_type()} {'respond-async' in headers.get('prefer', '').lower()} ".encode())
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        piece = message.get("body", b"")
        digest.update(piece)
        await run_in_threadpool(body.write, piece)
        more = message.get("more_body", False)
    body.seek(0)
    return digest.hexdigest()


def _read_again(body: IO[bytes], receive: Receive) -> Receive:
    ended = False

    async def again() -> Message:
        nonlocal ended
        if ended:
            return await receive()
        piece = await run_in_threadpool(body.read, 1 << 16)
        ended = len(piece) < 1 << 16
        return {"type": "http.request", "body": piece, "more_body": not ended}

    return again


def _name(scope: Scope, given: str) -> str:
    """What the reply is kept under: the client's own word is not kept."""
    parts = [scope.get(KEY, ""), scope["path"], scope["query_string"].decode("latin-1"), given]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _is_final(reply: KeptReply) -> bool:
    """Whether another try would end alike: not where the status, or the error itself, says that it may not."""
    if reply.status >= 500 or reply.status in _NOT_KEPT:
        return False
    if reply.status < 400 or dict(reply.headers).get("content-type") != "application/json":
        return True
    return not json.loads(reply.body)["error"].get("retryable")


def _known(begun: Begun) -> Response:
    if isinstance(begun, KeptReply):
        headers = dict(begun.headers) | {"idempotency-replayed": "true"}
        return Response(begun.body, begun.status, headers=headers)
    if begun == "running":
        told = "the first request with this Idempotency-Key is still being worked on"
        document = failure("StillRunning", told, retryable=True, then="send it again in a moment")
        return JSONResponse(document, 409, headers={"Retry-After": "1"})
    told = "another request was sent with this Idempotency-Key"
    return JSONResponse(
        failure("KeyReused", told, field="Idempotency-Key", then="take a new one for each new request"), 422
    )
