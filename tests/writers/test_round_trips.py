"""What is written is read back: by litweave's own readers as equal papers, by independent ones as the same records."""

from __future__ import annotations

import io
import json
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import bibtexparser
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from exported_papers import exported, exported_bytes, imported
from hash_embedder import HashEmbedder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_papers import odd_papers
from python_calamine import CalamineWorkbook
from scripted_review import HERON, KITE

from service.annotate.no_evidence import is_placeholder
from service.library import Library
from service.persons import name_of
from service.readers import read
from service.records import Origin, Paper
from service.render.plain import inert, readable
from service.sample import papers_path
from service.settings import Settings

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ODD = st.lists(odd_papers(), min_size=1, max_size=3).map(
    lambda papers: [replace(paper, paper_id=f"{paper.paper_id}-{n}") for n, paper in enumerate(papers)]
)


def back(content: bytes, name: str, form: str | None = None) -> list[Paper]:
    """The papers of a file, without the line that they stand on."""
    with tempfile.TemporaryDirectory() as folder:
        return [without_line(paper) for paper in imported(content, name, Path(folder), form=form)]


def without_line(paper: Paper) -> Paper:
    return replace(paper, origin=None if paper.origin is None else replace(paper.origin, line=0))


@MANY
@given(ODD)
def test_jsonl_is_lossless(papers: list[Paper]) -> None:
    """Every field of any paper, with what looks like markup and is none; the second export has the same bytes."""
    content = exported_bytes(papers, "jsonl")
    found = back(content, "a.jsonl")
    assert found == [without_line(paper) for paper in papers]
    assert exported_bytes(found, "jsonl") == content


@pytest.mark.parametrize(("form", "suffix"), [("csv", ".csv"), ("tsv", ".tsv"), ("xlsx", ".xlsx")])
def test_tables_hold_every_field(form: str, suffix: str) -> None:
    """But for characters that would act, which no table holds."""

    def plain(value: object) -> Any:
        if isinstance(value, tuple):
            return tuple(name for name in map(plain, value) if name)
        return None if value is None else " ".join(inert(str(value)).split())

    @MANY
    @given(ODD)
    def check(papers: list[Paper]) -> None:
        expected = [
            replace(
                without_line(p),
                **{name: plain(getattr(p, name)) for name in ("title", "authors", "venue", "organisation")},
            )
            for p in papers
        ]
        expected = [replace(p, abstract=inert(p.abstract).strip()) for p in expected]
        found = back(exported_bytes(papers, form), f"a{suffix}", None if form == "xlsx" else "table")
        assert found == expected

    check()


def shown(text: str | None) -> str:
    """What a reader of a bibliography can be expected to find: no joiners, no braces, white space folded."""
    text = readable(readable(text or "")).translate({ord(c): None for c in "\u200c\u200d{}"})
    return " ".join(unicodedata.normalize("NFC", text).split())


def is_no_abstract(text: str) -> bool:
    """Whether a reader takes it for none."""
    return len(text) < 3 or not any(map(str.isalnum, text)) or is_placeholder(text)


def persons(paper: Paper) -> list[tuple[str, str]]:
    """Surname and given names of its authors as they are shown."""
    parts = [name_of(shown(name)) for name in paper.authors if shown(name)]
    return [(part.surname, part.given) for part in parts]


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_bib_files_are_read_back(form: str) -> None:
    """Title, abstract, address, DOI, year and status as they are shown; the venue where it says what it is."""

    @MANY
    @given(ODD)
    def check(papers: list[Paper]) -> None:
        found = back(exported_bytes(papers, form, abstracts=True), "a.bib", "bibtex")
        for paper, again in zip(papers, found, strict=True):
            assert shown(again.title) == shown(paper.title)
            lines = [line for line in map(shown, paper.abstract.split("\n")) if line]
            assert again.abstract == "" or [line for line in map(shown, again.abstract.split("\n")) if line] == lines
            assert again.abstract or is_no_abstract(" ".join(lines))
            assert len(again.authors) == len(persons(paper))
            assert (again.url, again.status) == (paper.url, paper.status)
            assert again.year == (paper.year if paper.date_kind == "published" else None)
            if paper.venue in ("Journal of Crusts", "Proc. of Ovens & Bread"):
                assert again.venue == paper.venue

    check()


