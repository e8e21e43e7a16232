"""A .docx -> its words as markdown. Only headings and paragraphs are read: a check needs no more."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from service.errors import SourceError

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BODY: Final = "word/document.xml"
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
        paragraphs = fromstring(xml).iter(f"{_WORD}p")
        return "\n\n".join(filter(None, map(_paragraph, paragraphs)))
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceError("it is no .docx: save it as one, or paste its text") from error
    except (ParseError, DefusedXmlException, RecursionError) as error:
        raise SourceError("the .docx is damaged: open it in a word processor and save it again") from error


def _paragraph(paragraph: Element) -> str:
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    heading = _HEADING.match(style.get(f"{_WORD}val", "")) if style is not None else None
    text = " ".join("".join(_words(paragraph)).split())
    return f"{'#' * int(heading[1] or 1)} {text}" if heading and text else text


def _words(paragraph: Element) -> Iterator[str]:
    """What is written, not what was deleted; a break is a space."""
    for part in paragraph.iter():
        if part.tag == f"{_WORD}t":
            yield part.text or ""
        elif part.tag in (f"{_WORD}br", f"{_WORD}tab", f"{_WORD}cr"):
            yield " "
