"""Progress bars on stderr, with a rate and the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


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


@contextmanager
def embedding_progress(what: str = "chunks") -> Iterator[Callable[[int, int], None]]:
    """A bar to be called with how many are embedded, of how many; nothing is shown before the first call."""
    with counted_progress("Embedding", what) as show:
        yield show


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
    task = bar.add_task(doing, total=None, said="", visible=False)

    def show(done: int, total: int) -> None:
        elapsed = bar.tasks[task].elapsed
        rate = f", {done / elapsed:,.0f}/s" if elapsed else ""
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
