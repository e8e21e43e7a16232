"""What the commands and the HTTP API need of the core: nothing else of it is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from service.judge.trial import Trial
from service.library import Amendment
from service.llm import Deadline, PlannedCall
from service.manuscript import Entry, Form
from service.records import (
    Answer,
    CitationStyle,
    Comparison,
    Draft,
    Filters,
    Health,
    ImportReport,
    LibraryCounts,
    Paper,
    Rejection,
    Remark,
    SearchResult,
)
from service.records.checks import Check
from service.records.steps import Observer, nobody
from service.records.surveys import Survey
from service.review.drafting import Outline


class ReviewCore(Protocol):
    """The calls of `service.review.Review`; a scripted one serves tests."""

    def records(
        self, path: Path, *, position: Callable[[int], None] | None = None, form: str | None = None
    ) -> Iterator[Paper | Rejection | Remark]: ...

    def import_records(
        self, records: Iterable[Paper | Rejection | Remark], *, embed: bool | None = True, titles: bool = True
    ) -> ImportReport: ...

    def amend(self, amendments: Sequence[Amendment]) -> int: ...

    def embed(self, *, progress: Callable[[int, int], None] | None = None, sentences: bool | None = None) -> None: ...

    def embed_in_background(self) -> None: ...

    def search(
        self, query: str, *, k: int = 10, filters: Filters | None = None, rerank: bool = False
    ) -> SearchResult: ...

    def ask(
        self,
        question: str,
        *,
        max_sentences: int = 12,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Callable[[Deadline], object] | None = None,
        observe: Observer = nobody,
    ) -> Answer: ...

    def draft(
        self,
        topic: str,
        *,
        words: int = 300,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Callable[[Deadline], object] | None = None,
        abstract: str | None = None,
        outline: Outline | None = None,
        style: CitationStyle = "numeric",
        observe: Observer = nobody,
    ) -> Draft: ...

    def plan(
        self,
        topic: str,
        *,
        words: int = 300,
        filters: Filters | None = None,
        use_cache: bool = True,
        abstract: str | None = None,
    ) -> Outline: ...

    def read_plan(self, text: str, *, topic: str, name: str = "the plan") -> Outline: ...

    def survey(
        self,
        topic: str,
        *,
        words: int = 1500,
        sections: int | None = None,
        resume: bool = False,
        filters: Filters | None = None,
        use_cache: bool = True,
        progress: Callable[[int, int, str], None] | None = None,
        started: Callable[[Deadline], object] | None = None,
        observe: Observer = nobody,
    ) -> Survey: ...

    def check(
        self,
        text: str,
        *,
        form: Form,
        file: str,
        bibliography: Sequence[Entry] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> Check: ...

    def compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = 8,
        by_year: bool = False,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Callable[[Deadline], object] | None = None,
        observe: Observer = nobody,
    ) -> Comparison: ...

    def try_judge(self) -> Trial: ...

    def planned_compare(
        self, question: str, *, columns: Sequence[str] = (), rows: int = 8, filters: Filters | None = None
    ) -> list[PlannedCall]: ...

    def planned_ask(
        self, question: str, *, max_sentences: int = 12, filters: Filters | None = None
    ) -> list[PlannedCall]: ...

    def planned_draft(self, topic: str, *, words: int = 300, filters: Filters | None = None) -> list[PlannedCall]: ...

    def papers(self) -> Iterator[Paper]: ...

    def warm_in_background(self) -> None: ...

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health: ...

    def counts(self) -> LibraryCounts: ...

    def stop(self) -> None: ...

    def close(self) -> None: ...
