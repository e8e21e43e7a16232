"""Crossref works (https://api.crossref.org): pages by a cursor that is good for some minutes, single works by DOI."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from service.readers.crossref import Crossref
from service.sources.source import Access, MalformedReply, Outline, Query, Request, Site, Source, parsed_object

SITE: Final = Site("crossref", "Crossref", "https://api.crossref.org", interval_s=0.4)


def _request(query: Query, cursor: str) -> Request:
    parameters = {"query": query.text, "cursor": cursor, "rows": str(query.size)}
    if query.since is not None:
        parameters["filter"] = f"from-pub-date:{query.since.isoformat()}"
    return Request("/works", parameters | _own(query.access))


def _outline(query: Query, _cursor: str, body: bytes) -> Outline:
    message = _message(body)
    items, following, total = (message.get(name) for name in ("items", "next-cursor", "total-results"))
    if not isinstance(items, list):
        raise MalformedReply("it has no list of works")
    # Crossref gives a next cursor for ever; a page that is not full is the last.
    goes_on = isinstance(following, str) and len(items) >= query.size
    return Outline(str(following) if goes_on else None, total if isinstance(total, int) else None)


def doi_request(doi: str, access: Access) -> Request:
    """One work by its DOI; a status 404 says that there is none."""
    return Request(f"/works/{quote(doi, safe='')}", _own(access))


def text_request(text: str, size: int, access: Access) -> Request:
    """Works that a reference, as it stands in a bibliography, may mean; the likeliest first."""
    return Request("/works", {"query.bibliographic": text, "rows": str(size), **_own(access)})


def check(body: bytes) -> None:
    """Raises `MalformedReply` for what is no reply of the API."""
    _message(body)


def _message(body: bytes) -> dict[str, object]:
    message = parsed_object(body).get("message")
    if not isinstance(message, dict):
        raise MalformedReply("it has no message")
    return message


def _own(access: Access) -> dict[str, str]:
    return {"mailto": access.mailto} if access.mailto else {}


SOURCE: Final = Source(SITE, Crossref(), first="*", page_size=100, request=_request, outline=_outline)
