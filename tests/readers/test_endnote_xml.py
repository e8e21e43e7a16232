"""EndNote XML: styled text, names, numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.endnote_xml import EndnoteXml
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "wos_endnote"


def read(path: Path) -> list[RawRecord | Rejection]:
    file = Opened(open_text(path), path.name, 1_000_000)
    assert EndnoteXml().recognises(file.head)
    return list(EndnoteXml().records(file))


def record(tmp_path: Path, inner: str) -> RawRecord:
    path = tmp_path / "library.xml"
    path.write_text(f"<xml><records><record>{inner}<titles/></record></records></xml>", encoding="utf-8")
    [found] = read(path)
    assert isinstance(found, RawRecord)
    return found


def test_runs_of_styled_text_are_one_text(tmp_path: Path) -> None:
    """The layout of the file between runs is no space; raised and lowered text reads as in other markup."""
    found = record(
        tmp_path,
        "<titles><title>\n  <style face='normal'>CO</style>\n  <style face='subscript'>2</style>\n"
        "  <style face='normal'> at 10</style>\n  <style face='superscript'>3</style><style face='italic'> Pa</style>\n"
        "</title></titles><abstract><style>p&lt;0.05&#xD;and more</style></abstract>",
    )
    assert (found.title, found.abstract) == ("CO2 at 10^3 Pa", "p<0.05 and more")


def test_a_comma_behind_a_name_marks_a_team(tmp_path: Path) -> None:
    found = record(
        tmp_path,
        "<contributors><authors><author><style>Okonjo, Mary A.</style></author><author>World Health Org,</author>"
        "</authors><secondary-authors><author>Ed, E.</author></secondary-authors></contributors>",
    )
    assert list(found.authors) == ["Okonjo, Mary A.", {"literal": "World Health Org"}]


def test_an_accession_number_is_a_pmid_only_where_pubmed_is_named(tmp_path: Path) -> None:
    number = "<accession-num>25647015</accession-num>"
    assert record(tmp_path, number).ids == {}
    assert record(tmp_path, f"{number}<remote-database-name>PubMed</remote-database-name>").ids == {"pmid": "25647015"}
    assert record(tmp_path, "<accession-num>WOS:0001</accession-num><notes>PubMed</notes>").ids == {}


def test_links_are_those_of_the_web_and_one_to_a_doi_serves_as_doi(tmp_path: Path) -> None:
    urls = "<urls><related-urls><url>&lt;Go to ISI&gt;://0002</url><url>https://doi.org/10.5555/a</url></related-urls></urls>"
    found = record(tmp_path, urls)
    assert (found.url, found.doi) == ("https://doi.org/10.5555/a", "https://doi.org/10.5555/a")
    assert record(tmp_path, f"<electronic-resource-num>10.5555/b</electronic-resource-num>{urls}").doi == "10.5555/b"


@pytest.mark.parametrize(
    ("year", "day", "expected"),
    [("1937", "Jan", "1937 Jan"), ("2015", "2015-03-02", "2015-03-02"), ("", "Jan", None), ("2015", "", None)],
)
def test_the_day_goes_with_the_year(tmp_path: Path, year: str, day: str, expected: str | None) -> None:
    dates = f"<dates><year>{year}</year><pub-dates><date>{day}</date></pub-dates></dates>"
    assert record(tmp_path, dates).date == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<work-type>Retracted Publication</work-type>", "retracted"),
        ("<notes>Erratum in: J Test. 2020</notes>", "corrected"),
        ("<notes>Expression of concern in: J Test</notes>", "concern"),
        ("<notes>Retraction of: J Test. 2019</notes>", None),
    ],
)
def test_pubmeds_notices_in_its_notes_are_its_status(tmp_path: Path, inner: str, expected: str | None) -> None:
    assert record(tmp_path, inner).status == expected


def test_a_damaged_record_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "library.xml"
    path.write_text(
        "<xml><records>\n<record><titles><title>A & B</title></titles></record>\n"
        "<record><titles><title>C</title></titles></record>\n<record><titles><title>D",
        encoding="utf-8",
    )
    damaged, whole, cut = read(path)
    assert isinstance(whole, RawRecord)
    assert (whole.title, whole.number) == ("C", 3)
    assert isinstance(damaged, Rejection)
    assert isinstance(cut, Rejection)
    assert (damaged.line, cut.line) == (2, 4)


@pytest.mark.parametrize("head", ["", "<records><record>", "<xml><record>", "TY  - JOUR", '{"a": "<records><titles>"}'])
def test_other_formats_are_not_taken_for_it(head: str) -> None:
    assert not EndnoteXml().recognises(head)


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
def test_the_real_files_are_read_whole() -> None:
    """Titles of each, as many as it has records; nothing is rejected."""
    titles = {}
    for path in sorted(FOLDER.glob("*.xml")):
        found = [record for record in read(path) if isinstance(record, RawRecord)]
        assert len(read(path)) == len(found) == path.read_text(encoding="utf-8").count("<record>")
        titles[path.stem.partition("Test")[2]] = [str(record.title)[:30] for record in found]
    assert titles == {
        "LabelAndMultiTitle": [
            "An ecological basis for refore", "A survey of soil temperatures ", "A demographic study of the sou",
        ],
        "Report": ["Purple Martin (Progne subis): "],
        "_WithoutUrlStyle": ["Trends in the lifetime risk of"],
    }  # fmt: skip
