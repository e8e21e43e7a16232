"""Papers as rows of a table, which litweave's own reader takes for the same papers again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from service.readers.columns import authors_of
from service.render.plain import inert
from service.render.reference import web_address
from service.writers.cited import Cited, cited
from service.writers.writer import Selected, WriteOptions

Cell: TypeAlias = str | int | None

COLUMNS: Final = (
    "id", "key", "title", "authors", "year", "date", "date_kind", "venue", "doi", "url", "status", "abstract",
    "organisation", "author_count", "upvotes", "origin",
)  # fmt: skip
_QUOTES: Final = "quotes"


def header(options: WriteOptions) -> tuple[str, ...]:
    """The names of the columns; quotes have one where the papers come with any."""
    return (*COLUMNS, _QUOTES) if options.has_quotes else COLUMNS


def rows(papers: Iterable[Selected], options: WriteOptions) -> Iterator[tuple[Cell, ...]]:
    """One row a paper, as wide as the header. `None` is what is not known; texts hold nothing that acts."""
    for one in cited(papers):
        cells = _cells(one)
        yield (*cells, _quotes(one)) if options.has_quotes else cells


def _cells(one: Cited) -> tuple[Cell, ...]:
    paper = one.paper
    web = paper.url if web_address(one.reference) is not None else None
    texts = (paper.venue, paper.doi, web, paper.status, paper.abstract, paper.organisation)
    venue, doi, url, status, abstract, organisation = (None if text is None else inert(text) for text in texts)
    origin = None if paper.origin is None else inert(paper.origin.name)
    return (
        inert(paper.paper_id), one.key, inert(paper.title), _authors(paper.authors),
        paper.year, paper.date, paper.date_kind, venue, doi, url, status, abstract or None, organisation,
        paper.author_count, paper.upvotes, origin,
    )  # fmt: skip


def _authors(given: Sequence[str]) -> str | None:
    """The names parted by "; "; as a JSON list where one holds what would part it, or be taken for something else."""
    names = tuple(name for name in map(inert, given) if name)
    joined = "; ".join(names)
    if authors_of(joined) == names:
        return joined or None
    return json.dumps(names, ensure_ascii=False)


def _quotes(one: Cited) -> str | None:
    """The quotes with their places, one a line: `[26:79] It needs 1,200 pairs`."""
    lines = (f"[{q.start}:{q.end}] {' '.join(inert(one.paper.abstract[q.start : q.end]).split())}" for q in one.quotes)
    return "\n".join(lines) or None
