"""What a person sees while a command works: a line on stderr that tells each true step, gone once it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.records.steps import Observer, Told


@contextmanager
def working(first: str = "opening the library") -> Iterator[Observer]:
    """An observer that shows the steps; on anything but a terminal nothing is shown. Shows `first` at once."""
    if not sys.stderr.isatty():
        yield lambda _told: None
        return
    sys.stderr.write(f"{first} …\r")  # before anything else is imported
    sys.stderr.flush()
    from rich.console import Console

    status = Console(stderr=True).status(f"{first} …", spinner="dots")

    def show(told: Told) -> None:
        text = getattr(told, "text", None)
        if isinstance(text, str):
            status.update(f"{text} …")

    status.start()
    try:
        yield show
    finally:
        status.stop()
