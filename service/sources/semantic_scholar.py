"""Semantic Scholar's bulk search (https://api.semanticscholar.org/api-docs/graph): up to 1,000 papers a page, the most
cited first, going on by a token. Its other search is by relevance and ends after 1,000 papers."""

from __future__ import annotations

from typing import Final

from service.readers.semantic_scholar import SemanticScholar
from service.sources.source import MalformedReply, Outline, Query, Request, Site, Source, parsed_object

SITE: Final = Site(
    "semantic-scholar",
    "Semantic Scholar",
    "https://api.semanticscholar.org",
    interval_s=1.1,
    key_setting="LITWEAVE_SEMANTIC_SCHOLAR_API_KEY",
)
_FIELDS: Final = "title,abstract,authors,year,publicationDate,venue,publicationVenue,journal,externalIds,url"


def _request(query: Query, cursor: str) -> Request:
    parameters = {"query": query.text, "fields": _FIELDS, "sort": "citationCount:desc"}
    if query.since is not None:
        parameters["publicationDateOrYear"] = f"{query.since.isoformat()}:"
    if cursor:
        parameters["token"] = cursor
    headers = {"x-api-key": query.access.key} if query.access.key else {}
    return Request("/graph/v1/paper/search/bulk", parameters, headers)


def _outline(_query: Query, _cursor: str, body: bytes) -> Outline:
    reply = parsed_object(body)
    if not isinstance(reply.get("data"), list):
        raise MalformedReply("it has no list of papers")
    token, total = reply.get("token"), reply.get("total")
    following = token if isinstance(token, str) and token else None
    return Outline(following, total if isinstance(total, int) else None)


SOURCE: Final = Source(SITE, SemanticScholar(), first="", page_size=1_000, request=_request, outline=_outline)
