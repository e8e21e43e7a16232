"""Whole items, no result over its bound, and cursors that know what they belong to."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from agent import CHECKOUT, core_part

from service.app import build
from service.errors import UsageError
from service.mcp.arguments import TOKENS_MAX, TOKENS_MIN
from service.mcp.calls import Job
from service.mcp.paging import Cursor, page_of, tokens
from service.mcp.running import Runner, ToolResult
from service.mcp.tools import tools
from service.records import Paper
from service.review import Review
from service.settings import Settings

DOCUMENT: dict[str, Any] = {
    "topic": "kites",
    "items": [{"n": n, "text": "a kite " * 12} for n in range(9)],
    "matrix": {"columns": ["string"], "rows": [{"paper_id": f"p{n}"} for n in range(4)]},
}
LISTS = ("items", "matrix.rows")
TOOLS = tools(allow_import=True)


@pytest.fixture
def review(sample: Path) -> Iterator[Review]:
    review = build(Settings(library=sample))
    yield review
    review.close()


@pytest.fixture
def runner(review: Review) -> Runner:
    return Runner(lambda _create: review)


def call(runner: Runner, name: str, **arguments: object) -> ToolResult:
    return runner.call(TOOLS[name], arguments, Job())


def size(result: ToolResult) -> int:
    return tokens(result.document) + tokens(result.text)


@pytest.mark.parametrize("max_tokens", [120, 200, 5000])
def test_pages_hold_every_item_once_and_in_order(max_tokens: int) -> None:
    """Joined, the pages are the document; each is within its bound and says how much follows."""
    joined: dict[str, list[Any]] = {"items": [], "rows": []}
    position: int | None = 0
    while position is not None:
        page = page_of(DOCUMENT, LISTS, position=position, max_tokens=max_tokens, limit=None)
        assert tokens(page.document) <= max_tokens
        assert page.document["matrix"]["columns"] == ["string"]
        joined["items"] += page.document["items"]
        joined["rows"] += page.document["matrix"]["rows"]
        assert sum(page.left.values()) == 13 - len(joined["items"]) - len(joined["rows"])
        assert page.complete == (page.next_position is None)
        position = page.next_position
    assert joined == {"items": DOCUMENT["items"], "rows": DOCUMENT["matrix"]["rows"]}


def test_an_item_larger_than_a_page_is_named_not_cut() -> None:
    """The rest goes on, and what it would take to show it is told."""
    document = {"items": ["small", "x" * 900, "last"]}
    page = page_of(document, ("items",), position=0, max_tokens=150, limit=None)
    assert page.document == {"items": ["small", "last"]}
    (large,) = page.too_large
    assert (large.field, large.index, page.complete) == ("items", 1, False)
    assert page_of(document, ("items",), position=1, max_tokens=large.tokens, limit=1).document["items"] == ["x" * 900]


def test_a_limit_bounds_the_first_list_only() -> None:
    page = page_of(DOCUMENT, LISTS, position=7, max_tokens=5000, limit=2)
    assert [item["n"] for item in page.document["items"]] == [7, 8]
    assert len(page.document["matrix"]["rows"]) == 4


def test_a_paragraph_goes_on_upon_the_next_page() -> None:
    """Its sentences stay whole; what comes next begins with its rest."""
    sentences = [{"text": f"Sentence {n} " + "of a long paragraph " * 10} for n in range(6)]
    document = {"paragraphs": [sentences[:4], sentences[4:]]}
    first = page_of(document, ("paragraphs",), position=0, max_tokens=250, limit=None)
    assert (first.document["paragraphs"], first.left) == ([sentences[:3]], {"paragraphs": 2})
    assert first.next_position == 3
    second = page_of(document, ("paragraphs",), position=3, max_tokens=250, limit=1)
    assert (second.document["paragraphs"], second.left) == ([sentences[3:4]], {"paragraphs": 1})


def test_a_request_that_fills_the_page_by_itself_is_refused() -> None:
    with pytest.raises(UsageError, match="raise max_tokens"):
        page_of({"question": "why " * 500, "items": [1]}, ("items",), position=0, max_tokens=300, limit=None)


@pytest.mark.parametrize("max_tokens", [TOKENS_MIN, 3_000, TOKENS_MAX])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("search_papers", {"query": "adapters", "limit": 50}),
        ("ask", {"question": "How do TideWalk and Gusset-4 differ?"}),
        ("compare", {"question": "TideWalk, R^2Tune and Gusset-4"}),
        ("draft_related_work", {"topic": "adapters for small language models", "words": 1000}),
        ("get_paper", {"papers": ["sample-tidewalk-2024", "sample-r2tune-2024", *(f"none {n}" for n in range(40))]}),
    ],
)
def test_no_result_is_over_its_bound(runner: Runner, name: str, arguments: dict[str, Any], max_tokens: int) -> None:
    """Text and structure together, on every page; quotes stay whole and the pages make up the whole document."""
    whole = core_part(call(runner, name, **arguments).document)
    result = call(runner, name, **arguments, max_tokens=max_tokens)
    cited = []
    for _ in range(100):
        assert not result.failed, result.text
        assert size(result) <= max_tokens
        cited += _strings(result.document, "quote")
        cursor = result.document["page"]["next_cursor"]
        if cursor is None or name == "search_papers":
            break
        result = call(runner, name, **arguments, max_tokens=max_tokens, cursor=cursor)
    else:
        pytest.fail("the pages do not end")
    if name != "search_papers" and max_tokens > TOKENS_MIN:
        assert sorted(cited) == _strings(whole, "quote")


def test_search_pages_lose_no_paper_and_repeat_none(runner: Runner) -> None:
    """The first page is that of the core; all 67 papers come, each once, and then a page says that it is over."""
    first = call(runner, "search_papers", query="adapters", limit=9)
    found = [hit["paper_id"] for hit in first.document["hits"]]
    assert len(found) == 9
    result = first
    while (cursor := result.document["page"]["next_cursor"]) is not None:
        result = call(runner, "search_papers", query="adapters", limit=9, cursor=cursor)
        assert not result.failed, result.text
        found += [hit["paper_id"] for hit in result.document["hits"]]
    assert len(found) == len(set(found)) == 67


def test_a_cursor_belongs_to_its_request_and_to_its_library(
    runner: Runner, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other arguments, an invented cursor and a library that changed meanwhile are refused with what to do."""
    asked = {"topic": "adapters for small language models", "words": 600, "max_tokens": 3000}
    cursor = call(runner, "draft_related_work", **asked).document["page"]["next_cursor"]
    assert cursor is not None
    other = call(runner, "draft_related_work", **{**asked, "words": 500}, cursor=cursor)
    assert "belongs to another request" in other.document["error"]["message"]
    assert "never given out" in call(runner, "ask", question="Why?", cursor="bm8").document["error"]["message"]
    elsewhere = Runner(lambda _create: review)
    again = call(elsewhere, "draft_related_work", **asked, cursor=cursor)
    assert not again.failed
    changed = replace(Cursor.decoded(cursor), content="0" * 12).encoded()
    refused = call(elsewhere, "draft_related_work", **asked, cursor=changed)
    assert "the library has changed" in refused.document["error"]["message"]
    assert refused.failed


