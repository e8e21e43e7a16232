"""A Word document. Quotes stand as comments on the citation marks: delete the comments, and a manuscript is left.

The same document is the same bytes: no clock and no user name enters the file.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from service.records import Citation, Matrix
from service.render.entry import Entries, Run, entry_of
from service.render.paragraphs import Paragraph
from service.render.plain import readable, visible
from service.render.reference import NOT_FOUND, cell_text, has_gaps, row_name
from service.render.written import STATUS, Points, Section, Timeline, Written, doubt, written
from service.render.written import Document as Text

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph as Line
    from docx.text.run import Run as DocxRun

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NO_XML = re.compile("[\ufffe\uffff]")
_FONT = "Times New Roman"
_WRITTEN_BY = "litweave"


def as_docx(document: Text, *, entries: Entries | None = None) -> bytes:
    """The document as the bytes of a .docx file."""
    view = written(document)
    page = _blank(view)
    for paragraph in view.paragraphs:
        _sentences(page.add_paragraph(), paragraph, page)
    if view.paragraphs:
        _missing(page, view)
    for section in view.sections:
        _section(page, section, view)
    if not view.paragraphs:
        _missing(page, view)
    _references(page, view, entries)
    if view.dropped:
        page.add_heading("Left out, because it did not pass the check", 2)
        for dropped in view.dropped:
            page.add_paragraph(f"{_shown(dropped.text)} ({_shown(dropped.reason)})", style="List Bullet")
    if view.paragraphs or view.sections:
        page.add_paragraph().add_run(f"Composed by: {_shown(view.composer)}.").italic = True
    if view.judged:
        page.add_paragraph().add_run(f"{_shown(view.judged)}.").italic = True
    return _bytes(page)


def _blank(view: Written) -> Document:
    import docx
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    page = docx.Document()
    for name, size in (("Normal", 11), ("Title", 18), ("Heading 1", 14), ("Heading 2", 12)):
        font = page.styles[name].font
        font.name, font.size, font.color.rgb = _FONT, Pt(size), RGBColor(0, 0, 0)
        fonts = page.styles[name].element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    properties = page.core_properties
    properties.title, properties.author, properties.comments = _shown(view.heading)[:255], _WRITTEN_BY, ""
    properties.created = properties.modified = datetime(*_EPOCH)
    page.add_heading(_shown(view.heading), 0)
    if status := STATUS[view.status]:
        page.add_paragraph().add_run(status).italic = True
    if view.restriction:
        page.add_paragraph().add_run(_shown(view.restriction)).italic = True
    return page


def _sentences(line: Line, paragraph: Paragraph, page: Document) -> None:
    for number, sentence in enumerate(paragraph):
        line.add_run((" " if number else "") + _shown(sentence.text))
        _marks(line, sentence.citations, page)
        if doubt(sentence):
            from docx.enum.text import WD_COLOR_INDEX

            line.add_run(f" ({doubt(sentence)})").font.highlight_color = WD_COLOR_INDEX.YELLOW


def _marks(line: Line, citations: tuple[Citation, ...], page: Document) -> None:
    by_label: dict[str, dict[tuple[int, int], Citation]] = {}
    for citation in citations:
        by_label.setdefault(citation.label, {})[citation.start, citation.end] = citation
    for number, (label, quotes) in enumerate(by_label.items()):
        if number == 0:
            line.add_run("\N{NO-BREAK SPACE}")
        mark = line.add_run(f"[{_verbatim(label)}]")
        _comment(page, mark, list(quotes.values()))


def _comment(page: Document, mark: DocxRun, quotes: list[Citation]) -> None:
    from docx.oxml.ns import qn

    comment = page.add_comment(mark, author=_WRITTEN_BY, initials="lw")
    for number, citation in enumerate(quotes):
        line = comment.add_paragraph() if number else comment.paragraphs[0]
        line.add_run(f"“{_verbatim(citation.quote)}” (characters {citation.start} to {citation.end})")
    del comment._comment_elm.attrib[qn("w:date")]


def _missing(page: Document, view: Written) -> None:
    if view.missing:
        page.add_heading("What the corpus does not say", 1)
        for item in view.missing:
            page.add_paragraph(_shown(item), style="List Bullet")


def _section(page: Document, section: Section, view: Written) -> None:
    page.add_heading(_shown(section.title), 1)
    for block in section.blocks:
        if isinstance(block, Matrix):
            _table(page, block, view)
        elif isinstance(block, Points):
            if block.title:
                page.add_heading(_shown(block.title), 2)
            for point in block.items:
                line = page.add_paragraph(style="List Bullet")
                line.add_run(f"{_shown(point.term)}: ").bold = True
                _sentences(line, (point.sentence,), page)
        elif isinstance(block, Timeline):
            for event in block.events:
                line = page.add_paragraph(style="List Bullet")
                line.add_run(f"{_verbatim(event.when)}: ").bold = True
                line.add_run(_shown(event.title) + (f" [{_verbatim(event.label)}]" if event.label else ""))
        else:
            _sentences(page.add_paragraph(), block, page)


def _table(page: Document, matrix: Matrix, view: Written) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    table = page.add_table(rows=1, cols=len(matrix.columns) + 1, style="Table Grid")
    for cell, name in zip(table.rows[0].cells, ("paper", *matrix.columns), strict=True):
        cell.paragraphs[0].add_run(_shown(name)).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in matrix.rows:
        cells = table.add_row().cells
        label, name = row_name(row, view.references)
        cells[0].paragraphs[0].add_run(_clean(name) + (f" [{_verbatim(label)}]" if label else "")).bold = True
        for cell, column in zip(cells[1:], matrix.columns, strict=True):
            value, content = cell_text(row, column), row.cells[column]
            cell.paragraphs[0].add_run("–" if value is None else _clean(value))
            if content is not None:
                _marks(cell.paragraphs[0], content.citations, page)
    for line in (line for row in table.rows for cell in row.cells for line in cell.paragraphs):
        for run in line.runs:
            run.font.size = Pt(9)
    if has_gaps(matrix):
        page.add_paragraph(f"– : {NOT_FOUND}.")


def _references(page: Document, view: Written, entries: Entries | None) -> None:
    from docx.shared import Cm

    if view.references:
        page.add_heading("References", 1)
    for reference in view.references:
        line = page.add_paragraph()
        line.paragraph_format.left_indent, line.paragraph_format.first_line_indent = Cm(1), Cm(-1)
        line.add_run(f"[{_verbatim(reference.label)}]\t")
        for run in entry_of(reference, entries):
            _run(line, run)


def _run(line: Line, run: Run) -> None:
    made = line.add_run(_clean(run.text))
    font = made.font
    font.italic, font.bold, font.small_caps = run.italic or None, run.bold or None, run.small_capitals or None
    font.underline, font.superscript, font.subscript = run.underlined or None, run.raised or None, run.lowered or None
    if run.link is not None:
        _link(line, made, run.link)


def _link(line: Line, made: DocxRun, address: str) -> None:
    """python-docx reads hyperlinks but has no call that makes one."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    made.font.color.rgb, made.font.underline = RGBColor(0x1B, 0x5A, 0xA6), True
    line._p.replace(made._r, link)
    link.append(made._r)


def _shown(text: str) -> str:
    return _clean(readable(text))


def _verbatim(text: str) -> str:
    return _clean(visible(text))


def _clean(text: str) -> str:
    """Without the two characters that XML has no place for and `visible` lets through."""
    return _NO_XML.sub("\ufffd", text)


def _bytes(page: Document) -> bytes:
    """The package with the time of each member fixed."""
    saved, fixed = io.BytesIO(), io.BytesIO()
    page.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, _EPOCH)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 0
            target.writestr(info, source.read(member))
    return fixed.getvalue()
