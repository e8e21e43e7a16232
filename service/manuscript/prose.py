"""Running text without markup that knows, character by character, where it stands in the file."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from service.manuscript.records import PLACE, Mark


@dataclass(slots=True)
class Prose:
    """A paragraph: `text[i]` came from `source[starts[i]:ends[i]]`. `marks` are in the order of their `PLACE`s."""

    parts: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    marks: list[Mark] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def verbatim(self, text: str, start: int) -> None:
        """Text that stands in the file just so, from `start` on."""
        self.parts.append(text.replace(PLACE, " "))
        self.starts.extend(range(start, start + len(text)))
        self.ends.extend(range(start + 1, start + len(text) + 1))

    def instead(self, text: str, start: int, end: int) -> None:
        """Text for what stands in the file between `start` and `end`."""
        self.parts.append(text.replace(PLACE, " "))
        self.starts.extend([start] * len(text))
        self.ends.extend([end] * len(text))

    def mark(self, mark: Mark) -> None:
        """A citation."""
        self.parts.append(PLACE)
        self.starts.append(mark.start)
        self.ends.append(mark.end)
        self.marks.append(mark)

    def is_blank(self) -> bool:
        return not self.text.strip()

    def marked(self, found: Sequence[tuple[int, int, Mark]]) -> Prose:
        """A copy in which the stretches `text[a:b]` of `(a, b, mark)`, in order and apart, are citations."""
        text, marks = self.text, iter(self.marks)
        copy = Prose()
        at = 0
        for a, b, mark in (*found, (len(text), len(text), None)):
            for i in range(at, a):
                if text[i] == PLACE:
                    copy.marks.append(next(marks))
            copy.parts.append(text[at:a])
            copy.starts.extend(self.starts[at:a])
            copy.ends.extend(self.ends[at:a])
            if mark is not None:
                copy.mark(mark)
            at = b
        return copy


class Lines:
    """Line numbers, from 1, of offsets into a text."""

    def __init__(self, source: str) -> None:
        self._breaks = [i for i, character in enumerate(source) if character == "\n"]

    def __call__(self, offset: int) -> int:
        return bisect_right(self._breaks, offset - 1) + 1
