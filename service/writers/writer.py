"""What a writer is, and what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from service.records import Paper, Span

WriterKind: TypeAlias = Literal["text", "binary", "folder"]


@dataclass(frozen=True, slots=True)
class Selected:
    """A paper that is exported.

    `key` is the one that the text has for it which the papers are of; `None`: one is made. `quotes` are the places of
    its abstract that a search or a text showed.
    """

    paper: Paper
    key: str | None = None
    quotes: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How papers are written. A writer that has no use for one of these leaves it.

    `title` says what was selected; `has_quotes`: whether the papers come with quotes; `ascii_only`: for an old TeX;
    `abstracts`: also where a format goes without them.
    """

    title: str = "Papers"
    has_quotes: bool = False
    ascii_only: bool = False
    abstracts: bool = False


class Writer(Protocol):
    """One file format."""

    @property
    def key(self) -> str:
        """The format as `--format` calls it: "csl-json"."""

    @property
    def name(self) -> str:
        """The format as a person calls it."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """How names of its files end, in lower case, the usual one first: `(".jsonl", ".ndjson")`."""

    @property
    def media_type(self) -> str:
        """What HTTP calls it, with the charset of a text that is not ASCII."""

    @property
    def kind(self) -> WriterKind:
        """`text` is written as `str`, `binary` as `bytes`; a `folder` is a `FolderWriter` whose `write` gives a zip."""

    def write(self, papers: Iterable[Selected], options: WriteOptions, /) -> Iterator[str] | Iterator[bytes]:
        """The file in pieces, the papers in the order given; well-formed for no papers too."""


class FolderWriter(Writer, Protocol):
    """A format that is many files."""

    def files(
        self, papers: Iterable[Selected], options: WriteOptions, there: Mapping[str, str], /
    ) -> Iterator[tuple[str, str]]:
        """Path in the folder (with "/") and text of each file.

        `there` are the texts of the files that the folder has already, by path: what a person wrote in them is in the
        new text.
        """
