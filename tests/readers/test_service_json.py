"""Replies of Crossref, OpenAlex and Semantic Scholar, and works saved from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.readers import Reader
from service.readers.crossref import Crossref
from service.readers.json_records import JsonRecords
from service.readers.lines import open_text
from service.readers.openalex import OpenAlex
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.readers.semantic_scholar import SemanticScholar
from service.records import Origin, Paper, Rejection

READERS: tuple[Reader, ...] = (Crossref(), OpenAlex(), SemanticScholar(), JsonRecords())

CROSSREF: dict[str, Any] = {
    "indexed": {"date-parts": [[2025, 8, 7]]}, "DOI": "10.5555/Rye.1", "type": "journal-article",
    "created": {"date-parts": [[2010, 5, 18]]}, "title": ["Crusts\n of <i>rye</i>"], "prefix": "10.5555",
    "author": [
        {"given": "Ada", "family": "Oven", "sequence": "first", "affiliation": []},
        {"given": "Cy", "family": "de la Crumb", "suffix": "Jr."}, {"name": "The Rye Consortium"}, {"family": "Bun"},
    ],
    "container-title": ["Bakery"], "issued": {"date-parts": [[2021, 3]]}, "URL": "https://doi.org/10.5555/rye.1",
    "abstract": "<jats:title>Abstract</jats:title><jats:p>We bake 10<jats:sup>3</jats:sup> loaves.</jats:p>",
}  # fmt: skip
OPENALEX: dict[str, Any] = {
    "id": "https://openalex.org/W42", "doi": "https://doi.org/10.5555/Rye.1", "display_name": "Crusts of rye",
    "title": "Crusts of rye", "publication_year": 2021, "publication_date": "2021-03-04", "is_retracted": False,
    "ids": {"openalex": "https://openalex.org/W42", "pmid": "https://pubmed.ncbi.nlm.nih.gov/777"},
    "primary_location": {"landing_page_url": "https://doi.org/10.5555/Rye.1", "source": {"display_name": "Bakery"}},
    "locations": [{"landing_page_url": None, "source": None}, {"landing_page_url": "http://arxiv.org/abs/2101.00001v2"}],
    "authorships": [
        {"author": {"display_name": "Ada Lovelace Oven"}, "raw_author_name": "Ada L. Oven"},
        {"author": {"display_name": "Cy Crumb"}, "raw_author_name": None},
    ],
    "abstract_inverted_index": {"rye": [2, 5], "We": [0], "bake": [1], "and": [3], "more": [4]},
}  # fmt: skip
S2: dict[str, Any] = {
    "paperId": "0f" * 20,
    "externalIds": {"DOI": "10.5555/Rye.1", "ArXiv": "2101.00001", "PubMed": "777", "CorpusId": 9},
    "url": "https://www.semanticscholar.org/paper/0f", "title": "Crusts of rye", "abstract": "We bake.", "year": 2021,
    "venue": "Bak.", "publicationVenue": {"name": "Bakery"}, "journal": {"name": "ArXiv"},
    "publicationDate": "2021-03-04",
    "authors": [{"authorId": "1", "name": "Ada Oven"}, {"authorId": None, "name": None}],
}  # fmt: skip


def raw(tmp_path: Path, content: object) -> tuple[str, list[RawRecord | Rejection]]:
    """Which reader takes the content, and what it gives."""
    path = tmp_path / "reply.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    text = open_text(path)
    [reader] = [reader for reader in READERS if reader.recognises(text.head)]
    return reader.key, list(reader.records(Opened(text, "reply.json", 1_000_000)))


def paper(tmp_path: Path, content: object) -> Paper:
    _, [found] = raw(tmp_path, content)
    assert isinstance(found, RawRecord)
    read = next(papers_of(found, "reply.json"))
    assert isinstance(read, Paper)
    return read


def reasons(tmp_path: Path, content: object) -> list[tuple[int, str] | None]:
    return [(r.line, r.reason) if isinstance(r, Rejection) else None for r in raw(tmp_path, content)[1]]


def without(work: dict[str, Any], *keys: str, **more: object) -> dict[str, Any]:
    return {key: value for key, value in work.items() if key not in keys} | more


def test_every_field_of_crossref_is_read(tmp_path: Path) -> None:
    """The date of issue, not of registration; teams whole; markup taken out."""
    assert paper(tmp_path, CROSSREF) == Paper(
        title="Crusts of rye", abstract="Abstract We bake 10^3 loaves.",
        authors=("Oven, Ada", "de la Crumb, Jr., Cy", "The Rye Consortium", "Bun"), author_count=4, year=2021,
        date="2021-03", date_kind="published", url="https://doi.org/10.5555/rye.1", doi="10.5555/Rye.1",
        venue="Bakery", origin=Origin("reply.json", 1),
    )  # fmt: skip


def test_every_field_of_openalex_is_read(tmp_path: Path) -> None:
    """Abstract words in order; names as the paper has them, not as OpenAlex disambiguates them."""
    assert paper(tmp_path, OPENALEX) == Paper(
        title="Crusts of rye", abstract="We bake rye and more rye", paper_id="arxiv:2101.00001",
        authors=("Ada L. Oven", "Cy Crumb"), author_count=2, year=2021, date="2021-03-04", date_kind="published",
        url="https://doi.org/10.5555/Rye.1", doi="10.5555/Rye.1", venue="Bakery", origin=Origin("reply.json", 1),
    )  # fmt: skip
    _, [found] = raw(tmp_path, OPENALEX)
    assert isinstance(found, RawRecord)
    assert found.ids == {"openalex": "W42", "pmid": "777", "arxiv": "2101.00001"}


def test_every_field_of_semantic_scholar_is_read(tmp_path: Path) -> None:
    """The venue's full name, not the preprint server that `journal` names."""
    assert paper(tmp_path, S2) == Paper(
        title="Crusts of rye", abstract="We bake.", paper_id="arxiv:2101.00001", authors=("Ada Oven",), author_count=1,
        year=2021, date="2021-03-04", date_kind="published", url="https://www.semanticscholar.org/paper/0f",
        doi="10.5555/Rye.1", venue="Bakery", origin=Origin("reply.json", 1),
    )  # fmt: skip
    _, [found] = raw(tmp_path, S2)
    assert isinstance(found, RawRecord)
    assert found.ids == {"arxiv": "2101.00001", "pmid": "777", "acl": None, "s2": "0f" * 20}


