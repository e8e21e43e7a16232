"""Redundancy: the share of claims that near-identically repeat an earlier one. Lower is better.

Near-identical: the Jaccard similarity of their word pairs is at least 0.8 and their numbers are the same,
because two results in one turn of phrase are two claims. One claim alone can't repeat, so it is unscored.
"""

from __future__ import annotations

from itertools import pairwise

from eval.documents.folding import numbers, words
from eval.scorers.score import UNSCORED, Score, Scorer, Submission, clip, share

_NEAR = 0.8


def near_identical(a: str, b: str) -> bool:
    """Whether two sentences say the same in nearly the same words."""
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    together = len(pairs_a | pairs_b)
    alike = not together or len(pairs_a & pairs_b) >= _NEAR * together
    return alike and sorted(numbers(a)) == sorted(numbers(b))


def _pairs(text: str) -> set[tuple[str, str]]:
    tokens = ["", *words(text), ""]  # the edges make a one-word sentence comparable
    return set(pairwise(tokens))


def _measure(submission: Submission) -> Score:
    texts = [s.text for s in submission.answer.claims]
    if len(texts) < 2:
        return UNSCORED
    repeats = [t for i, t in enumerate(texts) if any(near_identical(t, earlier) for earlier in texts[:i])]
    return share(len(repeats), len(texts), tuple(f"said before: {clip(t)!r}" for t in repeats))


redundancy = Scorer("redundancy", "lower", _measure)
