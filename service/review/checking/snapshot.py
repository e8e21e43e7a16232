"""A snapshot of papers in files, as a source of references: read once, and only what the entries may mean is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from service.errors import SourceError
from service.identity import arxiv_number, normal_doi
from service.manuscript import Entry
from service.persons import family_name
from service.readers import read
from service.records import Paper, Rejection
from service.records.checks import ReferencePlace
from service.review.checking.entry_match import all_words
from service.review.checking.reference_sources import Candidates
from service.text.normal import title_key

_MOST: Final = 100
"""Papers kept for one entry by one kind of key: a prolific author of one year has fewer."""
_END_WORDS: Final = 3
_FIRST_WORDS: Final = 4
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


class Snapshot:
    """Files in any format that is imported. `records` and `rejected` count what was read; `unread` says which files
    were not, and why.
    """

    place: Final[ReferencePlace] = "snapshot"

    def __init__(
        self, files: Sequence[Path], *, max_record_bytes: int, position: Callable[[int], None] | None = None
    ) -> None:
        """`position` hears how many bytes of all files are read."""
        self._files = files
        self._max_record_bytes = max_record_bytes
        self._position = position
        self.records = 0
        self.rejected = 0
        self.unread: list[str] = []

    def papers_for(self, entries: Sequence[Entry]) -> dict[str, Candidates]:
        """Papers of an entry's DOI, arXiv number or title, of its first author and year, or whose title ends as its.

        Raises `SourceError` where no file can be read.
        """
        wanted: dict[str, list[str]] = {}
        for entry in entries:
            for key in _entry_keys(entry):
                wanted.setdefault(key, []).append(entry.key)
        kept = self._kept(wanted)
        return {entry.key: _candidates(entry, kept) for entry in entries}

    def _kept(self, wanted: Mapping[str, list[str]]) -> dict[str, list[Paper]]:
        kept: dict[str, list[Paper]] = {}
        for paper in self._papers():
            keys = [key for key in _paper_keys(paper) if key in wanted]
            if keys:
                slim = replace(paper, abstract="")
                for key in keys:
                    if len(papers := kept.setdefault(key, [])) < _MOST:
                        papers.append(slim)
        return kept

    def _papers(self) -> Iterator[Paper]:
        before, failed = 0, []
        for file in self._files:
            try:
                for record in read(file, max_record_bytes=self._max_record_bytes, position=self._heard(before)):
                    if isinstance(record, Paper):
                        self.records += 1
                        yield record
                    self.rejected += isinstance(record, Rejection)
            except SourceError as error:
                failed.append(error)
            before += file.stat().st_size if file.is_file() else 0
        if failed and not self.records:
            raise failed[0]
        self.unread = [str(error) for error in failed]

    def _heard(self, before: int) -> Callable[[int], None] | None:
        position = self._position
        return None if position is None else lambda read_bytes: position(before + read_bytes)


def _candidates(entry: Entry, kept: Mapping[str, list[Paper]]) -> Candidates:
    found = {key: kept.get(key, []) for key in _entry_keys(entry)}
    numbered = next((p for key, papers in found.items() if key.startswith(("doi:", "arxiv:")) for p in papers), None)
    others = [p for key, papers in found.items() if not key.startswith(("doi:", "arxiv:")) for p in papers]
    return Candidates(numbered, tuple({id(p): p for p in others}.values()))


def _entry_keys(entry: Entry) -> Iterator[str]:
    """What a paper must share with the entry to be kept: strongest first."""
    if entry.doi:
        yield f"doi:{entry.doi}"
    if entry.arxiv:
        yield f"arxiv:{entry.arxiv}"
    if not entry.title:
        yield from (f"title:{title_key(title)}" for title in entry.titles)
        words = dict.fromkeys(title_key(word) for word in all_words(entry.text)[:_FIRST_WORDS])
        yield from (f"by:{year}:{word}" for year in dict.fromkeys(_YEAR.findall(entry.text)) for word in words)
        return
    yield f"title:{title_key(entry.title)}"
    if entry.authors and entry.year is not None:
        yield f"by:{entry.year}:{_last_word(entry.authors[0])}"
    if end := _end(entry.title):
        yield end


def _paper_keys(paper: Paper) -> Iterator[str]:
    places = [place for place in (paper.doi, paper.url, paper.paper_id) if place]
    yield from (f"doi:{doi}" for place in places if "10." in place and (doi := normal_doi(place)))
    yield from (f"arxiv:{number}" for place in places if (number := arxiv_number(place)))
    yield f"title:{title_key(paper.title)}"
    if ":" in paper.title:
        yield f"title:{title_key(paper.title.partition(':')[0])}"
    if paper.authors:
        yield f"by:{paper.year}:{_last_word(paper.authors[0])}"
    if end := _end(paper.title):
        yield end


def _last_word(author: str) -> str:
    return title_key(family_name(author).rpartition(" ")[2])


def _end(title: str) -> str | None:
    words = all_words(title)
    return f"end:{' '.join(words[-_END_WORDS:])}" if len(words) >= _END_WORDS else None
