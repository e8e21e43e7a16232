"""A notice about another paper marks that paper, in the same import or in the library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder

from service.library import Library
from service.readers import read
from service.records import ImportReport
from service.settings import Settings

PAPER = {"DOI": "10.5555/Loaf.1", "title": ["Forty loaves"], "abstract": "We bake forty loaves of rye.", "member": "1"}
NOTICE = {
    "DOI": "10.5555/notice", "title": ["Retraction: Forty loaves"], "member": "1",
    "update-to": [{"DOI": "10.5555/loaf.1", "type": "retraction", "label": "Retraction"}],
}  # fmt: skip


def pubmed(pmid: str, title: str, links: str = "") -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>{title}</ArticleTitle></Article>"
        f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList></MedlineCitation></PubmedArticle>"
    )


def link(kind: str, pmid: str) -> str:
    named = f"<RefSource>Bakery. 2020</RefSource><PMID>{pmid}</PMID>"
    return f'<CommentsCorrections RefType="{kind}">{named}</CommentsCorrections>'


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(Settings(library=tmp_path / "library"), create=True, embedder=HashEmbedder()) as opened:
        yield opened


def imported(library: Library, path: Path, content: object) -> ImportReport:
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return library.import_papers(read(path, max_record_bytes=1_000_000), embed=False)


def statuses(library: Library) -> dict[str, str | None]:
    return {paper.title: paper.status for paper in library.papers()}


@pytest.mark.parametrize("order", [[PAPER, NOTICE], [NOTICE, PAPER]], ids=["before", "behind"])
def test_a_notice_in_the_same_import_marks_the_paper(library: Library, tmp_path: Path, order: list[object]) -> None:
    report = imported(library, tmp_path / "works.json", order)
    assert statuses(library) == {"Forty loaves": "retracted", "Retraction: Forty loaves": None}
    assert ["is a notice that 'Forty loaves'" in remark.text for remark in report.remarks] == [True]


def test_a_notice_marks_a_paper_of_the_library_once(library: Library, tmp_path: Path) -> None:
    """The paper may have come in another format; the second import of a notice says nothing new."""
    imported(library, tmp_path / "a.jsonl", {"title": "Forty loaves", "abstract": "We bake.", "doi": "10.5555/LOAF.1"})
    first = imported(library, tmp_path / "notice.json", [NOTICE])
    again = imported(library, tmp_path / "notice.json", [NOTICE])
    assert statuses(library)["Forty loaves"] == "retracted"
    assert (len(first.remarks), len(again.remarks)) == (1, 0)


def test_a_lesser_notice_does_not_replace_a_graver_one(library: Library, tmp_path: Path) -> None:
    corrected = NOTICE | {"DOI": "10.5555/c", "update-to": [{"DOI": "10.5555/loaf.1", "type": "correction"}]}
    imported(library, tmp_path / "works.json", [PAPER, NOTICE, corrected])
    assert statuses(library)["Forty loaves"] == "retracted"


@pytest.mark.parametrize(
    "update",
    [{"DOI": "10.5555/elsewhere", "type": "retraction"}, {"DOI": "10.5555/loaf.1", "type": "new_version"},
     {"type": "retraction"}, {"DOI": 5, "type": []}, "retraction", None],
)  # fmt: skip
def test_what_is_no_notice_of_a_known_paper_marks_none(library: Library, tmp_path: Path, update: object) -> None:
    report = imported(library, tmp_path / "works.json", [PAPER, NOTICE | {"update-to": [update]}])
    assert set(statuses(library).values()) == {None}
    assert report.remarks == ()


def test_a_doi_of_several_papers_marks_none(library: Library, tmp_path: Path) -> None:
    """Chapters under the DOI of their volume: it is not known which the notice is about."""
    chapters = [PAPER | {"title": [t], "abstract": a} for t, a in (("Rye ovens", "Hot."), ("Wheat mills", "Loud."))]
    imported(library, tmp_path / "works.json", [*chapters, NOTICE])
    assert set(statuses(library).values()) == {None}


@pytest.mark.parametrize(
    ("kind", "tag", "status"),
    [
        ("RetractionOf", "ROF", "retracted"), ("ErratumFor", "EFR", "corrected"), ("CommentOn", "CON", None),
        ("ExpressionOfConcernFor", "ECF", "concern"), ("RetractedandRepublishedFrom", "RRF", "retracted"),
        ("CorrectedandRepublishedFrom", "CRF", "corrected"), ("PartialRetractionOf", "PROF", "corrected"),
    ],
)  # fmt: skip
def test_pubmed_names_the_paper_by_its_number(tmp_path: Path, kind: str, tag: str, status: str | None) -> None:
    """In its XML and in its tagged text."""
    xml = f"<PubmedArticleSet>{pubmed('2', 'A notice.', link(kind, '1'))}{pubmed('1', 'Loaves.')}</PubmedArticleSet>"
    tagged = f"PMID- 2\nTI  - A notice.\n{tag:<4}- Bakery. 2020;1:2. PMID: 1\n\nPMID- 1\nTI  - Loaves.\n"
    for name, content in (("a.xml", xml), ("a.nbib", tagged)):
        settings = Settings(library=tmp_path / f"library-{name}")
        with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
            imported(library, tmp_path / name, content)
            assert statuses(library) == {"A notice.": None, "Loaves.": status}
