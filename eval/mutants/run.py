"""Mutants of every answer of a run, scored as the answer was; what got worse has been seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.datasets.cases import Case
from eval.documents.reading import read_answer
from eval.mutants.mutations import MUTATIONS, Mutation
from eval.runs.compare import is_worse
from eval.scorers import SCORERS, Scorer, StoredPaper, Submission
from eval.stats import SEED, Summary, summarise


@dataclass(frozen=True, slots=True)
class Fate:
    """One mutant: which case it was made from, which measures got worse."""

    mutation: str
    control: bool
    case_id: str
    worse: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """The mutants of one class. `seen`: share in which a measure got worse (kill rate; for controls, false alarms),
    with an interval over the mutants' cases. `by`: how often each measure was among those that did.
    """

    mutation: str
    control: bool
    mutants: int
    seen: Summary
    by: Mapping[str, int]
    unseen: tuple[str, ...]


def mutate_run(
    answers: Mapping[str, Mapping[str, Any]],
    cases: Iterable[Case],
    papers: Mapping[str, StoredPaper],
    *,
    seeds: int = 2,
    seed: int = SEED,
    mutations: Sequence[Mutation] = MUTATIONS,
) -> tuple[Fate, ...]:
    """`seeds` mutants of each class for every answered case. `answers`: documents by case id."""
    fates = []
    for case in cases:
        document = answers.get(case.id)
        if document is None or not document.get("sentences"):
            continue
        before = _values(case, document, papers)
        for number, mutation in enumerate(mutations):
            made: list[dict[str, Any]] = []
            for n in range(seeds):
                mutant = mutation.of(document, seed + 1000 * number + n, papers)
                if mutant is None or mutant in made:
                    continue
                made.append(mutant)
                after = _values(case, mutant, papers)
                worse = tuple(s.name for s in SCORERS if is_worse(s.better, before[s.name], after[s.name]))
                fates.append(Fate(mutation.name, mutation.control, case.id, worse))
    return tuple(fates)


def tallies(fates: Sequence[Fate], mutations: Sequence[Mutation] = MUTATIONS) -> tuple[Tally, ...]:
    """One tally a class, corruptions first. Intervals are over cases: mutants of one answer aren't independent."""
    found = []
    for mutation in sorted(mutations, key=lambda m: m.control):
        own = [f for f in fates if f.mutation == mutation.name]
        by_case: dict[str, list[bool]] = {}
        for fate in own:
            by_case.setdefault(fate.case_id, []).append(bool(fate.worse))
        by = Counter(name for f in own for name in f.worse)
        shares = [sum(seen) / len(seen) for seen in by_case.values()]
        unseen = tuple(dict.fromkeys(f.case_id for f in own if not f.worse))
        tally = Tally(mutation.name, mutation.control, len(own), summarise(shares), dict(by.most_common()), unseen)
        found.append(tally)
    return tuple(found)


def _values(case: Case, document: Mapping[str, Any], papers: Mapping[str, StoredPaper]) -> dict[str, float | None]:
    submission = Submission(case, read_answer(document), papers)
    return {s.name: _value(s, submission) for s in SCORERS}


def _value(scorer: Scorer, submission: Submission) -> float | None:
    return scorer.measure(submission).value
