"""The gate: what has to hold before a change lands.

Two kinds of test. Invariants must be exactly 1 wherever they are scored: they are what the product promises. Every
other measure may not have become worse than the baseline by more than a margin: the lower 95% bound of the
paired difference (in the direction in which higher is better) must stay at or above minus the margin, which is
a test of non-inferiority. With few questions the bound is wide, so a small suite fails at a small loss: that is
meant, because it can't show that nothing was lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from eval.runs.compare import Comparison, compare
from eval.runs.folder import Run

INVARIANTS = ("citation_validity", "claim_coverage", "quote_exactness", "numbers_kept")
MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and how it came out."""

    suite: str
    what: str
    passed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Margins:
    """How much worse a measure may be, in its own unit: `default`, or what `by_measure` says."""

    default: float = MARGIN
    by_measure: Mapping[str, float] = field(default_factory=dict)

    def of(self, measure: str) -> float:
        return self.by_measure.get(measure, self.default)


def gate(baseline: Run, run: Run, margins: Margins | None = None) -> tuple[Check, ...]:
    """Every check of a run against a baseline, failed ones included."""
    margins = margins or Margins()
    difference = compare(baseline, run)
    checks = [Check("", "problem", False, problem) for problem in run.problems]
    checks += [Check(c.suite, "failed", False, f"{c.id}: {c.failure}") for c in run.cases.values() if c.failure]
    checks += [Check("", "case", False, f"{case} is in the baseline and wasn't run") for case in difference.gone]
    checks += [
        _invariant(run, suite, name) for suite in run.suites for name in INVARIANTS if _measured(run, suite, name)
    ]
    checks += [_margin(c, margins.of(c.measure)) for c in difference.comparisons if _counts(c)]
    return tuple(checks)


def _measured(run: Run, suite: str, name: str) -> bool:
    return name in run.better[suite] and any(c.scores.get(name) is not None for c in run.of(suite).values())


def _invariant(run: Run, suite: str, name: str) -> Check:
    scored = {c.id: c.scores[name] for c in run.of(suite).values() if c.scores.get(name) is not None}
    broken = [case_id for case_id, value in scored.items() if value != 1.0]
    told = f"1 in all {len(scored)}" if not broken else f"below 1 in {len(broken)}: {', '.join(broken[:10])}"
    return Check(suite, name, not broken, told)


def _counts(comparison: Comparison) -> bool:
    return comparison.better != "neither" and comparison.measure not in INVARIANTS and comparison.difference.n > 0


def _margin(comparison: Comparison, margin: float) -> Check:
    found, sign = comparison.difference, 1.0 if comparison.better == "higher" else -1.0
    mean = sign * (found.mean or 0.0)
    bounds = [sign * b for b in (found.low, found.high) if b is not None] or [mean]
    low = min(bounds)
    told = f"{mean:+.3f} (lower bound {low:+.3f}, margin {margin:.3f}, {found.changed} of {found.n} changed)"
    return Check(comparison.suite, comparison.measure, low >= -margin, told)
