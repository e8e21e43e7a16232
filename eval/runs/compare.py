"""Two runs over the same questions: what changed overall, by kind, and case by case with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eval.documents.reading import AnswerDocument
from eval.runs.folder import Run, ScoredCase
from eval.scorers.score import Better
from eval.stats import Difference, holm, mcnemar, paired_difference


@dataclass(frozen=True, slots=True)
class Comparison:
    """One measure of one suite in both runs. `difference` is after minus before, in the measure's own direction.

    `p_binary`: McNemar, where all scores are 0 or 1. `kinds`: the difference of each kind of question, with
    its p adjusted by Holm over the kinds.
    """

    suite: str
    measure: str
    better: Better
    before: float | None
    after: float | None
    difference: Difference
    p_binary: float | None
    kinds: Mapping[str, tuple[Difference, float | None]]


@dataclass(frozen=True, slots=True)
class Change:
    """One case whose scores differ: measure -> (before, after), and why."""

    before: ScoredCase
    after: ScoredCase
    scores: Mapping[str, tuple[float | None, float | None]]
    worse: tuple[str, ...]
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunDifference:
    """All of it. `gone` and `new`: cases in one run only; `reworded`: same id, other question (not compared)."""

    comparisons: tuple[Comparison, ...]
    changes: tuple[Change, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]
    reworded: tuple[str, ...]


def compare(before: Run, after: Run) -> RunDifference:
    """What changed from one run to the other. Suites that only one has count as cases gone or new."""
    both = [key for key in before.cases if key in after.cases]
    reworded = [key for key in both if before.cases[key].question != after.cases[key].question]
    pairs = [(before.cases[k], after.cases[k]) for k in both if k not in reworded]
    comparisons = []
    for suite in before.suites:
        here = [p for p in pairs if p[0].suite == suite]
        directions = {**before.better[suite], **after.better.get(suite, {})} if here else {}
        comparisons += [_comparison(suite, m, better, here) for m, better in directions.items()]
    better_of = {s: {**before.better.get(s, {}), **after.better.get(s, {})} for s in before.suites}
    changes = (_change(a, b, better_of[a.suite]) for a, b in pairs)
    return RunDifference(
        tuple(comparisons),
        tuple(c for c in changes if c is not None),
        _named(key for key in before.cases if key not in after.cases),
        _named(key for key in after.cases if key not in before.cases),
        _named(reworded),
    )


def is_worse(better: Better, before: float | None, after: float | None) -> bool:
    """Whether a score fell in its own direction. Unscored is neither better nor worse."""
    if better == "neither" or before is None or after is None:
        return False
    return after < before - 1e-9 if better == "higher" else after > before + 1e-9


def _comparison(suite: str, measure: str, better: Better, pairs: list[tuple[ScoredCase, ScoredCase]]) -> Comparison:
    values = [(a.scores.get(measure), b.scores.get(measure)) for a, b in pairs]
    kinds = dict.fromkeys(a.kind for a, _ in pairs)
    by_kind = {k: _difference([v for v, p in zip(values, pairs, strict=True) if p[0].kind == k]) for k in kinds}
    tested = [k for k, d in by_kind.items() if d.p is not None]
    adjusted = dict(zip(tested, holm([by_kind[k].p or 0.0 for k in tested]), strict=True))
    scored = [(a, b) for a, b in values if a is not None and b is not None]
    return Comparison(
        suite,
        measure,
        better,
        _mean([a for a, _ in scored]),
        _mean([b for _, b in scored]),
        _difference(values),
        _binary(scored),
        {k: (d, adjusted.get(k)) for k, d in by_kind.items()},
    )


def _difference(values: list[tuple[float | None, float | None]]) -> Difference:
    return paired_difference([a for a, _ in values], [b for _, b in values])


def _binary(scored: list[tuple[float, float]]) -> float | None:
    if not scored or any(v not in (0.0, 1.0) for pair in scored for v in pair):
        return None
    return mcnemar([a == 1.0 for a, _ in scored], [b == 1.0 for _, b in scored])


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _change(before: ScoredCase, after: ScoredCase, better: Mapping[str, Better]) -> Change | None:
    names = dict.fromkeys([*before.scores, *after.scores])
    moved = {n: (before.scores.get(n), after.scores.get(n)) for n in names}
    moved = {n: (a, b) for n, (a, b) in moved.items() if a != b and not _close(a, b)}
    if not moved:
        return None
    worse = tuple(n for n, (a, b) in moved.items() if is_worse(better.get(n, "neither"), a, b))
    return Change(before, after, moved, worse, (*_reasons(before, after, moved), *_sentences(before, after)))


def _close(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and abs(a - b) < 1e-9


def _reasons(before: ScoredCase, after: ScoredCase, moved: Mapping[str, object]) -> list[str]:
    said = []
    for name in moved:
        old, new = before.reasons.get(name, ()), after.reasons.get(name, ())
        said += [f"{name}: now {r}" for r in new if r not in old]
        said += [f"{name}: no longer {r}" for r in old if r not in new]
    return said


def _sentences(before: ScoredCase, after: ScoredCase) -> list[str]:
    old, new = before.answer(), after.answer()
    if old is None or new is None:
        return []
    said = [f"status: {old.status} -> {new.status}"] if old.status != new.status else []
    olds, news = _texts(old), _texts(new)
    return said + [f"- {t}" for t in olds if t not in news] + [f"+ {t}" for t in news if t not in olds]


def _texts(answer: AnswerDocument) -> list[str]:
    return [s.text for s in answer.claims]


def _named(keys: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{suite}: {case_id}" for suite, case_id in keys)
