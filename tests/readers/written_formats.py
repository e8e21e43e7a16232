"""Small files of every text format that is read, written around given titles and abstracts, for hostile contents."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias


class Written(NamedTuple):
    """A record to be written; `abstract` is also what stands where a format has no such field."""

    title: str
    abstract: str = "We bake forty loaves at three temperatures and weigh them."
    authors: str = "Oven, Ada"
    doi: str = ""
    date: str = "2020"
    venue: str = "Bakery"


Writer: TypeAlias = Callable[[Sequence[Written]], str]


def _tagged(record: str, *, head: str = "", end: str = "") -> Writer:
    """`record` with the names of fields in braces; line ends of a value go on in the next line."""
    return lambda records: head + "".join(record.format(**r._asdict()) for r in records) + end


def _xml(record: str, root: str, end: str) -> Writer:
    def written(records: Sequence[Written]) -> str:
        return root + "".join(record.format(**{k: escape(v) for k, v in r._asdict().items()}) for r in records) + end

    return written


def _json(record: Callable[[Written], Mapping[str, Any]], wrap: Callable[[list[Any]], Any] = list) -> Writer:
    return lambda records: json.dumps(wrap([record(r) for r in records]))


def _jsonl(records: Sequence[Written]) -> str:
    return "".join(json.dumps({**r._asdict(), "authors": [r.authors]}) + "\n" for r in records)


def _table(records: Sequence[Written]) -> str:
    rows = [Written._fields, *records]
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) + "\n" for row in rows)


def _crossref(r: Written) -> dict[str, Any]:
    return {
        "DOI": r.doi, "title": [r.title], "abstract": r.abstract, "container-title": [r.venue], "prefix": "10.5555",
        "member": "1", "author": [{"family": r.authors, "given": "A"}], "issued": {"date-parts": [[r.date]]},
    }  # fmt: skip


def _openalex(r: Written) -> dict[str, Any]:
    return {
        "id": "https://openalex.org/W1", "doi": r.doi, "display_name": r.title, "title": r.title,
        "publication_year": r.date, "abstract_inverted_index": {r.abstract: [0]},
        "authorships": [{"author": {"display_name": r.authors}}],
        "primary_location": {"source": {"display_name": r.venue}},
    }  # fmt: skip


def _semantic_scholar(r: Written) -> dict[str, Any]:
    return {
        "paperId": "0f" * 20, "externalIds": {"DOI": r.doi}, "title": r.title, "abstract": r.abstract, "year": r.date,
        "venue": r.venue, "authors": [{"authorId": "1", "name": r.authors}],
    }  # fmt: skip


def _csl(r: Written) -> dict[str, Any]:
    return {
        "id": "k", "type": "article-journal", "title": r.title, "abstract": r.abstract, "DOI": r.doi,
        "container-title": r.venue, "author": [{"family": r.authors}], "issued": {"raw": r.date},
    }  # fmt: skip


def _csl_yaml(records: Sequence[Written]) -> str:
    lines = ["references:"]
    for r in records:
        names = {"title": r.title, "abstract": r.abstract, "DOI": r.doi, "container-title": r.venue, "issued": r.date}
        lines += ["- id: k", "  type: article-journal", *(f"  {k}: {json.dumps(v)}" for k, v in names.items())]
        lines += ["  author:", f"  - family: {json.dumps(r.authors)}"]
    return "\n".join(lines) + "\n"


def _papers_page(records: Sequence[Written]) -> str:
    papers = [
        {"paper": {"id": f"2401.0000{n}", "title": r.title, "summary": r.abstract, "authors": [{"name": r.authors}],
                   "publishedAt": r.date}, "title": r.title, "publishedAt": r.date, "numComments": 2}
        for n, r in enumerate(records)
    ]  # fmt: skip
    props = escape(json.dumps({"periodType": "day", "dateString": "2024-01-05", "dailyPapers": papers}))
    return (
        '<!DOCTYPE html>\n<html><head><title>Daily Papers - Hugging Face</title></head><body class="huggingface"><main>'
        f'<div class="SVELTE_HYDRATER" data-target="DailyPapers" data-props="{props}"></div></main></body></html>'
    )


WRITERS: Final[Mapping[str, Writer]] = MappingProxyType({
    "bibtex": _tagged(
        "@article{{k,\n  title = {{{title}}},\n  abstract = {{{abstract}}},\n  author = {{{authors}}},\n"
        "  doi = {{{doi}}},\n  year = {{{date}}},\n  journal = {{{venue}}}\n}}\n\n"
    ),
    "ris": _tagged(
        "TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nAU  - {authors}\nDO  - {doi}\nPY  - {date}\nJO  - {venue}\n"
        "ER  - \n\n"
    ),
    "enw": _tagged("%0 Journal Article\n%T {title}\n%X {abstract}\n%A {authors}\n%R {doi}\n%D {date}\n%J {venue}\n\n"),
    "wos": _tagged(
        "PT J\nAU {authors}\nTI {title}\nSO {venue}\nAB {abstract}\nDI {doi}\nPY {date}\nER\n\n",
        head="FN Clarivate Analytics Web of Science\nVR 1.0\n", end="EF\n",
    ),
    "refworks": _tagged(
        "RT Journal Article\nT1 {title}\nAB {abstract}\nA1 {authors}\nDO {doi}\nYR {date}\nJF {venue}\n\n"
    ),
    "numbered-text": _tagged(
        "Record #1 of 3\nTI: {title}\nAB: {abstract}\nAU: {authors}\nDOI: {doi}\nYR: {date}\nSO: {venue}\n\n"
    ),
    "nbib": _tagged(
        "PMID- 1\nTI  - {title}\nAB  - {abstract}\nFAU - {authors}\nLID - {doi} [doi]\nDP  - {date}\nJT  - {venue}\n\n"
    ),
    "pubmed-xml": _xml(
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate><Year>{date}</Year>"
        "</PubDate></JournalIssue><Title>{venue}</Title></Journal><ArticleTitle>{title}</ArticleTitle><ELocationID "
        "EIdType='doi'>{doi}</ELocationID><Abstract><AbstractText>{abstract}</AbstractText></Abstract><AuthorList>"
        "<Author><LastName>{authors}</LastName></Author></AuthorList></Article></MedlineCitation></PubmedArticle>\n",
        "<PubmedArticleSet>\n", "</PubmedArticleSet>\n",
    ),
    "jats": _xml(
        "<article><front><journal-meta><journal-title>{venue}</journal-title></journal-meta><article-meta><article-id "
        "pub-id-type='doi'>{doi}</article-id><title-group><article-title>{title}</article-title></title-group>"
        "<contrib-group><contrib contrib-type='author'><name><surname>{authors}</surname></name></contrib>"
        "</contrib-group><pub-date><year>{date}</year></pub-date><abstract><p>{abstract}</p></abstract></article-meta>"
        "</front></article>\n",
        "<articles>\n", "</articles>\n",
    ),
    "endnote-xml": _xml(
        "<record><ref-type name='Journal Article'>17</ref-type><contributors><authors><author>{authors}</author>"
        "</authors></contributors><titles><title>{title}</title><secondary-title>{venue}</secondary-title></titles>"
        "<dates><year>{date}</year></dates><abstract>{abstract}</abstract><electronic-resource-num>{doi}"
        "</electronic-resource-num></record>\n",
        "<xml><records>\n", "</records></xml>\n",
    ),
    "arxiv-atom": _xml(
        "<entry><id>http://arxiv.org/abs/2101.00001v1</id><published>{date}</published><title>{title}</title><summary>"
        "{abstract}</summary><author><name>{authors}</name></author><arxiv:doi>{doi}</arxiv:doi><arxiv:journal_ref>"
        "{venue}</arxiv:journal_ref></entry>\n",
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
        "<id>http://arxiv.org/api/x</id>\n", "</feed>\n",
    ),
    "crossref": _json(_crossref, lambda works: {"message-type": "work-list", "message": {"items": works}}),
    "openalex": _json(_openalex, lambda works: {"meta": {"count": 3}, "results": works}),
    "semantic-scholar": _json(_semantic_scholar, lambda papers: {"total": 3, "data": papers}),
    "csl-json": _json(_csl),
    "csl-yaml": _csl_yaml,
    "json": _json(lambda r: {**r._asdict(), "authors": [r.authors]}),
    "jsonl": _jsonl,
    "table": _table,
    "daily-papers-html": _papers_page,
})  # fmt: skip
"""By key of the reader; each writes a file of the records it is given. Not here: the plain listing, and XLSX."""
