"""Where references are looked up: a library now, a snapshot or a service on the network after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from service.manuscript import Entry
from service.records import Paper
from service.records.checks import ReferencePlace
from service.review.checking.citation_resolver import CitableCorpus
from service.review.checking.entry_match import all_words
from service.text.normal import title_key
from service.text.terms import terms

_CANDIDATES: Final = 20
_QUERY_CHARS: Final = 2_000
_TITLES: Final = 4


@dataclass(frozen=True, slots=True)
class Candidates:
    """Papers that an entry may mean: `numbered` is that of its DOI or arXiv number, `others` are near by title."""

    numbered: Paper | None = None
    others: tuple[Paper, ...] = ()


class ReferenceSource(Protocol):
    """Something that knows papers."""

    @property
    def place(self) -> ReferencePlace:
        """What the document calls it."""

    def papers_for(self, entries: Sequence[Entry]) -> Mapping[str, Candidates]:
        """What it has for each entry, by the entry's key; entries of which it knows nothing may be missing.

        Called once, with all entries that the sources before it left open. An entry of plain text has no `title`, only
        `text`, `titles` it may hold, and the DOI and arXiv number that stand in it.
        """


class LibraryReferences:
    """The library itself."""

    place: Final[ReferencePlace] = "library"

    def __init__(self, corpus: CitableCorpus) -> None:
        self._corpus = corpus

    def papers_for(self, entries: Sequence[Entry]) -> dict[str, Candidates]:
        """By DOI and arXiv number, by title, and by the words of the title and of its end, which may be another's."""
        return {entry.key: self._candidates(entry) for entry in entries}

    def _candidates(self, entry: Entry) -> Candidates:
        numbers = [f"doi:{entry.doi}"] * bool(entry.doi) + [f"arxiv:{entry.arxiv}"] * bool(entry.arxiv)
        titles = [f"title:{title_key(title)}" for title in ((entry.title,) if entry.title else entry.titles)]
        by_key = self._corpus.by_identity([*numbers, *titles])
        numbered = next((paper for key in numbers for paper in by_key.get(key, ())), None)
        titled = [paper for key in titles for paper in by_key.get(key, ())]
        sought = [] if titled and entry.title else self._sought(entry)
        near = (paper for text in sought for paper in self._near(text))
        return Candidates(numbered, tuple({p.paper_id: p for p in (*titled, *near)}.values()))

    def _sought(self, entry: Entry) -> list[str]:
        """What to search by its words: a title and its second half, or plain text and what of it may be a title."""
        if not entry.title:
            return [entry.text, *entry.titles[:_TITLES]]
        words = all_words(entry.title)
        return [entry.title, " ".join(words[len(words) // 2 :])]

    def _near(self, text: str) -> Sequence[Paper]:
        text = text[:_QUERY_CHARS]
        return self._corpus.with_words(text, n=_CANDIDATES, filters=None) if terms(text) else ()