def _crossref_list(*works: object) -> dict[str, Any]:
    return {"status": "ok", "message-type": "work-list", "message": {"facets": {}, "items": list(works)}}


TWO = {
    "crossref list": _crossref_list(CROSSREF, CROSSREF),
    "crossref message": {"facets": {}, "items": [CROSSREF, CROSSREF]},
    "crossref array": [CROSSREF, CROSSREF],
    "crossref lines": f"{json.dumps(CROSSREF)}\n{json.dumps(CROSSREF)}\n",
    "crossref replies a line": "\n".join(
        json.dumps({"status": "ok", "message-type": "work", "message": CROSSREF}) for _ in range(2)
    ),
    "crossref over lines": json.dumps(_crossref_list(CROSSREF, CROSSREF), indent=1),
    "crossref few fields": [{"DOI": "10.5555/a", "title": ["Crusts"]}] * 2,
    "openalex list": {"meta": {"count": 2}, "results": [OPENALEX, OPENALEX]},
    "openalex array": [OPENALEX, OPENALEX],
    "openalex lines": f"{json.dumps(OPENALEX)}\n{json.dumps(OPENALEX)}",
    "openalex pages": [{"meta": {"count": 2}, "results": [OPENALEX]}] * 2,
    "semantic-scholar list": {"total": 2, "offset": 0, "data": [S2, S2]},
    "semantic-scholar array": [S2, S2],
    "semantic-scholar lines": f"{json.dumps(S2)}\n{json.dumps(S2)}",
    "semantic-scholar references": {"offset": 0, "data": [{"contexts": [], "citedPaper": S2}, {"citingPaper": S2}]},
    "semantic-scholar recommendations": {"recommendedPapers": [S2, S2]},
    "semantic-scholar data set": [{"corpusid": 9, "externalids": {"DOI": "10.5555/a"}, "title": "Crusts"}] * 2,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "content"), TWO.items(), ids=TWO.keys())
def test_every_shape_is_recognised_and_gives_both_papers(tmp_path: Path, kind: str, content: object) -> None:
    """By one reader alone."""
    key, found = raw(tmp_path, content)
    assert kind.startswith(key)
    assert [(type(record), record.number) for record in found if isinstance(record, RawRecord)] == [
        (RawRecord, 1), (RawRecord, 2)
    ]  # fmt: skip


EMPTY = {
    "crossref": _crossref_list(),
    "openalex": {"meta": {"count": 0}, "results": []},
    "semantic-scholar": {"total": 0, "offset": 0, "data": []},
    "json": [],
}


@pytest.mark.parametrize(("key", "content"), EMPTY.items(), ids=EMPTY.keys())
def test_a_reply_without_results_is_no_error(tmp_path: Path, key: str, content: object) -> None:
    assert raw(tmp_path, content) == (key, [])


def test_a_long_record_is_recognised_by_its_beginning(tmp_path: Path) -> None:
    """The head ends in the middle of the first record, which is one line."""
    for work in (CROSSREF, OPENALEX, S2):
        long = without(work, references=["x" * 100] * 2_000)
        key, found = raw(tmp_path, {"total": 2, "message-type": "work-list", "message": {"items": [long, work]}})
        assert (key, len(found)) == ("crossref", 2)
        key, found = raw(tmp_path, f"{json.dumps(long)}\n{json.dumps(work)}")
        assert (key, len(found)) == (raw(tmp_path, work)[0], 2)


def test_openalex_tells_of_retractions_and_writes_a_year_as_its_first_day(tmp_path: Path) -> None:
    assert paper(tmp_path, OPENALEX | {"publication_date": "2021-01-01"}).date == "2021"
    assert paper(tmp_path, OPENALEX | {"is_retracted": True}).status == "retracted"
    assert [paper(tmp_path, w | {"title": "RETRACTED: Crusts"}).status for w in (OPENALEX, S2)] == ["retracted"] * 2


