"""The two routes of a chat in OpenAI's shapes, and the models that they offer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.responses import Response, StreamingResponse

from service.api.access.gate import confined_to
from service.api.chat.asked import ChatRequest, ModelName, ResponseRequest, questions
from service.api.chat.shapes import Chunks, Events, Shape
from service.api.chat.text import ChatText
from service.api.observing.telemetry import counted
from service.api.replies import NOT_FOUND, REFUSALS, AsciiJSON, object_of
from service.api.working import STREAM, STREAMED, Teller, followed, run_for
from service.error_documents import failure, status_named
from service.jobs import Event, JobCancelled, JobRunner, JobStopped, Running, UnknownJob
from service.requests import AskRequest, DraftRequest
from service.review.core import ReviewCore

_KIND: Final = "chat"
_RESPONSE: Final = "resp_"
"""Before the id of the job that made it."""
_KEPT: Final = 20
"""Questions before that a response remembers."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """What is asked, after which questions; `kept`: another may go on from it."""

    model: ModelName
    questions: tuple[str, ...]
    stream: bool
    kept: bool = True


def add_chat(app: FastAPI, review: ReviewCore, jobs: JobRunner) -> None:
    """Add the routes to the app."""

    @app.get(
        "/v1/models",
        summary="The models of a chat",
        response_class=Response,
        responses={200: {"content": object_of("object", "data")}, **REFUSALS},
    )
    def list_models() -> Response:
        return AsciiJSON({"object": "list", "data": [_model(name) for name in get_args(ModelName)]})

    @app.get(
        "/v1/models/{model_id}",
        summary="A model of a chat",
        response_class=Response,
        responses={200: {"content": object_of("id", "object")}, **NOT_FOUND, **REFUSALS},
    )
    def get_model(model_id: str) -> Response:
        if model_id not in get_args(ModelName):
            return AsciiJSON(
                failure("NotFound", f"there is no model {model_id[:60]!r}", then="GET /v1/models lists them"), 404
            )
        return AsciiJSON(_model(model_id))

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
        usage = asked.stream_options is not None and asked.stream_options.include_usage
        turn = _Turn(asked.model, tuple(questions(asked.messages)), asked.stream, kept=False)
        return await _replied(
            request, review, jobs, turn, lambda job: Chunks(f"chatcmpl-{job}", asked.model, int(time.time()), usage)
        )

    @app.post(
        "/v1/responses",
        summary="Ask or draft, in the shape of OpenAI's responses",
        response_class=Response,
        responses={
            200: {"content": object_of("id", "object", "status", "model", "output") | STREAMED},
            **NOT_FOUND,
            **REFUSALS,
        },
    )
    async def create_response(asked: ResponseRequest, request: Request) -> Response:
        previous, said = asked.previous_response_id, asked.input
        try:
            before = () if previous is None else _questions_of(jobs, previous, confined_to(request.scope))
        except UnknownJob as error:
            then = "send the messages before as `input`"
            return AsciiJSON(failure("UnknownResponse", str(error), field="previous_response_id", then=then), 404)
        now = [said] if isinstance(said, str) else questions(said)
        turn = _Turn(asked.model, (*before, *now), asked.stream, kept=asked.store is not False)
        return await _replied(
            request, review, jobs, turn, lambda job: Events(_RESPONSE + job, asked.model, int(time.time()), previous)
        )


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "litweave"}


def _questions_of(jobs: JobRunner, response: str, key: str | None) -> tuple[str, ...]:
    """What was asked up to a response of this API key. Raises `UnknownJob` where nothing (more) is known of it."""
    job_id = response.removeprefix(_RESPONSE)
    with suppress(UnknownJob):
        if response != job_id and jobs.job(job_id, key=key).kind == _KIND:
            kept = jobs.jobs.request(job_id).get("questions", ())
            if kept:
                return tuple(map(str, kept))
    raise UnknownJob(f"there is no response {response[:60]!r}: it was not kept, or newer ones have taken its place")


async def _replied(
    request: Request, review: ReviewCore, jobs: JobRunner, turn: _Turn, shaped: Callable[[str], Shape]
) -> Response:
    *before, question = turn.questions

    def work(teller: Teller) -> dict[str, Any]:
        if turn.model == "litweave-draft":
            return counted(review.draft(DraftRequest(question), run_for(teller)).as_document())
        return counted(review.ask(AskRequest(question, before=tuple(before)), run_for(teller)).as_document())

    asked = {"model": turn.model, "question": question}
    kept = {"questions": turn.questions[-_KEPT:]} if turn.kept else {}
    job = jobs.submit(_KIND, asked | kept, work, read_along=True)
    running = jobs.running(job.id)
    assert running is not None  # it was started by this process
    shape, base = shaped(job.id), str(request.base_url).rstrip("/")
    if turn.stream:
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
