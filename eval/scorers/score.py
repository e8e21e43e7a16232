"""What a scorer takes and gives."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from eval.datasets.cases import Case
from eval.documents.reading import AnswerDocument

Better: TypeAlias = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper of the library that was asked: what a citation is checked against."""

    paper_id: str
    title: str
    abstract: str
    year: int | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submission:
    """One answer to be scored, with its case and the papers (by id) of the library it was asked of."""

    case: Case
    answer: AnswerDocument
    papers: Mapping[str, StoredPaper]


@dataclass(frozen=True, slots=True)
class Score:
    """A finite value, or `None` where there is nothing to score; `reasons` say what cost points."""

    value: float | None
    reasons: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"A score is finite or None, not {self.value!r}.")


UNSCORED = Score(None)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A named measure and the direction in which it is better."""

    name: str
    better: Better
    measure: Callable[[Submission], Score]


def share(good: int, of: int, reasons: tuple[str, ...] = ()) -> Score:
    """`good / of`, unscored where there is nothing to divide by."""
    return Score(good / of, reasons) if of else UNSCORED


def clip(text: str, chars: int = 70) -> str:
    """The start of a text, for a reason a person reads."""
    return text if len(text) <= chars else text[: chars - 1] + "…"
