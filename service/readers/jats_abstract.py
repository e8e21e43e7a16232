"""The abstract of a JATS article: a line for each paragraph, the title of its section before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from service.readers.xml_element import Element

_OTHER_KINDS: Final = re.compile(
    r"graphical|teaser|toc|precis|highlight|key-?(?:point|message|word)|plain|lay\b|lay-|video|editor|author-summary|"
    r"web-summary|translat|image|stereo|cover|objectives|short-summary|synopsis|tweet|impact",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"\W*(?:abstract|summary)\W*", re.IGNORECASE)


def abstract_of(abstracts: Sequence[Element]) -> str | None:
    """The first that is the article's abstract; graphical ones, highlights and lay summaries are none."""
    for abstract in abstracts:
        if not _OTHER_KINDS.search(abstract.attribute("abstract-type")):
            found = "\n".join(_lines(abstract, "")) or abstract.text()
            if found:
                return found
    return None


def _lines(section: Element, label: str) -> Iterator[str]:
    """The heading "Abstract" says nothing and is left out, as are the numbers of sections."""
    for part in section:
        if part.name == "title":
            heading = part.text().rstrip(":")
            label = "" if _HEADING.fullmatch(heading) else heading
        elif part.name == "sec":
            yield from _lines(part, label)
            label = ""
        elif part.name != "label" and (text := part.text()):
            yield f"{label}{' ' if label[-1] in '.?!' else ': '}{text}" if label else text
            label = ""
