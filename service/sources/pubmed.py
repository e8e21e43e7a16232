"""PubMed's E-utilities (https://www.ncbi.nlm.nih.gov/books/NBK25499/): a search leaves its result on a history server,
from which the articles are taken page by page.

A cursor is empty before the search, then `WebEnv|query_key|retstart|count`. PubMed hands out the first 10,000 articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.errors import ServiceRefused
from service.readers.pubmed_xml import PubmedXml
from service.sources.source import Access, MalformedReply, Outline, Query, Request, Site, Source, parsed_object

SITE: Final = Site(
    "pubmed",
    "PubMed",
    "https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
    interval_s=0.4,
    key_setting="LITWEAVE_NCBI_API_KEY",
)
_MOST: Final = 9_999
_LAST_DAY: Final = "3000"
_GONE: Final = 410
_ERROR: Final = re.compile(rb"<ERROR>([^<]{1,200})</ERROR>")
_SET_END: Final = re.compile(rb"</PubmedArticleSet>\s*$")
_EMPTY_SET: Final = re.compile(rb"<PubmedArticleSet\s*/>\s*$")


def _request(query: Query, cursor: str) -> Request:
    if not cursor:
        parameters = {"db": "pubmed", "term": query.text, "usehistory": "y", "retmode": "json", "retmax": "0"}
        parameters["sort"] = "relevance"
        if query.since is not None:
            parameters |= {"datetype": "pdat", "mindate": f"{query.since:%Y/%m/%d}", "maxdate": _LAST_DAY}
        return Request("/esearch.fcgi", parameters | _own(query.access))
    environment, key, start, _ = cursor.split("|")
    parameters = {"db": "pubmed", "WebEnv": environment, "query_key": key, "retstart": start}
    return Request("/efetch.fcgi", parameters | {"retmax": str(query.size), "retmode": "xml"} | _own(query.access))


def _outline(query: Query, cursor: str, body: bytes) -> Outline:
    if not cursor:
        return _searched(body)
    check(body)
    environment, key, start, count = cursor.split("|")
    following = int(start) + query.size
    more = following < min(int(count), _MOST)
    return Outline(f"{environment}|{key}|{following}|{count}" if more else None, int(count))


def _searched(body: bytes) -> Outline:
    found = parsed_object(body).get("esearchresult")
    if not isinstance(found, dict):
        raise MalformedReply("it has no result of a search")
    environment, key, count = (str(found.get(name, "")) for name in ("webenv", "querykey", "count"))
    if not count.isdigit():
        raise MalformedReply(f"the search failed: {str(found.get('ERROR', 'no count'))[:200]}")
    if int(count) == 0:
        return Outline(None, 0, has_records=False)
    if not environment or "|" in environment or not key.isdigit():
        raise MalformedReply("it does not say where its result is kept")
    return Outline(f"{environment}|{key}|0|{count}", int(count), has_records=False)


def ids_request(numbers: Sequence[str], access: Access) -> Request:
    """Articles by their PMIDs, those that do not exist left out."""
    return Request("/efetch.fcgi", {"db": "pubmed", "id": ",".join(numbers), "retmode": "xml"} | _own(access))


def check(body: bytes) -> None:
    """Raises `MalformedReply` for what is no whole set of articles, `ServiceRefused` where the search is forgotten."""
    if (said := _ERROR.search(body[:2_000])) is not None:
        raise ServiceRefused(f"PubMed answered: {said[1].decode('utf-8', 'replace')}", status=_GONE)
    if _SET_END.search(body[-200:]) is None and _EMPTY_SET.search(body[-200:]) is None:
        raise MalformedReply("it is no whole set of articles")


def _own(access: Access) -> dict[str, str]:
    given = {"tool": "litweave", "email": access.mailto, "api_key": access.key}
    return {name: value for name, value in given.items() if value}


SOURCE: Final = Source(SITE, PubmedXml(), first="", page_size=200, request=_request, outline=_outline)
