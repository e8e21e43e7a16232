"""The papers of a library for other programs, one after another: nothing but the keys given so far is held."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from service.records import Paper, Reference
from service.render.bibtex import as_bibtex
from service.render.csl_json import csl_item
from service.render.ris import ris_record


class PaperFormat(StrEnum):
    """How papers are exported. Only `jsonl` holds everything, and can be imported again."""

    jsonl = "jsonl"
    bibtex = "bibtex"
    ris = "ris"
    csl_json = "csl-json"


def exported(papers: Iterable[Paper], form: PaperFormat, *, ascii_only: bool = False) -> Iterator[str]:
    """The papers in order as pieces of one file, one piece a paper (CSL-JSON: brackets around them).

    `ascii_only`: BibTeX for an old TeX.
    """
    if form is PaperFormat.jsonl:
        for paper in papers:
            yield json.dumps(_record(paper), ensure_ascii=True) + "\n"
    elif form is PaperFormat.csl_json:
        yield "["
        for number, (paper, reference) in enumerate(_cited(papers)):
            item = csl_item(reference, reference.key, abstract=paper.abstract)
            yield f"{',' if number else ''}\n{json.dumps(item, ensure_ascii=True)}"
        yield "\n]\n"
    elif form is PaperFormat.ris:
        for paper, reference in _cited(papers):
            yield ris_record(reference, reference.key, abstract=paper.abstract)
    else:
        for number, (_, reference) in enumerate(_cited(papers)):
            yield ("\n" if number else "") + as_bibtex([reference], ascii_only=ascii_only)


def _record(paper: Paper) -> dict[str, object]:
    """What the JSONL reader takes. `source` is the file or feed that the paper came from."""
    fields: dict[str, object] = {
        "id": paper.paper_id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": list(paper.authors) or None,
        "author_count": paper.author_count,
        "organisation": paper.organisation,
        "year": paper.year,
        "date": paper.date,
        "date_kind": paper.date_kind,
        "url": paper.url,
        "doi": paper.doi,
        "venue": paper.venue,
        "upvotes": paper.upvotes,
        "status": paper.status,
        "source": paper.origin.name if paper.origin else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _cited(papers: Iterable[Paper]) -> Iterator[tuple[Paper, Reference]]:
    """Each paper as a reference whose key no earlier one has, whatever the letters' case."""
    from service.review.writing.references import references  # a command's help must not wait for it

    taken: set[str] = set()
    last: dict[str, int] = {}
    for paper in papers:
        reference = references([paper])[paper.paper_id]
        key, number = reference.key, last.get(reference.key, 1)
        while key.lower() in taken:
            number += 1
            key = f"{reference.key}-{number}"
        last[reference.key] = number
        taken.add(key.lower())
        yield paper, replace(reference, key=key)
