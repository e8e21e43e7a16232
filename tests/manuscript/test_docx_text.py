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


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + body("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "no .docx"),
        (b"PK\x03\x04 broken", "no .docx"),
        (zipped("x", "other.xml"), "no .docx"),
        (zipped("<w:p>"), "damaged"),
        (zipped(BOMB), "damaged"),
        (zipped(body(" " * 20_000_001)), "20,000,000"),
    ],
    ids=["empty", "broken", "another zip", "no xml", "entities", "huge"],
)
def test_what_is_no_docx_is_refused(content: bytes, told: str) -> None:
    """With what to do."""
    with pytest.raises(SourceError, match=told):
        docx_markdown(content)
