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
from service.llm import PlannedCall
from service.records import (
    Answer,
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
from service.records.surveys import Survey
from service.requests import (
    AS_USUAL,
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    Planned,
    QuoteRequest,
    Run,
    SearchRequest,
    SurveyRequest,
)
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

    def search(self, request: SearchRequest) -> SearchResult: ...

    def ask(self, request: AskRequest, run: Run = AS_USUAL) -> Answer: ...

    def draft(self, request: DraftRequest, run: Run = AS_USUAL) -> Draft: ...

    def plan(self, request: DraftRequest, run: Run = AS_USUAL) -> Outline: ...

    def survey(self, request: SurveyRequest, run: Run = AS_USUAL) -> Survey: ...

    def check(
        self, request: CheckRequest, run: Run = AS_USUAL, *, sources: Sequence[ReferenceSource] = ()
    ) -> Check: ...

    def compare(self, request: CompareRequest, run: Run = AS_USUAL) -> Comparison: ...

    def find_quote(self, request: QuoteRequest) -> QuoteSearch: ...

    def planned(self, request: Planned) -> list[PlannedCall]: ...

    def try_judge(self) -> Trial: ...

    def year_counts(self) -> dict[int, int]: ...

    def papers_named(self, name: str) -> list[Paper]: ...

    def paper(self, paper_id: str) -> Paper | None: ...

    def papers(self, filters: Filters | None = None) -> Iterator[Paper]: ...

    def shelves(self) -> AbstractContextManager[Shelves]: ...

    def show_paper(self, name: str) -> MadePaper: ...

    def merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> MergeList: ...

    def possible_merges(self, *, limit: int = limits.PAGE_DEFAULT, offset: int = 0) -> PossibleList: ...

    def delete_papers(self, names: Sequence[str]) -> Deletion: ...

    def merge_papers(self, keep: str, other: str, *, force: bool = False) -> HandMerge: ...

    def split_paper(self, name: str, records: Sequence[int] = ()) -> HandSplit: ...

    def distinguish_papers(self, one: str, other: str) -> HandDistinction: ...

    def count(self) -> int: ...

    def newest_change(self) -> int: ...

    def warm_in_background(self) -> None: ...

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health: ...

    def papers_without_sentences(self) -> int: ...

    def counts(self) -> LibraryCounts: ...

    def stop(self) -> None: ...

    def release(self) -> None: ...

    def close(self) -> None: ...
