"""arXiv's query interface (https://info.arxiv.org/help/api/user-manual.html): pages by offset, ids in one list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.readers.arxiv_atom import ArxivAtom
from service.sources.source import MalformedReply, Outline, Query, Request, Site, Source

SITE: Final = Site("arxiv", "arXiv", "https://export.arxiv.org", ("arxiv.org", "www.arxiv.org"), interval_s=3.0)
_PATH: Final = "/api/query"
_TOTAL: Final = re.compile(rb"<opensearch:totalResults[^>]{0,200}>\s*(\d{1,12})\s*<")
_FIELDED: Final = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate):|\b(?:AND|OR|ANDNOT)\b")
_TERM: Final = re.compile(r'"[^"]+"|[^\s"]+')
_LAST_DAY: Final = "99991231"


def _request(query: Query, cursor: str) -> Request:
    asked = search_words(query.text)
    if query.since is not None:
        asked = f"({asked}) AND submittedDate:[{query.since:%Y%m%d}0000 TO {_LAST_DAY}2359]"
    parameters = {"search_query": asked, "start": cursor, "max_results": str(query.size)}
    return Request(_PATH, parameters | {"sortBy": "relevance", "sortOrder": "descending"})


def _outline(query: Query, cursor: str, body: bytes) -> Outline:
    total = _checked(body)
    following = int(cursor) + query.size
    return Outline(str(following) if following < total else None, total)


def _checked(body: bytes) -> int:
    """How many papers there are in all. Raises `MalformedReply` for what is no whole feed."""
    found = _TOTAL.search(body[:20_000])
    if found is None or not body.rstrip().endswith(b"</feed>"):
        raise MalformedReply("it is no whole Atom feed")
    return int(found[1])


def search_words(text: str) -> str:
    """A query in arXiv's own language as it is; of plain words or quoted phrases, all of them are asked for."""
    if _FIELDED.search(text):
        return text
    return " AND ".join(f"all:{term}" for term in _TERM.findall(text))


def ids_request(numbers: Sequence[str]) -> Request:
    """Papers by their numbers, those that do not exist left out."""
    return Request(_PATH, {"id_list": ",".join(numbers), "max_results": str(len(numbers))})


def title_request(title: str, size: int) -> Request:
    """Papers whose titles hold all words of a title."""
    words = re.findall(r"\w+", title)[:20]
    return Request(_PATH, {"search_query": " AND ".join(f"ti:{word}" for word in words), "max_results": str(size)})


def check(body: bytes) -> None:
    """Raises `MalformedReply` for what is no whole feed."""
    _checked(body)


SOURCE: Final = Source(SITE, ArxivAtom(), first="0", page_size=100, request=_request, outline=_outline)
