"""Claim coverage: the share of claim sentences, however short, with at least one valid citation."""

from __future__ import annotations

from eval.scorers.citations import holds
from eval.scorers.score import Score, Scorer, Submission, clip, share


def _measure(submission: Submission) -> Score:
    claims = [s for s in submission.answer.body if s.kind != "connective"]
    bare = [s for s in claims if not s.text.strip() or not any(holds(c, submission) for c in s.citations)]
    reasons = tuple(f"no valid citation: {clip(s.text)!r}" for s in bare)
    return share(len(claims) - len(bare), len(claims), reasons)


claim_coverage = Scorer("claim_coverage", "higher", _measure)
