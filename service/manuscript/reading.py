"""Bytes or text of a user -> `Manuscript`. Says clearly what it cannot take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Final

from service.errors import NothingToCheck, SourceError, SourceTooLarge, UnknownFormat
from service.manuscript.citations import with_citations
from service.manuscript.latex import LatexText
from service.manuscript.markdown import MarkdownText
from service.manuscript.prose import Lines, Prose
from service.manuscript.records import PLACE, Form, Manuscript, Statement
from service.text.sentences import split_sentences

MAX_BYTES: Final = 1_000_000
"""Of a text or a .bib file: some 150,000 words."""

_SUFFIXES: Final[dict[str, Form]] = {
    ".tex": "latex", ".ltx": "latex", ".latex": "latex", ".md": "markdown", ".markdown": "markdown",
    ".qmd": "markdown", ".rmd": "markdown", ".txt": "markdown",
}  # fmt: skip
_BINARY = re.compile(rb"\x00|\A(?:%PDF|PK\x03\x04|\x89PNG|\xff\xd8\xff|\x1f\x8b|\xd0\xcf\x11\xe0)")
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f]")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_SOME_LATEX = re.compile(r"\\(?:documentclass|begin\{|section\*?\{|chapter\*?\{|cite[a-z]{0,10}[\[{*]|bibliography\{)")
# "It holds.[3] Next" and "It holds. [3] Next": the citation behind a full stop belongs to what is before it.
_BEHIND_STOP = re.compile(rf"([.!?])([ \t]?{PLACE}+)(?=\s+[^\W_]|\s*\Z)")
_NEXT_LETTER = re.compile(r"\s*(\w?)")


def form_of(name: str, text: str) -> Form:
    """By the name's suffix, else by the text's look."""
    known = _SUFFIXES.get(PurePath(name).suffix.lower())
    return known or ("latex" if _SOME_LATEX.search(text) else "markdown")


def decoded(content: bytes, name: str) -> str:
    """UTF-8 with or without a mark, or UTF-16 with one. Raises `SourceError` for anything else, by name."""
    if len(content) > MAX_BYTES:
        raise SourceTooLarge(f"{name!r} has more than {MAX_BYTES:,} bytes, which is the limit; check it in parts")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if _BINARY.search(content):
        raise UnknownFormat(f"{name!r} is not a text: give markdown or LaTeX, not what was made of it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(
            f"{name!r} is not UTF-8 (line {line}, byte 0x{content[error.start]:02x}); if it is Latin-1, "
            "`iconv -f latin1 -t utf-8` makes it so"
        ) from error


def read_manuscript(text: str, *, form: Form) -> Manuscript:
    """The statements of a text with their citations.

    Raises `SourceError` for a text without words, or one nested too deep; `SourceTooLarge` beyond the limits.
    """
    if len(text) > MAX_BYTES:
        raise SourceTooLarge(f"the text has {len(text):,} characters, the limit is {MAX_BYTES:,}; check it in parts")
    if not any(c.isalnum() for c in text):
        raise NothingToCheck("the text is empty: it holds no word to check")
    # Every character stays in its place: offsets hold for the text as it was given.
    text = _LONE_RETURN.sub("\n", _CONTROL.sub(" ", text))
    read = LatexText(text) if form == "latex" else MarkdownText(text)
    paragraphs = read.paragraphs
    if isinstance(read, MarkdownText):
        pandoc = read.names_bibliography or "[@" in text
        paragraphs = [with_citations(p, pandoc=pandoc) for p in paragraphs]
    return Manuscript(form, tuple(_statements(paragraphs, text)), tuple(read.entries), tuple(read.asides))


def _statements(paragraphs: Sequence[Prose], source: str) -> Iterator[Statement]:
    """In the order of the paragraphs, whose number is the statement's `block`."""
    line = Lines(source)
    for block, prose in enumerate(paragraphs):
        text = _BEHIND_STOP.sub(_before_stop, prose.text)
        marks = iter(prose.marks)
        for span in split_sentences(text):
            said = text[span.start : span.end]
            own = tuple(next(marks) for _ in range(said.count(PLACE)))
            start, end = prose.starts[span.start], max(prose.ends[span.start : span.end])
            yield Statement(" ".join(said.split()), start, end, line(start), block, own)


def _before_stop(found: re.Match[str]) -> str:
    """The stop behind the citation, unless the citation is the subject of what follows: "It holds. [3] goes on."."""
    following = _NEXT_LETTER.match(found.string, found.end())
    goes_on = following is not None and following[1].islower()
    return found[0] if goes_on else found[2] + found[1]
