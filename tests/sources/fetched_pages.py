"""All pages that a source gives at a server on loopback."""

from __future__ import annotations

from datetime import date

from invented import title
from reply_server import ReplyServer

from service.records import Paper
from service.sources import SOURCES
from service.sources.client import Client, Limits
from service.sources.fetching import Page, Place, pages
from service.sources.source import Access, Query

TODAY = date(2024, 3, 10)
PATHS = {
    "arxiv": "/export.arxiv.org/api/query",
    "openalex": "/api.openalex.org/works",
    "semantic-scholar": "/api.semanticscholar.org/graph/v1/paper/search/bulk",
    "pubmed": "/eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi",
    "crossref": "/api.crossref.org/works",
    "daily-papers": "/huggingface.co/api/daily_papers",
}
SEARCH = "/eutils.ncbi.nlm.nih.gov/entrez/eutils/esearch.fcgi"


def fetched(
    key: str,
    server: ReplyServer,
    *,
    most: int = 100,
    size: int = 2,
    since: date | None = None,
    text: str = "gentle models",
    at: Place | None = None,
    access: Access | None = None,
) -> list[Page]:
    """All pages of a source at the server."""
    query = Query(text, since, TODAY, size, access or Access())
    with Client(at=server.address, sleep=lambda _: None, limits=Limits(attempts=2)) as client:
        return list(pages(SOURCES[key], query, client, most=most, at=at))


def titles(found: list[Page]) -> list[str]:
    return [record.title for page in found for record in page.records if isinstance(record, Paper)]


def numbered(numbers: range) -> list[str]:
    return [title(number) for number in numbers]
