"""`Review`: what the command line, the HTTP API and other front ends call. One object over one library.

Every request has two halves: what needs the library comes first, and the library is let go of (where it is not
resident) before a model writes or judges.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from service import limits
from service.errors import UsageError
from service.library import Library
from service.llm import ModelRequest, PlannedCall
from service.records import Answer, AppliedFilters, Comparison, Draft, Filters, SearchResult
from service.records.steps import Observer, nobody
from service.records.surveys import Survey
from service.requests import (
    AS_USUAL,
    AskRequest,
    CompareRequest,
    DraftRequest,
    Planned,
    Run,
    SearchRequest,
    SurveyRequest,
)
from service.review import answering, comparison, drafting
from service.review.evidence.by_model import RERANKED, reranked
from service.review.evidence.library_corpus import LibraryCorpus
from service.review.question.constraints import years_taken
from service.review.question.followup import followed, means_papers
from service.review.question.model import applied
from service.review.request_models import NO_MODEL, in_range, short_enough
from service.review.telling import (
    tell_answer,
    tell_comparison,
    tell_draft,
    tell_found,
    tell_survey,
)
from service.review.text_calls import TextCalls
from service.text.normal import for_search

_MOST_SENTENCES: Final = 200
_MOST_BEFORE: Final = 10  # questions that one may go on from
_MOST_WORDS: Final = 20_000
_MOST_SECTIONS: Final = 20


class Review(TextCalls):
    """Search, ask, compare, draft and check over one library, which this object closes.

    A request raises `QueryError` where its words hold nothing to look for, and `UsageError` for what is out of bounds.
    """

    def search(self, request: SearchRequest) -> SearchResult:
        """The papers. To rerank without a model is a `UsageError`."""
        short_enough(request.query, "query", most_chars=self._settings.max_query_chars)
        writer = self._model.writer(AS_USUAL) if request.rerank else None
        if request.rerank and writer is None:
            raise UsageError(NO_MODEL)
        with self._released() as library:
            span, today = library.year_span, date.today()
            filters = library.shelves.known(request.filters)
            years = years_taken(for_search(request.query), filters, today=today, span=span)
            asked = request.query if years.said is None else years.subject
            k = request.k if writer is None else max(request.k, RERANKED)
            found = library.search(asked, k=k, filters=years.filters)
            told = _told(library, applied(years.filters, years.said))
        found = replace(found, query=request.query, filters=told)
        if writer is None:
            return found
        ordered = reranked(writer, found)
        return replace(ordered, hits=ordered.hits[: request.k])

    def ask(self, request: AskRequest, run: Run = AS_USUAL) -> Answer:
        """An answer, a comparative one with its table."""
        answer = self._asked(self._named(request), self._model.writer(run), run.observe)
        tell_answer(run.observe, answer)
        return replace(answer, question=request.question)

    def compare(self, request: CompareRequest, run: Run = AS_USUAL) -> Comparison:
        """Papers side by side."""
        compared = self._compared(request, self._model.writer(run), run.observe)
        tell_comparison(run.observe, compared)
        return compared

    def draft(self, request: DraftRequest, run: Run = AS_USUAL) -> Draft:
        """A related-work text. A plan that cannot be followed is a `UsageError` with its line and what to do."""
        draft = self._drafted(request, self._model.writer(run), run.observe)
        tell_draft(run.observe, draft)
        return draft

    def plan(self, request: DraftRequest, run: Run = AS_USUAL) -> drafting.Outline:
        """The plan of a draft, without writing it; no themes where the corpus lacks the topic."""
        asked = self._to_write(replace(request, plan=None))
        models = self._model.for_text(request.topic, self._model.writer(run))
        with self._corpus() as corpus:
            prepared = drafting.prepare(corpus, asked, models.query(request.topic, corpus, asked.filters))
        return drafting.planned(prepared, models.writer).outline

    def survey(self, request: SurveyRequest, run: Run = AS_USUAL) -> Survey:
        """A survey in sections, each of which is kept once it is finished."""
        if request.sections is not None:
            in_range("sections", request.sections, _MOST_SECTIONS)
        asked = drafting.TextToWrite(request.topic, request.words, request.filters, sections=request.sections)
        asked = self._writable(asked)
        models = self._model.for_text(request.topic, self._model.writer(run))
        with self._corpus() as corpus:
            query = models.query(request.topic, corpus, asked.filters)
            prepared, searched = drafting.prepare_survey(corpus, asked, query), corpus.count()
        tell_found(run.observe, query, searched, prepared.papers.values())
        kept = drafting.KeptSections(self._settings.library / "surveys", resume=request.resume)
        made = drafting.surveyed(
            prepared, models.writer, models.judge, kept=kept, progress=run.progress, observe=run.observe
        )
        survey = replace(made, accounting=models.counted(made.accounting))
        tell_survey(run.observe, survey)
        return survey

    def planned(self, request: Planned) -> list[PlannedCall]:
        """The calls to a model that a request would make; none is made. Raises `UsageError` without a model."""
        writer, model = self._model.dry_run()
        match request:
            case AskRequest():
                self._asked(request, writer)
            case CompareRequest():
                self._compared(request, writer)
            case DraftRequest():
                self._drafted(request, writer)
        return model.calls

    def _named(self, request: AskRequest) -> AskRequest:
        """The request with the papers by name that its question means; one that means some goes on from no question."""
        if not request.earlier or (request.before and not means_papers(request.question)):
            return request
        text, meant = followed(request.question, self._known(request.earlier))
        if not meant:
            return replace(request, question=text)
        filters = replace(request.filters or Filters(), paper_ids=meant)
        return replace(request, question=text, filters=filters, before=())

    def _asked(self, request: AskRequest, writer: ModelRequest | None, observe: Observer = nobody) -> Answer:
        self._read(request.question, "question")
        in_range("max_sentences", request.max_sentences, _MOST_SENTENCES)
        request = replace(request, filters=self._known_filters(request.filters))
        before = tuple(q for q in request.before if len(q) <= self._settings.max_query_chars)[-_MOST_BEFORE:]
        models = self._model.for_text(request.question, writer, before)
        with self._corpus() as corpus:
            read_as = models.read(request.question, before, corpus) if before else None
            request = replace(request, question=read_as or request.question)
            query = models.query(request.question, corpus, request.filters)
            told = _told(corpus, query.applied)
            prepared = answering.prepare(corpus, request, query, for_model=writer is not None)
            searched = corpus.count()
        tell_found(observe, query, searched, prepared.found.papers)
        made = answering.answered(prepared, models.writer, models.judge)
        return replace(made, accounting=models.counted(made.accounting), filters=told, read_as=read_as)

    def _compared(self, request: CompareRequest, writer: ModelRequest | None, observe: Observer = nobody) -> Comparison:
        self._read(request.question, "question")
        in_range("rows", request.rows, limits.ROWS_MAX)
        request = replace(request, filters=self._known_filters(request.filters))
        models = self._model.for_text(request.question, writer)
        with self._corpus() as corpus:
            query = models.query(request.question, corpus, request.filters)
            told = _told(corpus, query.applied)
            prepared = comparison.prepare(corpus, request, query, for_model=writer is not None)
            searched = corpus.count()
        tell_found(observe, query, searched, prepared.papers)
        made = comparison.compared(prepared, models.writer, models.judge)
        return replace(made, accounting=models.counted(made.accounting), filters=told)

    def _drafted(self, request: DraftRequest, writer: ModelRequest | None, observe: Observer = nobody) -> Draft:
        asked = self._to_write(request)
        models = self._model.for_text(request.topic, writer)
        with self._corpus() as corpus:
            query = models.query(request.topic, corpus, asked.filters)
            told = _told(corpus, query.applied)
            prepared = drafting.prepare(corpus, asked, query)
            searched = corpus.count()
        tell_found(observe, query, searched, prepared.papers.values())
        made = drafting.drafted(prepared, models.writer, models.judge, observe=observe)
        told = told if asked.outline is None else None  # a plan names its papers itself
        return replace(made, accounting=models.counted(made.accounting), filters=told)

    def _to_write(self, request: DraftRequest) -> drafting.TextToWrite:
        """The draft as it is asked for, its plan read."""
        asked = drafting.TextToWrite(request.topic, request.words, request.filters, request.abstract)
        asked = self._writable(asked)
        outline = None
        if request.plan is not None:
            with self._released() as library:
                outline = drafting.read_outline(
                    request.plan, library.paper, topic=request.topic, name=request.plan_name
                )
        return replace(asked, outline=outline, style=request.style)

    def _writable(self, asked: drafting.TextToWrite) -> drafting.TextToWrite:
        """The text to write, its filters read. Raises `UsageError` where it cannot be."""
        self._read(asked.topic, "topic")
        in_range("words", asked.words, _MOST_WORDS)
        if asked.abstract is not None:
            self._read(asked.abstract, "abstract")
        return replace(asked, filters=self._known_filters(asked.filters))


def _told(papers: Library | LibraryCorpus, applied: AppliedFilters | None) -> AppliedFilters | None:
    """The filters as the reader is told of them: with how many papers they leave out for want of a year."""
    if applied is None or not applied.filters.has_years:
        return applied
    return replace(applied, without_year=papers.without_year(applied.filters))
