"""Semantic Scholar papers: replies of its API (lists, batches, references, citations) and lines of its data sets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from service.readers.json_fields import listed, mapping, no_record, no_title, text
from service.readers.json_outline import outline
from service.readers.json_values import values
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection

_WRAPPERS: Final = ("citedPaper", "citingPaper", "paper")
_LISTS: Final = ("data", "recommendedPapers")
_PLACES: Final = tuple(
    f"{outer}{wrapper}"
    for outer in ("", "[]", *(f".{name}[]" for name in _LISTS), *(f"[].{name}[]" for name in _LISTS))
    for wrapper in ("", *(f".{name}" for name in _WRAPPERS))
)
_OWN: Final = ("paperId", "externalIds", "corpusId", "externalids", "corpusid", "s2FieldsOfStudy")
_LIST: Final = re.compile(r'"(?:data|recommendedPapers)"\s{0,20}:\s{0,20}\[')
_ASK: Final = "fetch it again with fields=title,abstract,authors,year,externalIds"


class SemanticScholar:
    """Reads what the Semantic Scholar API replies, and papers saved from it."""

    key = "semantic-scholar"
    name = "Semantic Scholar JSON"
    rank = 42

    def recognises(self, head: str) -> bool:
        """Whether its ids are in it, or it is an empty reply of its search."""
        shape = outline(head)
        if shape.get(".data") == "[" and any(key in shape for key in (".offset", ".total", ".token")):
            return True
        return any(f"{place}.{key}" in shape for place in _PLACES for key in _OWN)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every paper, in file order; `null` stands for one that was not found."""
        for found in values(file, unfold=_papers, lists=_LIST):
            yield found if isinstance(found, Rejection) else _record(found.parsed, found.number, file.source)


def _papers(parsed: object) -> Sequence[object]:
    reply = mapping(parsed)
    held = next((found for key in _LISTS if isinstance(found := reply.get(key), list)), None)
    return (parsed,) if held is None else held


def _record(parsed: object, number: int, source: str) -> RawRecord | Rejection:
    wrapped = next((found for key in _WRAPPERS if (found := mapping(mapping(parsed).get(key)))), parsed)
    if wrapped is None:
        return Rejection(source, number, "Semantic Scholar did not find it (null): check the id that was asked for")
    if not isinstance(wrapped, dict):
        return Rejection(source, number, no_record(wrapped))
    paper = {key.casefold(): value for key, value in wrapped.items()}
    title = text(paper.get("title"))
    if title is None:
        return Rejection(source, number, no_title(wrapped, _ASK))
    ids = {key.casefold(): value for key, value in mapping(paper.get("externalids")).items()}
    return RawRecord(
        number=number,
        title=title,
        abstract=text(paper.get("abstract")),
        authors=_authors(paper),
        year=paper.get("year"),
        date=text(paper.get("publicationdate")),
        doi=text(ids.get("doi")) or text(paper.get("doi")),
        url=text(paper.get("url")),
        venue=_venue(paper),
        ids={
            "arxiv": _id(ids.get("arxiv")),
            "pmid": _id(ids.get("pubmed")),
            "acl": _id(ids.get("acl")),
            "s2": _id(paper.get("paperid")) or _corpus_id(paper.get("corpusid") or ids.get("corpusid")),
        },
    )


def _authors(paper: Mapping[str, object]) -> tuple[str, ...]:
    names = (text(item) or text(mapping(item).get("name")) for item in listed(paper.get("authors")))
    return tuple(filter(None, names))


def _venue(paper: Mapping[str, object]) -> str | None:
    """The venue's full name. `journal` comes last: for a conference paper it often is "ArXiv"."""
    venue = paper.get("publicationvenue")
    journal = paper.get("journal")
    return (
        text(mapping(venue).get("name"))
        or text(paper.get("venue"))
        or text(mapping(journal).get("name"))
        or text(journal)
    )


def _id(value: object) -> str | None:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)


def _corpus_id(value: object) -> str | None:
    given = _id(value)
    return f"CorpusID:{given}" if given else None
