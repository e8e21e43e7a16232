"""Papers from online services, through the readers of their formats. Nothing is asked unless a command says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from service.settings import Settings
from service.sources import arxiv, crossref, daily_papers, openalex, pubmed, semantic_scholar
from service.sources.client import Client
from service.sources.source import Access, Source

__all__ = ["SOURCES", "Access", "Source", "access", "client"]

SOURCES: Final[dict[str, Source]] = {
    source.site.key: source
    for source in (
        arxiv.SOURCE, openalex.SOURCE, semantic_scholar.SOURCE, pubmed.SOURCE, crossref.SOURCE, daily_papers.SOURCE,
    )
}  # fmt: skip
"""What `fetch` takes, by its key."""


def client(settings: Settings, waiting: Callable[[str], None] = lambda _: None) -> Client:
    """A client as the settings have it; `waiting` hears of longer waits. Raises `UsageError` for a wrong address."""
    return Client(mailto=settings.mailto, at=settings.sources_at, waiting=waiting)


def access(settings: Settings, site: str) -> Access:
    """What is told to a site: the address of who asks, and the key where one is set."""
    keys = {
        openalex.SITE.key: settings.openalex_api_key,
        semantic_scholar.SITE.key: settings.semantic_scholar_api_key,
        pubmed.SITE.key: settings.ncbi_api_key,
    }
    key = keys.get(site)
    return Access(settings.mailto, None if key is None else key.get_secret_value())
