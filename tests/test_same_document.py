"""One core, four doors: a request gives the same document from the command, over HTTP, to an agent and in Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest
from fastapi.testclient import TestClient
from mcp import Client

from litweave import Library, Result
from service.api import create_app
from service.app import build
from service.cli import main
from service.mcp.server import build_server
from service.review import Review
from service.settings import Settings

QUESTION = "How do TideWalk and Gusset-4 differ?"
ABSENT = "What is the corporate tax rate in Portugal?"
TOPIC = "adapters for small language models"
TEXT = "TideWalk reaches 43.8% accuracy on AbacusGrove [@tidewalk2024].\nSlackTide extends TideWalk to several tasks.\n"


@dataclass(frozen=True)
class Request:
    """One request as each door takes it."""

    command: tuple[str, ...]
    path: str
    body: dict[str, Any]
    tool: str
    arguments: dict[str, Any]
    python: Callable[[Library], Result[Any]]


REQUESTS = {
    "search": Request(
        ("search", "rank schedules", "--k", "5", "--year-from", "2024"),
        "/v1/search",
        {"query": "rank schedules", "k": 5, "filters": {"year_from": 2024}},
        "search_papers",
        {"query": "rank schedules", "limit": 5, "year_from": 2024},
        lambda library: library.search("rank schedules", k=5, year_from=2024),
    ),
    "ask": Request(
        ("ask", QUESTION, "--max-sentences", "6"),
        "/v1/ask",
        {"question": QUESTION, "max_sentences": 6},
        "ask",
        {"question": QUESTION, "limit": 6},
        lambda library: library.ask(QUESTION, max_sentences=6),
    ),
    "a question without an answer": Request(
        ("ask", ABSENT),
        "/v1/ask",
        {"question": ABSENT},
        "ask",
        {"question": ABSENT},
        lambda library: library.ask(ABSENT),
    ),
    "compare": Request(
        ("compare", "TideWalk, R^2Tune and Gusset-4", "--columns", "result,limit", "--sort", "year"),
        "/v1/comparisons",
        {"question": "TideWalk, R^2Tune and Gusset-4", "columns": ["result", "limit"], "sort": "year"},
        "compare",
        {"question": "TideWalk, R^2Tune and Gusset-4", "columns": ["result", "limit"], "sort": "year"},
        lambda library: library.compare("TideWalk, R^2Tune and Gusset-4", columns=["result", "limit"], by_year=True),
    ),
    "draft": Request(
        ("draft", TOPIC, "--words", "150", "--style", "title-key"),
        "/v1/drafts",
        {"topic": TOPIC, "words": 150, "style": "title-key"},
        "draft_related_work",
        {"topic": TOPIC, "words": 150, "style": "title-key"},
        lambda library: library.draft(TOPIC, words=150, style="title-key"),
    ),
    "check": Request(
        ("check", "text"),
        "/v1/checks",
        {"text": TEXT, "format": "markdown"},
        "check_text",
        {"text": TEXT, "format": "markdown"},
        lambda library: library.check(TEXT, form="markdown"),
    ),
}


@pytest.fixture(scope="module")
def folder(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the sample."""
    return sample_library(tmp_path_factory.mktemp("doors") / "library")


@pytest.fixture
def review(folder: Path) -> Iterator[Review]:
    review = build(Settings(library=folder))
    yield review
    review.close()


@pytest.mark.parametrize("name", REQUESTS)
def test_the_same_request_gives_the_same_document(
    name: str,
    folder: Path,
    review: Review,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Apart from the time it took, and from what an agent is told beside it."""
    asked = REQUESTS[name]
    monkeypatch.chdir(tmp_path)
    Path("text").write_text(TEXT, encoding="utf-8")
    capsys.readouterr()
    main([*asked.command, "--json", "--library", str(folder)])
    printed = json.loads(capsys.readouterr().out)
    with TestClient(create_app(review)) as http:
        over_http = http.post(asked.path, json=asked.body).json()
    review.release()
    agent = anyio.run(_called, review, asked)
    with Library(folder) as library:
        in_python = asked.python(library).document
    documents = [printed, over_http, agent, json.loads(json.dumps(in_python))]
    assert "error" not in printed
    for document in documents:
        document.pop("elapsed_ms", None)
    assert documents[1:] == documents[:1] * 3


async def _called(review: Review, asked: Request) -> dict[str, Any]:
    """The agent's document, without `page` and `untrusted`, which are its own."""
    async with Client(build_server(lambda _create: review, allow_import=False)) as client:
        result = await client.call_tool(asked.tool, asked.arguments)
    assert not result.is_error, result.content
    document = dict(result.structured_content)
    assert document.pop("untrusted")["withheld"] == 0
    page = document.pop("page")
    assert page["complete"] or asked.tool == "search_papers"
    return document
