"""A .docx -> its words as markdown. Only headings and paragraphs are read: a check needs no more."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from service.errors import SourceError

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACES: Final = frozenset(f"{_WORD}{name}" for name in ("br", "tab", "cr"))
_BODY: Final = "word/document.xml"
_NO_DOCX: Final = (
    zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError, OSError, zlib.error, lzma.LZMAError
)  # fmt: skip
_MOST_BYTES: Final = 20_000_000
"""Of the body, unpacked: some five thousand pages."""
_HEADING: Final = re.compile(r"Title|Heading\s?([1-6])?", re.IGNORECASE)


def docx_markdown(content: bytes) -> str:
    """Its paragraphs, with an empty line between, headings as such; a text of nothing is "".

    Raises `SourceError` for what is no .docx, or one that unpacks to more than any manuscript.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_BODY) as body:
            xml = body.read(_MOST_BYTES + 1)
        if len(xml) > _MOST_BYTES:
            raise SourceError(f"its text unpacks to over {_MOST_BYTES:,} bytes: check it in parts")
        parser = XMLParser(target=_Words())
        parser.feed(xml)
        return "\n\n".join(filter(None, map(_Paragraph.as_markdown, parser.close())))
    except _NO_DOCX as error:
        raise SourceError("it is no .docx: save it as one, or paste its text") from error
    except (ParseError, DefusedXmlException) as error:
        raise SourceError("the .docx is damaged: open it in a word processor and save it again") from error


@dataclass(slots=True)
class _Paragraph:
    style: str = ""
    words: list[str] = field(default_factory=list)

    def as_markdown(self) -> str:
        heading = _HEADING.match(self.style)
        text = " ".join("".join(self.words).split())
        return f"{'#' * int(heading[1] or 1)} {text}" if heading and text else text


class _Words:
    """Hears the parts of the body, and gives each word to the innermost paragraph around it, once.

    A text box is paragraphs in a paragraph; one in another a hundred thousand times over is an attack. What was deleted
    has an element of its own, which is not heard; a break is a space.
    """

    def __init__(self) -> None:
        self._paragraphs: list[_Paragraph] = []
        self._open: list[_Paragraph] = []
        self._written = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_WORD}p":
            self._open.append(_Paragraph())
            self._paragraphs.append(self._open[-1])
        elif self._open and tag == f"{_WORD}pStyle":
            self._open[-1].style = self._open[-1].style or attributes.get(f"{_WORD}val", "")
        elif self._open and tag in _SPACES:
            self._open[-1].words.append(" ")
        self._written = tag == f"{_WORD}t"

    def data(self, text: str) -> None:
        if self._open and self._written:
            self._open[-1].words.append(text)

    def end(self, tag: str) -> None:
        if tag == f"{_WORD}p":
            self._open.pop()
        self._written = False

    def close(self) -> list[_Paragraph]:
        return self._paragraphs
