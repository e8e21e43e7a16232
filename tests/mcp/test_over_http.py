"""Streamable HTTP on a free port of 127.0.0.1: the SDK's client, foreign hosts and origins, two clients."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
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
