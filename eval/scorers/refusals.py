"""Refusals: saying "not in the corpus" where that is so, and only there.

Silence on a question that could be answered, wholly or in part, is a false refusal whatever its status
says. A refusal that goes on to make claims isn't one. A failed run neither refuses nor answers. An `uncertain`
answer, which shows the nearest passages as no more than that, is neither: it has measures of its own, so that
doubt can hide neither behind refusals nor behind answers.
"""

from __future__ import annotations

from eval.scorers.score import UNSCORED, Score, Scorer, Submission, clip, share


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


def _answered_anyway(submission: Submission) -> Score:
    if submission.case.answerable != "no":
        return UNSCORED
    answer = submission.answer
    if answer.status in ("answered", "partial") and answer.claims:
        return Score(1.0, (f"unanswerable, but status {answer.status!r} with {len(answer.claims)} claims",))
    return Score(0.0)


def _left_uncertain(submission: Submission) -> Score:
    if submission.case.answerable == "no" or not submission.answer.claims:
        return UNSCORED  # a refusal or silence shows no doubt, and earns nothing here
    return Score(1.0, ("answerable, but left uncertain",)) if submission.answer.status == "uncertain" else Score(0.0)


def _undecided(submission: Submission) -> Score:
    claims = submission.answer.claims
    open_ = [s for s in claims if s.support == "undecided"]
    return share(len(open_), len(claims), tuple(f"not decided: {clip(s.text)!r}" for s in open_))


answered_anyway = Scorer("answered_anyway", "lower", _answered_anyway)
left_uncertain = Scorer("left_uncertain", "lower", _left_uncertain)
undecided_claims = Scorer("undecided_claims", "lower", _undecided)
refusal_recall = Scorer("refusal_recall", "higher", _recall)
false_refusals = Scorer("false_refusals", "lower", _false_refusal)