def test_a_cursor_ends_where_another_process_changes_the_library(sample: Path, tmp_path: Path) -> None:
    """After a paper was deleted, and after one was added, whether the server still keeps the document or not."""
    folder = Path(shutil.copytree(sample, tmp_path / "library"))
    review = build(Settings(library=folder))
    runner = Runner(lambda _create: review)
    asked = {"query": "adapters", "limit": 5}
    added = tmp_path / "one.jsonl"
    added.write_text('{"title": "A Kite on Adapters", "abstract": "Adapters fly."}\n', encoding="utf-8")
    for change in (["papers", "delete", "sample-r2tune-2024", "--yes"], ["import", str(added)]):
        cursor = call(runner, "search_papers", **asked).document["page"]["next_cursor"]
        assert not call(runner, "search_papers", **asked, cursor=cursor).failed
        command = [sys.executable, "-m", "service.cli", *change, "--library", str(folder)]
        done = subprocess.run(command, cwd=CHECKOUT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        for server in (runner, Runner(lambda _create: review)):
            refused = call(server, "search_papers", **asked, cursor=cursor)
            assert refused.failed
            assert "the library has changed" in refused.document["error"]["message"]
    review.close()


def test_the_report_of_an_import_is_paged_though_it_changed_the_library(sample: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(sample, tmp_path / "library"))
    review = build(Settings(library=folder))
    runner = Runner(lambda _create: review)
    records = "".join(f"@misc{{k{n}, title={{Kite {n}}}, year=2020}}\n" for n in range(3))
    first = call(runner, "import", content=records, limit=2)
    assert (len(first.document["papers"]), first.document["page"]["complete"]) == (2, False)
    last = call(runner, "import", content=records, limit=2, cursor=first.document["page"]["next_cursor"])
    assert (len(last.document["papers"]), last.document["page"]["complete"]) == (1, True)
    review.close()


def test_errors_name_the_argument_and_what_an_agent_can_do(runner: Runner) -> None:
    """Not a route that only HTTP has."""
    for arguments, field in (
        ({"question": "Why?", "tone": "kind"}, "tone"),
        ({}, "question"),
        ({"question": "Why?", "year_from": 2020, "year_to": 2019}, None),
        ({"question": "Why?", "cursor": "bm8"}, None),
    ):
        error = call(runner, "ask", **arguments).document["error"]
        assert (error["type"], error["field"]) == ("UsageError", field)
        assert "tools/list" in error["next"]
    assert "other words" in call(runner, "ask", question="?!").document["error"]["next"]


def test_an_agent_asks_of_a_shelf(sample: Path, tmp_path: Path) -> None:
    """A tag restricts; one that there is none of is an error that says so."""
    review = build(Settings(library=Path(shutil.copytree(sample, tmp_path / "library"))))
    with review.shelves() as shelves:
        shelves.tags.add("rank", ["sample-tidewalk-2024"])
    runner = Runner(lambda _create: review)
    found = call(runner, "search_papers", query="adapters", tags=["rank"]).document
    assert [hit["paper_id"] for hit in found["hits"]] == ["sample-tidewalk-2024"]
    refused = call(runner, "ask", question="How is the rank chosen?", collections=["none such"])
    assert (refused.document["error"]["type"], refused.failed) == ("UnknownName", True)
    review.close()


def test_an_import_is_not_repeated_by_its_cursor(sample: Path) -> None:
    """A server that no longer has the report says so instead of importing again."""
    runner = Runner(lambda _create: pytest.fail("the core was opened"))
    cursor = Cursor("x", "y", 0, 1).encoded()
    assert call(runner, "import", content="@misc{a}", cursor=cursor).failed


def test_an_abstract_beyond_any_result_is_named(
    runner: Runner, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte of abstract is left out and said to be, never cut."""
    huge = Paper("A Long Kite", "It flies. " * 30_000, "p-long", year=2020)
    monkeypatch.setattr(review, "papers_named", lambda name: [huge])
    result = call(runner, "get_paper", papers=["p-long"])
    assert result.document["papers"] == []
    assert result.document["page"]["too_large"] == [{"field": "papers", "index": 0, "max_tokens": None}]
    assert size(result) <= TOKENS_MAX


def _strings(value: object, key: str) -> list[str]:
    """The strings under a key, sorted."""
    found: list[str] = []

    def walk(inner: object) -> None:
        if isinstance(inner, dict):
            for name, part in inner.items():
                if name == key and isinstance(part, str):
                    found.append(part)
                walk(part)
        elif isinstance(inner, list):
            for part in inner:
                walk(part)

    walk(json.loads(json.dumps(value)))
    return sorted(found)