@pytest.mark.parametrize(("form", "suffix"), [("ris", ".ris"), ("csl-json", ".json")])
def test_records_of_citation_managers_are_read_back(form: str, suffix: str) -> None:
    """As with BibTeX, and the abstract without its paragraphs."""

    @MANY
    @given(ODD)
    def check(papers: list[Paper]) -> None:
        papers = [paper for paper in papers if any(map(str.isalnum, shown(paper.title)))]
        found = back(exported_bytes(papers, form), f"a{suffix}", form) if papers else []
        for paper, again in zip(papers, found, strict=True):
            assert shown(again.title) == shown(paper.title)
            if not is_no_abstract(shown(paper.abstract)):
                assert shown(again.abstract) == shown(paper.abstract)
            assert (again.url, again.status) == (paper.url, paper.status)
            assert again.year == (paper.year if paper.date_kind == "published" else None)

    check()


@MANY
@given(ODD)
def test_bibtexparser_reads_the_same_entries(papers: list[Paper]) -> None:
    """In both dialects, in UTF-8 and ASCII: every entry, its fields, and no key twice."""
    for form in ("bibtex", "biblatex"):
        for ascii_only in (False, True):
            text = exported(papers, form, abstracts=True, ascii_only=ascii_only)
            assert text.isascii() or not ascii_only
            library = bibtexparser.parse_string(text)
            assert not library.failed_blocks
            assert len(library.entries) == len(papers)
            for paper, entry in zip(papers, library.entries, strict=True):
                fields = entry.fields_dict
                assert fields.keys() >= {"title"}
                assert ("author" in fields) == bool(persons(paper))
                assert (fields["url"].value if "url" in fields else None) == paper.url


@MANY
@given(ODD)
def test_pybtex_reads_the_same_entries(papers: list[Paper]) -> None:
    """The names that it takes apart are as many as there are authors."""
    database: ModuleType = pytest.importorskip("pybtex.database")
    for form in ("bibtex", "biblatex"):
        for ascii_only in (False, True):
            text = exported(papers, form, abstracts=True, ascii_only=ascii_only)
            entries = database.parse_string(text, "bibtex").entries.values()
            assert [len(e.persons.get("author", [])) for e in entries] == [len(persons(paper)) for paper in papers]


@MANY
@given(ODD)
def test_rispy_reads_the_same_records(papers: list[Paper]) -> None:
    """Titles, abstracts and venues word for word as they are shown."""
    for paper, record in zip(papers, rispy.loads(exported(papers, "ris")), strict=True):
        assert record.get("title", "") == readable(paper.title)
        assert record.get("abstract", "") == readable(paper.abstract)
        assert record.get("secondary_title", "") == readable(paper.venue or "")
        assert len(record.get("authors", [])) == len(persons(paper))


