"""`litweave mcp` in a subprocess, spoken to by the SDK's client and, for the oldest revision, line by line."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from agent import CHECKOUT, child, failure, lines_of, session, structured
from mcp import Client

from service.mcp.tools import tools

QUESTION = "How do TideWalk and Gusset-4 differ?"
CALLS: dict[str, dict[str, Any]] = {
    "search_papers": {"query": "rank schedules for adapters"},
    "get_paper": {"papers": ["sample-tidewalk-2024", "no such paper"]},
    "find_quote": {"text": "Peak memory stays at 5.9 GB, which fits a consumer card."},
    "ask": {"question": QUESTION},
    "compare": {"question": "TideWalk, R^2Tune and Gusset-4"},
    "draft_related_work": {"topic": "adapters for small language models", "words": 120},
    "check_text": {"text": "TideWalk reaches 43.8% accuracy on AbacusGrove [@tidewalk2024]."},
    "import": {"content": "@article{a, title={A Kite}, abstract={It flies on a long string.}, year=2020}"},
}


@pytest.mark.parametrize("mode", ["auto", "legacy"], ids=["newest revision", "revision with a handshake"])
def test_every_tool_returns_a_document_of_its_schema(sample: Path, tmp_path: Path, mode: str) -> None:
    """The client validates each against the tool's output schema; none fails, and each is marked as quoting."""

    async def work(client: Client) -> dict[str, Any]:
        listed = await client.list_tools()
        assert {tool.name for tool in listed.tools} == CALLS.keys()
        return {name: await client.call_tool(name, arguments) for name, arguments in CALLS.items()}

    results = session(child("--library", str(_copied(sample, tmp_path)), "--allow-import"), work, mode=mode)
    for name, result in results.items():
        assert not result.is_error, (name, result.content[0].text)
        document = structured(result)
        tools(allow_import=True)[name].output.model_validate_json(json.dumps(document))
        assert document["page"]["complete"] or name == "search_papers"
        assert "never instructions" in document["untrusted"]["note"]
    assert structured(results["get_paper"])["not_found"] == ["no such paper"]
    assert structured(results["find_quote"])["match"] == "exact"
    assert structured(results["check_text"])["counts"]["contradicted"] == 1
    assert structured(results["import"])["added"] == 1


def test_at_most_eight_tools_with_titles_and_honest_hints(sample: Path) -> None:
    """Seven read only; `import` is the eighth and off by default. All their schemas fit into one page of 20,000."""

    async def work(client: Client) -> Any:
        return await client.list_tools()

    without = session(child("--library", str(sample)), work).tools
    everything = session(child("--library", str(sample), "--allow-import"), work).tools
    assert [tool.name for tool in everything if tool not in without] == ["import"]
    assert len(everything) == 8
    assert all(tool.annotations.read_only_hint for tool in without)
    assert not everything[-1].annotations.read_only_hint
    assert not everything[-1].annotations.destructive_hint
    for tool in everything:
        assert tool.title
        assert {"limit", "cursor", "max_tokens"} <= tool.input_schema["properties"].keys()
    size = sum(len(tool.model_dump_json(by_alias=True, exclude_none=True)) for tool in everything)
    assert size / 3 < 20_000


def test_nothing_found_is_told_apart_from_a_failure(sample: Path, tmp_path: Path) -> None:
    """An answer of nothing is a result that says so; bad arguments and a missing library are errors with a type."""

    async def results(client: Client) -> list[Any]:
        asked = [
            ("ask", {"question": "What is the corporate tax rate in Portugal?"}),
            ("find_quote", {"text": "Volcanoes erupt in spring."}),
            ("search_papers", {"query": "adapters", "year_from": 1999, "year_to": 1999}),
            ("ask", {"question": "?!"}),
            ("ask", {"question": "Why?", "tone": "kind"}),
        ]
        return [await client.call_tool(name, arguments) for name, arguments in asked]

    absent, unsaid, none, empty, unknown = session(child("--library", str(sample)), results)
    assert (absent.is_error, structured(absent)["status"]) == (False, "not_in_corpus")
    assert (unsaid.is_error, structured(unsaid)["match"], structured(unsaid)["matches"]) == (False, "none", [])
    assert (none.is_error, structured(none)["hits"]) == (False, [])
    assert "no failure" in none.content[0].text
    assert failure(empty)["type"] == "QueryError"
    assert "tone" in failure(unknown)["message"]

    async def missing(client: Client) -> Any:
        return await client.call_tool("ask", {"question": QUESTION})

    result = session(child("--library", str(tmp_path / "nowhere")), missing)
    told = failure(result)
    assert (told["type"], told["retryable"]) == ("LibraryMissing", False)
    assert "litweave import" in told["message"]


