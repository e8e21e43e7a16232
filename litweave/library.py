"""`Library`: search, ask, compare, draft, survey and check over one library. Every call is the core's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypedDict, TypeVar, Unpack, cast

from litweave.results import Result
from service import limits
from service.errors import UsageError
from service.manuscript import Form
from service.records import (
    Answer,
    CitationStyle,
    Comparison,
    Draft,
    Filters,
    ImportReport,
    Paper,
    PublicationStatus,
    ReadingFilter,
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


class Restricted(TypedDict, total=False):
    """Filters, which all have to hold; of several values of one, one is enough. See `service.records.Filters`."""

    paper_ids: Sequence[str]
    year_from: int | None
    year_to: int | None
    min_upvotes: int | None
    collections: Sequence[str]
    tags: Sequence[str]
    sources: Sequence[str]
    has_abstract: bool | None
    reading_status: Sequence[ReadingFilter]
    publication_status: Sequence[PublicationStatus]
    no_retracted: bool


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
        **restricted: Unpack[Restricted],
    ) -> Result[SearchResult]:
        """Up to `k` papers, best first, each with its best sentence."""
        request = SearchRequest(query, k, _filters(restricted))
        return self._done(lambda review: review.search(request))

    def ask(
        self,
        question: str,
        *,
        max_sentences: int = limits.SENTENCES_DEFAULT,
        before: Sequence[str] = (),
        **restricted: Unpack[Restricted],
    ) -> Result[Answer]:
        """An answer whose every sentence carries an exact quote; its `status` may be `not_in_corpus`.

        `before`: the questions before it, oldest first, where it goes on from them ("and in Gusset-4?").
        """
        request = AskRequest(question, max_sentences, _filters(restricted), before=tuple(before))
        return self._done(lambda review: review.ask(request))

    def compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        by_year: bool = False,
        **restricted: Unpack[Restricted],
    ) -> Result[Comparison]:
        """Papers side by side, each cell with its quote."""
        filters = _filters(restricted)
        request = CompareRequest(question, tuple(columns), rows, by_year, filters)
        return self._done(lambda review: review.compare(request))

    def draft(
        self,
        topic: str,
        *,
        words: int = limits.WORDS_DEFAULT,
        abstract: str | None = None,
        style: CitationStyle = "numeric",
        **restricted: Unpack[Restricted],
    ) -> Result[Draft]:
        """A related-work text of about `words` words; `abstract` is your own."""
        filters = _filters(restricted)
        request = DraftRequest(topic, words, filters, abstract=abstract, style=style)
        return self._done(lambda review: review.draft(request))

    def survey(
        self, topic: str, *, words: int = limits.SURVEY_WORDS_DEFAULT, **restricted: Unpack[Restricted]
    ) -> Result[Survey]:
        """A survey in sections with tables, a timeline and open problems."""
        request = SurveyRequest(topic, words, filters=_filters(restricted))
        return self._done(lambda review: review.survey(request))

    def check(
        self,
        text: str,
        *,
        form: Form | None = None,
        bib: str = "",
        file: str = "text",
        **restricted: Unpack[Restricted],
    ) -> Result[Check]:
        """Your own LaTeX or Markdown against what it cites; `bib` is the content of its .bib file.

        The filters restrict what it is proposed to cite.
        """
        from service.manuscript import form_of, read_bib

        entries, filters = tuple(read_bib(bib)), _filters(restricted)
        request = CheckRequest(text, form or form_of(file, text), file, entries, filters)
        return self._done(lambda review: review.check(request))

    def find_quote(self, text: str, *, limit: int = 10, **restricted: Unpack[Restricted]) -> Result[QuoteSearch]:
        """Which papers say a text, verbatim or nearly."""
        request = QuoteRequest(text, limit, _filters(restricted))
        return self._done(lambda review: review.find_quote(request))

    def paper(self, name: str) -> Paper | None:
        """The paper of an id, DOI, arXiv number or title: the oldest, where several have it, `None` where none has.

        A lookup, as of a dict's `get`: that the library does not have a paper is an answer, and raises nothing.
        """
        return next(iter(self._review.papers_named(name)), None)

    def papers(self, **restricted: Unpack[Restricted]) -> list[Paper]:
        """Every paper, or those that pass, in the order they were added."""
        try:
            return list(self._review.papers(_filters(restricted)))
        finally:
            self._review.release()

    def export(self, form: str = "jsonl", **restricted: Unpack[Restricted]) -> str:
        """All papers, or those that pass, as one text; `jsonl` can be imported again.

        Raises `UsageError` for a format that is none.
        """
        from service.writers import Selected, WriteOptions, writer_named

        writer = writer_named(form)
        if writer.kind != "text":
            raise UsageError(f"{form} is no text: `litweave export --format {form} --output FILE` writes it")
        chosen = (Selected(paper) for paper in self.papers(**restricted))
        return "".join(map(str, writer.write(chosen, WriteOptions("Library"))))

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


def _filters(restricted: Restricted) -> Filters | None:
    """Raises `UsageError` for a filter that there is none of, or one string where several are meant."""
    if unknown := set(restricted) - Restricted.__annotations__.keys():
        raise UsageError(f"there is no filter {min(unknown)!r}; there are {', '.join(Restricted.__annotations__)}")
    given = Filters(**{name: _as_filter(name, value) for name, value in restricted.items()})  # type: ignore[arg-type]
    return given or None


def _as_filter(name: str, value: object) -> object:
    if isinstance(value, str):
        raise UsageError(f"{name} takes a list: write {name}=[{value!r}]")
    return value if value is None or isinstance(value, int) else tuple(cast(Sequence[str], value))
