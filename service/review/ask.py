"""A question over a corpus -> an answer whose every claim has passed the gate."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from service.records import (
    Accounting,
    Answer,
    Filters,
    Matrix,
    Reference,
    Sentence,
    Status,
)
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.evidence import find_system
from service.review.extractive import COMPOSER, compose_group
from service.review.gate import gate
from service.review.matrix import build_matrix
from service.review.plan import Plan, plan_question
from service.review.references import references, relabelled
from service.review.select import Group, Scope, Selection, select

_MATRIX_ROWS = 8


def ask(
    corpus: Corpus, coverage: Coverage, question: str, *, max_sentences: int, filters: Filters | None = None
) -> Answer:
    """The extractive answer. `status` is `not_in_corpus` when nothing answers, `partial` when something is missing."""
    started = time.monotonic()
    plan = plan_for(corpus, question, filters)
    scope = Scope(corpus, coverage, filters)
    budgets = _budgets(plan, max_sentences)
    selections: list[Selection] = []
    for clause, budget in zip(plan.clauses, budgets, strict=True):
        earlier = [g for s in selections for g in s.groups]
        named = any(c.names for c in plan.clauses[: len(selections)])
        selections.append(select(scope, clause, budget=budget, earlier=earlier, follows_names=named))
    groups = _merged([g for s in selections for g in s.groups], max_sentences)
    sentences = [s for group in groups for s in compose_group(group)]
    papers = {g.candidate.paper.paper_id: g.candidate.paper for g in groups}
    gated = gate(sentences, papers)
    matrix = _matrix(plan, groups) if gated.shown else None
    labels = references(papers.values())
    missing = _missing(plan, selections, answered=bool(gated.shown))
    return Answer(
        question=question,
        status=_status(gated.shown, missing),
        missing=missing,
        sentences=relabelled(gated.shown, labels),
        matrix=_labelled(matrix, labels),
        references=cited_references(labels, gated.shown, matrix),
        accounting=Accounting(COMPOSER, elapsed_ms=round((time.monotonic() - started) * 1000)),
        dropped=gated.dropped,
    )


def plan_for(corpus: Corpus, question: str, filters: Filters | None) -> Plan:
    """The plan, with the corpus's own systems recognised by name."""

    def known(phrase: str) -> bool:
        return bool(find_system(corpus, phrase, filters).own)

    return plan_question(question, known_name=known)


def _budgets(plan: Plan, max_sentences: int) -> list[int]:
    """Sentences for each clause: an even share, at least one."""
    return [max(max_sentences // len(plan.clauses), 1)] * len(plan.clauses)


def _merged(groups: Sequence[Group], max_sentences: int) -> list[Group]:
    """One group a paper, first mention first, within the limit: no sentence is told twice."""
    merged: dict[str, Group] = {}
    for group in groups:
        key = group.candidate.paper.paper_id
        earlier = merged.get(key)
        chosen = set(group.chosen) | (set(earlier.chosen) if earlier else set())
        merged[key] = Group((earlier or group).candidate, tuple(sorted(chosen)))
    kept: list[Group] = []
    left = max_sentences
    for group in merged.values():
        if left > 0:
            kept.append(Group(group.candidate, group.chosen[:left]))
            left -= len(kept[-1].chosen)
    return kept


def _matrix(plan: Plan, groups: Sequence[Group]) -> Matrix | None:
    if not plan.comparative or len(groups) < 2:
        return None
    return build_matrix([g.candidate for g in groups[:_MATRIX_ROWS]])


def _missing(plan: Plan, selections: Sequence[Selection], *, answered: bool) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(m for s in selections for m in s.missing))
    if not answered and not found:
        return (plan.question,)
    return found


def _status(shown: Sequence[Sentence], missing: Sequence[str]) -> Status:
    if not shown:
        return "not_in_corpus"
    return "partial" if missing else "answered"


def _labelled(matrix: Matrix | None, labels: dict[str, Reference]) -> Matrix | None:
    if matrix is None:
        return None
    rows = []
    for row in matrix.rows:
        label = labels[row.paper_id].label
        cells = {
            column: None
            if cell is None
            else replace(cell, citations=tuple(replace(c, label=label) for c in cell.citations))
            for column, cell in row.cells.items()
        }
        rows.append(replace(row, cells=cells))
    return replace(matrix, rows=tuple(rows))


def cited_references(
    labels: dict[str, Reference], sentences: Sequence[Sentence], matrix: Matrix | None
) -> tuple[Reference, ...]:
    """References of papers that a sentence or a cell cites, in label order."""
    used = {c.paper_id for s in sentences for c in s.citations}
    used |= {row.paper_id for row in matrix.rows} if matrix else set()
    return tuple(r for paper_id, r in labels.items() if paper_id in used)
