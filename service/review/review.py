"""`Review`: what the command line, the HTTP API and other front ends call. One object over one library.

Every request has two halves: what needs the library comes first, and the library is let go of (where it is not
resident) before a model writes or judges.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from service import limits
from service.errors import UsageError
from service.judge.trial import Trial
from service.llm import ModelRequest, PlannedCall
from service.manuscript import Entry, Form, read_manuscript
from service.records import Answer, CitationStyle, Comparison, Draft, Filters, SearchResult
from service.records.checks import Check
from service.records.surveys import Survey
from service.review import answering, checking, comparison, drafting
from service.review.evidence.by_model import RERANKED, reranked
from service.review.library_calls import LibraryCalls
from service.review.requests import NO_MODEL, ModelSource, Started, in_range, readable

_MOST_SENTENCES: Final = 200
_MOST_WORDS: Final = 20_000
_MOST_SECTIONS: Final = 20


class Review(LibraryCalls):
    """Search, ask, compare, draft and check over one library, which this object closes."""

    @property
    def _model(self) -> ModelSource:
        return ModelSource(self._models, self._settings)

    def warm_in_background(self) -> None:
        """Import what a model's first call needs, in a thread."""
        if self._models is not None:
            threading.Thread(target=self._models.warm, name="litweave-warm", daemon=True).start()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None, rerank: bool = False) -> SearchResult:
        """Up to k papers, best first; with `rerank` the model orders the first. Raises `QueryError`, `UsageError`.

        Where the model fails the order is what it was, and the note says so. Without a model: `UsageError`.
        """
        writer = self._model.writer(True, None) if rerank else None
        if rerank and writer is None:
            raise UsageError(NO_MODEL)
        with self._released() as library:
            found = library.search(query, k=k if writer is None else max(k, RERANKED), filters=filters)
        if writer is None:
            return found
        ordered = reranked(writer, found)
        return replace(ordered, hits=ordered.hits[:k])

    def ask(
        self,
        question: str,
        *,
        max_sentences: int = 12,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Started | None = None,
    ) -> Answer:
        """An answer of at most `max_sentences` sentences. Raises `QueryError`, `UsageError`.

        Without `use_cache` no kept reply of a model is used. `started` hears of the deadline before a model
        works; cancelling it stops the model's call, and `ModelCancelled` is raised.
        """
        return self._asked(self._asking(question, max_sentences, filters), self._model.writer(use_cache, started))

    def compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        by_year: bool = False,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Started | None = None,
    ) -> Comparison:
        """At most `rows` papers side by side: by `columns`, else by what the question asks for. Raises as `ask`.

        Papers that the filters name are the rows, in that order; `by_year` puts the oldest first.
        """
        asked = self._comparing(question, columns, rows, by_year, filters)
        return self._compared(asked, self._model.writer(use_cache, started))

    def draft(
        self,
        topic: str,
        *,
        words: int = 300,
        filters: Filters | None = None,
        use_cache: bool = True,
        started: Started | None = None,
        abstract: str | None = None,
        outline: drafting.Outline | None = None,
        style: CitationStyle = "numeric",
    ) -> Draft:
        """A related-work text of about `words` words. Raises and cancels as `ask`.

        `abstract` is the author's own, `outline` a plan to follow, `style` what citations are labelled by.
        """
        asked = self._drafting(drafting.DraftRequest(topic, words, filters, abstract, outline, style))
        return self._drafted(asked, self._model.writer(use_cache, started))

    def plan(
        self,
        topic: str,
        *,
        words: int = 300,
        filters: Filters | None = None,
        use_cache: bool = True,
        abstract: str | None = None,
    ) -> drafting.Outline:
        """The plan of a draft, without writing it; no themes where the corpus lacks the topic. Raises as `ask`."""
        asked = self._drafting(drafting.DraftRequest(topic, words, filters, abstract))
        request = self._model.for_text(topic, self._model.writer(use_cache, None))
        with self._corpus() as corpus:
            prepared = drafting.prepare(corpus, asked, request.query(topic, corpus, filters))
        return drafting.planned(prepared, request.writer).outline

    def read_plan(self, text: str, *, topic: str, name: str = "the plan") -> drafting.Outline:
        """A plan that somebody edited, as text or JSON. Raises `UsageError` with its line and what to do."""
        with self._session.using() as library:
            return drafting.read_outline(text, library.paper, topic=topic, name=name)

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
        started: Started | None = None,
    ) -> Survey:
        """A survey in sections; with `resume` those that an earlier, same survey finished are used again.

        `progress` hears (sections done, of, title of the next). Raises and cancels as `ask`.
        """
        self._drafting(drafting.DraftRequest(topic, words, filters))
        if sections is not None:
            in_range("sections", sections, _MOST_SECTIONS)
        asked = drafting.DraftRequest(topic, words, filters, sections=sections)
        request = self._model.for_text(topic, self._model.writer(use_cache, started))
        with self._corpus() as corpus:
            prepared = drafting.prepare_survey(corpus, asked, request.query(topic, corpus, filters))
        kept = drafting.KeptSections(self._settings.library / "surveys", resume=resume)
        made = drafting.surveyed(prepared, request.writer, request.judge, kept=kept, progress=progress)
        return replace(made, accounting=request.counted(made.accounting))

    def check(
        self,
        text: str,
        *,
        form: Form,
        file: str,
        bibliography: Sequence[Entry] = (),
        sources: Sequence[checking.ReferenceSource] = (),
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], None] = lambda: None,
    ) -> Check:
        """A user's own LaTeX or markdown, each sentence against what it cites; `file` is only its name.

        Nothing that the text names is opened: `bibliography` are the entries of its files of references, `sources` what
        is asked in order for those that the library does not have as cited; it is let go of meanwhile. `progress` hears
        (done, of); `stop` is called before each sentence and may raise. Raises `SourceError`, `SourceTooLarge`.
        """
        asked = checking.CheckRequest(read_manuscript(text, form=form), file, tuple(bibliography))
        known = None
        if sources:
            with self._corpus() as corpus:
                known = checking.known_references(corpus, asked)
            known = checking.further_checked(known, sources, asked.references)
        with self._corpus() as corpus:
            prepared = checking.prepare(corpus, asked, bibliography=known, stop=stop)
        request = self._model.for_check()
        made = checking.checked(prepared, request.judge, progress=progress, stop=stop)
        return replace(made, accounting=request.judged(made.accounting))

    def try_judge(self) -> Trial:
        """What the configured judge makes of forty claims of known truth; documents then say that it was measured."""
        return self._model.tried()

    def planned_ask(
        self, question: str, *, max_sentences: int = 12, filters: Filters | None = None
    ) -> list[PlannedCall]:
        """The calls to a model that `ask` would make; none is made. Raises `UsageError` without a model."""
        writer, model = self._model.dry_run()
        self._asked(self._asking(question, max_sentences, filters), writer)
        return model.calls

    def planned_compare(
        self,
        question: str,
        *,
        columns: Sequence[str] = (),
        rows: int = limits.ROWS_DEFAULT,
        filters: Filters | None = None,
    ) -> list[PlannedCall]:
        """The calls to a model that `compare` would make; none is made. Raises `UsageError` without a model."""
        writer, model = self._model.dry_run()
        self._compared(self._comparing(question, columns, rows, False, filters), writer)
        return model.calls

    def planned_draft(self, topic: str, *, words: int = 300, filters: Filters | None = None) -> list[PlannedCall]:
        """The calls to a model that `draft` would make; none is made. Raises `UsageError` without a model."""
        writer, model = self._model.dry_run()
        self._drafted(self._drafting(drafting.DraftRequest(topic, words, filters)), writer)
        return model.calls

    def _asked(self, asked: answering.AskRequest, writer: ModelRequest | None) -> Answer:
        request = self._model.for_text(asked.question, writer)
        with self._corpus() as corpus:
            query = request.query(asked.question, corpus, asked.filters)
            prepared = answering.prepare(corpus, asked, query, for_model=writer is not None)
        made = answering.answered(prepared, request.writer, request.judge)
        return replace(made, accounting=request.counted(made.accounting))

    def _compared(self, asked: comparison.CompareRequest, writer: ModelRequest | None) -> Comparison:
        request = self._model.for_text(asked.question, writer)
        with self._corpus() as corpus:
            query = request.query(asked.question, corpus, asked.filters)
            prepared = comparison.prepare(corpus, asked, query, for_model=writer is not None)
        made = comparison.compared(prepared, request.writer, request.judge)
        return replace(made, accounting=request.counted(made.accounting))

    def _drafted(self, asked: drafting.DraftRequest, writer: ModelRequest | None) -> Draft:
        request = self._model.for_text(asked.topic, writer)
        with self._corpus() as corpus:
            query = request.query(asked.topic, corpus, asked.filters)
            prepared = drafting.prepare(corpus, asked, query)
        made = drafting.drafted(prepared, request.writer, request.judge)
        return replace(made, accounting=request.counted(made.accounting))

    def _asking(self, question: str, max_sentences: int, filters: Filters | None) -> answering.AskRequest:
        self._read(question, "question")
        in_range("max_sentences", max_sentences, _MOST_SENTENCES)
        return answering.AskRequest(question, max_sentences, filters)

    def _comparing(
        self, question: str, columns: Sequence[str], rows: int, by_year: bool, filters: Filters | None
    ) -> comparison.CompareRequest:
        self._read(question, "question")
        in_range("rows", rows, limits.ROWS_MAX)
        return comparison.CompareRequest(question, tuple(columns), rows, by_year, filters)

    def _drafting(self, request: drafting.DraftRequest) -> drafting.DraftRequest:
        self._read(request.topic, "topic")
        in_range("words", request.words, _MOST_WORDS)
        if request.abstract is not None:
            self._read(request.abstract, "abstract")
        return request

    def _read(self, text: str, what: str) -> None:
        readable(text, what, most_chars=self._settings.max_query_chars)
