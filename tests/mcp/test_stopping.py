"""A client that cancels or goes away stops the work it started; the server goes on."""

from __future__ import annotations

import threading
from typing import Any

import anyio
import pytest
from agent import failure, structured
from jsonschema import validate
from mcp import Client
from scripted_review import ANSWER, ScriptedReview

from service.api.leaving import Cancellable
from service.errors import LibraryBusy, ModelCancelled, UsageError
from service.mcp.server import build_server
from service.mcp.tools import tools
from service.records import Answer
from service.requests import AS_USUAL, AskRequest, Run


class Patient(ScriptedReview):
    """Works on a question until it is cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.working = threading.Event()
        self.cancelled = threading.Event()
        self.released = 0

    def ask(self, request: AskRequest, run: Run = AS_USUAL) -> Answer:
        if "long" not in request.question:
            return ANSWER
        assert run.started is not None
        run.started(_Work(self.cancelled))
        self.working.set()
        assert self.cancelled.wait(60)
        raise ModelCancelled("the client has gone")

    def release(self) -> None:
        self.released += 1


class _Work(Cancellable):
    def __init__(self, event: threading.Event) -> None:
        self._event = event

    def cancel(self) -> None:
        self._event.set()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_cancelling_stops_the_models_work_and_the_next_call_is_answered(mode: str) -> None:
    """The notice of the protocol reaches the deadline of the running request; the library is let go of."""
    core = Patient()

    async def run() -> Any:
        async with Client(build_server(lambda _create: core, allow_import=False), mode=mode) as client:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as group:

                    async def ask() -> None:
                        await client.call_tool("ask", {"question": "a long one"})

                    group.start_soon(ask)
                    await anyio.to_thread.run_sync(core.working.wait, 60)
                    scope.cancel()
            await anyio.to_thread.run_sync(core.cancelled.wait, 60)
            return await client.call_tool("ask", {"question": "a short one"})

    result = anyio.run(run)
    assert core.cancelled.is_set()
    assert structured(result)["question"] == ANSWER.question
    assert core.released == 2


def test_a_busy_library_is_worth_another_try() -> None:
    """A failed call, with the contract's error and that the same call may succeed later."""
    core = ScriptedReview(raises=LibraryBusy("process 7 has it", command="litweave import"))
    core.release = lambda: None  # type: ignore[attr-defined]

    async def run() -> Any:
        async with Client(build_server(lambda _create: core, allow_import=False)) as client:
            return await client.call_tool("ask", {"question": "Why?"})

    result = anyio.run(run)
    told = failure(result)
    assert (told["type"], told["message"], told["retryable"]) == ("LibraryBusy", "process 7 has it", True)
    assert "may succeed later" in result.content[0].text


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("LibraryBusy", LibraryBusy("process 7 has it")),
        ("InternalError", RuntimeError("a fault")),
        ("UsageError", UsageError("no such page")),
    ],
)
@pytest.mark.parametrize("name", tools(allow_import=True))
def test_no_failure_breaks_the_schema_of_its_tool(name: str, kind: str, error: Exception) -> None:
    """What is sent holds either no structured form or one that the tool's schema allows, and always the message."""
    given = {
        "find_quote": {"text": "a"},
        "check_text": {"text": "a"},
        "get_paper": {"papers": ["a"]},
        "import": {"content": "@misc{a}"},
        "search_papers": {"query": "a"},
        "draft_related_work": {"topic": "a"},
    }.get(name, {"question": "a"})

    def opening(_create: bool) -> ScriptedReview:
        raise error

    async def run() -> tuple[Any, Any]:
        async with Client(build_server(opening, allow_import=True)) as client:  # type: ignore[arg-type]
            listed = {tool.name: tool.output_schema for tool in (await client.list_tools()).tools}
            return listed[name], await client.call_tool(name, given)

    schema, result = anyio.run(run)
    sent = result.model_dump(mode="json", by_alias=True, exclude_none=True)
    if "structuredContent" in sent:
        validate(sent["structuredContent"], schema)
    told = failure(result)
    assert told["type"] == kind
    assert told["message"]


def test_a_fault_of_our_own_does_not_end_the_server() -> None:
    """Its details stay in the log."""
    core = ScriptedReview(raises=RuntimeError("a secret path"))
    core.release = lambda: None  # type: ignore[attr-defined]

    async def run() -> tuple[Any, Any]:
        async with Client(build_server(lambda _create: core, allow_import=False)) as client:
            failed = await client.call_tool("search_papers", {"query": "kites"})
            core.raises = None
            return failed, await client.call_tool("search_papers", {"query": "kites"})

    failed, well = anyio.run(run)
    assert failure(failed)["type"] == "InternalError"
    assert "secret" not in failed.content[0].text
    assert not well.is_error


def test_progress_is_told_to_who_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """While a call works, its client hears so, which keeps it from giving up."""
    monkeypatch.setattr("service.mcp.server._BEAT_S", 0.01)
    core = Patient()
    heard: list[tuple[float, str | None]] = []

    async def run() -> Any:
        async def progress(done: float, _total: float | None, message: str | None) -> None:
            heard.append((done, message))
            if len(heard) == 3:
                core.cancelled.set()

        async with Client(build_server(lambda _create: core, allow_import=False), mode="legacy") as client:
            return await client.call_tool("ask", {"question": "a long one"}, progress_callback=progress)

    result = anyio.run(run)
    assert failure(result)["type"] == "ModelCancelled"
    assert [message for _, message in heard[:3]] == ["working"] * 3
    assert sorted(done for done, _ in heard) == [done for done, _ in heard]
