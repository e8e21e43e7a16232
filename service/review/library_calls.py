"""What front ends ask of the library itself: import, embed, list, examine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service import limits
from service.catalog.shelves import Shelves
from service.library import Amendment, Library
from service.library.session import LibrarySession
from service.llm import Models
from service.records import Filters, Health, ImportReport, LibraryCounts, Paper, Record, Shelving
from service.records.corrections import Deletion, HandDistinction, HandMerge, HandSplit
from service.records.sources import MadePaper, MergeList, PossibleList
from service.review.evidence.library_corpus import LibraryCorpus
from service.settings import Settings


class LibraryCalls:
    """One library and the models of a process; closing it closes both."""

    def __init__(self, library: Library | LibrarySession, settings: Settings, *, models: Models | None = None) -> None:
        """`models` write and judge, where one is configured; without, texts are extractive."""
        self._session = library if isinstance(library, LibrarySession) else LibrarySession.of(library)
        self._settings = settings
        self._models = models

    def records(
        self, path: Path, *, position: Callable[[int], None] | None = None, form: str | None = None
    ) -> Iterator[Record]:
        """The records of a file in order. Raises `SourceError` for one that cannot be read (any further).

        `position` hears how many bytes are read. `form` is a reader's key, where the content is not to decide.
        """
        from service.readers import read

        return read(path, max_record_bytes=self._settings.max_record_bytes, position=position, format_=form)

    def import_records(
        self,
        records: Iterable[Record],
        *,
        embed: bool | None = False,
        titles: bool = True,
        shelving: Shelving | None = None,
    ) -> ImportReport:
        """Import records, and let go of the library. Text is searchable at once.

        `embed` says whether to wait for its vectors (`None`: in a small library); `titles` whether the report names
        every counted paper. Every counted paper is put where `shelving` says.
        """
        with self._released() as library:
            return library.import_papers(records, embed=embed, titles=titles, shelving=shelving)

    def import_paths(
        self, paths: Sequence[Path], *, embed: bool | None = True, form: str | None = None
    ) -> ImportReport:
        """Import files in order. Raises `SourceError` for one that cannot be read; what came before it stays."""
        records = (record for path in paths for record in self.records(path, form=form))
        return self.import_records(records, embed=embed)

    def amend(self, amendments: Sequence[Amendment]) -> int:
        """Change fields of papers other than their text; how many papers were changed."""
        with self._released() as library:
            return library.amend(amendments)

    def embed(self, *, progress: Callable[[int, int], None] | None = None, sentences: bool | None = None) -> None:
        """Embed what waits; with `sentences` those too (`None`: in a small library). Raises `EmbeddingError`."""
        with self._session.using() as library:
            library.embed_waiting(progress=progress, sentences=sentences)

    def embed_in_background(self) -> None:
        """Embed whatever waits, now and later, in a thread that ends with `close`."""
        self._session.whenever_opened(lambda library: library.embed_in_background())

    def paper(self, paper_id: str) -> Paper | None:
        """The stored paper, or `None`."""
        with self._session.using() as library:
            return library.paper(paper_id)

    def newest_change(self) -> int:
        """Grows with every change of a paper or its vectors, by whichever process."""
        with self._session.using() as library:
            return library.newest_change()

    def count(self) -> int:
        """How many papers are stored."""
        with self._session.using() as library:
            return library.count()

    def year_counts(self) -> dict[int, int]:
        """How many papers there are of each year."""
        with self._session.using() as library:
            return library.year_counts()

    def papers_named(self, name: str) -> list[Paper]:
        """The papers of an id, DOI, arXiv number, PMID or title, oldest first; empty where none is known by it."""
        with self._released() as library:
            return library.shelves.called(name)

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]:
        """The stored papers that pass, oldest first. Raises `UsageError` for an unknown paper or shelf."""
        with self._session.using() as library:
            yield from library.papers(library.shelves.known(filters))

    @contextmanager
    def shelves(self) -> Iterator[Shelves]:
        """Collections, tags, notes and reading status of the library's papers."""
        with self._session.using() as library:
            yield library.shelves

    def show_paper(self, name: str) -> MadePaper:
        """A paper and the records it was made of. Raises `UnknownPaper`."""
        with self._session.using() as library:
            return library.corrections.made(name)

    def merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> MergeList:
        """A page of the papers that were made of several records, the newest merge first."""
        with self._session.using() as library:
            return library.corrections.merges(limit=limit, offset=offset)

    def possible_merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> PossibleList:
        """A page of the pairs of papers that were not merged and may be one."""
        with self._session.using() as library:
            return library.corrections.possible(limit=limit, offset=offset)

    def delete_papers(self, names: Sequence[str]) -> Deletion:
        """Remove papers with everything that hangs on them: all, or none and `UnknownPaper`."""
        with self._session.using() as library:
            return library.corrections.delete(names)

    def merge_papers(self, keep: str, other: str, *, force: bool = False) -> HandMerge:
        """Make two papers one, under the id of the first. Raises `MergeRefused` (unless `force`), `UnknownPaper`."""
        with self._session.using() as library:
            made = library.corrections.merge(keep, other, force=force)
            library.vectors_follow(None if library.corrections.few_wait() else False)
            return made

    def split_paper(self, name: str, records: Sequence[int] = ()) -> HandSplit:
        """Take records out of a paper, by number from 1, or the newest. Raises `UnknownPaper`, `UsageError`."""
        with self._session.using() as library:
            made = library.corrections.split(name, records)
            library.vectors_follow(None if library.corrections.few_wait() else False)
            return made

    def distinguish_papers(self, one: str, other: str) -> HandDistinction:
        """Remember that two papers are not the same. Raises `UnknownPaper`, `UsageError`."""
        with self._session.using() as library:
            return library.corrections.distinguish(one, other)

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """Counts and faults of the library; `rebuild` makes both indexes anew first, `recall` measures one."""
        with self._session.using() as library:
            return library.health(rebuild=rebuild, recall=recall)

    def papers_without_sentences(self) -> int:
        """How many papers wait for the vectors of their sentences."""
        with self._session.using() as library:
            return library.papers_without_sentences()

    def counts(self) -> LibraryCounts:
        """How the library stands, without examining it."""
        with self._session.using() as library:
            return library.counts()

    def stop(self) -> None:
        """Have what takes long leave off: imports, vectors, a model's calls. `close` follows."""
        self._session.stop()

    def release(self) -> None:
        """Let other processes in until the next call, where the library is not held until `close`."""
        self._session.release()

    def close(self) -> None:
        """Let go of the library and the models."""
        if self._models is not None:
            self._models.close()
        self._session.close()

    def warm_in_background(self) -> None:
        """Import what a model's first call needs, in a thread."""
        if self._models is not None:
            threading.Thread(target=self._models.warm, name="litweave-warm", daemon=True).start()

    def _known_filters(self, filters: Filters | None) -> Filters | None:
        """The filters with each paper by its id; they are read before a model is paid for the request.

        Raises `UnknownPaper`, and `UnknownName` for a shelf or source that there is none of.
        """
        if not filters:
            return None
        with self._released() as library:
            return library.shelves.known(filters)

    @contextmanager
    def _released(self) -> Iterator[Library]:
        """The library, let go of at the end whatever happens, because what follows may wait for a model."""
        try:
            with self._session.using() as library:
                yield library
        finally:
            self._session.release()

    def _known(self, paper_ids: Sequence[str]) -> list[Paper]:
        """The papers of these ids that are still there, in their order."""
        with self._released() as library:
            found = (library.paper(paper_id) for paper_id in paper_ids)
            return [paper for paper in found if paper is not None]

    @contextmanager
    def _corpus(self) -> Iterator[LibraryCorpus]:
        """The library as a corpus, let go of at the end."""
        with self._released() as library:
            yield LibraryCorpus(library)