@MANY
@given(ODD)
def test_citeproc_sets_the_items(papers: list[Paper]) -> None:
    """An independent processor of CSL takes every item; none lacks what the schema asks for, none has more."""
    items = json.loads(exported(papers, "csl-json"))
    assert len(items) == len(papers)
    allowed = {"id", "type", "title", "author", "issued", "container-title", "URL", "DOI", "note", "abstract"}
    for item in items:
        assert {"id", "type"} <= item.keys() <= allowed
        assert all(parts.keys() <= {"family", "given", "non-dropping-particle", "suffix", "literal"} and parts
                   for parts in item.get("author", []))  # fmt: skip
    source = CiteProcJSON([{name: value for name, value in item.items() if name != "abstract"} for item in items])
    bibliography = CitationStylesBibliography(CitationStylesStyle("apa", validate=False), source, formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    assert len(bibliography.bibliography()) == len(papers)


@MANY
@given(ODD)
def test_calamine_reads_the_same_cells(papers: list[Paper]) -> None:
    """No row is lost, whatever its texts hold."""
    rows = CalamineWorkbook.from_object(io.BytesIO(exported_bytes(papers, "xlsx"))).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == [inert(paper.title) for paper in papers]


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_a_title_that_is_a_command_is_text_in_tex(form: str) -> None:
    """Nothing in an entry begins a command that reads a file or runs a program."""
    paper = Paper(
        title=r"\input{/etc/passwd} and \write18{rm -rf /}", abstract=r"\immediate\openout5=x $\def\a{}$", paper_id="p",
        authors=(r"\input{x} Eve",), venue=r"Journal of \csname input\endcsname",
    )  # fmt: skip
    for ascii_only in (False, True):
        text = exported([paper], form, abstracts=True, ascii_only=ascii_only)
        for command in ("input", "write", "immediate", "openout", "def", "csname"):
            assert f"\\{command}" not in text
        assert text.count("{") == text.count("}")


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Library]]:
    """Empty libraries by name, closed at the end."""
    made: list[Library] = []

    def library(name: str) -> Library:
        made.append(Library.open(Settings(library=tmp_path / name), create=True, embedder=HashEmbedder()))
        return made[-1]

    yield library
    for one in made:
        one.close()


def test_an_exported_library_imports_into_an_equal_one(tmp_path: Path, opened: Callable[[str], Library]) -> None:
    """The second library has the same papers under the same ids, in the same order."""
    first, second = opened("a"), opened("b")
    whole = replace(
        HERON, organisation="Kite Lab", upvotes=3, author_count=5, doi="10.1234/heron_1", origin=Origin("feed", 7)
    )
    bare = Paper(title="Of what befell the loaves", abstract="", status="retracted", origin=Origin("list", 1))
    records = [
        *read(papers_path(), max_record_bytes=1_000_000), replace(KITE, origin=Origin("listing", 1)), whole, bare,
    ]  # fmt: skip
    first.import_papers(iter(records), embed=False)
    assert _moved(first, second, tmp_path) == 70


def test_real_records_survive_a_move_to_another_library(
    shared_data: Path, tmp_path: Path, opened: Callable[[str], Library]
) -> None:
    """All files of other programs that are read: exported, imported and exported again, the lines are the same.

    Two records that came in an order in which they were not joined may be joined now: each costs two lines.
    """
    first, second = opened("a"), opened("b")
    for path in sorted((shared_data / "formats").rglob("*.*")):
        if path.name != "SOURCE.tsv":
            first.import_papers(_readable(path), embed=False)
    before = exported(first.papers(), "jsonl").splitlines()
    assert len(before) > 2_000
    target = tmp_path / "all.jsonl"
    target.write_text("\n".join(before), encoding="utf-8")
    report = second.import_papers(read(target, max_record_bytes=5_000_000), embed=False)
    assert not report.rejected
    assert not report.remarks
    assert report.duplicates <= len(before) / 1000
    after = exported(second.papers(), "jsonl").splitlines()
    assert len(set(before) - set(after)) <= 2 * report.duplicates


def _moved(first: Library, second: Library, folder: Path) -> int:
    """The number of papers, which are equal in both libraries after the move."""
    target = folder / "all.jsonl"
    target.write_text(exported(first.papers(), "jsonl"), encoding="utf-8")
    report = second.import_papers(read(target, max_record_bytes=5_000_000), embed=False)
    assert not report.rejected
    assert not report.remarks
    assert exported(second.papers(), "jsonl").splitlines() == target.read_text(encoding="utf-8").splitlines()
    papers = [without_line(paper) for paper in first.papers()]
    assert [without_line(paper) for paper in second.papers()] == papers
    return len(papers)


def _readable(path: Path) -> Iterator[Any]:
    from service.errors import SourceError

    try:
        yield from read(path, max_record_bytes=5_000_000)
    except SourceError:
        return
