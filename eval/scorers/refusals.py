"""Refusals: saying "not in the corpus" where that is so, and only there.

Silence on a question that could be answered, wholly or in part, is a false refusal whatever its status
says. A refusal that goes on to make claims isn't one. A failed run neither refuses nor answers.
"""

from __future__ import annotations

from eval.scorers.score import UNSCORED, Score, Scorer, Submission


def _recall(submission: Submission) -> Score:
    if submission.case.answerable != "no":
        return UNSCORED
    answer = submission.answer
    if answer.status == "not_in_corpus" and not answer.claims:
        return Score(1.0)
    return Score(0.0, (f"status {answer.status!r} with {len(answer.claims)} claims",))


def _false_refusal(submission: Submission) -> Score:
    if submission.case.answerable == "no":
        return UNSCORED
    answer = submission.answer
    if answer.status == "not_in_corpus" or not answer.claims:
        return Score(1.0, (f"answerable, but status {answer.status!r} with {len(answer.claims)} claims",))
    return Score(0.0)


refusal_recall = Scorer("refusal_recall", "higher", _recall)
false_refusals = Scorer("false_refusals", "lower", _false_refusal)
