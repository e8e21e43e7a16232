"""RIS in its dialects: nothing vanishes, and each field is read from where the dialect has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord, papers_of
from service.readers.ris import Ris
from service.records import Paper, Rejection


def read(folder: Path, content: str | bytes) -> list[RawRecord | Rejection]:
    path = folder / "export.ris"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(Ris().records(Opened(open_text(path), path.name, 1_000_000)))


def one(folder: Path, fields: str) -> RawRecord:
    [found] = read(folder, f"TY  - JOUR\n{fields}\nER  - \n")
    assert isinstance(found, RawRecord)
    return found


def paper(folder: Path, fields: str) -> Paper:
    found = next(papers_of(one(folder, fields), "export.ris"))
    assert isinstance(found, Paper)
    return found


def titles(found: list[RawRecord | Rejection]) -> list[object]:
    return [record.title if isinstance(record, RawRecord) else record.reason for record in found]


TWO = "TY  - JOUR\nTI  - Crusts\nAB  - They brown.\nER  - \n\nTY  - JOUR\nTI  - Crumbs\nER  - \n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TWO, id="as it should be"),
        pytest.param(b"\xef\xbb\xbf" + TWO.encode(), id="byte order mark"),
        pytest.param(TWO.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(TWO.replace("\n", "\r"), id="CR"),
        pytest.param(TWO.encode("utf-16"), id="UTF-16"),
        pytest.param(TWO.rstrip().removesuffix("ER  -"), id="no last ER"),
        pytest.param(TWO.replace("ER  - \n", ""), id="no ER at all"),
        pytest.param(TWO.replace("  - ", " - "), id="one space before the dash"),
        pytest.param(TWO.replace("  - ", "\t- "), id="a tab before the dash"),
        pytest.param("".join(f"  {line}\n" for line in TWO.split("\n")), id="indented"),
        pytest.param(f"Record #1 of 2\nProvider: X\n1.\n{TWO}", id="a heading before"),
        pytest.param(TWO.replace("TY  - JOUR\nTI  - Crumbs", "ID  - 7\nTY  - JOUR\nTI  - Crumbs"), id="ID before TY"),
        pytest.param(TWO.replace("TY  - JOUR\nTI  - Crumbs", "\ufeffTY  - JOUR\nTI  - Crumbs"), id="mark at a seam"),
        pytest.param(TWO.replace("TY  - JOUR\nTI  - Crumbs", "TI  - Crumbs"), id="second without TY"),
    ],
)
def test_two_records_come_out_however_the_file_is_written(tmp_path: Path, content: str | bytes) -> None:
    """Each of these gives one record or none when it is handed to the library as it is, or loses its abstract."""
    found = read(tmp_path, content)
    assert titles(found) == ["Crusts", "Crumbs"]
    assert [record.abstract for record in found if isinstance(record, RawRecord)] == ["They brown.", None]


def test_two_dialects_may_be_joined_in_one_file(tmp_path: Path) -> None:
    """The way the record's own TY line is written decides."""
    assert titles(read(tmp_path, TWO + TWO.replace("  - ", " - ") + TWO)) == ["Crusts", "Crumbs"] * 3


def test_number_is_the_line_of_ty(tmp_path: Path) -> None:
    """Counted in the raw file, from 1."""
    found = read(tmp_path, f"Database: none\n\n{TWO}")
    assert [record.number for record in found if isinstance(record, RawRecord)] == [3, 8]


@pytest.mark.parametrize(
    ("fields", "title", "abstract", "venue"),
    [
        pytest.param("T1  - Crusts\nN2  - Brown.\nJF  - Loaves", "Crusts", "Brown.", "Loaves", id="Embase, Mendeley"),
        pytest.param("TI  - Crusts\nAB  - Brown.\nT2  - Loaves", "Crusts", "Brown.", "Loaves", id="Zotero, WoS"),
        pytest.param("TI  - Crusts\nAB  - Brown.\nN2  - Other.\nJO  - Loaves", "Crusts", "Brown.", "Loaves", id="both"),
        pytest.param("TI  - Crusts\nN1  - A note.\nJA  - Lvs", "Crusts", None, "Lvs", id="a note is no abstract"),
        pytest.param("BT  - Crusts\nA2  - Editor, An", "Crusts", None, None, id="a book's title is not its venue"),
        pytest.param("T1  - Crusts\nJA  - Lvs\nJF  - Loaves", "Crusts", None, "Loaves", id="full before short venue"),
    ],
)
def test_title_abstract_and_venue_are_found_in_every_dialect(
    tmp_path: Path, fields: str, title: str, abstract: str | None, venue: str | None
) -> None:
    """T1 and TI, N2 and AB, JF, JO, T2 and JA; N1 never holds the abstract."""
    found = one(tmp_path, fields)
    assert (found.title, found.abstract, found.venue) == (title, abstract, venue)


