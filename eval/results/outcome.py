"""What became of one question, and of a suite of them: what reports are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.scorers import Score
from eval.scorers.score import Better
from eval.stats import Summary, summarise


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case: the document it got, as it came, and its scores. `failure`: why there is no document."""

    id: str
    kind: str
    question: str
    document: Mapping[str, object] | None
    scores: Mapping[str, Score]
    answered: bool
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """The outcomes of one suite. `better` names its measures in order; `problems` make the run a failure."""

    name: str
    outcomes: tuple[Outcome, ...]
    better: Mapping[str, Better]
    problems: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(o.kind for o in self.outcomes))

    @property
    def answered(self) -> int:
        return sum(o.answered for o in self.outcomes)

    @property
    def failed(self) -> tuple[Outcome, ...]:
        return tuple(o for o in self.outcomes if o.failure is not None)

    def summary(self, measure: str, *, kind: str | None = None) -> Summary:
        """The mean of one measure over all outcomes, or over those of one kind."""
        chosen = [o for o in self.outcomes if kind is None or o.kind == kind]
        return summarise([o.scores[measure].value for o in chosen])


@dataclass(frozen=True, slots=True)
class Skipped:
    """A suite that wasn't run, and why."""

    suite: str
    reason: str


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the evaluation."""

    suites: tuple[SuiteResult, ...]
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """False where an answer failed, or a record or case doesn't fit. Low scores don't make a run fail."""
        return not self.problems and not any(s.failed or s.problems for s in self.suites)
