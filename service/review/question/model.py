"""The question as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from service.records import Filters

Language: TypeAlias = Literal["english", "other"]


class ExpectedAnswer(StrEnum):
    """The kind of answer that a question asks for."""

    NUMBER = "number"
    YES_NO = "yes_no"
    WHICH = "which"
    LIST = "list"
    COMPARISON = "comparison"
    EXPLANATION = "explanation"
    RECORD = "record"
    """What stands on a paper's record: who wrote it, when and where it appeared."""


@dataclass(frozen=True, slots=True)
class SubQuestion:
    """One part of a question: its text, the search queries for it, what it expects, and the names it is about."""

    text: str
    queries: tuple[str, ...]
    expects: ExpectedAnswer
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question decomposed; at least one part.

    `names`: systems it names, in order. `aspects`: what it asks to compare by. `filters` were said in words ("before
    2023"). `left_out`: phrases of what it excludes. `absent`: what it wants none of ("without labels").
    `unresolved`: a phrase that refers to something unsaid ("the second paper"). `by_model`: a model decomposed it.
    """

    text: str
    parts: tuple[SubQuestion, ...]
    names: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    filters: Filters | None = None
    left_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unresolved: str | None = None
    language: Language = "english"
    by_model: bool = False

    @property
    def expects(self) -> ExpectedAnswer:
        """What the first part asks for."""
        return self.parts[0].expects
