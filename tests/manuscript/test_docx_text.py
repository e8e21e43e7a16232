"""The words of a .docx: headings and paragraphs, and what is refused."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document

from service.errors import SourceError
from service.manuscript.word import docx_markdown


def zipped(xml: str, name: str = "word/document.xml") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return packed.getvalue()


def body(inside: str) -> str:
    return f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{inside}</w:document>'


def test_headings_and_paragraphs_become_markdown() -> None:
    """In order, also those of tables; empty ones are left out."""
    document = Document()
    document.add_heading("Kites & wind", 2)
    paragraph = document.add_paragraph("They ")
    paragraph.add_run("rise").bold = True
    paragraph.add_run(" [@kite].")
    document.add_paragraph("")
    document.add_table(1, 1).cell(0, 0).text = "In a cell."
    saved = io.BytesIO()
    document.save(saved)
    assert docx_markdown(saved.getvalue()) == "## Kites & wind\n\nThey rise [@kite].\n\nIn a cell."


def test_what_was_deleted_is_not_read() -> None:
    """Tracked changes: the insertion counts, the deletion does not."""
    inside = "<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del></w:p>"
    assert docx_markdown(zipped(body(inside))) == "new"


def test_paragraphs_in_paragraphs_are_read_once() -> None:
    """A text box stands for itself. Nested without end, a file of a kilobyte would become gigabytes."""
    box = "<w:p><w:r><w:t>around </w:t></w:r><w:p><w:r><w:t>in the box</w:t></w:r></w:p><w:r><w:t>it</w:t></w:r></w:p>"
    assert docx_markdown(zipped(body(box))) == "around it\n\nin the box"
    depth = 50_000
    nested = docx_markdown(zipped(body("<w:p><w:r><w:t>x</w:t></w:r>" * depth + "</w:p>" * depth)))
    assert nested == "\n\n".join("x" * depth)


def test_text_outside_of_paragraphs_is_none() -> None:
    assert docx_markdown(zipped(body("<w:t>a</w:t><w:br/><w:p>b<w:t>c<w:tab/>d</w:t><w:t>e</w:t></w:p>"))) == "c e"


def damaged() -> bytes:
    whole = bytearray(zipped(body("<w:p><w:r><w:t>word</w:t></w:r></w:p>" * 100)))
    start = whole.index(b"document.xml") + len(b"document.xml")
    whole[start : start + 40] = bytes(range(40))
    return bytes(whole)


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + body("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no .docx"),
        (b"PK\x03\x04 broken", "no .docx"),
        (zipped("x", "other.xml"), "no .docx"),
        (zipped("<w:p>"), "damaged"),
        (damaged(), "no .docx"),
        (zipped(BOMB), "damaged"),
        (zipped(body(" " * 20_000_001)), "20,000,000"),
    ],
    ids=["empty", "broken", "another zip", "no xml", "bad deflate", "entities", "huge"],
)
def test_what_is_no_docx_is_refused(content: bytes, told: str) -> None:
    """With what to do."""
    with pytest.raises(SourceError, match=told):
        docx_markdown(content)
