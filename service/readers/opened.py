"""A file as readers are given it: by lines, as one text, or as bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.readers.lines import Line, SourceText
from service.readers.streamed_lines import text_lines


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose beginning was recognised. `source` is what records name it by."""

    text: SourceText
    source: str
    max_record_bytes: int
    position: Callable[[int], None] | None = None

    @property
    def head(self) -> str:
        return self.text.head

    def lines(self) -> Iterator[Line]:
        """Numbered lines in bounded memory; one that is too long or in another encoding carries a fault."""
        return self.text.lines(max_bytes=self.max_record_bytes, position=self.position)

    def text_lines(self) -> Iterator[str]:
        """Lines in bounded memory, for records of many lines; see `text_lines`."""
        return text_lines(self.text, most_chars=self.max_record_bytes, position=self.position)

    def whole(self) -> str:
        """All of it: "\\n" for every line end, no byte order marks, invalid bytes as lone surrogates."""
        return self.text.whole()

    def data(self) -> bytes:
        """All of its bytes, unpacked; for XML, whose parser reads the declared encoding."""
        return self.text.data()
