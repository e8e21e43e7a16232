"""The SDK's client as tests use it: a session over a subprocess, an address or a server in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import anyio
from mcp import Client, StdioServerParameters
from mcp.server.lowlevel import Server

T = TypeVar("T")
CHECKOUT = Path(__file__).resolve().parents[2]


def child(*arguments: str) -> StdioServerParameters:
    """`litweave mcp` of this checkout, offline as the tests are."""
    command = ["-m", "service.cli", "mcp", *arguments]
    return StdioServerParameters(command=sys.executable, args=command, cwd=CHECKOUT, env=dict(os.environ))


def session(
    server: StdioServerParameters | Server[Any] | str, work: Callable[[Client], Awaitable[T]], *, mode: str = "auto"
) -> T:
    """What `work` makes of a connected client."""

    async def run() -> T:
        async with Client(server, mode=mode) as client:
            return await work(client)

    return anyio.run(_limited, run)


async def _limited(run: Callable[[], Awaitable[T]]) -> T:
    with anyio.fail_after(120):
        return await run()


def lines_of(command: Sequence[str], requests: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], str]:
    """Every line that a server writes to standard output, parsed, and its standard error; one request a line.

    The input is closed once every request with an id has its answer.
    """
    wanted = {request["id"] for request in requests if "id" in request}
    path = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests"), os.environ["PYTHONPATH"]])
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        answers = []
        for request in requests:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **request}) + "\n")
            process.stdin.flush()
            while "id" in request and request["id"] in wanted:
                answers.append(json.loads(process.stdout.readline()))
                wanted.discard(answers[-1].get("id"))
        rest, errors = process.communicate(timeout=60)
        answers += [json.loads(line) for line in rest.splitlines()]
    assert process.returncode == 0, errors
    return answers, errors


def structured(result: Any) -> dict[str, Any]:
    """The document of a tool's result."""
    document = result.structured_content
    assert isinstance(document, dict)
    return document


def failure(result: Any) -> dict[str, Any]:
    """The error of a failed call, which is the last line of its text and stands nowhere else."""
    assert result.is_error
    assert "structuredContent" not in result.model_dump(by_alias=True, exclude_unset=True)
    error = json.loads(result.content[0].text.splitlines()[-1])["error"]
    assert isinstance(error, dict)
    return error


def core_part(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what the agent's door adds, and without the time it took."""
    return {key: value for key, value in document.items() if key not in ("page", "untrusted", "elapsed_ms")}
