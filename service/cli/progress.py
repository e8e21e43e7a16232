"""Progress bars on stderr, with a rate and the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from service.cli.output import note

if TYPE_CHECKING:
    from rich.progress import Progress

    from service.review.core import ReviewCore

_CHUNKS_A_PAPER: Final = 2.5
"""How many chunks take as long as the nine sentences of a paper: 822 chunks 82 s, the sentences of 400 papers 100 s."""


class ReadingBar:
    """How far the files are read: the bar goes by bytes, so that no file is read twice to count its records."""

    def __init__(self, bar: Progress, total_bytes: int) -> None:
        self._bar = bar
        self._task = bar.add_task("Reading", total=total_bytes or None, said="")

    def position(self, read_bytes: int) -> None:
        """So many bytes of all files are read."""
        self._bar.update(self._task, completed=read_bytes)

    def records(self, done: int) -> None:
        """So many records are in the library, or rejected."""
        elapsed = self._bar.tasks[self._task].elapsed
        rate = f", {done / elapsed:,.0f}/s" if elapsed else ""
        self._bar.update(self._task, said=f"{done:,} records{rate}")


@contextmanager
def reading_progress(total_bytes: int) -> Iterator[ReadingBar]:
    """A bar over files of so many bytes together (0: unknown)."""
    with _progress() as bar:
        yield ReadingBar(bar, total_bytes)


def embed_with_bar(review: ReviewCore, *, sentences: bool | None = None) -> None:
    """Embed the chunks that wait, then the sentences (`None`: those of a small library); say what is left.

    One bar over both, with the time left for both. Raises `EmbeddingError`.
    """
    from service.library.library import SMALL_LIBRARY

    counts = review.counts()
    follow = sentences or (sentences is None and counts.papers <= SMALL_LIBRARY)
    with _progress() as progress:
        bar = _EmbeddingBar(progress, counts.waiting, review.papers_without_sentences() if follow else 0)
        review.embed(progress=bar.chunks, sentences=False)
        if follow:
            review.embed(progress=bar.papers, sentences=True)
    if waiting := review.papers_without_sentences():
        note(
            f"The sentences of {waiting:,} papers still wait for their vectors; all is found without them, and ranked "
            "better with them: `litweave doctor --embed` makes them now, `litweave serve` while it runs."
        )


class _EmbeddingBar:
    """Goes by chunks; the sentences of a paper count as so many. Not shown where nothing waits."""

    def __init__(self, bar: Progress, chunks: int, papers: int) -> None:
        self._bar = bar
        self._chunks = chunks
        self._then = f", then the sentences of {papers:,} papers" if papers and chunks else ""
        total = chunks + papers * _CHUNKS_A_PAPER
        self._task = bar.add_task("Embedding", total=total, said="", visible=total > 0)

    def chunks(self, done: int, total: int) -> None:
        """So many chunks of all are embedded."""
        self._bar.update(self._task, completed=done, said=f"{done:,} of {total:,} chunks{self._then}")

    def papers(self, done: int, total: int) -> None:
        """The sentences of so many papers of all are embedded."""
        at = self._chunks + done * _CHUNKS_A_PAPER
        self._bar.update(self._task, completed=at, said=f"{done:,} of {total:,} papers' sentences")


@contextmanager
def counted_progress(doing: str, what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar to be called with how many are done, of how many; nothing is shown before the first call."""
    with _progress() as bar:
        yield _counted(bar, doing, what)


@contextmanager
def checking_progress(total_bytes: int) -> Iterator[tuple[Callable[[int], None], Callable[[int, int], None]]]:
    """A bar over so many bytes of files that references are looked up in, and one over sentences."""
    with _progress() as bar:
        position = ReadingBar(bar, total_bytes).position if total_bytes else lambda _: None
        yield position, _counted(bar, "Checking", "sentences")


def _counted(bar: Progress, doing: str, what: str) -> Callable[[int, int], None]:
    task = bar.add_task(doing, total=None, said="", visible=False, start=False)

    def show(done: int, total: int) -> None:
        bar.start_task(task)
        elapsed = bar.tasks[task].elapsed
        rate = f", {done / elapsed:,.0f}/s" if elapsed and done else ""
        bar.update(task, completed=done, total=total, said=f"{done:,} of {total:,} {what}{rate}", visible=True)

    return show


def _progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<9}"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=Console(stderr=True))
