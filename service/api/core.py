"""What the commands and the HTTP API need of the core: nothing else of it is touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from service import limits
from service.catalog.shelves import Shelves
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
    Record,
    SearchResult,
    Shelving,
)
from service.records.checks import Check
from service.records.corrections import Deletion, HandDistinction, HandMerge, HandSplit
from service.records.quotations import QuoteSearch
from service.records.sources import MadePaper, MergeList, PossibleList
from service.records.steps import Observer, nobody
from service.records.surveys import Survey
from service.review.checking import ReferenceSource
from service.review.drafting import Outline


class ReviewCore(Protocol):
    """The calls of `service.review.Review`; a scripted one serves tests."""

    def records(
        self, path: Path, *, position: Callable[[int], None] | None = None, form: str | None = None
    ) -> Iterator[Record]: ...

    def import_records(
        self,
        records: Iterable[Record],
        *,
        embed: bool | None = False,
        titles: bool = True,
        shelving: Shelving | None = None,
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
        earlier: Sequence[str] = (),
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
        filters: Filters | None = None,
        sources: Sequence[ReferenceSource] = (),
        online: bool = False,
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

    def find_quote(self, text: str, *, limit: int = 10, filters: Filters | None = None) -> QuoteSearch: ...

    def try_judge(self) -> Trial: ...

    def planned_compare(
        self, question: str, *, columns: Sequence[str] = (), rows: int = 8, filters: Filters | None = None
    ) -> list[PlannedCall]: ...

    def planned_ask(
        self, question: str, *, max_sentences: int = 12, filters: Filters | None = None
    ) -> list[PlannedCall]: ...

    def planned_draft(self, topic: str, *, words: int = 300, filters: Filters | None = None) -> list[PlannedCall]: ...

    def year_counts(self) -> dict[int, int]: ...

    def papers_named(self, name: str) -> list[Paper]: ...

    def paper(self, paper_id: str) -> Paper | None: ...

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]: ...

    def shelves(self) -> AbstractContextManager[Shelves]: ...

    def show_paper(self, paper_id: str) -> MadePaper: ...

    def merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> MergeList: ...

    def possible_merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> PossibleList: ...

    def delete_papers(self, paper_ids: Sequence[str]) -> Deletion: ...

    def merge_papers(self, keep: str, other: str, *, force: bool = False) -> HandMerge: ...

    def split_paper(self, paper_id: str, records: Sequence[int] = ()) -> HandSplit: ...

    def distinguish_papers(self, one: str, other: str) -> HandDistinction: ...

    def count(self) -> int: ...

    def warm_in_background(self) -> None: ...

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health: ...

    def counts(self) -> LibraryCounts: ...

    def stop(self) -> None: ...

    def release(self) -> None: ...

    def close(self) -> None: ...
