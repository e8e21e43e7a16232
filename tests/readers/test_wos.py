"""Web of Science plain text and tab-delimited, newer and older, framed as it should be or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.readers.wos import WebOfScience
from service.records import Paper, Rejection

FRAME = "FN Clarivate Analytics Web of Science\nVR 1.0\n"
FIRST = """PT J
AU Roe, A
   Baker, BC
AF Roe, Ann
   Baker, Bo Carl
CA World Bread Collaboration
TI Crusts of
   loaves
SO JOURNAL OF LOAVES
DT Article; Retracted Publication
AB They brown
   in ovens.
C1
CR Baker B, 1999, LOAVES, V1, P2
PD JUN 8
PY 2004
DI 10.5555/crusts
UT WOS:000123
PM 456
DA 2019-03-18
ER

"""
SECOND = "PT J\nTI Crumbs\nPY 2005\nER\n\n"
HEADER = "PT\tAU\tAF\tTI\tSO\tAB\tPY\tUT\t"


def read(folder: Path, content: str | bytes) -> list[RawRecord | Rejection]:
    path = folder / "savedrecs.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(WebOfScience().records(Opened(open_text(path), path.name, 1_000_000)))


def test_every_field_is_read(tmp_path: Path) -> None:
    """Full names before short ones, the team after them; DA is the day of the export and no date of the paper."""
    [raw] = read(tmp_path, f"{FRAME}{FIRST}EF")
    assert isinstance(raw, RawRecord)
    found = next(papers_of(raw, "savedrecs.txt"))
    assert isinstance(found, Paper)
    assert (raw.number, raw.key) == (3, "WOS:000123")
    assert (found.title, found.abstract) == ("Crusts of loaves", "They brown in ovens.")
    assert list(raw.authors) == ["Roe, Ann", "Baker, Bo Carl", {"literal": "World Bread Collaboration"}]
    assert (found.date, found.year, found.venue) == ("2004-06-08", 2004, "JOURNAL OF LOAVES")
    assert (found.doi, found.paper_id, found.status) == ("10.5555/crusts", "pmid:456", "retracted")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(FRAME + FIRST + SECOND + "EF", id="as it should be"),
        pytest.param(FIRST + SECOND, id="no frame"),
        pytest.param(FRAME.replace("1.0", "2.0") + FIRST + SECOND + "EF", id="another version"),
        pytest.param(f"FN ISI Export Format\n{FIRST}{SECOND}", id="no VR and no EF"),
        pytest.param((FRAME + FIRST + SECOND).rstrip().removesuffix("ER"), id="no last ER"),
        pytest.param(FRAME + FIRST.replace("\nER\n", "\n") + SECOND + "EF", id="no first ER"),
        pytest.param(FRAME + FIRST + "EF\n\ufeff" + FRAME + SECOND + "EF", id="two files joined"),
        pytest.param(("\ufeff" + FRAME + FIRST + SECOND + "EF").replace("\n", "\r\n"), id="mark and CRLF"),
        pytest.param((FRAME + FIRST + SECOND + "EF").encode("utf-16"), id="UTF-16"),
    ],
)
def test_two_records_come_out_however_the_file_is_framed(tmp_path: Path, content: str | bytes) -> None:
    """All but the first make the library stop, and so does the address without a value in each."""
    found = read(tmp_path, content)
    assert [record.title for record in found if isinstance(record, RawRecord)] == ["Crusts of loaves", "Crumbs"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("PD JUL-AUG\nPY 2004", "2004"),
        ("PD FAL\nPY 2004", "2004"),
        ("PD 07 2004\nPY 2004", "2004-07"),
        ("PD 15 JUL\nPY 2004", "2004-07-15"),
        ("PY 2004", None),
        ("EA MAR 2004\nEY 2004", "2004-03"),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_written(tmp_path: Path, fields: str, date: str | None) -> None:
    """Ranges of months and seasons leave the year; an early access date counts where there is no other."""
    [raw] = read(tmp_path, f"{FRAME}PT J\nTI Crusts\n{fields}\nER\nEF\n")
    assert isinstance(raw, RawRecord)
    found = next(papers_of(raw, "x"))
    assert isinstance(found, Paper)
    assert (found.date, found.year) == (date, 2004)


def test_inspec_has_the_doi_among_its_codes_and_books_have_their_own(tmp_path: Path) -> None:
    """A chapter in a series may have both: its own counts; a journal article's book DOI is no DOI of it."""
    dois = {
        "PT J\nTI a\nID 0003-6951/2006],[10.5555/x(1)]\nUT INSPEC:1\nER\n": "10.5555/x(1)",
        "PT J\nTI a\nID LOAVES; [10.5555/x]\nUT WOS:1\nER\n": None,
        "PT B\nTI a\nD2 10.5555/book\nER\n": "10.5555/book",
        "PT S\nTI a\nDI 10.5555/own\nD2 10.5555/book\nER\n": "10.5555/own",
        "PT J\nTI a\nD2 10.5555/book\nER\n": None,
    }
    for content, doi in dois.items():
        [raw] = read(tmp_path, content)
        assert isinstance(raw, RawRecord)
        assert raw.doi == doi


def test_tab_delimited_lines_are_records(tmp_path: Path) -> None:
    """A quotation mark that begins a title swallows the lines behind it when csv reads them; here it is a character."""
    lines = [
        HEADER,
        'J\tRoe, A; Baker, B\tRoe, Ann; Baker, Bo\t"Crusts" of loaves\tLOAVES\tThey brown.\t2004\tWOS:1\t',
        'J\tRoe, A\t\t"Crumbs\tLOAVES\t\t2005\tWOS:2\t',
        "",
        'J\tRoe, A\t\t"""Dough"" rises"\tLOAVES\t' + "x" * 200_000 + "\t2006\tWOS:3",
        HEADER,
        "J\tRoe, A\t\tOvens\tLOAVES\t\t2007\tWOS:4\tone\ttoo many",
        "not a record",
    ]
    found = read(tmp_path, "\ufeff" + "\r\n".join(lines))
    records = [record for record in found if isinstance(record, RawRecord)]
    assert [record.title for record in records] == ['"Crusts" of loaves', '"Crumbs', '"Dough" rises']
    assert [list(record.authors) for record in records] == [["Roe, Ann", "Baker, Bo"], ["Roe, A"], ["Roe, A"]]
    assert [record.number for record in records] == [2, 3, 5]
    assert [record.abstract and record.abstract[:11] for record in records] == ["They brown.", None, "x" * 11]  # type: ignore[index]
    assert [record.line for record in found if isinstance(record, Rejection)] == [7, 8]


def test_it_is_recognised_and_no_other_format_is_taken_for_it() -> None:
    """The tags of its first line tell it from other tables."""
    reader = WebOfScience()
    for own in (FRAME + FIRST, "\ufeff" + FIRST, "FN ISI Export Format\r\nVR 1.0\r\n\r\nPT J\r\n", HEADER + "\r\nJ\t"):
        assert reader.recognises(own), own
    for other in (
        "TY  - JOUR\nTI  - x\n",
        "PMID- 1\nTI  - x\n",
        "title\tabstract\tyear\tdoi\tauthors\n",
        "AA\tBB\tCC\tDD\tEE\n",
        "FN is short for file name\nand this is prose\n",
        "PT J is what it begins with\n",
        "",
    ):
        assert not reader.recognises(other), other