@pytest.mark.parametrize(
    ("fields", "date", "year"),
    [
        pytest.param("PY  - 2017\nDA  - 2017///", None, 2017, id="no month or day"),
        pytest.param("DA  - 2017///", None, 2017, id="no PY"),
        pytest.param("PY  - 2019\nDA  - 2019/10//undefined", "2019-10", 2019, id="undefined behind"),
        pytest.param("PY  - 2019\nDA  - 2019/07/24/", "2019-07-24", 2019, id="whole"),
        pytest.param("PY  - 2019/07/24/", "2019-07-24", 2019, id="in PY"),
        pytest.param("Y1  - 2014//", None, 2014, id="Y1"),
        pytest.param("PY  - 2018\nDA  - SEP", "2018-09", 2018, id="month alone"),
        pytest.param("PY  - 2018\nDA  - 2018-09-04", "2018-09-04", 2018, id="ISO"),
        pytest.param("PY  - 2018\nDA  - 2021/01/02", None, 2018, id="another year's date is not taken"),
        pytest.param("PY  - 1999\nY2  - 2024/05/06", None, 1999, id="Y2 is the day of access"),
    ],
)
def test_dates_are_read_as_exactly_as_they_are_written(
    tmp_path: Path, fields: str, date: str | None, year: int | None
) -> None:
    """RIS writes YYYY/MM/DD/other with any part left out; Web of Science puts the month alone in DA."""
    found = paper(tmp_path, f"TI  - Crusts\n{fields}")
    assert (found.date, found.year) == (date, year)


@pytest.mark.parametrize(
    ("fields", "authors"),
    [
        pytest.param("AU  - Roe, Ann\nAU  - Baker, Bo", ("Roe, Ann", "Baker, Bo"), id="AU"),
        pytest.param("A1  - Roe, Ann\nA2  - Editor, Ed", ("Roe, Ann",), id="A1, and no editors"),
        pytest.param("A1  - Roe, Ann\nAU  - Roe, Ann\nAU  - Baker, Bo", ("Roe, Ann", "Baker, Bo"), id="both"),
        pytest.param("AU  - Roe, Ann; Baker, Bo", ("Roe, Ann", "Baker, Bo"), id="in one field"),
        pytest.param("AU  - Roe,Ann", ("Roe, Ann",), id="no space behind the comma"),
        pytest.param("AU  - Bakers of the North,", ({"literal": "Bakers of the North"},), id="EndNote's team"),
        pytest.param(
            "AU  - Roe, Ann\nAU  - World Bread Organization",
            ("Roe, Ann", {"literal": "World Bread Organization"}),
            id="team",
        ),
        pytest.param("AU  - A. Roe\nAU  - B. Baker", ("A. Roe", "B. Baker"), id="not inverted at all"),
        pytest.param("AU  - Roe, Ann\nAU  - et al.", ("Roe, Ann", "et al."), id="others are no team"),
    ],
)
def test_authors_are_persons_and_teams(tmp_path: Path, fields: str, authors: tuple[Name, ...]) -> None:
    """A name without a comma among inverted ones is a team's."""
    assert tuple(one(tmp_path, f"TI  - Crusts\n{fields}").authors) == authors


@pytest.mark.parametrize(
    ("fields", "doi"),
    [
        pytest.param("DO  - 10.5555/a", "10.5555/a", id="DO"),
        pytest.param("DO  - https://doi.org/10.5555/a", "10.5555/a", id="as a link"),
        pytest.param("M3  - doi: 10.5555/a", "10.5555/a", id="in M3"),
        pytest.param("M3  - Article\nUR  - https://doi.org/10.5555/a", "10.5555/a", id="in UR"),
        pytest.param("N1  - compare 10.5555/a", None, id="not out of a sentence"),
    ],
)
def test_doi_is_taken_from_where_the_dialect_has_it(tmp_path: Path, fields: str, doi: str | None) -> None:
    """Only a field that is nothing but a DOI counts."""
    assert paper(tmp_path, f"TI  - Crusts\n{fields}").doi == doi


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        pytest.param("AN  - PMID: 123", {"pmid": "123"}, id="PMID in AN"),
        pytest.param("AN  - 123\nDB  - Ovid MEDLINE(R)", {"pmid": "123"}, id="Ovid"),
        pytest.param("AN  - 123\nDB  - APA PsycInfo", {}, id="another database's number"),
        pytest.param("C5  - 123\nDB  - Embase\nU2  - L456", {"pmid": "123"}, id="Embase"),
        pytest.param("U1  - 123[pmid]", {"pmid": "123"}, id="PubMed Central"),
        pytest.param("UR  - https://pubmed.ncbi.nlm.nih.gov/123/", {"pmid": "123"}, id="PubMed link"),
        pytest.param(
            "UR  - https://lens.org/1\nL2  - https://arxiv.org/abs/2111.09920", {"arxiv": "2111.09920"}, id="link"
        ),
        pytest.param("N1  - arXiv:2301.01234v2 [cs.CL]", {"arxiv": "2301.01234"}, id="Zotero's arXiv note"),
        pytest.param("UR  - https://aclanthology.org/N19-1423/", {"acl": "N19-1423"}, id="ACL Anthology"),
    ],
)
def test_identifiers_are_taken_from_links_notes_and_accession_numbers(
    tmp_path: Path, fields: str, ids: dict[str, str]
) -> None:
    """A bare number is PubMed's only where the record says so."""
    assert one(tmp_path, f"TI  - Crusts\n{fields}").ids == ids


