"""Nugget recall: the facts of the case that the claims state.

Connectives don't count: they carry no citation, and one that echoes the question would recall its names.
Weights follow TREC's nugget pyramid in its simplest form: a vital nugget weighs 1, another 0.5.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.datasets.cases import Nugget
from eval.documents.folding import occurs
from eval.scorers.score import UNSCORED, Score, Scorer, Submission

_WEIGHT_OF_OTHERS = 0.5


def _recall(nuggets: Sequence[Nugget], submission: Submission) -> Score:
    if not nuggets:
        return UNSCORED
    claims = [s.text for s in submission.answer.claims]  # one by one: a phrase never spans two sentences
    missed = [n for n in nuggets if not any(occurs(a, c) for a in n.alternatives for c in claims)]
    weight = sum(_weight(n) for n in nuggets)
    reasons = tuple(f"{'vital' if n.vital else 'other'} nugget: {n.alternatives[0]!r}" for n in missed)
    return Score((weight - sum(_weight(n) for n in missed)) / weight, reasons)


def _weight(nugget: Nugget) -> float:
    return 1.0 if nugget.vital else _WEIGHT_OF_OTHERS


nugget_recall_vital = Scorer(
    "nugget_recall_vital", "higher", lambda s: _recall([n for n in s.case.nuggets if n.vital], s)
)
nugget_recall = Scorer("nugget_recall", "higher", lambda s: _recall(s.case.nuggets, s))
