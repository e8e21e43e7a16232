"""A stream of events, as the service sends it: what is shown meanwhile, a line that breaks, errors, leaving."""

from __future__ import annotations

import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import anyio
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from page_reader import Page
from page_server import serving
from scripted_review import ANSWER, ScriptedReview

from service.api import create_app


def event(number: int, name: str, data: object) -> str:
    return f"id: job-1:{number}\nevent: {name}\ndata: {json.dumps(data)}\n\n"


class Script:
    """A service that sends scripted events; `go` lets it send what follows the first sentence."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.breaks = False
        self.fails = False
        self.left = threading.Event()
        self.resumed_after: list[str | None] = []
        document = ANSWER.as_document()
        passage = {"paper_id": "p-kite", "title": "KITE", "quote": "It is slow.", "start": 85, "end": 96, "year": 2024}
        self.before = [
            event(1, "job", {"job": {"id": "job-1", "kind": "ask", "state": "running"}}),
            event(2, "step", {"step": "searched", "text": "searched 44,117 papers", "counts": {"papers": 44117}}),
            event(3, "evidence", {"passages": [passage]}),
            event(4, "sentence", {"section": None, "paragraph": 0, "sentence": document["sentences"][1]}),
        ]
        refusal = {
            "type": "ModelError",
            "message": "the model is gone",
            "retryable": True,
            "field": None,
            "next": "wait",
        }
        self.document = event(5, "document", document)
        self.error = event(5, "error", {"error": refusal})

    def app(self) -> FastAPI:
        outer = FastAPI()

        @outer.post("/v1/ask")
        async def ask(request: Request) -> StreamingResponse:
            assert "text/event-stream" in request.headers["accept"]
            return StreamingResponse(self._first(), media_type="text/event-stream")

        @outer.get("/v1/jobs/job-1/events")
        async def events(request: Request) -> StreamingResponse:
            self.resumed_after.append(request.headers.get("last-event-id"))
            return StreamingResponse(iter([self.document]), media_type="text/event-stream")

        outer.mount("/", create_app(ScriptedReview()))
        return outer

    async def _first(self) -> AsyncIterator[str]:
        for text in self.before:
            # Cut anywhere: an event need not come in one piece.
            yield text[:17]
            yield text[17:]
        yield ": heartbeat\n\n"
        try:
            while not self.go.is_set():
                await anyio.sleep(0.02)
        finally:
            self.left.set()
        if not self.breaks:
            yield self.error if self.fails else self.document


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def streamed(script: Script, visit: Callable[[str], Page]) -> Iterator[Page]:
    with serving(script.app()) as base:
        yield visit(base)
        script.go.set()


def asked(page: Page) -> Any:
    page.open("/?q=How%20do%20they%20differ%3F")
    page.says("#result", "searched 44,117 papers")
    page.says("#result", "1 paper to quote from")
    page.says("#result", ANSWER.sentences[1].text[:20])
    assert not page.all("#result .reference")


def test_steps_and_sentences_are_shown_as_they_come(streamed: Page, script: Script) -> None:
    """Each sentence with its evidence, before the whole is there; then the whole takes their place."""
    asked(streamed)
    assert "exact" in streamed.text("#result button.cite")
    script.go.set()
    streamed.until(lambda: streamed.all("#result .reference"), "the document")
    assert not streamed.all(".spinner")


BOX = "return document.querySelector(arguments[0]).getBoundingClientRect()[arguments[1]]"
FOCUSED = "return document.activeElement.closest('.sentence')?.innerText ?? document.activeElement.closest('aside')?.id"


def whole(page: Page, script: Script) -> None:
    """Let the whole document come, and wait for it."""
    script.go.set()
    page.until(lambda: page.all("#result .reference"), "the document")


@pytest.mark.parametrize("width", [1440, 900, 360])
def test_a_card_that_was_opened_meanwhile_stays_open(streamed: Page, script: Script, width: int) -> None:
    """At the same citation of the same sentence, on which another click or Escape leads back."""
    sentence = ANSWER.as_document()["sentences"][3]
    script.before[3] = event(4, "sentence", {"section": None, "paragraph": 0, "sentence": sentence})
    streamed.size(width)
    streamed.open("/?q=How%20do%20they%20differ%3F")
    streamed.one("#result button.cite").click()
    streamed.says("#card blockquote", sentence["citations"][0]["quote"])
    whole(streamed, script)
    assert streamed.text("#card blockquote") == sentence["citations"][0]["quote"]
    assert streamed.run("return document.querySelector('#card').checkVisibility()")
    assert streamed.run(FOCUSED) == "card"
    assert sentence["text"] in streamed.text(".sentence:has(.cite.open)")
    if width == 900:
        assert abs(streamed.run(BOX, "#card", "top") - streamed.run(BOX, ".cite.open", "bottom")) < 20
    streamed.press("\ue00c")
    assert sentence["text"] in streamed.run(FOCUSED)


def test_what_is_read_meanwhile_keeps_its_place(streamed: Page, script: Script) -> None:
    """On the screen, and the focus, though what stands above it grows."""
    streamed.size(360, 240)
    asked(streamed)
    streamed.run("scrollTo(0, document.querySelector('.sentence').offsetTop - 60)")
    assert streamed.run("return scrollY") > 0
    streamed.press("j")
    streamed.press("\ue004")
    text = ANSWER.sentences[1].text[:20]
    assert text in streamed.run(FOCUSED)
    before = streamed.run(BOX, ":focus", "top")
    whole(streamed, script)
    assert text in streamed.run(FOCUSED)
    assert streamed.run("return document.activeElement.matches('button.cite')")
    assert abs(streamed.run(BOX, ":focus", "top") - before) < 1


def test_a_line_that_breaks_is_taken_up_again(streamed: Page, script: Script) -> None:
    """From the last event that was seen."""
    script.breaks = True
    asked(streamed)
    script.go.set()
    streamed.until(lambda: streamed.all("#result .reference"), "the document")
    assert script.resumed_after == ["job-1:4"]


def test_an_error_at_the_end_is_told_with_the_next_step(streamed: Page, script: Script) -> None:
    """And what may be done."""
    script.fails = True
    asked(streamed)
    script.go.set()
    streamed.says("#result .notice", "the model is gone (wait)")
    streamed.says("#result", "Try again")


def test_stopping_ends_the_request(streamed: Page, script: Script) -> None:
    """The service hears that nobody reads any more."""
    asked(streamed)
    streamed.one("#result button:not(.cite)").click()
    streamed.says("#result .notice", "Stopped.")
    assert script.left.wait(20)
    assert not script.go.is_set()
