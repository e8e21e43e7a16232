"""`Library`: search, ask, compare, draft, survey and check over one library. Every call is the core's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from litweave.results import Result
from service import limits
from service.manuscript import Form
from service.records import (
    Answer,
    CitationStyle,
    Comparison,
    Draft,
    Filters,
    ImportReport,
    Paper,
    SearchResult,
)
from service.records.checks import Check
from service.records.quotations import QuoteSearch
from service.records.surveys import Survey
from service.records.texts import Documented
from service.requests import (
    AskRequest,
    CheckRequest,
    CompareRequest,
    DraftRequest,
    QuoteRequest,
    SearchRequest,
    SurveyRequest,
)

if TYPE_CHECKING:
    from service.review import Review

R = TypeVar("R", bound=Documented)


class Library:
    """A library on disk. It is held only during a call, so commands and servers work beside it.

    Settings other than the directory come from the environment, as for the commands. Every method raises errors of
    `service.errors`, all of them `LitweaveError`: `LibraryBusy` is worth another try.
    """

    def __init__(self, directory: str | PathLike[str], *, create: bool = False) -> None:
        """The library in a directory; with `create` a new one where there is none. Raises `LibraryMissing`."""
        from service.app import build
        from service.library.lock import prepare
        from service.settings import Settings

        settings = Settings(library=Path(directory).expanduser())
        prepare(settings.library, create=create)
        self._review: Review = build(settings)

    def import_(self, *paths: str | PathLike[str], format: str | None = None) -> Result[ImportReport]:
        """Import files of references; raises `SourceError` for one that cannot be read."""
        files = [Path(path).expanduser() for path in paths]
        return self._done(lambda review: review.import_paths(files, form=format))

    def search(
        self,
        query: str,
        *,
        k: int = limits.HITS_DEFAULT,
        year_from: int | None = None,
        year_to: int | None = None,
        paper_ids: Sequence[str] = (),
    ) -> Result[SearchResult]:
        """Up to `k` papers, best first, each with its best sentence."""
        request = SearchRequest(query, k, _filters(paper_ids, year_from, year_to))
        return self._done(lambda review: review.search(request))

    def ask(
        self,
        question: str,
        *,
        max_sentences: int = limits.SENTENCES_DEFAULT,
        year_from: int | None = None,
        year_to: int | None = None,
        paper_ids: Sequence[str] = (),
    ) -> Result[Answer]:
        """An answer whose every sentence carries an exact quote; its `status` may be `not_in_corpus`."""
        request = AskRequest(question, max_sentences, _filters(paper_ids, year_from, year_to))
        return self._done(lambda review: review.ask(request))

    def compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        by_year: bool = False,
        year_from: int | None = None,
        year_to: int | None = None,
        paper_ids: Sequence[str] = (),
    ) -> Result[Comparison]:
        """Papers side by side, each cell with its quote."""
        filters = _filters(paper_ids, year_from, year_to)
        request = CompareRequest(question, tuple(columns), rows, by_year, filters)
        return self._done(lambda review: review.compare(request))

    def draft(
        self,
        topic: str,
        *,
        words: int = limits.WORDS_DEFAULT,
        abstract: str | None = None,
        style: CitationStyle = "numeric",
        year_from: int | None = None,
        year_to: int | None = None,
        paper_ids: Sequence[str] = (),
    ) -> Result[Draft]:
        """A related-work text of about `words` words; `abstract` is your own."""
        filters = _filters(paper_ids, year_from, year_to)
        request = DraftRequest(topic, words, filters, abstract=abstract, style=style)
        return self._done(lambda review: review.draft(request))

    def survey(self, topic: str, *, words: int = limits.SURVEY_WORDS_DEFAULT) -> Result[Survey]:
        """A survey in sections with tables, a timeline and open problems."""
        return self._done(lambda review: review.survey(SurveyRequest(topic, words)))

    def check(self, text: str, *, form: Form | None = None, bib: str = "", file: str = "text") -> Result[Check]:
        """Your own LaTeX or Markdown against what it cites; `bib` is the content of its .bib file."""
        from service.manuscript import form_of, read_bib

        request = CheckRequest(text, form or form_of(file, text), file, tuple(read_bib(bib)))
        return self._done(lambda review: review.check(request))

    def find_quote(self, text: str, *, limit: int = 10) -> Result[QuoteSearch]:
        """Which papers say a text, verbatim or nearly."""
        return self._done(lambda review: review.find_quote(QuoteRequest(text, limit)))

    def paper(self, name: str) -> Paper | None:
        """The paper of an id, DOI, arXiv number or title; the oldest, where several have it."""
        return next(iter(self._review.papers_named(name)), None)

    def papers(self) -> list[Paper]:
        """Every paper, in the order they were added."""
        try:
            return list(self._review.papers())
        finally:
            self._review.release()

    def export(self, form: str = "jsonl") -> str:
        """All papers as one text; `jsonl` can be imported again. Raises `UsageError` for a format that is none."""
        from service.errors import UsageError
        from service.writers import Selected, WriteOptions, writer_named

        writer = writer_named(form)
        if writer.kind != "text":
            raise UsageError(f"{form} is no text: `litweave export --format {form} --output FILE` writes it")
        return "".join(map(str, writer.write((Selected(paper) for paper in self.papers()), WriteOptions("Library"))))

    def close(self) -> None:
        """Let go of the library and of models. Closing twice is harmless."""
        self._review.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _done(self, call: Callable[[Review], R]) -> Result[R]:
        """The result of a call, after which the library is let go of whatever happens."""
        try:
            return Result(call(self._review))
        finally:
            self._review.release()


def _filters(paper_ids: Sequence[str], year_from: int | None, year_to: int | None) -> Filters | None:
    return Filters(tuple(paper_ids), year_from, year_to) or None
