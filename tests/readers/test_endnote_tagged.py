"""EndNote tagged files as EndNote, ACL Anthology, Google Scholar and refer write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.endnote_tagged import EndnoteTagged
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection

ANTHOLOGY = """%0 Conference Proceedings
%T Crusts of Loaves
%A Roe, Ann
%A van den Baker, Bo
%Y Editor, Ed
%S Proceedings of the Bakers
%D 2019
%8 June
%I Bakers' Association
%F roe-baker-2019-crusts
%X They brown.
%R 10.5555/N19-1423
%U https://aclanthology.org/N19-1423
%U https://doi.org/10.5555/N19-1423
%P 1-9

"""


def read(folder: Path, content: str | bytes) -> list[RawRecord]:
    path = folder / "export"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(EndnoteTagged().records(Opened(open_text(path), path.name, 1_000_000)))
    assert not any(isinstance(record, Rejection) for record in found)
    return [record for record in found if isinstance(record, RawRecord)]


def paper(folder: Path, content: str) -> Paper:
    [raw] = read(folder, content)
    found = next(papers_of(raw, "export"))
    assert isinstance(found, Paper)
    return found


def test_every_field_of_an_anthology_record_is_read(tmp_path: Path) -> None:
    """The series is the venue where there is no journal; the month goes with the year; editors are no authors."""
    found = paper(tmp_path, ANTHOLOGY)
    assert (found.title, found.abstract, found.venue) == (
        "Crusts of Loaves",
        "They brown.",
        "Proceedings of the Bakers",
    )
    assert found.authors == ("Roe, Ann", "van den Baker, Bo")
    assert (found.date, found.year, found.doi) == ("2019-06", 2019, "10.5555/N19-1423")
    assert (found.url, found.paper_id) == ("https://aclanthology.org/N19-1423", "acl:N19-1423")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("%0 Book\n%T a\n%X y\n\n%0 Book\n%T b\n", id="parted by a blank line"),
        pytest.param("%0 Book\n%T a\n%X y\n%0 Book\n%T b\n", id="parted by nothing"),
        pytest.param("%T a\n%X y\n\n%T b\n", id="no %0"),
        pytest.param("%T a\n%X y\n\n\n\n%0 Book\n%T b", id="%0 in one"),
        pytest.param("\ufeff%0 Book\r\n%T a\r\n%X y\r\n\r\n%0 Book\r\n%T b\r\n", id="mark and CRLF"),
        pytest.param("%0 Book\r%T a\r%X y\r\r%0 Book\r%T b\r", id="CR"),
    ],
)
def test_two_records_come_out_however_they_are_parted(tmp_path: Path, content: str) -> None:
    """%0 begins one, and where there is none a blank line does."""
    assert [(record.title, record.abstract) for record in read(tmp_path, content)] == [("a", "y"), ("b", None)]


def test_an_abstract_in_paragraphs_stays_one(tmp_path: Path) -> None:
    """A blank line ends no record that begins with %0; percent signs in it are text."""
    [found] = read(tmp_path, "%0 Book\n%X One half.\n\n50 % more of loaves\n%of it\n\n%T a\n")
    assert (found.title, found.abstract) == ("a", "One half.\n\n50 % more of loaves %of it")


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("%D 2020\n%8 2020/05/01", "2020-05-01"),
        ("%D 2020\n%8 May 1", "2020-05-01"),
        ("%D 2020", None),
        ("%8 May 1, 2020", "2020-05-01"),
    ],
)
def test_date_is_whole_or_goes_with_the_year(tmp_path: Path, fields: str, date: str | None) -> None:
    """EndNote's %8 is what the database gave."""
    found = paper(tmp_path, f"%0 Journal Article\n%T a\n{fields}\n")
    assert (found.date, found.year) == (date, 2020)


def test_accession_number_is_pubmeds_only_where_it_says_so(tmp_path: Path) -> None:
    """A report number in %R is no DOI."""
    [pubmed] = read(tmp_path, "%0 Journal Article\n%T a\n%M 123\n%~ PubMed\n%R 10.5555/x\n")
    [other] = read(tmp_path, "%0 Report\n%T a\n%M 123\n%R TR-17\n")
    assert (pubmed.ids, pubmed.doi, other.ids, other.doi) == ({"pmid": "123"}, "10.5555/x", {}, None)


def test_retraction_is_told_by_type_or_note(tmp_path: Path) -> None:
    """%9 is the type of work, %Z holds notes."""
    [typed, noted] = read(
        tmp_path, "%0 Journal Article\n%T a\n%9 Retracted Publication\n\n%0 Book\n%T b\n%Z Retraction in: Loaves 2\n"
    )
    assert (typed.status, noted.status) == ("retracted", "retracted")


def test_it_is_recognised_and_tex_is_not_taken_for_it() -> None:
    """A comment of TeX has a space behind the percent sign, and may stand before BibTeX."""
    reader = EndnoteTagged()
    for own in (ANTHOLOGY, "\ufeff\n%A testA", "%T a\n%A b\n", "%0 Book"):
        assert reader.recognises(own), own
    for other in (
        "% a comment\n%A note\n",
        "%A note of mine\n\n@book{a,\n",
        "%A note\nand prose\n",
        "%!TEX root\n",
        "",
    ):
        assert not reader.recognises(other), other
