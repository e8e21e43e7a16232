"""What is read out of a user's own text: its statements, the citations in them, and its own list of references.

All offsets are characters of the decoded file, as the user has it, line ends included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Form: TypeAlias = Literal["latex", "markdown"]
KeyKind: TypeAlias = Literal["key", "number", "author-year", "note", "link"]

PLACE = "\ue000"
"""Stands in a statement's text where a citation stood: the i-th one for `marks[i]`."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One work that a citation names: a key, a number of the list of references, or a surname with a year."""

    key: str
    kind: KeyKind
    surname: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    r"""One citation as it stands: `\cite{a,b}`, `[1, 2]`, `(Zhang and Li, 2024)`.

    `textual`: it is a word of its sentence ("Zhang et al. (2024) show"), not a remark in brackets.
    """

    cited: tuple[Cited, ...]
    start: int
    end: int
    textual: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the text without markup, with `PLACE` for each of its `marks`.

    `start` and `end` span it in the file, `line` (from 1) is where it begins; `block` numbers its paragraph.
    """

    text: str
    start: int
    end: int
    line: int
    block: int
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A work in a list of references. What is not known of it is `None` or empty.

    `text` is the entry as it reads, for lists that are plain text; `line` is where it stands in `file`, the text
    itself where that is `None`. `others`: the authors are only the first few ("and others"). `titles`: what of plain
    text may be its title. `malformed`: fields (`year`, `doi`) with what they hold instead of one.
    """

    key: str
    text: str
    line: int
    title: str | None = None
    doi: str | None = None
    arxiv: str | None = None
    url: str | None = None
    surnames: tuple[str, ...] = ()
    year: int | None = None
    authors: tuple[str, ...] = ()
    others: bool = False
    venue: str | None = None
    titles: tuple[str, ...] = ()
    file: str | None = None
    malformed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A user's text, read. `entries` are its own references.

    `asides` say what was not read, each with its line: files that are pulled in, markup that is not closed.
    """

    form: Form
    statements: tuple[Statement, ...]
    entries: tuple[Entry, ...] = ()
    asides: tuple[str, ...] = ()
