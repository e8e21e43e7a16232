"""PubMed XML: articles, books, notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.pubmed_xml import PubmedXml
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "pubmed_xml"


def read(path: Path) -> list[RawRecord | Rejection]:
    file = Opened(open_text(path), path.name, 1_000_000)
    assert PubmedXml().recognises(file.head)
    return list(PubmedXml().records(file))


def article(
    tmp_path: Path, *, of_article: str = "", of_citation: str = "", of_data: str = "", title: str = "A trial."
) -> RawRecord:
    path = tmp_path / "set.xml"
    path.write_text(
        f"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>123</PMID><Article><ArticleTitle>{title}</ArticleTitle>"
        f"{of_article}</Article>{of_citation}</MedlineCitation><PubmedData>{of_data}</PubmedData></PubmedArticle>"
        "</PubmedArticleSet>",
        encoding="utf-8",
    )
    [record] = read(path)
    assert isinstance(record, RawRecord)
    return record


def test_parts_of_an_abstract_keep_their_labels_and_other_languages_are_left_out(tmp_path: Path) -> None:
    found = article(
        tmp_path,
        of_article="<Abstract><AbstractText Label='AIM'>To see 10<sup>3</sup> <i>E. coli</i>.</AbstractText>"
        "<AbstractText Label='UNLABELLED'>We saw.</AbstractText><AbstractText Label='RESULTS'>RESULTS: p&lt;0.05."
        "</AbstractText><CopyrightInformation>(c) Us</CopyrightInformation></Abstract>",
        of_citation="<OtherAbstract Language='spa'><AbstractText>Vimos.</AbstractText></OtherAbstract>",
    )
    assert found.abstract == "AIM: To see 10^3 E. coli.\nWe saw.\nRESULTS: p<0.05."


def test_authors_are_people_and_teams_in_order(tmp_path: Path) -> None:
    """Superseded spellings are left out; a list that says it is not complete ends in "others"."""
    found = article(
        tmp_path,
        of_article="<AuthorList CompleteYN='N'><Author><LastName>de Vries</LastName><ForeName>Jan P</ForeName>"
        "<Suffix>3rd</Suffix></Author><Author ValidYN='N'><LastName>Vris</LastName></Author>"
        "<Author><CollectiveName>The X Group</CollectiveName></Author><Author><LastName>Sukarno</LastName></Author>"
        "</AuthorList>",
    )
    assert list(found.authors) == [
        {"family": "de Vries", "given": "Jan P", "suffix": "III"},
        {"literal": "The X Group"},
        {"family": "Sukarno", "given": "", "suffix": ""},
        "others",
    ]


@pytest.mark.parametrize(
    ("issue", "electronic", "expected"),
    [
        ("<Year>2018</Year><Month>Feb</Month><Day>3</Day>", "", ("2018-02-03", 2018)),
        ("<Year>2017</Year><Month>06</Month>", "", ("2017-06", 2017)),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "", ("1998-12", 1998)),
        ("<MedlineDate>2009 Mar 12-18</MedlineDate>", "", ("2009-03-12", 2009)),
        ("<MedlineDate>2010-2011</MedlineDate>", "", ("2010", 2010)),
        ("<MedlineDate>2000 Spring</MedlineDate>", "", ("2000", 2000)),
        ("<Year>2013</Year><Season>Spring</Season>", "<Year>2013</Year><Month>04</Month>", ("2013-04", 2013)),
        ("<Year>2013</Year>", "<Year>2012</Year><Month>12</Month>", ("2013", 2013)),
        ("", "", (None, None)),
    ],
)
def test_the_date_is_that_of_the_issue(
    tmp_path: Path, issue: str, electronic: str, expected: tuple[str | None, int | None]
) -> None:
    """The electronic date serves only where the issue has the same year and no more."""
    dates = f"<Journal><JournalIssue><PubDate>{issue}</PubDate></JournalIssue></Journal>"
    found = article(tmp_path, of_article=f"{dates}<ArticleDate>{electronic}</ArticleDate>")
    paper = next(papers_of(found, "set.xml"))
    assert isinstance(paper, Paper)
    assert (paper.date, paper.year) == expected


def test_ids_are_its_own_never_those_of_its_references(tmp_path: Path) -> None:
    listed = "<ArticleIdList><ArticleId IdType='doi'>10.5555/{}</ArticleId>{}</ArticleIdList>"
    cited = f"<ReferenceList><Reference>{listed.format('cited', '')}</Reference></ReferenceList>"
    own = listed.format("own", "<ArticleId IdType='pmc'>PMC9</ArticleId>")
    found = article(tmp_path, of_data=cited + own)
    assert (found.doi, found.ids) == ("10.5555/own", {"pmid": "123", "pmc": "PMC9"})
    assert article(tmp_path, of_data=cited).doi is None


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        (["RetractionIn"], "retracted"),
        (["ErratumIn", "RetractionIn"], "retracted"),
        (["ErratumIn"], "corrected"),
        (["ErratumIn", "ExpressionOfConcernIn"], "concern"),
        (["RetractionOf", "ErratumFor", "Cites", "CommentIn"], None),
    ],
)
def test_notices_about_it_are_its_status(tmp_path: Path, notices: list[str], expected: str | None) -> None:
    """The gravest counts; what it says of other papers does not."""
    links = "".join(f"<CommentsCorrections RefType='{kind}'/>" for kind in notices)
    listed = f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>"
    assert article(tmp_path, of_citation=listed).status == expected


def test_a_retracted_publication_is_retracted_and_a_retraction_is_not(tmp_path: Path) -> None:
    kinds = "<PublicationTypeList><PublicationType>{}</PublicationType></PublicationTypeList>"
    assert article(tmp_path, of_article=kinds.format("Retracted Publication")).status == "retracted"
    assert article(tmp_path, of_article=kinds.format("Retraction of Publication")).status is None


def test_an_untranslated_title_is_the_one_in_its_own_language(tmp_path: Path) -> None:
    vernacular = "<VernacularTitle>Ein Versuch.</VernacularTitle>"
    assert article(tmp_path, title="[Not Available].", of_article=vernacular).title == "Ein Versuch."
    assert article(tmp_path, title="[A trial].", of_article=vernacular).title == "[A trial]."


def test_a_chapter_is_in_its_book_and_a_book_in_its_series(tmp_path: Path) -> None:
    editors = "<AuthorList Type='editors'><Author><LastName>Ed</LastName></Author></AuthorList>"
    titles = "<BookTitle>Genes</BookTitle><CollectionTitle>Series</CollectionTitle>"
    book = f"<Book>{titles}{editors}</Book>"
    path = tmp_path / "books.xml"
    path.write_text(
        f"<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>1</PMID>{book}<ArticleTitle>Ataxia</ArticleTitle>"
        f"</BookDocument></PubmedBookArticle><PubmedBookArticle><BookDocument>{book}</BookDocument></PubmedBookArticle>"
        "<PubmedArticle/></PubmedArticleSet>",
        encoding="utf-8",
    )
    chapter, whole, empty = read(path)
    assert isinstance(chapter, RawRecord)
    assert isinstance(whole, RawRecord)
    assert (chapter.title, chapter.venue, len(chapter.authors)) == ("Ataxia", "Genes", 0)
    assert (whole.title, whole.venue, len(whole.authors)) == ("Genes", "Series", 1)
    assert isinstance(empty, Rejection)


def test_citations_without_their_articles_are_read(tmp_path: Path) -> None:
    """`MedlineCitationSet`, as MEDLINE was given out before 2018."""
    path = tmp_path / "medline.xml"
    path.write_text(
        "<MedlineCitationSet><MedlineCitation><PMID>7</PMID><Article><ArticleTitle>Old.</ArticleTitle></Article>"
        "</MedlineCitation></MedlineCitationSet>",
        encoding="utf-8",
    )
    [record] = read(path)
    assert isinstance(record, RawRecord)
    assert (record.title, record.ids) == ("Old.", {"pmid": "7"})


@pytest.mark.parametrize(
    "head", ["", "<html><article>", "PMID- 1", '{"a": "<PubmedArticle>"}', "<xml><records><record>"]
)
def test_other_formats_are_not_taken_for_it(head: str) -> None:
    assert not PubmedXml().recognises(head)


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
def test_the_real_files_are_read_whole() -> None:
    """Records and abstracts of each, as many as it has elements; nothing is rejected."""
    counts = {}
    for path in sorted(FOLDER.glob("*.xml")):
        records = [record for record in read(path) if isinstance(record, RawRecord)]
        markup = path.read_text(encoding="utf-8")
        assert len(read(path)) == len(records) == markup.count("<PubmedArticle>") + markup.count("<PubmedBookArticle>")
        counts[path.stem.partition("__")[2]] = (len(records), sum(record.abstract is not None for record in records))
    assert counts == {
        "pubmed4": (1, 1), "pubmed5": (1, 1), "pubmed6": (1, 1), "MedlineImporterTestArticleID": (1, 1),
        "MedlineImporterTestArticleNoISSN": (1, 0), "MedlineImporterTestNbib": (2, 2),
        "MedlineImporterTestPubmedBook": (1, 1),
    }  # fmt: skip
