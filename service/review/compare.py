"""A question or topic over a corpus -> papers side by side: a matrix of quoted cells, and where they agree."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.annotate.roles import Role
from service.llm import ModelRequest
from service.records import Accounting, Agreement, Comparison, Dropped, Filters, Reference
from service.review.aspects import PROPOSED, Aspect, asked_in
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER
from service.review.gather import gather
from service.review.matrix import Table, rule_cells, table
from service.review.model_table import ModelTable, write_table
from service.review.old_evidence import Candidate, score
from service.review.plan import Clause, Intent, Plan
from service.review.positions import agreement_map
from service.review.reading import Reading
from service.review.references import labelled, references, relabelled_matrix
from service.review.select import select
from service.review.support import Scope
from service.text.normal import for_display


@dataclass(frozen=True, slots=True)
class Rows:
    """Which papers to compare: `most` at once, of `ids` where given, ordered by relevance or by year."""

    most: int
    by_year: bool = False


def compare(
    corpus: Corpus,
    coverage: Coverage,
    question: str,
    *,
    columns: tuple[Aspect, ...] = (),
    rows: Rows,
    filters: Filters | None = None,
    writer: ModelRequest | None = None,
) -> Comparison:
    """The comparison; `not_in_corpus` where no paper speaks of the question.

    `columns` win over what the question asks for; without either, usual ones are proposed. With a `writer` its model
    fills the cells, one call a paper; a row it fails on is extractive, and `dropped` says why.
    """
    started = time.monotonic()
    asked = asked_in(question)
    aspects = columns or asked.aspects or PROPOSED
    topic = question if columns else asked.topic
    candidates, missing = _papers(corpus, coverage, topic, rows, filters)
    if not candidates:
        made = Comparison(question, "not_in_corpus", missing or (question,), None, (), (), Accounting(COMPOSER))
    else:
        made = _compared(coverage, question, candidates, aspects, missing, writer)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return replace(made, accounting=replace(made.accounting, elapsed_ms=elapsed_ms))


def _papers(
    corpus: Corpus, coverage: Coverage, topic: str, rows: Rows, filters: Filters | None
) -> tuple[list[Candidate], tuple[str, ...]]:
    """The papers to compare with their sentences scored, and what of the topic no paper speaks of."""
    if filters is not None and filters.paper_ids:
        found = [h.paper for h in corpus.search(topic, k=len(filters.paper_ids), filters=filters).hits]
        order = {paper_id: n for n, paper_id in enumerate(filters.paper_ids)}
        kept = sorted(found, key=lambda p: order[p.paper_id])[: rows.most]
        absent = tuple(f"no paper {i}" for i in filters.paper_ids if i not in {p.paper_id for p in found})
        return _ordered(score(corpus, kept, topic, ()), rows), absent
    gathered = gather(corpus, coverage, topic, max_sentences=2 * rows.most, filters=filters)
    plan = gathered.plan
    candidates = {c.paper.paper_id: c for c in (g.candidate for g in gathered.groups)}
    if not plan.names:
        wide = select(Scope(corpus, coverage, filters), _clause(topic, plan), budget=rows.most, wide=True)
        for group in wide.groups:
            candidates.setdefault(group.candidate.paper.paper_id, group.candidate)
    return _ordered(list(candidates.values())[: rows.most], rows), gathered.missing if plan.names else ()


def _clause(topic: str, plan: Plan) -> Clause:
    """The topic as one clause that asks for a list of papers."""
    facets = tuple(dict.fromkeys(f for c in plan.clauses for f in c.facets))
    surveys = any(c.surveys_only for c in plan.clauses)
    return Clause(topic, Intent.LIST, (), facets, (), (Role.APPROACH,), surveys)


def _ordered(candidates: list[Candidate], rows: Rows) -> list[Candidate]:
    """By year, oldest first, papers without one last; else as they are."""
    if not rows.by_year:
        return candidates
    return sorted(candidates, key=lambda c: (c.paper.date or str(c.paper.year or 9999), c.paper.title))


def _compared(
    coverage: Coverage,
    question: str,
    candidates: Sequence[Candidate],
    aspects: tuple[Aspect, ...],
    missing: tuple[str, ...],
    writer: ModelRequest | None,
) -> Comparison:
    ruled = {c.paper.paper_id: rule_cells(c, aspects, coverage) for c in candidates}
    papers = [c.paper for c in candidates]
    points = agreements(coverage, candidates)
    if writer is None:
        written = ModelTable(ruled, points, Accounting(COMPOSER), ())
    else:
        written = write_table(writer, question, papers, aspects, ruled=ruled, points=points)
    made = table(written.rows, aspects)
    labels = references(papers)
    unsaid, dropped = _unsaid(made, aspects, len(papers))
    missing = (*missing, *unsaid)
    if made.matrix is None:
        return Comparison(question, "not_in_corpus", missing, None, (), (), written.accounting, written.dropped)
    return Comparison(
        question=question,
        status="partial" if missing else "answered",
        missing=missing,
        matrix=relabelled_matrix(made.matrix, labels),
        agreement=labelled_points(written.agreement, labels),
        references=tuple(labels.values()),
        accounting=written.accounting,
        dropped=(*written.dropped, *dropped),
    )


def agreements(coverage: Coverage, candidates: Sequence[Candidate]) -> tuple[Agreement, ...]:
    """Where the papers agree or do not, by rules; a term weighs by how rare it is in the corpus."""
    return agreement_map([Reading.of(c, None) for c in candidates], weight=coverage.weight)


def _unsaid(made: Table, aspects: Sequence[Aspect], rows: int) -> tuple[tuple[str, ...], tuple[Dropped, ...]]:
    """Asked columns that no abstract fills are missing; proposed ones that stay mostly empty are dropped."""
    asked = tuple(for_display(a.name) for a in aspects if a.asked and a.name in made.left_out)
    proposed = tuple(
        Dropped(
            f"the column {a.name!r}",
            f"mostly empty: {made.left_out[a.name]} of {rows} abstracts tell it; ask for that column to keep it",
        )
        for a in aspects
        if not a.asked and a.name in made.left_out
    )
    return asked, proposed


def labelled_points(points: Sequence[Agreement], labels: Mapping[str, Reference]) -> tuple[Agreement, ...]:
    """The agreement map with labels."""
    return tuple(
        replace(
            point,
            claims=tuple(replace(c, citations=labelled(c.citations, labels)) for c in point.claims),
        )
        for point in points
    )
