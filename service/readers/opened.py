"""A file as readers are given it: by lines, as one text, or as bytes.

`SourceText.lines` faults a line that is too long or not valid; `text_lines` is for formats whose records have many
lines: what is wrong with a line is the record's, and bytes of another encoding are kept in it as lone surrogates.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Final

from service.errors import SourceError
from service.readers.lines import Bomb, Line, SourceText, unpacked

_CHUNK: Final = 1 << 16
_LONGEST_INDENT: Final = 10_000


def text_lines(text: SourceText, *, most_chars: int, position: Callable[[int], None] | None = None) -> Iterator[str]:
    """Every line without its end, which may be "\\n", "\\r\\n" or "\\r"; no byte order mark at any seam.

    A line is cut behind `most_chars` and one more, so that who counts sees that it is too long; one that is blank is
    empty. `position` hears how many bytes of the file have been read. Raises `SourceError` at gzip data that is damaged
    or a bomb, once the lines before it have come.
    """
    try:
        with text.path.open("rb") as raw, unpacked(raw) as stream:
            for line in _lines(_decoded(stream, text.encoding, raw, position), most_chars + 1):
                yield "" if line.isspace() else line
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{text.path} is damaged gzip data: fetch it again") from error
    except Bomb as error:
        raise SourceError(f"{text.path} grows over 200-fold when unpacked: it is not read on") from error


def _decoded(stream: IO[bytes], encoding: str, raw: IO[bytes], position: Callable[[int], None] | None) -> Iterator[str]:
    """The text in pieces, with "\\n" for every line end."""
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    while chunk := stream.read(_CHUNK):
        yield decoder.decode(chunk).replace("\ufeff", "")
        if position is not None:
            position(raw.tell())
    yield decoder.decode(b"", final=True)


def _lines(pieces: Iterator[str], longest: int) -> Iterator[str]:
    """A line's beginning of nothing but space is let go where it is longer than any indent."""
    begun: list[str] = []
    kept = 0
    for piece in pieces:
        first, *others = piece.split("\n")
        if kept or not _is_flood(first):
            begun.append(first[: longest - kept])
            kept += len(begun[-1])
        if others:
            yield "".join(begun)
            yield from (line[:longest] for line in others[:-1])
            begun = ["" if _is_flood(others[-1]) else others[-1][:longest]]
            kept = len(begun[0])
    if kept:
        yield "".join(begun)


def _is_flood(text: str) -> bool:
    return len(text) > _LONGEST_INDENT and text.isspace()


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
