"""A question over a corpus -> an answer whose every claim has passed the gate."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from service.errors import ModelCancelled, ModelError
from service.llm import ModelRequest
from service.records import Accounting, Answer, Dropped, Filters, Matrix, Paper, Reference, Sentence, Status
from service.review.aspects import PROPOSED, asked_in
from service.review.compare import agreements, labelled_points
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER, compose_group
from service.review.gate import gate
from service.review.gather import Gathered, gather, reading_list
from service.review.matrix import build_matrix
from service.review.references import references, relabelled, relabelled_matrix
from service.review.written import Written, remarks, spent_by, why_not_shown, write_answer

_MATRIX_ROWS = 8
_READ_PAPERS = 16


def ask(
    corpus: Corpus,
    coverage: Coverage,
    question: str,
    *,
    max_sentences: int,
    filters: Filters | None = None,
    writer: ModelRequest | None = None,
) -> Answer:
    """The answer. `status` is `not_in_corpus` when nothing answers, `partial` when something is missing.

    With a `writer` its model writes the sentences; where it fails, or nothing it writes passes the gate, the
    answer is extractive and `dropped` says why.
    """
    started = time.monotonic()
    gathered = gather(corpus, coverage, question, max_sentences=max_sentences, filters=filters)
    failed: tuple[Dropped, ...] = ()
    spent = Accounting(COMPOSER)
    answer = None
    if writer is not None:
        papers = reading_list(corpus, gathered, most=writer.sources or _READ_PAPERS, filters=filters)
        try:
            written = write_answer(writer, question, papers, plan=_brief(gathered), max_claims=max_sentences)
        except ModelCancelled:
            raise  # nobody waits for an answer any more
        except ModelError as error:
            failed = (Dropped("the model's answer", f"{error}; this is the extractive one"),)
            spent = spent_by(writer)
        else:
            # An abstract may have told the model to decline: it is believed only where nothing else was found.
            if written.sentences or (written.declined and not gathered.groups):
                answer = _from_writing(question, gathered, coverage, written, papers)
            failed, spent = why_not_shown(written, "answer"), replace(written.accounting, composer=COMPOSER)
    if answer is None:
        answer = _extractive(question, gathered, coverage, spent, failed)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    dropped = (*answer.dropped, *remarks(writer))
    return replace(answer, dropped=dropped, accounting=replace(answer.accounting, elapsed_ms=elapsed_ms))


def _extractive(
    question: str, gathered: Gathered, coverage: Coverage, spent: Accounting, failed: tuple[Dropped, ...]
) -> Answer:
    sentences = [s for group in gathered.groups for s in compose_group(group)]
    gated = gate(sentences, gathered.papers)
    missing = gathered.missing if gated.shown else (gathered.missing or (question,))
    return _answer(
        question, gathered, coverage, gated.shown, missing, gathered.papers, spent, (*failed, *gated.dropped)
    )


def _from_writing(
    question: str, gathered: Gathered, coverage: Coverage, written: Written, papers: Sequence[Paper]
) -> Answer:
    unknown = tuple(n for n in gathered.plan.names if n in gathered.missing)
    missing = tuple(dict.fromkeys((*unknown, *written.missing)))
    by_id = {p.paper_id: p for p in papers}
    shown = written.sentences
    if not shown and not missing:
        missing = (question,)
    return _answer(question, gathered, coverage, shown, missing, by_id, written.accounting, written.dropped)


def _answer(
    question: str,
    gathered: Gathered,
    coverage: Coverage,
    shown: Sequence[Sentence],
    missing: tuple[str, ...],
    papers: dict[str, Paper],
    accounting: Accounting,
    dropped: tuple[Dropped, ...],
) -> Answer:
    matrix = _matrix(question, gathered, coverage) if shown else None
    points = agreements(coverage, [g.candidate for g in gathered.groups[:_MATRIX_ROWS]]) if matrix else ()
    in_matrix = [row.paper_id for row in matrix.rows] if matrix else []
    cited = dict.fromkeys((*(c.paper_id for s in shown for c in s.citations), *in_matrix))
    labels = references((papers | gathered.papers)[paper_id] for paper_id in cited)
    return Answer(
        question=question,
        status=_status(shown, missing),
        missing=missing,
        sentences=relabelled(shown, labels),
        matrix=None if matrix is None else relabelled_matrix(matrix, labels),
        references=cited_references(labels, shown, matrix),
        accounting=accounting,
        dropped=dropped,
        agreement=labelled_points(points, labels),
    )


def _brief(gathered: Gathered) -> str:
    """What the writer is told to cover: the clauses, and the names the corpus does not know."""
    parts = [clause.text for clause in gathered.plan.clauses]
    unknown = [n for n in gathered.plan.names if n in gathered.missing]
    if unknown:
        parts.append(f"no source is about {', '.join(unknown)}: list that under missing")
    return "; ".join(parts)


def _matrix(question: str, gathered: Gathered, coverage: Coverage) -> Matrix | None:
    """The papers by the aspects the question asks for, and then by those usually proposed."""
    if not gathered.plan.comparative or len(gathered.groups) < 2:
        return None
    asked = asked_in(question).aspects
    kinds = {a.kind for a in asked}
    columns = (*asked, *(a for a in PROPOSED if a.kind not in kinds))
    return build_matrix(
        [g.candidate for g in gathered.groups[:_MATRIX_ROWS]], columns=columns, coverage=coverage
    ).matrix


def _status(shown: Sequence[Sentence], missing: Sequence[str]) -> Status:
    if not shown:
        return "not_in_corpus"
    return "partial" if missing else "answered"


def cited_references(
    labels: dict[str, Reference], sentences: Iterable[Sentence], matrix: Matrix | None
) -> tuple[Reference, ...]:
    """References of papers that a sentence or a cell cites, in label order."""
    used = {c.paper_id for s in sentences for c in s.citations}
    used |= {row.paper_id for row in matrix.rows} if matrix else set()
    return tuple(r for paper_id, r in labels.items() if paper_id in used)
