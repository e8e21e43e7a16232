"""Streamable HTTP on a free port of 127.0.0.1: the SDK's client, foreign hosts and origins, two clients."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
import uvicorn
from agent import CHECKOUT, core_part, session, structured
from mcp import Client
from scripted_review import ScriptedReview
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from service.cli import main
from service.mcp.server import build_server
from service.mcp.transports import PATH, http_app

HELLO = {
    "jsonrpc": "2.0",
    "id": 0,
    "method": "initialize",
    "params": {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@contextmanager
def serving(*arguments: str) -> Iterator[str]:
    """The address of `litweave mcp --http` on a free port; it must end well on SIGTERM."""
    command = [sys.executable, "-m", "service.cli", "mcp", "--http", "--port", "0", *arguments]
    with subprocess.Popen(
        command, cwd=CHECKOUT, env=dict(os.environ), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("Serving MCP on http://127.0.0.1:"), line
        try:
            yield line.split()[3].rstrip(".")
        finally:
            process.send_signal(signal.SIGTERM)
            out, errors = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, ""), errors


@contextmanager
def in_a_thread(app: ASGIApp) -> Iterator[str]:
    """The address of an application that this process serves."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
    finally:
        server.should_exit = True
        thread.join(60)


@pytest.fixture(scope="module")
def address(sample: Path) -> Iterator[str]:
    with serving("--library", str(sample)) as address:
        yield address


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_client_asks_over_http_as_over_standard_streams(address: str, sample: Path, mode: str) -> None:
    """The same tools, and the document of the command."""

    async def work(client: Client) -> tuple[Any, Any]:
        return await client.list_tools(), await client.call_tool("search_papers", {"query": "adapters", "limit": 3})

    listed, found = session(address, work, mode=mode)
    assert len(listed.tools) == 7
    assert len(core_part(structured(found))["hits"]) == 3


def test_two_clients_and_a_command_at_once(address: str, sample: Path) -> None:
    """Each gets its own answer while a command reads the same library."""
    questions = ["How do TideWalk and Gusset-4 differ?", "What is the corporate tax rate in Portugal?"]

    async def run() -> list[Any]:
        async with Client(address) as one, Client(address, mode="legacy") as other:
            results: list[Any] = [None, None]

            async def ask(client: Client, at: int) -> None:
                results[at] = await client.call_tool("ask", {"question": questions[at]})

            async with anyio.create_task_group() as group:
                group.start_soon(ask, one, 0)
                group.start_soon(ask, other, 1)
            return results

    results = anyio.run(run)
    assert [structured(result)["question"] for result in results] == questions
    assert [structured(result)["status"] for result in results] == ["answered", "not_in_corpus"]
    assert main(["search", "adapters", "--library", str(sample)]) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "{own}"}, 200),
        ({"origin": "https://example.org"}, 403),
        ({"origin": "http://127.0.0.1:1"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "example.org"}, 400),
        ({"host": "attacker.example.org:8766"}, 400),
    ],
    ids=["an agent", "its own page", "a foreign page", "another port", "no origin at all", "rebound", "rebound port"],
)
def test_only_this_machine_and_no_foreign_page_gets_in(address: str, headers: dict[str, str], status: int) -> None:
    """Rebound names and pages of other sites are refused before anything is read."""
    own = address.removesuffix(PATH)
    sent = {name: value.format(own=own) for name, value in headers.items()}
    response = httpx.post(address, json=HELLO, headers=HEADERS | sent, timeout=30)
    assert response.status_code == status, response.text


def test_a_body_over_the_limit_is_refused(address: str) -> None:
    response = httpx.post(address, content=b" " * 4_000_001, headers=HEADERS, timeout=30)
    assert response.status_code == 413