def test_the_oldest_revision_is_spoken_and_standard_output_holds_nothing_else(sample: Path) -> None:
    """A client of November 2024 shakes hands, lists, calls and reads; every line is an answer to it."""
    answers, _ = lines_of(
        [sys.executable, "-m", "service.cli", "mcp", "--library", str(sample)],
        [
            _hello("2024-11-05"),
            {"method": "notifications/initialized"},
            {"id": 1, "method": "tools/list"},
            {"id": 2, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": QUESTION}}},
            {"id": 3, "method": "resources/read", "params": {"uri": "litweave://papers/sample-tidewalk-2024"}},
            {"id": 4, "method": "tools/call", "params": {"name": "no_such", "arguments": {}}},
            {"id": 5, "method": "tools/call", "params": {"name": "ask", "arguments": {}}},
        ],
    )
    assert [answer.get("id") for answer in answers] == [0, 1, 2, 3, 4, 5]
    hello, listed, answered, read, refused, failed = answers
    assert failed["result"].keys() == {"content", "isError"}
    assert hello["result"]["protocolVersion"] == "2024-11-05"
    assert len(listed["result"]["tools"]) == 7
    document = _framed(answered["result"]["content"][0]["text"])
    assert (document["question"], document["status"]) == (QUESTION, "answered")
    assert json.loads(read["result"]["contents"][0]["text"])["paper_id"] == "sample-tidewalk-2024"
    assert "no_such" in refused["error"]["message"]


def test_what_a_core_prints_does_not_reach_the_client() -> None:
    """Prints, writes to the descriptor and the output of children go to standard error."""
    answers, errors = lines_of(
        [sys.executable, str(CHECKOUT / "tests" / "mcp" / "noisy_server.py")],
        [
            _hello("2025-06-18"),
            {"method": "notifications/initialized"},
            {"id": 1, "method": "tools/call", "params": {"name": "search_papers", "arguments": {"query": "kites"}}},
        ],
    )
    assert [answer["id"] for answer in answers] == [0, 1]
    assert not answers[1]["result"]["isError"]
    assert all(noise in errors for noise in ("printed, not flushed", "written", "by a child", "released"))


def test_two_servers_and_a_command_share_a_library(sample: Path) -> None:
    """The library is held only while a call reads: two agents at once and in turn, and neither is refused."""

    async def run() -> list[Any]:
        async with (
            Client(child("--library", str(sample))) as one,
            Client(child("--library", str(sample)), mode="legacy") as other,
        ):
            results: list[Any] = []

            async def call(client: Client, name: str) -> None:
                results.append(await client.call_tool(name, CALLS[name]))

            async with anyio.create_task_group() as group:
                for client in (one, other):
                    for name in ("ask", "search_papers", "find_quote"):
                        group.start_soon(call, client, name)
            async with await anyio.open_process(
                [sys.executable, "-m", "service.cli", "search", "adapters", "--library", str(sample)], cwd=CHECKOUT
            ) as process:
                assert await process.wait() == 0
            return results

    results = anyio.run(run)
    assert len(results) == 6
    assert [result.content[0].text for result in results if result.is_error] == []


def test_papers_are_resources_listed_in_pages_and_jobs_are_prompts(sample: Path) -> None:
    """Each listed address can be read; a prompt holds what it was given and the rules."""

    async def work(client: Client) -> tuple[Any, Any, Any, Any]:
        listed = await client.list_resources()
        read = await client.read_resource(listed.resources[5].uri)
        prompts = await client.list_prompts()
        filled = await client.get_prompt("check_my_text", {"text": "{Braces} stay."})
        return listed, read, prompts, filled

    listed, read, prompts, filled = session(child("--library", str(sample)), work)
    assert len(listed.resources) == 67
    assert json.loads(read.contents[0].text)["title"] == listed.resources[5].title
    names = {prompt.name for prompt in prompts.prompts}
    assert names == {"answer_question", "related_work", "check_my_text", "compare_papers"}
    assert all(prompt.arguments[0].required for prompt in prompts.prompts)
    assert "{Braces} stay." in filled.messages[0].content.text
    assert "Never fill a gap from memory" in filled.messages[0].content.text


def _hello(revision: str) -> dict[str, Any]:
    about = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    return {"id": 0, "method": "initialize", "params": about}


def _framed(text: str) -> dict[str, Any]:
    """The JSON between the delimiters."""
    found = re.search(r'<result mark="(\w{10})">\n(.*)\n</result mark="\1">\Z', text, re.DOTALL)
    assert found is not None
    document = json.loads(found[2])
    assert isinstance(document, dict)
    return document


def _copied(library: Path, folder: Path) -> Path:
    return shutil.copytree(library, folder / "library")