def test_inverted_abstracts_are_put_in_order_within_bounds(tmp_path: Path) -> None:
    """Far and odd positions are only an order; what would unfold to gigabytes is refused."""
    odd = {"b": [10**15], "a": [3, True, "4", -1, None], "c": "7", "d": None}
    assert paper(tmp_path, OPENALEX | {"abstract_inverted_index": odd}).abstract == "a b"
    assert paper(tmp_path, OPENALEX | {"abstract_inverted_index": None}).abstract == ""
    old = {"IndexLength": 2, "InvertedIndex": {"b": [1], "a": [0]}}
    assert paper(tmp_path, OPENALEX | {"abstract_inverted_index": old}).abstract == "a b"
    bomb = {"x" * 100_000: list(range(10_000))}
    [reason] = reasons(tmp_path, OPENALEX | {"abstract_inverted_index": bomb})
    assert reason == (1, "its abstract would be 1,000,010,000 characters long when put in order: it is not read")


ODD: list[tuple[object, list[tuple[int, str] | None]]] = [
    ([S2, None], [None, (2, "Semantic Scholar did not find it (null): check the id that was asked for")]),
    ([S2, 7, "x"], [None, (2, "expected an object {...} of a paper, found a number"),
                    (3, "expected an object {...} of a paper, found a text")]),
    ([OPENALEX, None], [None, (2, "expected an object {...} of a paper, found null")]),
    (_crossref_list(CROSSREF, []), [None, (2, "expected an object {...} of a paper, found a list")]),
    ([{"paperId": "a", "authors": []}],
     [(1, "it has no title, only paperId, authors: fetch it again with "
          "fields=title,abstract,authors,year,externalIds")]),
    ({"open_access": {"is_oa": True, "oa_status": "green"}, "doi": "10.5555/a"},
     [(1, "it has no title, only open_access, doi: fetch it again with id, title and abstract_inverted_index among the "
          "selected fields")]),
    ({"id": "https://openalex.org/A5", "display_name": "Ada Oven"},
     [(1, "'A5' is an author, source or topic of OpenAlex: ask for /works")]),
    ({"status": "failed", "message-type": "validation-failure", "message": [{"message": "bad filter"}]},
     [(1, "Crossref answered with an error, not works: 'bad filter': correct the query")]),
    ({"status": "ok", "message-type": "journal", "message": {"title": "Bakery"}},
     [(1, "a Crossref reply of kind 'journal' holds no works: ask for /works")]),
    ({"error": "Title match not found"},
     [(1, "a service answered with an error, not papers: 'Title match not found': correct the query")]),
    ({"message": "Too Many Requests", "code": "429"},
     [(1, "a service answered with an error, not papers: 'Too Many Requests': correct the query")]),
]  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), ODD)
def test_what_is_no_paper_is_told_with_its_place(tmp_path: Path, content: object, expected: list[object]) -> None:
    """With the service's own words where it has any, and how to ask better."""
    assert reasons(tmp_path, content) == expected


@pytest.mark.parametrize("work", [CROSSREF, OPENALEX, S2], ids=["crossref", "openalex", "s2"])
@pytest.mark.parametrize("odd", [None, 7, "x", True, [], {}, [None], [[]], [{}], {"a": {"b": [1]}}, 1.5, [["x"], 5]])
def test_fields_of_any_type_never_raise(tmp_path: Path, work: dict[str, Any], odd: object) -> None:
    """Each field in turn, and all fields of its objects."""
    works = [work | {key: odd} for key in work]
    works += [work | {key: dict.fromkeys(value, odd)} for key, value in work.items() if isinstance(value, dict)]
    path = tmp_path / "odd.json"
    path.write_text(json.dumps(works))
    reader = next(reader for reader in READERS if reader.recognises(json.dumps([work])))
    found = list(reader.records(Opened(open_text(path), "odd.json", 1_000_000)))
    assert len(found) == len(works)
    for record in found:
        assert isinstance(record, Rejection) or list(papers_of(record, "odd.json"))


CSL = [{"id": "a", "type": "article-journal", "title": "T", "DOI": "10.5555/a", "author": [{"family": "Oven"}],
        "issued": {"date-parts": [["2021", 3]]}}]  # fmt: skip
OTHERS = {
    "csl": json.dumps(CSL), "csl over lines": json.dumps(CSL, indent=2), "csl items": json.dumps({"items": CSL}),
    "our lines": '{"title": "T", "abstract": "A", "doi": "10.5555/a"}\n{"title": "U"}', "numbers": "[1, 2]",
    "bibtex": "@article{a, title={T}}", "settings": '{"name": "x", "version": "1"}', "text": "hello", "xml": "<a/>",
    "our line": '{"title": "T", "abstract": "A"}',
}  # fmt: skip


@pytest.mark.parametrize("head", OTHERS.values(), ids=OTHERS.keys())
def test_what_belongs_to_other_readers_is_left_to_them(head: str) -> None:
    assert [reader.key for reader in READERS if reader.recognises(head)] == []
