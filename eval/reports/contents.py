"""What a report says, apart from how it looks: both the page and the Markdown are made from this."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.runs.compare import Comparison, compare, is_worse
from eval.runs.folder import Run, ScoredCase
from eval.scorers.score import Better
from eval.stats import Summary, summarise

WORST = 10
_BOUNDED = 1.0001  # measures above it are counts, which don't share an axis with shares
_JUDGED = "judged.json"


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of a suite: overall and by kind."""

    measure: str
    better: Better
    overall: Summary
    kinds: Mapping[str, Summary]


@dataclass(frozen=True, slots=True)
class SuiteTable:
    """All measures of one suite."""

    name: str
    questions: int
    kinds: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def shares(self) -> tuple[Row, ...]:
        """The rows whose values lie between 0 and 1."""
        return tuple(r for r in self.rows if r.overall.mean is not None and abs(r.overall.mean) <= _BOUNDED)


@dataclass(frozen=True, slots=True)
class CostPoint:
    """One run of a suite: US dollars a question and the quality it bought (vital nugget recall)."""

    name: str
    cost_usd: float
    quality: float


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything in a report."""

    run: Run
    tables: tuple[SuiteTable, ...]
    worst: tuple[ScoredCase, ...]
    comparisons: tuple[Comparison, ...]
    against: str | None
    judged: Mapping[str, Any] | None
    costs: tuple[CostPoint, ...]


def contents_of(
    run: Run, *, against: Run | None = None, others: Sequence[Run] = (), folder: Path | None = None
) -> Contents:
    """The contents for a run; `against`: what it is compared with; `others`: more runs for cost against quality."""
    tables = tuple(_table(run, suite) for suite in run.suites)
    comparisons = () if against is None else compare(against, run).comparisons
    judged_file = None if folder is None else folder / _JUDGED
    judged = json.loads(judged_file.read_text(encoding="utf-8")) if judged_file and judged_file.is_file() else None
    runs = [run, *([against] if against else []), *others]
    costs = tuple(p for r in {id(r): r for r in runs}.values() for p in _costs(r))
    return Contents(run, tables, _worst(run), comparisons, against.name if against else None, judged, costs)


def loss(case: ScoredCase, better: Mapping[str, Better]) -> float:
    """How far a case is from perfect: the mean shortfall over its scored measures between 0 and 1. Higher is worse."""
    shortfalls = []
    for name, value in case.scores.items():
        direction = better.get(name, "neither")
        if value is None or direction == "neither" or abs(value) > _BOUNDED:
            continue
        shortfalls.append(1.0 - value if direction == "higher" else value)
    return sum(shortfalls) / len(shortfalls) if shortfalls else 0.0


def faults(case: ScoredCase, better: Mapping[str, Better]) -> tuple[str, ...]:
    """Reasons of the measures that aren't at their best."""
    ideal = {"higher": 1.0, "lower": 0.0}
    fallen = [n for n, v in case.scores.items() if is_worse(better.get(n, "neither"), ideal.get(better.get(n, "")), v)]
    return tuple(f"{name}: {reason}" for name in fallen for reason in case.reasons.get(name, ()))


def _table(run: Run, suite: str) -> SuiteTable:
    cases = tuple(run.of(suite).values())
    kinds = tuple(dict.fromkeys(c.kind for c in cases))
    rows = tuple(
        Row(
            measure,
            better,
            summarise([c.scores.get(measure) for c in cases]),
            {k: summarise([c.scores.get(measure) for c in cases if c.kind == k]) for k in kinds},
        )
        for measure, better in run.better[suite].items()
    )
    return SuiteTable(suite, len(cases), kinds, tuple(r for r in rows if r.overall.mean is not None))


def _worst(run: Run) -> tuple[ScoredCase, ...]:
    ranked = sorted(run.cases.values(), key=lambda c: (-loss(c, run.better[c.suite]), c.suite, c.id))
    return tuple(c for c in ranked[:WORST] if loss(c, run.better[c.suite]) > 0)


def _costs(run: Run) -> list[CostPoint]:
    points = []
    for suite in run.suites:
        cases = run.of(suite).values()
        quality = summarise([c.scores.get("nugget_recall_vital") for c in cases]).mean
        paid = [c.document.get("cost_usd") for c in cases if c.document is not None]
        known = [float(p) for p in paid if isinstance(p, int | float)]
        if quality is not None and known:
            points.append(CostPoint(f"{run.name}: {suite}", sum(known) / len(known), quality))
    return points
