"""Partial answers: saying what is missing where something is, and not where nothing is.

An item is named when half of its key words stand in one `missing` entry. An entry that repeats most of
the question names nothing: else handing the question back would name every gap.
"""

from __future__ import annotations

from eval.documents.folding import words
from eval.scorers.score import UNSCORED, Score, Scorer, Submission, share

_SMALL_WORDS = """
    a an and any are as at be been by did do does for from give given has have how in is it its many much
    not of on or than that the their them there these they this to use used was were what when where
    which who why with would paper papers abstract abstracts corpus say says
"""
_SMALL = frozenset(_SMALL_WORDS.split())
_NAMED = 0.5
_WHOLE_QUESTION = 0.8


def _key_words(text: str) -> set[str]:
    return {w.removesuffix("'s").rstrip("s") for w in words(text) if w not in _SMALL}


def _detection(submission: Submission) -> Score:
    if submission.case.answerable != "partly":
        return UNSCORED
    answer = submission.answer
    if answer.status != "partial" or not answer.claims:
        return Score(0.0, (f"half answerable, but status {answer.status!r} with {len(answer.claims)} claims",))
    question = _key_words(submission.case.question)
    entries = [e for e in map(_key_words, answer.missing) if not _repeats(e, question)]
    expected = submission.case.missing
    unnamed = tuple(f"not named as missing: {i}" for i in expected if not _named(_key_words(i), entries))
    return share(len(expected) - len(unnamed), len(expected), unnamed)


def _repeats(entry: set[str], question: set[str]) -> bool:
    return len(entry & question) > _WHOLE_QUESTION * len(question)


def _named(item: set[str], entries: list[set[str]]) -> bool:
    return bool(item) and any(len(item & entry) >= _NAMED * len(item) for entry in entries)


def _false_partial(submission: Submission) -> Score:
    if submission.case.answerable != "yes" or not submission.answer.claims:
        return UNSCORED
    if submission.answer.status != "partial":
        return Score(0.0)
    return Score(1.0, (f"answerable, but said to lack: {'; '.join(submission.answer.missing)}",))


partial_detection = Scorer("partial_detection", "higher", _detection)
false_partials = Scorer("false_partials", "lower", _false_partial)
