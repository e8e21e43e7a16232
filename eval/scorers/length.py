"""Length: words of the text, better neither way, and whether the claims stay within the limit asked for."""

from __future__ import annotations

from eval.scorers.score import UNSCORED, Score, Scorer, Submission

DEFAULT_MAX_SENTENCES = 12  # what `ask` takes when a case names no limit


def _words(submission: Submission) -> Score:
    body = submission.answer.body
    return Score(float(sum(len(s.text.split()) for s in body))) if submission.answer.claims else UNSCORED


def _within(submission: Submission) -> Score:
    claims, limit = len(submission.answer.claims), submission.case.max_sentences or DEFAULT_MAX_SENTENCES
    if not claims:
        return UNSCORED
    return Score(1.0) if claims <= limit else Score(0.0, (f"{claims} claims, limit {limit}",))


length_words = Scorer("length_words", "neither", _words)
within_limit = Scorer("within_limit", "higher", _within)
