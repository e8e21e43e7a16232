"""XLSX workbooks, made here part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

import pytest

from service.errors import SourceError
from service.readers.raw import RawRecord, papers_of
from service.readers.xlsx import is_xlsx, records_of
from service.records import Paper, Rejection

Row = Sequence["str | float | None"]
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEADER = ("Article Title", "Abstract", "Authors", "Publication Year", "DOI", "PMID", "arXiv", "Date")


def sheet(rows: Sequence[Row]) -> str:
    made = []
    for r, row in enumerate(rows, start=1):
        cells = []
        for c, value in enumerate(row):
            place = f'r="{chr(65 + c)}{r}"'
            if isinstance(value, str):
                text = f'<is><t xml:space="preserve">{escape(value)}</t></is>'
                cells.append(f'<c {place} t="inlineStr">{text}</c>')
            elif value is not None:
                style = ' s="1"' if row[c] == 45000 else ""
                cells.append(f"<c {place}{style}><v>{value}</v></c>")
        made.append(f'<row r="{r}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{"".join(made)}</sheetData></worksheet>'


def workbook(*sheets: str, extra: Mapping[str, str] | None = None) -> bytes:
    numbers = range(1, len(sheets) + 1)
    part = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="{part}.sheet.main+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
        )
        + f'<Relationship Id="s" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        + f'<Relationship Id="y" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_SHEET}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        **{f"xl/worksheets/sheet{n}.xml": text for n, text in enumerate(sheets, start=1)},
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def found(data: bytes) -> list[RawRecord | Rejection]:
    assert is_xlsx(data)
    return list(records_of(data, "papers.xlsx", max_record_bytes=100_000))


def test_the_first_sheet_with_a_header_is_read_row_by_row() -> None:
    """Numbered as the sheet shows its rows; blank rows are none, a note above the header is none."""
    rows: list[Row] = [
        ("Exported for you",), HEADER,
        ("Crusts", "We <b>bake</b> & eat.\nTwice.", "Oven, Ada; Crust, Ben", 2020, "10.5555/a", 123, 2412.0667, 45000),
        (), (None, " "),
        ("Crumbs", None, "Oven, Ada", None, "", None, None, None),
    ]  # fmt: skip
    crusts, crumbs = found(workbook(sheet([("About",), ("nothing",)]), sheet(rows)))
    assert isinstance(crusts, RawRecord)
    assert isinstance(crumbs, RawRecord)
    assert (crusts.number, crusts.title, crusts.authors) == (3, "Crusts", ("Oven, Ada", "Crust, Ben"))
    assert crusts.abstract == "We <b>bake</b> & eat.\nTwice."
    assert (crusts.doi, crusts.ids, crusts.date) == ("10.5555/a", {"pmid": "123", "arxiv": "2412.06670"}, "2023-03-15")
    assert (crumbs.number, crumbs.title, crumbs.abstract, crumbs.doi) == (6, "Crumbs", None, None)
    [paper] = [made for made in papers_of(crusts, "x") if isinstance(made, Paper)]
    assert (paper.year, paper.date, paper.abstract) == (2020, "2023-03-15", "We bake & eat.\nTwice.")


def test_a_workbook_without_a_title_column_says_which_names_are_read() -> None:
    """As a CSV table does."""
    with pytest.raises(
        SourceError, match=r"papers.xlsx: no sheet has a column that is named as a title.*Article Title"
    ):
        found(workbook(sheet([("a", "b"), ("c", "d")])))


def test_a_row_over_the_limit_is_rejected_and_the_rest_read() -> None:
    """By its number in the sheet."""
    long, short = found(workbook(sheet([("title", "abstract"), ("A", "x" * 100_001), ("B", "y")])))
    assert isinstance(long, Rejection)
    assert (long.line, "longer than 100,000 characters" in long.reason) == (2, True)
    assert isinstance(short, RawRecord)


def test_other_files_are_no_workbooks() -> None:
    """Nor is another document of the same kind, nor half a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w/>")
    whole = workbook(sheet([("title",)]))
    assert not any(map(is_xlsx, (b"", b"PK\x03\x04", b"title,year\n", out.getvalue(), whole[: len(whole) // 2])))


def _shared(texts: Sequence[str]) -> dict[str, str]:
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    return {"xl/sharedStrings.xml": f'<sst xmlns="{_SHEET}">{items}</sst>'}


def _cells(markup: str) -> str:
    return f'<worksheet xmlns="{_SHEET}"><sheetData>{markup}</sheetData></worksheet>'


def test_shared_texts_are_read() -> None:
    """As spreadsheets write them."""
    cells = '<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c t="s"><v>2</v></c></row>'
    [record] = found(workbook(_cells(cells), extra=_shared(["title", "year", "Crusts"])))
    assert isinstance(record, RawRecord)
    assert record.title == "Crusts"


HOSTILE = {
    "one cell far away": (
        workbook(_cells('<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "spans more than 10,000,000 cells",
    ),
    "far away by an entity": (
        workbook(_cells('<row r="1"><c r="A1"/></row><row r="&#49;048576"><c r="&#88;FD1048576"><v>1</v></c></row>')),
        "spans more than 10,000,000 cells",
    ),
    "a long text, shared a thousand times": (
        workbook(_cells('<row><c t="s"><v>0</v></c></row>' * 1_000), extra=_shared(["x" * 1_000_000])),
        "holds more than 500,000,000 characters",
    ),
    "a place that is none": (
        workbook(_cells('<row r="1"><c r="A1"/><c r="B9999999993"><v>1</v></c></row>')),
        "'B9999999993' is no place in a sheet",
    ),
    "a sheet under another name": (
        workbook(_cells("<row/>"), extra={"xl/other.bin": _cells('<row><c r="XFD1048576"/></row>')}),
        "other.bin is a sheet under another kind's name",
    ),
    "two kinds in one": (workbook(_cells("<row/>"), extra={"xl/workbook.bin": "x"}), "is of another kind"),
    "a bomb": (
        workbook(_cells("<row/>"), extra={"xl/media/image.xml": " " * 110_000_000}),
        "grows over 200-fold",
    ),
    "entities": (
        workbook('<!DOCTYPE x [<!ENTITY a "aaaa">]>' + _cells("<row><c><v>&a;</v></c></row>")),
        "declares a document type",
    ),
    "damaged": (workbook("<worksheet><sheetData>"), "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_workbooks_are_refused_before_they_are_read(data: bytes, reason: str) -> None:
    """A few kilobytes that would take gigabytes."""
    assert len(data) < 2_000_000
    with pytest.raises(SourceError, match=reason):
        found(data)


def test_deep_nesting_ends() -> None:
    """200,000 elements in each other are no workbook."""
    with pytest.raises(SourceError):
        found(workbook(_cells("<a>" * 200_000 + "</a>" * 200_000)))
