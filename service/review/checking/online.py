"""The online services as a source of references: asked last, only when somebody says so, by the citation alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from typing import Final

from service.errors import SourceError
from service.manuscript import Entry
from service.records.checks import ReferencePlace
from service.review.checking.reference_sources import Candidates
from service.settings import Settings
from service.sources import access, client
from service.sources.lookup import OnlineLookup

_NAMES: Final = 3


class OnlineReferences:
    """Works by their DOI or arXiv number, and by the words of the citation. Nothing else of a text is sent.

    `failure` says why no more was asked after a service was down or refused: entries left open are then unverified.
    """

    place: Final[ReferencePlace] = "online"

    def __init__(self, lookup: OnlineLookup) -> None:
        self._lookup = lookup
        self.failure: str | None = None

    def papers_for(self, entries: Sequence[Entry]) -> dict[str, Candidates]:
        """What the services know of each entry."""
        found: dict[str, Candidates] = {}
        for entry in entries:
            try:
                found[entry.key] = self._candidates(entry)
            except SourceError as error:
                self.failure = str(error)
                break
        return found

    def _candidates(self, entry: Entry) -> Candidates:
        numbered = None
        if entry.doi is not None:
            numbered = self._lookup.by_doi(entry.doi)
        if numbered is None and entry.arxiv is not None:
            numbered = self._lookup.by_arxiv(entry.arxiv)
        return Candidates(numbered, self._lookup.by_citation(_citation(entry)))


@contextmanager
def online_references(settings: Settings, tell: Callable[[str], None]) -> Iterator[OnlineReferences]:
    """The services, with a client that is closed at the end; `tell` hears of waits."""
    with closing(client(settings, tell)) as online:
        yield OnlineReferences(OnlineLookup(online, partial(access, settings)))


def _citation(entry: Entry) -> str:
    """The citation as one string: as it reads, or its fields as a list of references has them."""
    if not entry.title:
        return entry.text
    parts = [", ".join(entry.authors[:_NAMES]), entry.title, entry.venue or "", str(entry.year or "")]
    return ". ".join(filter(None, parts))
