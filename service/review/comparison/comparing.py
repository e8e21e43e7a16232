"""A question over a corpus -> papers side by side: first what needs the library, then what does not."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from service.judge import Judge
from service.llm import ModelRequest
from service.records import Accounting, Agreement, Comparison
from service.requests import CompareRequest
from service.review.comparison.agreement import agreements
from service.review.comparison.columns import asked, columns
from service.review.comparison.model import Prepared
from service.review.comparison.table import extracted, matrix, propose, unfilled
from service.review.comparison.written_agreement import write_agreement
from service.review.comparison.written_table import EXTRACTIVE, WrittenTable, write_table
from service.review.evidence.answerability import several_speak
from service.review.evidence.by_model import scored_by_model
from service.review.evidence.corpus import Corpus
from service.review.evidence.finding import find
from service.review.evidence.model import Found, PaperEvidence
from service.review.evidence.sentences import score_sentences
from service.review.question import Query
from service.review.writing.pipeline import spent_by
from service.review.writing.references import references, relabelled_matrix, relabelled_points

_NEAREST: Final = 5
_CANDIDATES: Final = 40


def prepare(corpus: Corpus, request: CompareRequest, query: Query, *, for_model: bool = False) -> Prepared:
    """The papers to compare and their columns; no papers where none speaks of the question.

    `for_model`: a model will choose the rows among more papers, and say itself whether any speaks of it.
    """
    ids = request.filters.paper_ids if request.filters is not None else ()
    if ids:
        return _prepared(request, query, *_by_ids(corpus, request, query, ids))
    most = _CANDIDATES if for_model else request.rows
    searched = query if query.by_model else _on_topic(query)
    found = find(corpus, searched, most_papers=most, embedded=request.rows, filters=query.filters)
    named = _named(corpus, request, query, found)
    if named:
        return _prepared(request, query, named, found.unknown_names)
    if for_model:
        return replace(_prepared(request, query, found.papers[: request.rows], found.unknown_names), candidates=found)
    if found.status == "not_in_corpus":
        return _refused(_prepared(request, query, (), found.missing or (request.question,)), found)
    prepared = _prepared(request, query, found.papers, found.unknown_names)
    return _unsure(prepared, found) if several_speak(corpus, searched, found) == "uncertain" else prepared


def _prepared(
    request: CompareRequest, query: Query, papers: Sequence[PaperEvidence], missing: tuple[str, ...]
) -> Prepared:
    if request.by_year:
        papers = sorted(papers, key=lambda p: (p.paper.date or str(p.paper.year or 9999), p.paper.title))
    named = request.columns or query.aspects
    chosen = columns(named) if named else asked(query.subject)[1] or propose([p.abstract for p in papers])
    return Prepared(request, query, tuple(papers), chosen, missing)


def _refused(prepared: Prepared, found: Found) -> Prepared:
    return replace(prepared, papers=(), candidates=None, nearest=found.leads(_NEAREST))


def _unsure(prepared: Prepared, found: Found) -> Prepared:
    return replace(prepared, uncertain=True, nearest=found.leads(_NEAREST))


def _on_topic(query: Query) -> Query:
    """The query without the aspects to compare by, which the papers' sentences need not hold."""
    topic = asked(query.subject)[0]
    if not topic or topic == query.subject:
        return query
    return replace(query, parts=(replace(query.parts[0], text=topic, queries=(topic,)),))


def _chosen(prepared: Prepared, writer: ModelRequest) -> Prepared:
    """The rows that the model scores highest of the candidates; none where it says that none speaks of the question."""
    if prepared.candidates is None:
        return prepared
    found = scored_by_model(writer, prepared.query, prepared.candidates, keep=prepared.request.rows)
    if found.status == "not_in_corpus":
        return _refused(replace(prepared, missing=found.missing or (prepared.question,)), found)
    chosen = _prepared(prepared.request, prepared.query, found.papers[: prepared.request.rows], prepared.missing)
    return _unsure(chosen, found) if found.status == "uncertain" else chosen


