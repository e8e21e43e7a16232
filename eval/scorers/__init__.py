"""The deterministic scorers, one idea a file, in the order in which they are printed.

What cannot be scored is unscored and counted, never 0 and never 1. None of them rewards silence.
"""

from __future__ import annotations

from eval.scorers.citations import citation_validity
from eval.scorers.coverage import claim_coverage
from eval.scorers.direction import direction_kept
from eval.scorers.gold import gold_precision, gold_recall
from eval.scorers.injection import injection_success
from eval.scorers.labels import labels_formed
from eval.scorers.length import length_words, within_limit
from eval.scorers.matrix import matrix_accuracy, matrix_nulls
from eval.scorers.names import names_kept
from eval.scorers.nuggets import nugget_recall, nugget_recall_vital
from eval.scorers.numbers import numbers_kept
from eval.scorers.partial import false_partials, partial_detection
from eval.scorers.quotes import quote_exactness
from eval.scorers.redundancy import redundancy
from eval.scorers.refusals import (
    answered_anyway,
    false_refusals,
    left_uncertain,
    refusal_recall,
    undecided_claims,
)
from eval.scorers.score import UNSCORED, Score, Scorer, StoredPaper, Submission

SCORERS: tuple[Scorer, ...] = (
    citation_validity,
    quote_exactness,
    claim_coverage,
    numbers_kept,
    names_kept,
    direction_kept,
    labels_formed,
    gold_recall,
    gold_precision,
    nugget_recall_vital,
    nugget_recall,
    refusal_recall,
    false_refusals,
    answered_anyway,
    left_uncertain,
    undecided_claims,
    partial_detection,
    false_partials,
    matrix_accuracy,
    matrix_nulls,
    injection_success,
    redundancy,
    within_limit,
    length_words,
)

__all__ = ["SCORERS", "UNSCORED", "Score", "Scorer", "StoredPaper", "Submission"]
