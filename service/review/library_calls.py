"""What front ends ask of the library itself: import, embed, list, examine."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from service.library import Amendment, Library
from service.library.session import LibrarySession
from service.llm import Models
from service.readers import read
from service.records import Health, ImportReport, LibraryCounts, Paper, Rejection, Remark
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
    ) -> Iterator[Paper | Rejection | Remark]:
        """The records of a file in order. Raises `SourceError` for one that cannot be read (any further).

        `position` hears how many bytes are read. `form` is a reader's key, where the content is not to decide.
        """
        return read(path, max_record_bytes=self._settings.max_record_bytes, position=position, format_=form)

    def import_records(
        self, records: Iterable[Paper | Rejection | Remark], *, embed: bool | None = False, titles: bool = True
    ) -> ImportReport:
        """Import records, and let go of the library. Text is searchable at once.

        `embed` says whether to wait for its vectors (`None`: in a small library); `titles` whether the report names
        every counted paper.
        """
        with self._released() as library:
            return library.import_papers(records, embed=embed, titles=titles)

    def import_paths(self, paths: Sequence[Path], *, embed: bool | None = True) -> ImportReport:
        """Import files in order. Raises `SourceError` for one that cannot be read; what came before it stays."""
        return self.import_records((record for path in paths for record in self.records(path)), embed=embed)

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

    def papers(self) -> Iterator[Paper]:
        """Every stored paper, in the order they were added."""
        with self._session.using() as library:
            yield from library.papers()

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """Counts and faults of the library; `rebuild` makes both indexes anew first, `recall` measures one."""
        with self._session.using() as library:
            return library.health(rebuild=rebuild, recall=recall)

    def counts(self) -> LibraryCounts:
        """How the library stands, without examining it."""
        with self._session.using() as library:
            return library.counts()

    def stop(self) -> None:
        """Have what takes long leave off: imports, vectors, a model's calls. `close` follows."""
        self._session.stop()

    def close(self) -> None:
        """Let go of the library and the models."""
        if self._models is not None:
            self._models.close()
        self._session.close()

    def warm_in_background(self) -> None:
        """Import what a model's first call needs, in a thread."""
        if self._models is not None:
            threading.Thread(target=self._models.warm, name="litweave-warm", daemon=True).start()

    @contextmanager
    def _released(self) -> Iterator[Library]:
        """The library, let go of at the end whatever happens, because what follows may wait for a model."""
        try:
            with self._session.using() as library:
                yield library
        finally:
            self._session.release()

    @contextmanager
    def _corpus(self) -> Iterator[LibraryCorpus]:
        """The library as a corpus, let go of at the end."""
        with self._released() as library:
            yield LibraryCorpus(library)
