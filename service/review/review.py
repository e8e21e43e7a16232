"""`Review`: what the command line, the HTTP API and other front ends call. One object over one open library."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from service import limits
from service.errors import UsageError
from service.library import Library
from service.llm import Deadline, Models, PlannedCall
from service.manuscript import Entry, Form, read_manuscript
from service.readers import read
from service.records import (
    Answer,
    CitationStyle,
    Comparison,
    Draft,
    Filters,
    Health,
    ImportReport,
    Paper,
    Rejection,
    SearchResult,
)
from service.records.surveys import Survey
from service.review.ask import ask
from service.review.aspects import columns as named_columns
from service.review.checking import Check, check
from service.review.compare import Rows, compare
from service.review.draft import DraftRequest, draft, plan_draft
from service.review.kept_sections import KeptSections
from service.review.outline import Outline
from service.review.outline_file import read_outline
from service.review.ranking import reranked, with_versions
from service.review.requests import NO_MODEL, Requests, in_range
from service.review.survey import SurveyRequest, survey
from service.settings import Settings

_MOST_SENTENCES = 200
_MOST_WORDS = 20_000


class Review(Requests):
    """Import, search, ask and draft over one library, which this object owns and closes."""

    def __init__(self, library: Library, settings: Settings, *, models: Models | None = None) -> None:
        """`models` write the texts, where one is configured; without, texts are extractive."""
        super().__init__(library, settings, models)

    def import_paths(
        self,
        paths: Sequence[Path],
        *,
        progress: Callable[[int], None] | None = None,
        position: Callable[[int], None] | None = None,
        embed: bool | None = True,
        titles: bool = True,
    ) -> ImportReport:
        """Import files in order. Raises `SourceError` for one that cannot be read; what came before it stays.

        `progress` hears how many records are done, `position` how many bytes of the file at hand are read.
        Text is searchable at once; `embed` says whether to wait for its vectors (`None`: in a small library).
        """
        records = self._records(paths, position)
        return self._library.import_papers(records, progress=progress, embed=embed, titles=titles)

    def embed(self, *, progress: Callable[[int, int], None] | None = None, sentences: bool | None = None) -> None:
        """Embed what waits; with `sentences` those too (`None`: in a small library). Raises `EmbeddingError`."""
        self._library.embed_waiting(progress=progress, sentences=sentences)

    def embed_in_background(self) -> None:
        """Embed whatever waits, now and later, in a thread that ends with `close`."""
        self._library.embed_in_background()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None, rerank: bool = False) -> SearchResult:
        """Up to k papers, best first; with `rerank` the model orders the first. Raises `QueryError`, `UsageError`.

        Where the model fails the order is what it was, and the note says so. Without a model: `UsageError`.
        """
        if not rerank:
            return self._library.search(query, k=k, filters=filters)
        request = self._models.request() if self._models is not None else None
        if request is None:
            raise UsageError(NO_MODEL)
        return reranked(self._corpus, request, query, k=k, filters=filters)

    def ask(
        self,
        question: str,
        *,
        max_sentences: int = 12,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Callable[[Deadline], object] | None = None,
    ) -> Answer:
        """An answer of at most `max_sentences` sentences. Raises `QueryError`, `UsageError`.

        Without `use_cache` no kept reply of a model is used. `started` hears of the deadline before a model
        works; cancelling it stops the model's call, and `ModelCancelled` is raised.
        """
        self._check(question, "question")
        in_range("max_sentences", max_sentences, _MOST_SENTENCES)
        writer = self._writer(use_cache, started)
        corpus = self._searched_by(writer)
        answer = ask(corpus, self._coverage, question, max_sentences=max_sentences, filters=filters, writer=writer)
        return replace(answer, accounting=with_versions(answer.accounting, corpus))

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
    ) -> Draft:
        """A related-work text of about `words` words. Raises and cancels as `ask`.

        `abstract` is the author's own, `outline` a plan to follow, `style` what citations are labelled by.
        """
        self._check_draft(topic, words, abstract)
        writer = self._writer(use_cache, started)
        corpus = self._searched_by(writer)
        drafted = draft(
            corpus, self._coverage, topic, words=words, filters=filters, writer=writer, abstract=abstract,
            outline=outline, style=style,
        )  # fmt: skip
        return replace(drafted, accounting=with_versions(drafted.accounting, corpus))

    def plan(
        self,
        topic: str,
        *,
        words: int = 300,
        filters: Filters | None = None,
        use_cache: bool = True,
        abstract: str | None = None,
    ) -> Outline:
        """The plan of a draft, without writing it; no themes where the corpus lacks the topic. Raises as `ask`."""
        self._check_draft(topic, words, abstract)
        writer = self._writer(use_cache, None)
        request = DraftRequest(topic, words, filters, abstract)
        return plan_draft(self._searched_by(writer), self._coverage, request, writer=writer).outline

    def read_plan(self, text: str, *, topic: str, name: str = "the plan") -> Outline:
        """A plan that somebody edited, as text or JSON. Raises `UsageError` with its line and what to do."""
        return read_outline(text, self._library.paper, topic=topic, name=name)

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
    ) -> Survey:
        """A survey in sections; with `resume` those that an earlier, same survey finished are used again.

        `progress` hears (sections done, of, title of the next). Raises and cancels as `ask`.
        """
        self._check_draft(topic, words, None)
        if sections is not None:
            in_range("sections", sections, 20)
        writer = self._writer(use_cache, started)
        kept = KeptSections(self._settings.library / "surveys", resume=resume)
        request = SurveyRequest(topic, words, sections, filters)
        corpus = self._searched_by(writer)
        return survey(corpus, self._coverage, request, kept=kept, writer=writer, progress=progress)

    def check(
        self,
        text: str,
        *,
        form: Form,
        file: str,
        bibliography: Sequence[Entry] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> Check:
        """A user's own LaTeX or markdown, each sentence against what it cites; `file` is only its name.

        Nothing that the text names is opened: `bibliography` are the entries of its .bib files. `progress` hears
        (done, of); `stop` is called before each sentence and may raise. Raises `SourceError`, `SourceTooLarge`.
        """
        manuscript = read_manuscript(text, form=form)
        return check(self._corpus, manuscript, file=file, bibliography=bibliography, progress=progress, stop=stop)

    def compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        by_year: bool = False,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Callable[[Deadline], object] | None = None,
    ) -> Comparison:
        """At most `rows` papers side by side: by `columns`, else by what the question asks for. Raises as `ask`.

        Papers that the filters name are the rows, in that order; `by_year` puts the oldest first.
        """
        self._check(question, "question")
        in_range("rows", rows, limits.ROWS_MAX)
        asked = named_columns(columns) if columns else ()
        writer = self._writer(use_cache, started)
        corpus, order = self._searched_by(writer), Rows(rows, by_year)
        found = compare(corpus, self._coverage, question, columns=asked, rows=order, filters=filters, writer=writer)
        return replace(found, accounting=with_versions(found.accounting, corpus))

    def planned_compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        filters: Filters | None = None,
    ) -> list[PlannedCall]:
        """The calls to a model that `compare` would make; none is made. Raises `UsageError` without a model."""
        self._check(question, "question")
        in_range("rows", rows, limits.ROWS_MAX)
        asked = named_columns(columns) if columns else ()
        writer, model = self._dry_run()
        corpus = self._searched_by(writer)
        compare(corpus, self._coverage, question, columns=asked, rows=Rows(rows), filters=filters, writer=writer)
        return model.calls

    def planned_ask(
        self, question: str, *, max_sentences: int = 12, filters: Filters | None = None
    ) -> list[PlannedCall]:
        """The calls to a model that `ask` would make; none is made. Raises `UsageError` without a model."""
        self._check(question, "question")
        in_range("max_sentences", max_sentences, _MOST_SENTENCES)
        writer, model = self._dry_run()
        corpus = self._searched_by(writer)
        ask(corpus, self._coverage, question, max_sentences=max_sentences, filters=filters, writer=writer)
        return model.calls

    def planned_draft(self, topic: str, *, words: int = 300, filters: Filters | None = None) -> list[PlannedCall]:
        """The calls to a model that `draft` would make; none is made. Raises `UsageError` without a model."""
        self._check(topic, "topic")
        in_range("words", words, _MOST_WORDS)
        writer, model = self._dry_run()
        draft(self._searched_by(writer), self._coverage, topic, words=words, filters=filters, writer=writer)
        return model.calls

    def warm_in_background(self) -> None:
        """Import what a model's first call needs, in a thread."""
        if self._models is not None:
            threading.Thread(target=self._models.warm, name="litweave-warm", daemon=True).start()

    def paper(self, paper_id: str) -> Paper | None:
        """The stored paper, or `None`."""
        return self._library.paper(paper_id)

    def papers(self) -> Iterator[Paper]:
        """Every stored paper, in the order they were added."""
        return self._library.papers()

    def health(self, *, rebuild: bool = False, recall: bool = False) -> Health:
        """Counts and faults of the library; `rebuild` makes both indexes anew first, `recall` measures one."""
        return self._library.health(rebuild=rebuild, recall=recall)

    def close(self) -> None:
        """Let go of the library and the models."""
        if self._models is not None:
            self._models.close()
        self._library.close()

    def _records(self, paths: Sequence[Path], position: Callable[[int], None] | None) -> Iterator[Paper | Rejection]:
        for path in paths:
            yield from read(path, max_record_bytes=self._settings.max_record_bytes, position=position)

    def _check_draft(self, topic: str, words: int, abstract: str | None) -> None:
        self._check(topic, "topic")
        in_range("words", words, _MOST_WORDS)
        if abstract is not None:
            self._check(abstract, "abstract")
