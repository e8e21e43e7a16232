"""`Review`: what the command line, the HTTP API and other front ends call. One object over one library.

Every request has two halves: what needs the library comes first, and the library is let go of (where it is not
resident) before a model writes or judges.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from service import limits
from service.errors import UsageError
from service.library import Library
from service.llm import ModelRequest, PlannedCall
from service.records import Answer, AppliedFilters, CitationStyle, Comparison, Draft, Filters, SearchResult
from service.records.steps import Observer, nobody
from service.records.surveys import Survey
from service.review import answering, comparison, drafting
from service.review.evidence.by_model import RERANKED, reranked
from service.review.evidence.library_corpus import LibraryCorpus
from service.review.question.constraints import YearsTaken, years_taken
from service.review.question.followup import followed
from service.review.question.model import applied
from service.review.requests import NO_MODEL, Started, in_range
from service.review.telling import (
    tell_answer,
    tell_comparison,
    tell_decomposed,
    tell_draft,
    tell_found,
    tell_survey,
)
from service.review.text_calls import TextCalls
from service.text.normal import for_search

_MOST_SENTENCES: Final = 200
_MOST_WORDS: Final = 20_000
_MOST_SECTIONS: Final = 20


class Review(TextCalls):
    """Search, ask, compare, draft and check over one library, which this object closes."""

    def warm_in_background(self) -> None:
        """Import what a model's first call needs, in a thread."""
        if self._models is not None:
            threading.Thread(target=self._models.warm, name="litweave-warm", daemon=True).start()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None, rerank: bool = False) -> SearchResult:
        """Up to k papers, best first; with `rerank` the model orders the first. Raises `QueryError`, `UsageError`.

        A year that the query says of papers is a filter, as in a question.

        Where the model fails the order is what it was, and the note says so. Without a model: `UsageError`.
        """
        writer = self._model.writer(True, None) if rerank else None
        if rerank and writer is None:
            raise UsageError(NO_MODEL)
        with self._released() as library:
            years = YearsTaken(query, filters)
            if len(query) <= self._settings.max_query_chars:
                years = years_taken(for_search(query), filters, today=date.today(), span=library.year_span)
            asked = query if years.said is None else years.subject
            found = library.search(asked, k=k if writer is None else max(k, RERANKED), filters=years.filters)
            found = replace(found, query=query, filters=_told(library, applied(years.filters, years.said)))
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
        observe: Observer = nobody,
        earlier: Sequence[str] = (),
    ) -> Answer:
        """An answer of at most `max_sentences` sentences. Raises `QueryError`, `UsageError`.

        `earlier`: the ids of the papers of the answer before, in its order: "the second paper" or "[2]" means one.

        Without `use_cache` no kept reply of a model is used. `started` hears of the deadline before a model
        works; cancelling it stops the model's call, and `ModelCancelled` is raised. `observe` hears the steps.
        """
        text, meant = followed(question, self._known(earlier)) if earlier else (question, ())
        if meant:
            filters = replace(filters or Filters(), paper_ids=meant)
        asked = self._asking(text, max_sentences, filters)
        answer = self._asked(asked, self._model.writer(use_cache, started), observe)
        tell_answer(observe, answer)
        return replace(answer, question=question)

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
        observe: Observer = nobody,
    ) -> Comparison:
        """At most `rows` papers side by side: by `columns`, else by what the question asks for. Raises as `ask`.

        Papers that the filters name are the rows, in that order; `by_year` puts the oldest first.
        """
        asked = self._comparing(question, columns, rows, by_year, filters)
        compared = self._compared(asked, self._model.writer(use_cache, started), observe)
        tell_comparison(observe, compared)
        return compared

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
        observe: Observer = nobody,
    ) -> Draft:
        """A related-work text of about `words` words. Raises and cancels as `ask`.

        `abstract` is the author's own, `outline` a plan to follow, `style` what citations are labelled by.
        """
        asked = self._drafting(drafting.DraftRequest(topic, words, filters, abstract, outline, style))
        draft = self._drafted(asked, self._model.writer(use_cache, started), observe)
        tell_draft(observe, draft)
        return draft

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
        observe: Observer = nobody,
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
            query = request.query(topic, corpus, filters)
            prepared, searched = drafting.prepare_survey(corpus, asked, query), corpus.count()
        tell_decomposed(observe, query)
        tell_found(observe, searched, prepared.papers.values())
        kept = drafting.KeptSections(self._settings.library / "surveys", resume=resume)
        made = drafting.surveyed(prepared, request.writer, request.judge, kept=kept, progress=progress)
        survey = replace(made, accounting=request.counted(made.accounting))
        tell_survey(observe, survey)
        return survey

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

    def _asked(self, asked: answering.AskRequest, writer: ModelRequest | None, observe: Observer = nobody) -> Answer:
        request = self._model.for_text(asked.question, writer)
        with self._corpus() as corpus:
            query = request.query(asked.question, corpus, asked.filters)
            told = _told(corpus, query.applied)
            prepared = answering.prepare(corpus, asked, query, for_model=writer is not None)
            searched = corpus.count()
        tell_decomposed(observe, query)
        tell_found(observe, searched, prepared.found.papers)
        made = answering.answered(prepared, request.writer, request.judge)
        return replace(made, accounting=request.counted(made.accounting), filters=told)

    def _compared(
        self, asked: comparison.CompareRequest, writer: ModelRequest | None, observe: Observer = nobody
    ) -> Comparison:
        request = self._model.for_text(asked.question, writer)
        with self._corpus() as corpus:
            query = request.query(asked.question, corpus, asked.filters)
            told = _told(corpus, query.applied)
            prepared = comparison.prepare(corpus, asked, query, for_model=writer is not None)
            searched = corpus.count()
        tell_decomposed(observe, query)
        tell_found(observe, searched, prepared.papers)
        made = comparison.compared(prepared, request.writer, request.judge)
        return replace(made, accounting=request.counted(made.accounting), filters=told)

    def _drafted(self, asked: drafting.DraftRequest, writer: ModelRequest | None, observe: Observer = nobody) -> Draft:
        request = self._model.for_text(asked.topic, writer)
        with self._corpus() as corpus:
            query = request.query(asked.topic, corpus, asked.filters)
            told = _told(corpus, query.applied)
            prepared = drafting.prepare(corpus, asked, query)
            searched = corpus.count()
        tell_decomposed(observe, query)
        tell_found(observe, searched, prepared.papers.values())
        made = drafting.drafted(prepared, request.writer, request.judge)
        told = told if asked.outline is None else None  # a plan names its papers itself
        return replace(made, accounting=request.counted(made.accounting), filters=told)

    def _asking(self, question: str, max_sentences: int, filters: Filters | None) -> answering.AskRequest:
        self._read(question, "question")
        in_range("max_sentences", max_sentences, _MOST_SENTENCES)
        self._refuse_unknown(filters)
        return answering.AskRequest(question, max_sentences, filters)

    def _comparing(
        self, question: str, columns: Sequence[str], rows: int, by_year: bool, filters: Filters | None
    ) -> comparison.CompareRequest:
        self._read(question, "question")
        in_range("rows", rows, limits.ROWS_MAX)
        self._refuse_unknown(filters)
        return comparison.CompareRequest(question, tuple(columns), rows, by_year, filters)

    def _drafting(self, request: drafting.DraftRequest) -> drafting.DraftRequest:
        self._read(request.topic, "topic")
        in_range("words", request.words, _MOST_WORDS)
        self._refuse_unknown(request.filters)
        if request.abstract is not None:
            self._read(request.abstract, "abstract")
        return request


def _told(papers: Library | LibraryCorpus, applied: AppliedFilters | None) -> AppliedFilters | None:
    """The filters as the reader is told of them: with how many papers they leave out for want of a year."""
    if applied is None or not applied.filters.has_years:
        return applied
    return replace(applied, without_year=papers.without_year(applied.filters))
