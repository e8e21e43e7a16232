"""What a person sees while a command works: each true step, and the judged text so far; gone once it is done."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from service.records.steps import SentenceShown, Step

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from service.records.steps import Observer, Told

_BESIDE: Final = 4
"""Columns and lines of the terminal that the text so far leaves free."""


@contextmanager
def working(first: str = "opening the library") -> Iterator[Observer]:
    """An observer that shows what it hears on stderr; on anything but a terminal nothing is shown.

    `first` is shown at once. Sentences are shown as they are told, the end of a long text; the command then prints the
    whole in their place.
    """
    if not sys.stderr.isatty():
        yield lambda _told: None
        return
    sys.stderr.write(f"{first} …\r")  # before anything else is imported
    sys.stderr.flush()
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    status = console.status(f"{first} …", spinner="dots")
    text = _TextSoFar()

    def show(told: Told) -> None:
        if isinstance(told, Step):
            text.step = told.text
        elif isinstance(told, SentenceShown):
            text.add(told)
        status.update(text.shown(console))

    status.start()
    try:
        yield show
    finally:
        status.stop()


class _TextSoFar:
    """The last step, and paragraphs of sentences as they come."""

    def __init__(self) -> None:
        self.step = ""
        self._paragraphs: list[str] = []
        self._place: tuple[str | None, int] | None = None

    def add(self, told: SentenceShown) -> None:
        from service.render.plain import readable

        place = told.section, told.paragraph
        if place != self._place:
            if told.section is not None and (self._place is None or self._place[0] != told.section):
                self._paragraphs.append(readable(told.section))
            self._paragraphs.append("")
            self._place = place
        self._paragraphs[-1] = f"{self._paragraphs[-1]} {readable(told.sentence.text)}".lstrip()

    def shown(self, console: Console) -> Text:
        """The end of the text that the terminal has room for, above the step."""
        from rich.text import Text

        room = Text("\n\n".join(self._paragraphs)).wrap(console, max(20, console.width - _BESIDE))
        lines = [line.plain for line in room][-max(1, console.height - _BESIDE) :] if self._paragraphs else []
        return Text("\n".join([*lines, *([""] if lines else []), f"{self.step} …"]))
