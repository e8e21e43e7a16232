"""The two routes of a chat in OpenAI's shapes, and the models that they offer."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal, get_args
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from service.api.chat.shapes import Chunks, Events, Shape
from service.api.chat.text import ChatText
from service.api.observing.telemetry import counted
from service.api.replies import REFUSALS, AsciiJSON, object_of
from service.api.requests import Words
from service.api.working import STREAM, STREAMED, Teller, followed, run_for
from service.error_documents import status_named
from service.errors import UsageError
from service.jobs import Event, JobCancelled, JobRunner, JobStopped, Running
from service.requests import AskRequest, DraftRequest
from service.review.core import ReviewCore

ModelName = Literal["litweave-ask", "litweave-draft"]
Content = str | list[dict[str, Any]]


class ChatMessage(BaseModel):
    """One message; the user's last is asked, and those before it say what a follow-up goes on from."""

    model_config = ConfigDict(extra="ignore")
    role: str
    content: Content | None = None


class ChatRequest(BaseModel):
    """`POST /v1/chat/completions`. What other models are told (temperature and the like) is taken and has no effect."""

    model_config = ConfigDict(extra="ignore")
    model: ModelName
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1000)]
    stream: Annotated[bool, Field(strict=True)] = False


class ResponseRequest(BaseModel):
    """`POST /v1/responses`, otherwise as `ChatRequest`."""

    model_config = ConfigDict(extra="ignore")
    model: ModelName
    input: Words | Annotated[list[ChatMessage], Field(max_length=1000)]
    stream: Annotated[bool, Field(strict=True)] = False


def add_chat(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    """Add the routes to the app."""

    @app.get(
        "/v1/models",
        summary="The models of a chat",
        response_class=Response,
        responses={200: {"content": object_of("object", "data")}, **REFUSALS},
    )
    def list_models() -> Response:
        named = ({"id": name, "object": "model", "created": 0, "owned_by": "litweave"} for name in get_args(ModelName))
        return AsciiJSON({"object": "list", "data": list(named)})

    @app.post(
        "/v1/chat/completions",
        summary="Ask or draft, in the shape of OpenAI's chat completions",
        response_class=Response,
        responses={
            200: {"content": object_of("id", "object", "created", "model", "choices", "usage") | STREAMED},
            **REFUSALS,
        },
    )
    async def create_chat_completion(asked: ChatRequest, request: Request) -> Response:
        shape = Chunks(f"chatcmpl-{secrets.token_hex(12)}", asked.model, int(time.time()))
        return await _replied(request, review, jobs, shape, _questions(asked.messages), stream=asked.stream)

    @app.post(
        "/v1/responses",
        summary="Ask or draft, in the shape of OpenAI's responses",
        response_class=Response,
        responses={200: {"content": object_of("id", "object", "status", "model", "output") | STREAMED}, **REFUSALS},
    )
    async def create_response(asked: ResponseRequest, request: Request) -> Response:
        shape = Events(f"resp_{secrets.token_hex(12)}", asked.model, int(time.time()))
        questions = [asked.input] if isinstance(asked.input, str) else _questions(asked.input)
        return await _replied(request, review, jobs, shape, questions, stream=asked.stream)


def _questions(messages: list[ChatMessage]) -> list[str]:
    """The words of the user's messages, the last of which is asked. Raises `UsageError` where there is none."""
    said = [m.content for m in messages if m.role == "user" and m.content is not None]
    if not said:
        raise UsageError("the messages hold none of the user: send one with role user")
    parts = ([c] if isinstance(c, str) else [str(part.get("text", "")) for part in c] for c in said)
    return ["\n".join(filter(None, texts)) for texts in parts]


async def _replied(
    request: Request, review: ReviewCore, jobs: JobRunner, shape: Shape, questions: list[str], *, stream: bool
) -> Response:
    *before, question = questions

    def work(teller: Teller) -> dict[str, Any]:
        if shape.model == "litweave-draft":
            return counted(review.draft(DraftRequest(question), run_for(teller)).as_document())
        return counted(review.ask(AskRequest(question, before=tuple(before)), run_for(teller)).as_document())

    job = jobs.submit("chat", {"model": shape.model, "question": question}, work, read_along=True)
    running = jobs.running(job.id)
    assert running is not None  # it was started by this process
    base = str(request.base_url).rstrip("/")
    if stream:
        return StreamingResponse(_streamed(running, shape, base), media_type=STREAM)
    watching = asyncio.ensure_future(_ended_with_its_client(request, running))
    try:
        return await _whole(running, shape, base)
    finally:
        watching.cancel()


async def _ended_with_its_client(request: Request, running: Running) -> None:
    """The body has been read, so the next message but an empty end of it is the disconnect."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    running.end(JobCancelled("its reader has left"))


async def _whole(running: Running, shape: Shape, base: str) -> Response:
    text, pieces = ChatText(), []
    async for event in _events(running):
        if event.kind == "sentence":
            pieces.append(text.sentence(event.data))
        elif event.kind == "error":
            return AsciiJSON({"error": event.data["error"]}, status_named(event.data["error"]["type"]))
        elif event.kind == "document":
            urls = _urls(event.data, base)
            pieces.append(text.ending(event.data, urls))
            return AsciiJSON(shape.whole("".join(pieces), _annotations(text, event.data, urls), event.data))
    raise JobStopped("the service is being stopped; ask again when it is back")


async def _streamed(running: Running, shape: Shape, base: str) -> AsyncIterator[str]:
    text, pieces = ChatText(), []
    for line in shape.begun():
        yield line
    async for event in _events(running):
        if event.kind == "sentence":
            pieces.append(text.sentence(event.data))
            yield shape.piece(pieces[-1])
        elif event.kind == "error":
            yield f"data: {json.dumps({'error': event.data['error']})}\n\n"
        elif event.kind == "document":
            urls = _urls(event.data, base)
            pieces.append(text.ending(event.data, urls))
            yield shape.piece(pieces[-1])
            for line in shape.ended("".join(pieces), _annotations(text, event.data, urls), event.data):
                yield line


async def _events(running: Running) -> AsyncIterator[Event]:
    async for event in followed(running):
        if event is not None:
            yield event


def _urls(document: dict[str, Any], base: str) -> dict[str, str]:
    """Where each reference can be read: its own address, its DOI, else its page here."""
    return {reference["label"]: _url(reference, base) for reference in document["references"]}


def _url(reference: dict[str, Any], base: str) -> str:
    doi = f"https://doi.org/{reference['doi']}" if reference["doi"] else None
    return reference["url"] or doi or f"{base}/papers/{quote(reference['paper_id'], safe='')}"


def _annotations(text: ChatText, document: dict[str, Any], urls: dict[str, str]) -> list[dict[str, Any]]:
    titles = {reference["label"]: reference["title"] for reference in document["references"]}
    return [
        {"start_index": c.start, "end_index": c.end, "url": urls[c.label], "title": titles[c.label]}
        for c in text.cited
        if c.label in urls
    ]
