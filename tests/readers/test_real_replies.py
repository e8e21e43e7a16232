"""Recorded replies of arXiv, Crossref, OpenAlex and Semantic Scholar. Skipped where the shared folder is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.readers import Reader
from service.readers.arxiv_atom import ArxivAtom
from service.readers.crossref import Crossref
from service.readers.json_records import JsonRecords
from service.readers.lines import open_text
from service.readers.openalex import OpenAlex
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.readers.semantic_scholar import SemanticScholar
from service.records import Paper

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "data" / "formats"
pytestmark = pytest.mark.skipif(not FOLDER.exists(), reason="the shared files are not here")
READERS: tuple[Reader, ...] = (ArxivAtom(), Crossref(), OpenAlex(), SemanticScholar(), JsonRecords())

# Format, records, of them with an abstract, rejections: counted in the raw files by hand.
FILES = {
    "arxiv_atom/id_0000.0000_s0_m100_8b51d9633a68.xml": ("arxiv-atom", 0, 0, 0),
    "arxiv_atom/id_0808.05394_s0_m100_7b0c7d0a7cdd.xml": ("arxiv-atom", 0, 0, 0),
    "arxiv_atom/id_1605.08386_s0_m100_199195aa31ad.xml": ("arxiv-atom", 1, 1, 0),
    "arxiv_atom/id_1707.08567_s0_m100_6a1afebfc6a3.xml": ("arxiv-atom", 1, 1, 0),
    "arxiv_atom/id_abc_s0_m100_b79c8dcf6bc3.xml": ("arxiv-atom", 0, 0, 1),
    "arxiv_atom/id_quant-ph_0201082v1_s0_m100_86989fe779ef.xml": ("arxiv-atom", 1, 1, 0),
    "arxiv_atom/q_testing_s0_m10_bc5a6c384fe9.xml": ("arxiv-atom", 10, 10, 0),
    "arxiv_atom/q_testing_s0_m15_80c242b59d59.xml": ("arxiv-atom", 15, 15, 0),
    "arxiv_atom/q_testing_s10_m10_34e56e15aaac.xml": ("arxiv-atom", 10, 10, 0),
    "arxiv_atom/q_testing_s20_m10_348a237fecab.xml": ("arxiv-atom", 10, 10, 0),
    "arxiv_atom/q_testing_s30_m10_f2e39f0143dc.xml": ("arxiv-atom", 10, 10, 0),
    "arxiv_atom/q_testing_s40_m10_96dd32eb854c.xml": ("arxiv-atom", 10, 10, 0),
    "arxiv_atom/q_testing_s5_m10_c0e94a259d4a.xml": ("arxiv-atom", 10, 10, 0),
    "crossref_json/test_arxiv_doi_is_used_when_available_0.json": ("crossref", 1, 0, 0),
    "crossref_json/test_content_negotiation_citeproc_json_1.json": ("crossref", 1, 1, 0),
    "crossref_json/test_crossref_retraction_status_0.json": ("crossref", 1, 0, 0),
    "crossref_json/test_cursor_0.json": ("crossref", 20, 1, 0),
    "crossref_json/test_doi_search_paper_attributes0__3.json": ("crossref", 1, 0, 0),
    "crossref_json/test_doi_search_paper_attributes1__3.json": ("crossref", 1, 0, 0),
    "crossref_json/test_title_search_paper_attributes2__0.json": ("crossref", 1, 1, 0),
    "crossref_json/test_works_with_many_ids_0.json": ("crossref", 1, 0, 0),
    "crossref_json/test_works_with_many_ids_3.json": ("crossref", 1, 0, 0),
    "openalex_json/test_does_openalex_work_oa_in_openalex1__0.json": ("openalex", 0, 0, 1),
    "openalex_json/test_doi_search_paper_attributes1__2.json": ("openalex", 1, 0, 0),
    "openalex_json/test_title_search_paper_attributes2__3.json": ("openalex", 2, 2, 0),
    "semanticscholar_json/test_bad_dois_0.json": ("json", 0, 0, 1),
    "semanticscholar_json/test_get_paper_references_1.json": ("semantic-scholar", 17, 0, 0),
    "semanticscholar_json/test_get_papers_0.json": ("semantic-scholar", 0, 0, 3),
    "semanticscholar_json/test_get_papers_return_not_found_0.json": ("semantic-scholar", 3, 3, 1),
    "semanticscholar_json/test_title_search_paper_attributes2__2.json": ("semantic-scholar", 1, 0, 0),
}
NEITHER = ("test_content_negotiation_citeproc_json_0.txt", "test_doi_search_paper_attributes0__4.bib")
"""A page that says "301 Moved Permanently", and BibTeX."""


def recognised(path: Path) -> list[str]:
    head = open_text(path).head
    return [reader.key for reader in READERS if reader.recognises(head)]


def papers(path: Path, key: str) -> tuple[list[Paper], int]:
    """The papers, and how many records were rejected."""
    reader = next(reader for reader in READERS if reader.key == key)
    found = list(reader.records(Opened(open_text(path), path.name, 1_000_000)))
    read = [next(papers_of(record, path.name)) if isinstance(record, RawRecord) else record for record in found]
    sound = [record for record in read if isinstance(record, Paper)]
    return sound, len(read) - len(sound)


@pytest.mark.parametrize(("name", "expected"), FILES.items(), ids=FILES.keys())
def test_every_reply_is_read_to_its_last_record(name: str, expected: tuple[str, int, int, int]) -> None:
    """By the reader of its service alone."""
    key, records, abstracts, rejections = expected
    assert recognised(FOLDER / name) == [key]
    found, rejected = papers(FOLDER / name, key)
    assert (len(found), sum(bool(paper.abstract) for paper in found), rejected) == (records, abstracts, rejections)
    assert all("<" not in paper.title + paper.abstract for paper in found)


def test_every_file_of_the_folders_is_looked_at() -> None:
    folders = ("arxiv_atom", "crossref_json", "openalex_json", "semanticscholar_json")
    names = {f"{path.parent.name}/{path.name}" for folder in folders for path in (FOLDER / folder).iterdir()}
    assert names == FILES.keys() | {f"crossref_json/{name}" for name in NEITHER}
    assert [recognised(FOLDER / "crossref_json" / name) for name in NEITHER] == [[], []]


def test_one_paper_of_three_services_is_one_paper() -> None:
    """The same DOI, title, year of publication and authors, read from three shapes."""
    title = "test_title_search_paper_attributes2__"
    names = {"crossref": f"crossref_json/{title}0.json", "openalex": f"openalex_json/{title}3.json"}
    names["semantic-scholar"] = f"semanticscholar_json/{title}2.json"
    found = [papers(FOLDER / name, key)[0][0] for key, name in names.items()]
    assert {paper.doi for paper in found} == {"10.1038/s42256-024-00832-8"}
    assert {paper.title for paper in found} == {"Augmenting large language models with chemistry tools"}
    assert [paper.date for paper in found] == ["2024-05-08", "2024-05-08", "2023-04-11"]
    assert [paper.authors[4] for paper in found] == ["White, Andrew D.", "Andrew D. White", "Andrew D. White"]
    assert [paper.paper_id for paper in found] == ["", "pmid:38799228", "arxiv:2304.05376"]