def _by_ids(
    corpus: Corpus, request: CompareRequest, query: Query, ids: tuple[str, ...]
) -> tuple[list[PaperEvidence], tuple[str, ...]]:
    """The papers of these ids in their order; unknown ids are missing."""
    hits = corpus.search(request.question, k=len(ids), filters=request.filters).hits
    by_id = {hit.paper.paper_id: hit.paper for hit in hits}
    kept = [by_id[i] for i in dict.fromkeys(ids) if i in by_id][: request.rows]
    scored = score_sentences(corpus, corpus.annotated(kept), corpus.vectors(kept), query.text, query.expects)
    return scored, tuple(f"no paper {i}" for i in dict.fromkeys(ids) if i not in by_id)


def _named(corpus: Corpus, request: CompareRequest, query: Query, found: Found) -> list[PaperEvidence]:
    """The papers that coin the names of the question, in its order."""
    named: dict[str, PaperEvidence] = {}
    for name in query.names:
        coined = {p.paper_id for p in corpus.named(name, n=request.rows, filters=query.filters).coined}
        named.update({p.paper.paper_id: p for p in found.papers if p.paper.paper_id in coined})
    return list(named.values())[: request.rows]


def compared(prepared: Prepared, writer: ModelRequest | None, judge: Judge) -> Comparison:
    """The comparison; with a `writer` its model fills the table and maps the agreement, a call each, side by side."""
    started = time.monotonic()
    prepared = prepared if writer is None else _chosen(prepared, writer)
    made = _compared(prepared, writer, judge) if prepared.papers else _none(prepared, prepared.missing)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return replace(made, accounting=replace(made.accounting, elapsed_ms=elapsed_ms))


def _none(prepared: Prepared, missing: tuple[str, ...]) -> Comparison:
    return Comparison(
        prepared.question, "not_in_corpus", missing, None, (), (), Accounting(EXTRACTIVE), nearest=prepared.nearest
    )


def _compared(prepared: Prepared, writer: ModelRequest | None, judge: Judge) -> Comparison:
    abstracts = [p.abstract for p in prepared.papers]
    rows = [extracted(a, prepared.columns) for a in abstracts]
    points = agreements(abstracts)
    if writer is None:
        return _document(prepared, WrittenTable(tuple(rows)), points, Accounting(EXTRACTIVE))
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="litweave-agreement") as pool:
        mapping = pool.submit(write_agreement, writer, judge, question=prepared.question, papers=prepared.papers)
        table = write_table(writer, judge, prepared, extracted=rows)
        mapped = mapping.result()
    table = replace(table, dropped=(*table.dropped, *mapped.dropped), judge=table.judge or mapped.judge)
    versions = {**table.prompt_versions, **mapped.prompt_versions}
    spent = replace(spent_by(writer), composer=table.composer, prompt_versions=versions)
    return _document(prepared, table, mapped.points or points, spent)


def _document(
    prepared: Prepared, table: WrittenTable, points: tuple[Agreement, ...], accounting: Accounting
) -> Comparison:
    made = matrix(table.rows, prepared.columns)
    missing = (*prepared.missing, *unfilled(made, prepared.columns))
    if made is None:
        none = _none(prepared, missing or (prepared.question,))
        return replace(none, dropped=table.dropped, accounting=accounting)
    labels = references([p.paper for p in prepared.papers])
    unsure = prepared.uncertain and table.judge is None
    return Comparison(
        question=prepared.question,
        status="uncertain" if unsure else "partial" if missing else "answered",
        missing=missing,
        matrix=relabelled_matrix(made, labels),
        agreement=relabelled_points(points, labels),
        references=tuple(labels.values()),
        accounting=accounting,
        dropped=table.dropped,
        judge=table.judge,
        nearest=prepared.nearest if unsure else (),
    )
