"""OpenAlex works (https://developers.openalex.org/api-reference): pages by cursor, at most 100 works each."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from service.readers.openalex import OpenAlex
from service.sources.source import Access, MalformedReply, Outline, Query, Request, Site, Source, parsed_object

_DOTS: Final = re.compile(r"(?<=/)\.{1,2}(?=/|$)")  # an address is folded at them
_OPERATORS: Final = re.compile(r'[*?~"!|\\]')
SITE: Final = Site(
    "openalex", "OpenAlex", "https://api.openalex.org", interval_s=0.2, key_setting="LITWEAVE_OPENALEX_API_KEY"
)
_FIELDS: Final = (
    "id,ids,doi,title,display_name,publication_year,publication_date,authorships,primary_location,locations,"
    "is_retracted,abstract_inverted_index"
)


def _request(query: Query, cursor: str) -> Request:
    parameters = {"search": query.text, "cursor": cursor, "per-page": str(query.size), "select": _FIELDS}
    if query.since is not None:
        parameters["filter"] = f"from_publication_date:{query.since.isoformat()}"
    return Request("/works", parameters | _own(query.access))


def _outline(_query: Query, _cursor: str, body: bytes) -> Outline:
    reply = parsed_object(body)
    meta, results = reply.get("meta"), reply.get("results")
    if not isinstance(meta, dict) or not isinstance(results, list):
        raise MalformedReply("it has no meta and results")
    following, count = meta.get("next_cursor"), meta.get("count")
    more = isinstance(following, str) and bool(following) and bool(results)
    return Outline(str(following) if more else None, count if isinstance(count, int) else None)


def doi_request(doi: str, access: Access) -> Request:
    """One work by its DOI; a status 404 says that there is none."""
    path = _DOTS.sub(lambda found: "%2E" * len(found[0]), quote(doi, safe="/"))
    return Request(f"/works/https://doi.org/{path}", {"select": _FIELDS, **_own(access)})


def text_request(text: str, size: int, access: Access) -> Request:
    """Works that a text finds: a title, or a reference as it stands in a bibliography."""
    words = " ".join(_OPERATORS.sub(" ", text).split())
    return Request("/works", {"search": words, "per-page": str(size), "select": _FIELDS, **_own(access)})


def check(body: bytes) -> None:
    """Raises `MalformedReply` for what is no JSON object."""
    parsed_object(body)


def _own(access: Access) -> dict[str, str]:
    given = {"mailto": access.mailto, "api_key": access.key}
    return {name: value for name, value in given.items() if value}


SOURCE: Final = Source(SITE, OpenAlex(), first="*", page_size=100, request=_request, outline=_outline)