def test_a_check_of_who_may_call_stands_behind_host_and_origin() -> None:
    """What is handed in as `admitted` sees each request that passed them, and can refuse it."""

    def admitted(app: ASGIApp) -> ASGIApp:
        async def checked(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and (b"authorization", b"Bearer right") not in scope["headers"]:
                await PlainTextResponse("who are you?", 401)(scope, receive, send)
            else:
                await app(scope, receive, send)

        return checked

    server = build_server(lambda _create: ScriptedReview(), allow_import=False)
    with TestClient(http_app(server, admitted=admitted), base_url="http://127.0.0.1:8766") as client:
        assert client.post(PATH, json=HELLO, headers=HEADERS).status_code == 401
        right = HEADERS | {"authorization": "Bearer right"}
        assert client.post(PATH, json=HELLO, headers=right).status_code == 200
        assert client.post(PATH, json=HELLO, headers=right | {"origin": "https://example.org"}).status_code == 403


def opened(client: TestClient) -> tuple[int, str]:
    """The status of a new session's first request, and the session's name."""
    reply = client.post(PATH, json=HELLO, headers=HEADERS)
    return reply.status_code, reply.headers.get("mcp-session-id", "")


def listed(client: TestClient, session: str) -> int:
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return client.post(PATH, json=asked, headers=HEADERS | {"mcp-session-id": session}).status_code


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A server with room for three sessions."""
    monkeypatch.setattr("service.mcp.transports._SESSIONS", 3)
    server = build_server(lambda _create: ScriptedReview(), allow_import=False)
    with TestClient(http_app(server), base_url="http://127.0.0.1:8766") as client:
        yield client


def test_the_session_that_was_idle_for_longest_gives_way(few: TestClient) -> None:
    """A client that never says that it has left keeps nobody out."""
    first, second, third = (opened(few)[1] for _ in range(3))
    assert listed(few, first) == 200
    status, fourth = opened(few)
    assert status == 200
    assert [listed(few, session) for session in (first, second, third, fourth)] == [200, 404, 200, 200]
    for _ in range(20):
        assert opened(few)[0] == 200


def test_a_client_that_leaves_frees_its_session(few: TestClient) -> None:
    first, second, third = (opened(few)[1] for _ in range(3))
    assert few.delete(PATH, headers=HEADERS | {"mcp-session-id": second}).status_code == 200
    fourth = opened(few)[1]
    assert [listed(few, session) for session in (first, second, third, fourth)] == [200, 404, 200, 200]


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b"[]", b'{"method": "tools/list"}'])
def test_what_opens_no_session_ends_none(few: TestClient, body: bytes) -> None:
    sessions = [opened(few)[1] for _ in range(3)]
    few.post(PATH, content=body, headers=HEADERS)
    assert [listed(few, session) for session in sessions] == [200, 200, 200]


def test_more_clients_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own: one after the other, and two that work on while others come and never say that they left."""
    monkeypatch.setattr("service.mcp.transports._SESSIONS", 3)
    server = build_server(lambda _create: ScriptedReview(), allow_import=False)

    async def work(address: str) -> list[int]:
        for _ in range(5):
            async with Client(address, mode="legacy") as passing:
                await passing.list_tools()
        counts = []
        async with Client(address, mode="legacy") as one, Client(address, mode="legacy") as two:
            for _ in range(5):
                counts += [len((await client.list_tools(cache_mode="bypass")).tools) for client in (one, two)]
                async with httpx.AsyncClient(timeout=30) as other:
                    assert (await other.post(address, json=HELLO, headers=HEADERS)).status_code == 200
        return counts

    with in_a_thread(http_app(server)) as address:
        counts = anyio.run(work, address)
    assert counts == [7] * 10


def test_who_listens_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session with an open stream does not give way, however long ago it asked; where all have one, none does."""
    monkeypatch.setattr("service.mcp.transports._SESSIONS", 2)
    server = build_server(lambda _create: ScriptedReview(), allow_import=False)
    with in_a_thread(http_app(server)) as address, httpx.Client(timeout=30) as client, ExitStack() as open_streams:

        def opened() -> httpx.Response:
            return client.post(address, json=HELLO, headers=HEADERS)

        def listening(to: httpx.Response) -> httpx.Response:
            headers = HEADERS | {"mcp-session-id": to.headers["mcp-session-id"]}
            return open_streams.enter_context(client.stream("GET", address, headers=headers))

        first = opened()
        assert listening(first).status_code == 200
        assert opened().status_code == 200
        last = opened()
        assert listening(last).status_code == 200
        assert opened().status_code == 503


def test_a_session_that_nobody_uses_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.mcp.transports._IDLE_S", 0.05)
    server = build_server(lambda _create: ScriptedReview(), allow_import=False)
    with TestClient(http_app(server), base_url="http://127.0.0.1:8766") as client:
        session = opened(client)[1]
        while (
            client.get(PATH, headers=HEADERS | {"mcp-session-id": session, "accept": "text/plain"}).status_code != 404
        ):
            time.sleep(0.1)


def test_a_port_without_http_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The option would be ignored in silence."""
    assert main(["mcp", "--port", "8766"]) == 2
    assert "--http" in capsys.readouterr().err


def test_the_skill_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """As an agent's host takes it: front matter with a name and a description, then every tool."""
    assert main(["mcp", "--skill"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("---\nname: litweave\ndescription: ")
    names = ("search_papers", "get_paper", "find_quote", "ask", "compare", "draft_related_work", "check_text", "import")
    assert [name for name in names if f"`{name}`" not in text] == []


def test_help_and_other_commands_do_not_load_the_sdk(tmp_path: Path) -> None:
    """The protocol is loaded by `litweave mcp` alone."""
    code = "import sys; from service.cli import main; main(['--help']); sys.exit('mcp' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, check=False, timeout=60)
    assert result.returncode == 0
