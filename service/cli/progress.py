"""Progress bars on stderr, with a rate and the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def import_progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar over `total` records (0: unknown); call the result with how many records are done."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("Importing"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("import", total=total or None, rate="")

        def show(done: int) -> None:
            bar.update(task, completed=done)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            if speed is not None:
                bar.update(task, rate=f"{speed:.0f} papers/s")

        yield show
