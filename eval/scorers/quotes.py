"""Quote exactness: the share of citations whose quote is, to the character, what the abstract says there."""

from __future__ import annotations

from eval.scorers.citations import fault_of_quote
from eval.scorers.score import Score, Scorer, Submission, clip, share


def _measure(submission: Submission) -> Score:
    citations = tuple(submission.answer.citations())
    faults = [(c, fault_of_quote(c, submission.papers)) for c in citations]
    reasons = tuple(f"{fault}: {clip(c.quote or '')!r}" for c, fault in faults if fault)
    return share(len(citations) - len(reasons), len(citations), reasons)


quote_exactness = Scorer("quote_exactness", "higher", _measure)
