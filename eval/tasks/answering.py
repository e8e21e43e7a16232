"""Dataset -> solver -> scorers: ask every case and score every answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from eval.datasets.cases import Case
from eval.documents.folding import title_identity
from eval.documents.reading import FAILED, AnswerDocument, MalformedDocument, read_answer
from eval.results.outcome import Outcome, SuiteResult
from eval.scorers import SCORERS, Scorer, StoredPaper, Submission
from eval.solvers.candidates import Solver
from service.errors import LitweaveError
from service.records.texts import Documented


def evaluate(
    name: str,
    cases: Iterable[Case],
    solver: Solver,
    papers: Mapping[str, StoredPaper],
    *,
    scorers: Sequence[Scorer] = SCORERS,
    on_case: Callable[[str], None] = lambda _: None,
    workers: int = 1,
) -> SuiteResult:
    """The outcome of every case. An answer that fails is scored as silence and reported as failed.

    `papers`: the library that the solver answers from, by paper id. `on_case` is told each id before it runs.
    `workers`: threads that ask at the same time; outcomes come in the order of the cases all the same.
    """
    asked = tuple(cases)

    def outcome(case: Case) -> Outcome:
        on_case(case.id)
        return _outcome(case, solver, papers, scorers)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        outcomes = list(pool.map(outcome, asked))
    better = {s.name: s.better for s in scorers}
    return SuiteResult(name, tuple(outcomes), better, _missing_gold(asked, papers))


def as_json(answer: Documented | Mapping[str, object]) -> dict[str, object]:
    """The answer as a JSON object that has been through JSON. Raises `MalformedDocument` (also for a NaN)."""
    document = answer if isinstance(answer, Mapping) else answer.as_document()
    try:
        plain = json.loads(json.dumps(document, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise MalformedDocument(f"The answer isn't a JSON document: {error}") from error
    if not isinstance(plain, dict):
        raise MalformedDocument("The answer isn't a JSON object.")
    return plain


def _outcome(case: Case, solver: Solver, papers: Mapping[str, StoredPaper], scorers: Sequence[Scorer]) -> Outcome:
    document: dict[str, object] | None = None
    answer: AnswerDocument = FAILED
    failure: str | None = None
    try:
        document = as_json(solver(case))
        answer = read_answer(document)
    except LitweaveError as error:
        failure = f"{type(error).__name__}: {error}"
    submission = Submission(case, answer, papers)
    scores = {s.name: s.measure(submission) for s in scorers}
    return Outcome(case.id, case.kind, case.question, document, scores, bool(answer.claims), failure)


def _missing_gold(cases: Sequence[Case], papers: Mapping[str, StoredPaper]) -> tuple[str, ...]:
    known = {title_identity(p.title) for p in papers.values()}
    return tuple(
        f"{case.id}: the corpus has no paper {title!r}"
        for case in cases
        for title in case.gold
        if title_identity(title) not in known
    )
