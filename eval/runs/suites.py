"""Which suites are run over which corpus: each corpus is imported once, for all suites that need it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from eval.datasets import corpora, fingerprints
from eval.datasets.cases import Case, CorpusName, Paraphrase, holds_paraphrases, read_cases, read_paraphrases, shipped
from eval.results.outcome import Results, Skipped, SuiteResult
from eval.runs.lazy_candidate import shelved
from eval.solvers.candidates import Candidate, litweave_over
from eval.tasks.answering import evaluate
from eval.tasks.retrieval import of_paraphrases, of_titles, retrieve
from service.errors import UsageError

SuiteName: TypeAlias = Literal["sample", "listings", "blind", "poisoned", "crowded", "paraphrases", "titles", "all"]
Open: TypeAlias = Callable[[tuple[Path, ...]], AbstractContextManager[Candidate]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of one corpus."""

    corpus: CorpusName
    cases: tuple[Case, ...] = ()
    paraphrases: tuple[Paraphrase, ...] = ()
    titles: bool = False

    @property
    def suites(self) -> tuple[str, ...]:
        lookups = ((f"paraphrases/{self.corpus}", self.paraphrases), (f"titles/{self.corpus}", self.titles))
        return (*dict.fromkeys(c.reported_in for c in self.cases), *(name for name, wanted in lookups if wanted))


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told what goes on; silent by default."""

    on_corpus: Callable[[str], None] = field(default=lambda _: None)  # its import starts
    on_suite: Callable[[str, int], None] = field(default=lambda *_: None)  # so many questions start
    on_case: Callable[[str], None] = field(default=lambda _: None)


def plans(suite: SuiteName, *, cases: Path | None = None, case_id: str | None = None) -> tuple[Plan, ...]:
    """One plan a corpus that has anything to run.

    `cases` replaces the shipped files (and the suite); `case_id` leaves only that case. Raises `CaseError`
    for a bad file and `UsageError` where nothing is left to run.
    """
    asked, paraphrases = _rows(suite, cases)
    if case_id is not None:
        asked = tuple(c for c in asked if c.id == case_id)
        paraphrases = tuple(p for p in paraphrases if p.id == case_id)
    titles = cases is None and case_id is None and suite in ("titles", "all")
    made = tuple(
        Plan(
            corpus,
            tuple(c for c in asked if c.corpus == corpus),
            tuple(p for p in paraphrases if p.corpus == corpus),
            titles and corpus in ("sample", "listings"),
        )
        for corpus in get_args(CorpusName)
    )
    made = tuple(p for p in made if p.suites)
    if not made:
        wanted = f"case {case_id!r}" if case_id is not None else f"cases in {cases or f'suite {suite!r}'}"
        raise UsageError(f"There is no {wanted} to run.")
    return made


def plans_of(suites: Sequence[str]) -> tuple[Plan, ...]:
    """The plans that run exactly these suites, named as results name them ("sample", "titles/listings")."""
    wanted = set(suites)
    narrowed = (
        Plan(
            plan.corpus,
            tuple(c for c in plan.cases if c.reported_in in wanted),
            plan.paraphrases if f"paraphrases/{plan.corpus}" in wanted else (),
            f"titles/{plan.corpus}" in wanted,
        )
        for plan in plans("all")
    )
    return tuple(plan for plan in narrowed if plan.suites)


def fingerprint_of(planned: Sequence[Plan]) -> str:
    """Over everything that is asked: every field of every case and paraphrase."""
    rows = [r.model_dump(mode="json", exclude={"suite"}) for plan in planned for r in (*plan.cases, *plan.paraphrases)]
    return fingerprints.of_text(rows, [plan.suites for plan in planned])


def run(
    planned: tuple[Plan, ...],
    *,
    open_candidate: Open = litweave_over,
    progress: Progress,
    workers: int = 1,
    shelf: Path | None = None,
) -> Results:
    """Every suite of every plan; those whose corpus is missing are skipped and said to be.

    `workers`: questions asked at the same time. `shelf`: a folder of answers that needn't be asked for again.
    """
    done: list[SuiteResult] = []
    skipped: list[Skipped] = []
    problems: list[str] = []
    for plan in planned:
        files = corpora.files(plan.corpus)
        if not files:
            skipped += [Skipped(name, corpora.absence(plan.corpus)) for name in plan.suites]
            continue
        progress.on_corpus(plan.corpus)
        with shelved(open_candidate, files, shelf) as candidate:
            problems += candidate.problems
            done += _run(plan, candidate, progress, workers)
    return Results(tuple(done), tuple(skipped), tuple(problems))


def _run(plan: Plan, candidate: Candidate, progress: Progress, workers: int) -> Iterator[SuiteResult]:
    papers = candidate.papers
    for name in dict.fromkeys(c.reported_in for c in plan.cases):
        cases = tuple(c for c in plan.cases if c.reported_in == name)
        progress.on_suite(name, len(cases))
        yield evaluate(name, cases, candidate.solve, papers, on_case=progress.on_case, workers=workers)
    if plan.paraphrases:
        lookups = of_paraphrases(plan.paraphrases)
        name = f"paraphrases/{plan.corpus}"
        progress.on_suite(name, len(lookups))
        yield retrieve(name, lookups, candidate.search, papers, on_case=progress.on_case)
    if plan.titles:
        lookups = of_titles(papers.values())
        name = f"titles/{plan.corpus}"
        progress.on_suite(name, len(lookups))
        yield retrieve(name, lookups, candidate.search, papers, on_case=progress.on_case)


def _rows(suite: SuiteName, file: Path | None) -> tuple[tuple[Case, ...], tuple[Paraphrase, ...]]:
    if file is not None:
        return ((), read_paraphrases([file])) if holds_paraphrases(file) else (read_cases([file]), ())
    asked = read_cases(shipped(paraphrases=False)) if suite not in ("paraphrases", "titles") else ()
    if suite != "all":
        asked = tuple(c for c in asked if c.reported_in == suite)
    return asked, read_paraphrases(shipped(paraphrases=True)) if suite in ("paraphrases", "all") else ()
