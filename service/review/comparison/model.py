"""What the steps of a comparison hand on: columns, cell values, what was retrieved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from service.annotate import AnnotatedAbstract
from service.records import Empty, Nearest
from service.requests import CompareRequest
from service.review.evidence.model import Found, PaperEvidence
from service.review.question import Query


@dataclass(frozen=True, slots=True)
class Part:
    """The words of one sentence that fill a cell: sentence `index`, `abstract[start:end]` within it."""

    index: int
    start: int
    end: int


Value: TypeAlias = Part | Empty
"""What fills a cell, or why it is empty: nothing of that kind is in the abstract, or it is not sure what of it."""


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """What a column of this name holds: how it is read without a model, and by which names it is asked for.

    `means` tells a model. `asked_as`: other names it goes by, in the singular.
    """

    name: str
    means: str
    asked_as: tuple[str, ...]
    read: Callable[[AnnotatedAbstract], Value]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading as the reader wrote it. `kind` is `None` for one of the reader's own words."""

    name: str
    kind: ColumnKind | None
    asked: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A comparison's papers and columns: all that needs the library. `nearest`: where none speaks of it, or where it is
    `uncertain` that these do; a model that fills the table is sure.

    `candidates`: more papers, of which a model is to choose the rows; `columns` are then proposed anew.
    """

    request: CompareRequest
    query: Query
    papers: tuple[PaperEvidence, ...]
    columns: tuple[Column, ...]
    missing: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    candidates: Found | None = None
    uncertain: bool = False

    @property
    def question(self) -> str:
        return self.request.question
