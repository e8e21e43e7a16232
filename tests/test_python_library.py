"""`from litweave import Library`: typed calls over the core, results that show themselves, nothing held in between."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

import litweave
from litweave import Library
from service.cli import main
from service.errors import LibraryMissing, QueryError, SourceError, UnknownName, UsageError
from service.render.shown import shown
from service.sample import papers_path

QUESTION = "How do TideWalk and Gusset-4 differ?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library made from Python."""
    folder = tmp_path_factory.mktemp("python") / "library"
    with Library(folder, create=True) as library:
        report = library.import_(papers_path())
        assert (report.record.added, report.document["rejected"]) == (67, [])
    return folder


def test_what_is_public() -> None:
    """Two names; more would be a second interface to keep."""
    assert litweave.__all__ == ["Library", "Result"]


def test_a_library_has_to_be_there_unless_it_is_made(tmp_path: Path) -> None:
    """A mistyped directory is no new, empty library."""
    with pytest.raises(LibraryMissing):
        Library(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("asks", [Library.search, Library.ask])
def test_words_over_the_limit_are_refused_and_those_at_the_limit_are_not(
    asks: Callable[[Library, str], object], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how to raise it."""
    monkeypatch.setenv("LITWEAVE_MAX_QUERY_CHARS", "100")
    asks(Library(folder), "reward " * 14 + "as")
    with pytest.raises(QueryError, match=r"101 characters, the limit is 100; .*LITWEAVE_MAX_QUERY_CHARS"):
        asks(Library(folder), "reward " * 14 + "for")


def test_a_library_is_let_go_of_after_every_call(folder: Path, tmp_path: Path) -> None:
    """Also after one that failed: commands work beside an open notebook."""
    library = Library(folder)
    assert library.ask(QUESTION).record.status == "answered"
    assert main(["search", "adapters", "--library", str(folder)]) == 0
    with pytest.raises(QueryError):
        library.search("?!")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7")
    with pytest.raises(SourceError):
        library.import_(broken)
    assert main(["doctor", "--library", str(folder)]) == 0
    assert len(library.papers()) == 67
    assert main(["doctor", "--library", str(folder)]) == 0
    library.close()
    library.close()


def test_results_show_themselves(folder: Path) -> None:
    """Text, Markdown and HTML of each kind; every HTML is a fragment in which nothing runs."""
    with Library(folder) as library:
        results = [
            library.search("adapters", k=3),
            library.ask(QUESTION),
            library.compare("TideWalk and Gusset-4"),
            library.draft("adapters for small language models", words=100),
            library.survey("adapters for small language models", words=300),
            library.check("TideWalk reaches 43.8% accuracy on AbacusGrove [@tidewalk2024]."),
            library.find_quote("Peak memory stays at 5.9 GB"),
            library.import_(papers_path()),
        ]
    for result in results:
        json.dumps(result.document)
        for form in (str(result), result._repr_markdown_(), result._repr_html_()):
            assert form.strip()
        assert repr(result).startswith(f"<litweave {type(result.record).__name__}>\n")
        assert "<script" not in unescape(result._repr_html_())
    assert results[1]._repr_html_().startswith("<iframe sandbox ")
    assert "41.8% accuracy" in str(results[1])
    assert "<h1>adapters</h1>" in results[0]._repr_html_()


def test_abstracts_cannot_mark_anything_up_in_a_notebook() -> None:
    """Neither in Markdown nor in HTML, whatever a title holds."""
    from scripted_review import HOSTILE, cite, hostile_answer

    from service.records import Hit, Passage, SearchResult, Span
    from service.records.quotations import Quotation, QuoteSearch

    whole = cite(HOSTILE, "1", HOSTILE.abstract)
    passage = Passage(HOSTILE, whole.start, whole.end, 1.0)
    search = SearchResult(HOSTILE.title, (Hit(HOSTILE, 1.0, (passage,)),), HOSTILE.title)
    place = Quotation(HOSTILE, Span(whole.start, whole.end), Span(0, 3), 1.0, "verbatim")
    for record in (search, QuoteSearch("a\n# b", (place,), 1), hostile_answer()):
        html = shown(record).html
        assert "<script" not in html
        assert "<img" not in html
        assert "\x1b" not in shown(record).text
    assert "<a" not in shown(search).html


def test_papers_are_looked_up_and_exported(folder: Path, tmp_path: Path) -> None:
    """By id or title; a JSONL export imports into an equal library."""
    with Library(folder) as library:
        paper = library.paper("sample-tidewalk-2024")
        assert paper is not None
        assert library.paper(paper.title.upper()) == paper
        assert library.paper("nobody wrote this") is None
        assert library.export("bibtex").count("@") >= 67
        exported = library.export()
    copy = tmp_path / "papers.jsonl"
    copy.write_text(exported, encoding="utf-8")
    with Library(tmp_path / "again", create=True) as again:
        assert again.import_(copy).record.added == 67
        assert [p.paper_id for p in again.papers()] == [json.loads(line)["id"] for line in exported.splitlines()]


def test_papers_are_chosen_by_every_filter(folder: Path) -> None:
    """Collection, tag and status as the commands take them, in each call that has papers to choose."""
    one = "sample-tidewalk-2024"
    with Library(folder) as library:
        with library._review.shelves() as shelves:
            shelves.tags.add("rank", [one])
        library._review.release()
        assert [p.paper_id for p in library.papers(tags=["rank"])] == [one]
        assert len(library.export(tags=["rank"]).splitlines()) == 1
        assert [hit.paper.paper_id for hit in library.search("adapters", tags=["RANK"]).record.hits] == [one]
        survey = library.survey("adapters for small language models", words=300, tags=["rank"])
        assert {reference.paper_id for reference in survey.record.references} <= {one}
        assert library.find_quote("Peak memory stays at 5.9 GB", year_to=1999).document["matches"] == []
        assert library.papers(reading_status=["read"]) == []
        with pytest.raises(UnknownName, match="nobody's"):
            library.ask(QUESTION, collections=["nobody's"])
        with pytest.raises(UsageError, match=r"tags=\['rank'\]"):
            library.papers(tags="rank")
        with pytest.raises(UsageError, match="no filter 'tag'; there are paper_ids"):
            library.papers(tag=["rank"])  # type: ignore[call-arg]


def test_a_question_goes_on_from_those_before(folder: Path) -> None:
    with Library(folder) as library:
        answer = library.ask("and in Gusset-4?", before=["How is the rank of an adapter chosen in TideWalk?"])
    assert answer.document["read_as"] == "How is the rank of an adapter chosen in Gusset-4?"


def test_importing_the_package_is_quick(checkout: Path) -> None:
    """Nothing heavy is loaded before a library is opened."""
    heavy = ["chromadb", "litellm", "fastapi", "mcp", "typer", "onnxruntime", "openvino"]
    code = f"import litweave, sys; print([m for m in {heavy} if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=False)
    assert result.stdout == "[]\n", result.stderr
