"""MEDLINE tagged text: records, folded lines, names, notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.lines import open_text
from service.readers.nbib import Nbib
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "pubmed_nbib"


def read(path: Path) -> list[RawRecord]:
    file = Opened(open_text(path), path.name, 1_000_000)
    assert Nbib().recognises(file.head)
    records = list(Nbib().records(file))
    assert all(isinstance(record, RawRecord) for record in records)
    return [record for record in records if isinstance(record, RawRecord)]


def of(tmp_path: Path, text: str) -> list[RawRecord]:
    path = tmp_path / "pubmed.nbib"
    path.write_text(text, encoding="utf-8", newline="")
    return read(path)


def test_folded_lines_are_one_value(tmp_path: Path) -> None:
    """Also of a team; a blank line in an abstract parts its paragraphs and ends no record."""
    [found] = of(
        tmp_path,
        "\nPMID- 1\nTI  - A title\n      in two lines.\nAB  - One.\n      \n      Two.\n\n      Three.\n"
        "CN  - The very long\n      Group\nJT  - Journal\n",
    )
    assert (found.title, found.abstract, found.number) == ("A title in two lines.", "One. \nTwo. \nThree.", 2)
    assert (list(found.authors), found.venue) == ([{"literal": "The very long Group"}], "Journal")


@pytest.mark.parametrize("between", ["\n", "", "\n\n\n", "\r\n"], ids=["blank", "none", "blanks", "crlf"])
@pytest.mark.parametrize(
    "first", ["PMID- {}\n", "PMC - PMC{0}\nPMID- {0}\n", "PMC - PMC{}\n"], ids=["pmid", "both", "pmc"]
)
def test_records_are_parted_by_their_numbers(tmp_path: Path, between: str, first: str) -> None:
    text = between.join(f"{first.format(n)}TI  - Title {n}.\n" for n in (11, 22, 33))
    assert [record.title for record in of(tmp_path, text)] == ["Title 11.", "Title 22.", "Title 33."]


def test_the_number_of_an_article_within_its_record_ends_nothing(tmp_path: Path) -> None:
    """PubMed writes PMC behind PMID, and a blank line in the middle of a record is only that."""
    [found] = of(tmp_path, "PMID- 1\nOWN - NLM\n\nTI  - A.\nPMC - PMC5\nAB  - Text.\n")
    assert (found.title, found.abstract, found.ids) == ("A.", "Text.", {"pmid": "1", "pmc": "PMC5"})


def test_names_are_the_full_ones_in_order_with_teams(tmp_path: Path) -> None:
    [found] = of(
        tmp_path,
        "PMID- 1\nTI  - A.\nFAU - de Vries, Jan P 3rd\nAU  - de Vries JP 3rd\nAD  - Here\nCN  - X Group\n"
        "AU  - van der Berg JA Jr\nFAU - Sukarno\nAU  - Sukarno\nAU  - et al\n",
    )
    assert list(found.authors) == [
        {"family": "de Vries", "given": "Jan P", "suffix": "III"},
        {"literal": "X Group"},
        {"family": "van der Berg", "given": "JA", "suffix": "Jr"},
        {"family": "Sukarno", "given": ""},
        "et al",
    ]


@pytest.mark.parametrize(
    "places",
    [
        "LID - 10.5555/a [doi]", "AID - S1 [pii]\nAID - 10.5555/a [doi]", "LID - S1 [pii]\nLID - 10.5555/a [doi]",
        "LID - e18\nAID - 10.5555/a [doi]",
    ],
)  # fmt: skip
def test_the_doi_is_the_one_marked_so(tmp_path: Path, places: str) -> None:
    assert [record.doi for record in of(tmp_path, f"PMID- 1\nTI  - A.\n{places}\n")] == ["10.5555/a"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("RIN - J Test. 2020", "retracted"), ("PT  - Retracted Publication", "retracted"),
        ("EIN - J Test. 2020\nRIN - J Test. 2021", "retracted"), ("EIN - J Test. 2020", "corrected"),
        ("ECI - J Test. 2020", "concern"), ("ROF - J Test. 2019", None), ("PT  - Retraction of Publication", None),
    ],
)  # fmt: skip
def test_notices_about_it_are_its_status(tmp_path: Path, line: str, expected: str | None) -> None:
    [found] = of(tmp_path, f"PMID- 1\nTI  - A.\n{line}\n")
    assert found.status == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ("DP  - 2012 Oct", ("2012-10", 2012)), ("DP  - 2015 May-Jun", ("2015-05", 2015)),
        ("DP  - 2018\nDEP - 20180330", ("2018-03-30", 2018)), ("DP  - 2019\nDEP - 20181230", ("2019", 2019)),
        ("DEP - 201003", ("2010-03", 2010)),
    ],
)  # fmt: skip
def test_the_date_is_that_of_the_issue(tmp_path: Path, dates: str, expected: tuple[str, int]) -> None:
    [found] = of(tmp_path, f"PMID- 1\nTI  - A.\n{dates}\n")
    paper = next(papers_of(found, "pubmed.nbib"))
    assert isinstance(paper, Paper)
    assert (paper.date, paper.year) == expected


def test_books_and_untranslated_titles_have_titles(tmp_path: Path) -> None:
    found = of(
        tmp_path,
        "PMID- 1\nBTI - Genes\nPB  - Press\n\nPMID- 2\nTI  - Ataxia\nBTI - Genes\n\n"
        "PMID- 3\nTI  - [Not Available].\nTT  - Ein Versuch.\n",
    )
    assert [(record.title, record.venue) for record in found] == [
        ("Genes", "Press"), ("Ataxia", "Genes"), ("Ein Versuch.", None),
    ]  # fmt: skip


@pytest.mark.parametrize("fold", ["      yyyy\n", " \n", "      \n"])
def test_a_field_folded_over_many_lines_does_not_hide_the_next_record(tmp_path: Path, fold: str) -> None:
    found = of(tmp_path, "PMID- 1\nTI  - A.\nAD  - x\n" + fold * 200_000 + "PMID- 2\nTI  - B.\n")
    assert [record.title for record in found] == ["A.", "B."]


@pytest.mark.parametrize("head", ["", "TY  - JOUR\nAN  - PMID- 1", "@a{b,\n", "See PMID- 1", "<PMID- 1>"])
def test_other_formats_are_not_taken_for_it(head: str) -> None:
    assert not Nbib().recognises(head)


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
def test_the_real_files_are_read_whole() -> None:
    """One record for every PMID, by its number; abstracts where "AB" holds one."""
    counts = {}
    for path in sorted(FOLDER.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found = read(path)
        assert [record.ids["pmid"] for record in found] == [line[6:] for line in lines if line.startswith("PMID-")]
        counts[path.stem] = (len(found), sum(record.abstract is not None for record in found))
    assert counts == {"biopython__pubmed_result3": (1, 1), "nbib__pmc_medlars": (5, 4)}
