"""The question as data."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from service.records import AppliedFilters, Filters

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

    `names`: systems it names, in order. `aspects`: what it asks to compare by. `filters`: those given, with the years
    that it says in words ("before 2023", `years_said`). `without_years`: the question without such words, if any.
    `left_out`: phrases of what it excludes. `absent`: what it wants none of ("without labels"). `unresolved`: a phrase
    that refers to something unsaid ("the second paper"). `by_model`: a model decomposed it.
    """

    text: str
    parts: tuple[SubQuestion, ...]
    names: tuple[str, ...] = ()
    aspects: tuple[str, ...] = ()
    filters: Filters | None = None
    years_said: str | None = None
    without_years: str | None = None
    left_out: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    unresolved: str | None = None
    language: Language = "english"
    by_model: bool = False

    @property
    def subject(self) -> str:
        """The question without the words that restrict the years of papers."""
        return self.text if self.without_years is None else self.without_years

    @property
    def applied(self) -> AppliedFilters | None:
        """What the papers are restricted by, as it is told to the reader; `None` where by nothing."""
        return applied(self.filters, self.years_said)

    @property
    def expects(self) -> ExpectedAnswer:
        """What the first part asks for."""
        return self.parts[0].expects


def applied(filters: Filters | None, years_said: str | None) -> AppliedFilters | None:
    """Filters and the words that years among them were read in; `None` without any."""
    return AppliedFilters(filters, years_said) if filters else None