def test_links_keep_their_semicolons(tmp_path: Path) -> None:
    """The library splits them at ";"; several addresses in one field are parted only where another begins."""
    assert one(tmp_path, "UR  - https://a.example/x;y=1; https://b.example").url == "https://a.example/x;y=1"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param("TI  - RETRACTED: Crusts", "retracted", id="Elsevier"),
        pytest.param("TI  - RETRACTED ARTICLE: Crusts", "retracted", id="Springer"),
        pytest.param("TI  - [Retracted] Crusts", "retracted", id="brackets"),
        pytest.param("TI  - Crusts (Retracted article. See vol. 3, pg. 4, 2010)", "retracted", id="WoS"),
        pytest.param("TI  - WITHDRAWN: Crusts", "withdrawn", id="Cochrane"),
        pytest.param("TI  - Crusts\nM3  - Article; Retracted Publication", "retracted", id="type of work"),
        pytest.param("TI  - Crusts\nN1  - Roe, A\neng\nRetraction in: J Loaves. 2020", "retracted", id="NLM's note"),
        pytest.param("TI  - Crusts\nN1  - Erratum in: J Loaves. 2020", "corrected", id="erratum"),
        pytest.param("TI  - Retracted: Crusts\nN1  - Retraction of: J Loaves. 2020", None, id="the notice itself"),
        pytest.param("TI  - Retracted articles: a survey\nKW  - Correction in science", None, id="about retraction"),
    ],
)
def test_status_is_told_by_title_type_and_note(tmp_path: Path, fields: str, status: str | None) -> None:
    """What became of a paper, and not what it writes about."""
    assert one(tmp_path, fields).status == status


def test_wrapped_lines_are_joined_and_paragraphs_kept(tmp_path: Path) -> None:
    """A line that only begins like a tag goes on with the field."""
    wrapped = "AB  - Crusts of loaves baked,\nER then cooled,\n      brown.\nMETHODS: An oven.\n\nTY is no tag here."
    found = one(tmp_path, f"TI  - Crusts\n      and crumbs\n{wrapped}\nKW  - bread")
    assert found.title == "Crusts and crumbs"
    assert found.abstract == "Crusts of loaves baked, ER then cooled, brown.\nMETHODS: An oven.\n\nTY is no tag here."


def test_unknown_tags_cost_nothing(tmp_path: Path) -> None:
    """The library fails on an unknown tag behind "UK"."""
    assert one(tmp_path, "UK  - x\nQQ  - y\nZ9  - z\nTI  - Crusts").title == "Crusts"


def test_key_is_an_id_that_says_something(tmp_path: Path) -> None:
    """Row numbers of a reference manager name no paper."""
    assert one(tmp_path, "TI  - Crusts\nID  - Roe2020").key == "Roe2020"
    assert one(tmp_path, "TI  - Crusts\nID  - 12345").key == ""


def test_a_bad_byte_costs_its_field_or_the_record_but_no_other(tmp_path: Path) -> None:
    """In an address it costs nothing; in a title the record, with the byte named."""
    content = "TY  - JOUR\nTI  - Caf\xe9\nER  -\nTY  - JOUR\nTI  - Crusts\nAD  - Orl\xe9ans\nER  -\n".encode("cp1252")
    first, second = [next(papers_of(r, "x")) for r in read(tmp_path, content) if isinstance(r, RawRecord)]
    assert isinstance(first, Rejection)
    assert "0xe9" in first.reason
    assert isinstance(second, Paper)
    assert second.title == "Crusts"


def test_ris_is_recognised_and_no_other_format_is_taken_for_it() -> None:
    """MEDLINE has two-letter tags with dashes too."""
    reader = Ris()
    assert reader.recognises("\ufeff\n\nTY  - JOUR\nTI  - x")
    assert reader.recognises("Provider: X\r\n\r\nTY  - JOUR\r\nT1  - x\r\n")
    assert reader.recognises("TY - JOUR\rTI - x\r")
    for other in (
        "PMID- 123\nTI  - x\nAB  - y\n",
        "@article{a,\n title = {x},\nTY  - JOUR\nTI  - x\n}",
        '{"title": "TY  - JOUR"}',
        "FN Clarivate\nVR 1.0\nPT J\nTI x",
        "%0 Journal Article\n%T x",
        "A title\n\nAn abstract that speaks of RIS:\nTY  - JOUR\nis how it begins, and then\nmuch else\nfollows\n",
        "",
    ):
        assert not reader.recognises(other), other
