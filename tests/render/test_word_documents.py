"""A .docx opens again, holds every quote as a comment on its mark, and is the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted_review import ANSWER, DRAFT, KITE_NEEDS, REFERENCES, REFUSAL, hostile_answer

from service.records import Answer, Draft, Dropped, Sentence
from service.render import as_docx
from service.render.entry import Run

DOCUMENTS = {"answer": ANSWER, "draft": DRAFT, "refusal": REFUSAL, "hostile": hostile_answer()}


def opened(document: Answer | Draft) -> Document:
    return docx.Document(io.BytesIO(as_docx(document)))


def lines(page: Document) -> list[str]:
    return [line.text for line in page.paragraphs]


def test_headings_paragraphs_table_and_references_are_there() -> None:
    """In the order of every other format."""
    page = opened(ANSWER)
    assert [
        (p.style.name, p.text) for p in page.paragraphs if p.style and p.style.name.startswith(("Title", "Head"))
    ] == [
        ("Title", "How do KITE and Heron differ?"),
        ("Heading 1", "What the corpus does not say"),
        ("Heading 1", "Comparison"),
        ("Heading 1", "References"),
        ("Heading 2", "Left out, because it did not pass the check"),
    ]
    assert (
        "Two papers speak to this. It needs 1,200 pairs and reaches 78.2% on GustBench.\N{NO-BREAK SPACE}[1]"
        in lines(page)
    )
    (table,) = page.tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["paper", "supervision", "result"],
        ["KITE [1]", "1,200 pairs\N{NO-BREAK SPACE}[1]", "78.2%\N{NO-BREAK SPACE}[1]"],
        ["Heron Without Labels [2]", "–", "74.0%\N{NO-BREAK SPACE}[2]"],
    ]
    assert any(line.startswith("[2]\tHeron Without Labels. Mira Okonjo, Ján Šťastný.") for line in lines(page))


def test_each_mark_carries_its_quotes_as_a_comment() -> None:
    """Verbatim with its place; deleting the comments leaves a clean text."""
    comments = [comment.text for comment in opened(DRAFT).comments]
    assert comments == [
        f"“{KITE_NEEDS.quote}” (characters 26 to 79)",
        "“We train Heron without labels.” (characters 0 to 30)",
    ]
    assert not any(KITE_NEEDS.quote in line for line in lines(opened(DRAFT)))


def test_what_is_partly_supported_and_dropped_is_said() -> None:
    """In words, highlighted."""
    partial = Sentence("KITE needs few pairs.", "claim", "partial", (KITE_NEEDS,))
    page = opened(replace(ANSWER, sentences=(partial,), matrix=None, dropped=(Dropped("It flies.", "no quote"),)))
    assert "KITE needs few pairs.\N{NO-BREAK SPACE}[1] (partly supported)" in lines(page)
    assert "It flies. (no quote)" in lines(page)


def test_styled_entries_and_links_are_set() -> None:
    """Italics and small capitals as runs; an address as a link that leads there."""
    entries = {
        "1": (Run("KITE", italic=True),),
        "2": (Run("Heron", small_capitals=True), Run("x", link="https://e.org/")),
    }
    page = docx.Document(io.BytesIO(as_docx(ANSWER, entries=entries)))
    kite, heron = (line for line in page.paragraphs if line.text.startswith(("[1]\t", "[2]\t")))
    assert kite.runs[1].italic
    assert heron.runs[1].font.small_caps
    assert [(link.text, link.address) for link in heron.hyperlinks] == [("x", "https://e.org/")]


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_the_same_document_is_the_same_bytes(document: Answer | Draft) -> None:
    """No clock, no user's name; every member of the package has one fixed time."""
    written = as_docx(document)
    assert written == as_docx(document)
    package = zipfile.ZipFile(io.BytesIO(written))
    assert package.testzip() is None
    assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = docx.Document(io.BytesIO(written)).core_properties
    assert properties.author == "litweave"
    assert (properties.created, properties.modified) == (datetime(1980, 1, 1, tzinfo=UTC),) * 2
    assert not [name for name in package.namelist() if b"w:date=" in package.read(name)]


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=30))
def test_any_text_makes_a_document_that_opens(text: str) -> None:
    """Also what XML has no place for: control characters, half characters, U+FFFF."""
    reference = replace(REFERENCES[0], title=text, venue=text, authors=(text,))
    sentence = Sentence(text, "claim", "partial", (replace(KITE_NEEDS, quote=text),))
    document = replace(
        DRAFT,
        topic=text,
        missing=(text,),
        paragraphs=((sentence,),),
        references=(reference,),
        dropped=(Dropped(text, text),),
    )
    assert opened(document).paragraphs


def test_a_file_written_is_a_word_package(tmp_path: Path) -> None:
    """Nothing but XML, a picture of an empty page and relationships: no macro, no embedded object."""
    (tmp_path / "a.docx").write_bytes(as_docx(hostile_answer()))
    names = zipfile.ZipFile(tmp_path / "a.docx").namelist()
    assert {Path(name).suffix for name in names} <= {".xml", ".rels", ".jpeg", ""}  # "": _rels/.rels
