"""Within one paper: which of its sentences to take for a clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from service.annotate.names import name_key, own_names
from service.annotate.roles import Role
from service.review.absence import says_absent, wanted_absent
from service.review.coverage import Coverage
from service.review.old_evidence import Candidate
from service.review.plan import Clause, Intent
from service.review.rewrite import dangles
from service.text.normal import for_search

_DANGLING_PENALTY = 0.10
_SETTING_BONUS = 0.30
_DEFINING_BONUS = 0.25
_COVER_BONUS = 0.25  # for a sentence that covers all the words asked for
_MMR_WEIGHT = 0.35  # on similarity above _MMR_FREE
_MMR_FREE = 0.60
_LEAST_GAIN = 0.50  # behind the best sentence; further behind, a sentence adds little
_BACKGROUND_PENALTY = 0.20
_NEGATED_WEIGHT = 0.30  # for or against a sentence that speaks of what the question wants none of
_LEAST_WORDS = 7  # "It keeps them." introduces nothing
_LEAST_COVERED = 0.25  # of a number question's words, for its sentence to be about what is counted
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty|dozens?|hundreds?|thousands?|millions?|billions?|half|"
    r"halv\w+|doubl\w+|tripl\w+|twice|single|quarter|third)\b",
    re.IGNORECASE,
)


def choose(
    coverage: Coverage,
    clause: Clause,
    candidate: Candidate,
    words: Sequence[str],
    *,
    limit: int,
    settings: Sequence[str] = (),
) -> tuple[int, ...]:
    """Indices of at most `limit` sentences: relevant, not repeating each other, able to stand alone.

    `words` are the clause's content words; `settings` the name keys (benchmarks, data sets) it asks about.
    For a question after a number only sentences with a figure are eligible.
    """
    n = len(candidate.sentences.spans)
    gain: NDArray[np.float32] = candidate.relevance.copy()
    eligible = np.array([role is not Role.NOTE for role in candidate.roles])
    introduced = defining(candidate)
    absent = wanted_absent(clause.text)
    for i in range(n):
        text = candidate.sentences.text(i)
        if dangles(for_search(text)):
            gain[i] -= _DANGLING_PENALTY
        background = candidate.roles[i] is Role.PROBLEM or (i < introduced and not _own(candidate, text))
        if background and Role.PROBLEM not in clause.roles:
            gain[i] -= _BACKGROUND_PENALTY  # what is known, or others do wrong, is not what this paper does
        eligible[i] &= not text.rstrip().endswith("?")
        if words:
            covered = float(coverage.covers(words, text).mean())
            gain[i] += _COVER_BONUS * covered
            if clause.intent is Intent.NUMBER and not settings:
                eligible[i] &= covered >= _LEAST_COVERED
        if clause.intent is Intent.NUMBER:
            eligible[i] &= has_figure(text)
        gain[i] += _NEGATED_WEIGHT * _agrees(absent, text)
        if any(key in name_key(text) for key in settings):
            gain[i] += _SETTING_BONUS
    if clause.intent is not Intent.NUMBER and (clause.intent is Intent.COMPARE or not words):
        gain[defining(candidate)] += _DEFINING_BONUS
    return _spread(candidate, gain, eligible, limit)


def has_figure(text: str) -> bool:
    """Whether a sentence states a number; digits that belong to a name (UniME-V2) do not count."""
    plain = for_search(text)
    return bool(_FIGURE.search(re.sub(r"\b[A-Za-z][\w^+.\-]*\d[\w^+.\-]*", " ", plain)))


def defining(candidate: Candidate) -> int:
    """Index of the sentence that introduces the paper's own system, or what the paper does."""
    short = own_names(candidate.paper.title, candidate.paper.abstract).short
    key = name_key(short) if short else None

    def merit(i: int) -> float:
        text = candidate.sentences.text(i)
        named = key is not None and key in name_key(text)
        verb = re.search(r"\b[Ww]e (?:\w+ly )?(?:propose|introduce|present|develop|describe)|this (?:paper|work)", text)
        stands_alone = len(text.split()) >= _LEAST_WORDS
        return 2.0 * bool(verb) + named + (candidate.roles[i] is Role.APPROACH) + stands_alone - 0.05 * i

    return max(range(len(candidate.sentences.spans)), key=merit)


def _agrees(absent: Sequence[frozenset[str]], text: str) -> int:
    """1 where the question wants none of something and the sentence says so, -1 where it says otherwise, else 0."""
    said = [says_absent(text, stems) for stems in absent]
    if any(said):
        return 1
    return -1 if False in said else 0


def introduces(candidate: Candidate, i: int) -> bool:
    """Whether a sentence says what the paper does: it proposes, or tells of the paper's own system."""
    return candidate.roles[i] is Role.APPROACH or _own(candidate, candidate.sentences.text(i))


def _own(candidate: Candidate, text: str) -> bool:
    """Whether a sentence speaks of the paper's own work: its name, "we", "our"."""
    short = own_names(candidate.paper.title, candidate.paper.abstract).short
    return bool(re.search(r"\b(?:we|our)\b", text, re.IGNORECASE)) or (
        short is not None and name_key(short) in name_key(text)
    )


def _spread(
    candidate: Candidate, gain: NDArray[np.float32], eligible: NDArray[np.bool_], limit: int
) -> tuple[int, ...]:
    """Maximal marginal relevance over one paper's sentences; ends when a sentence adds little."""
    open_sentences = [int(i) for i in np.flatnonzero(eligible)]
    vectors = candidate.sentences.vectors
    chosen: list[int] = []

    def worth(i: int) -> float:
        alike = max((float(vectors[i] @ vectors[j]) for j in chosen), default=0.0)
        return float(gain[i]) - _MMR_WEIGHT * max(alike - _MMR_FREE, 0.0)

    top = max((float(gain[i]) for i in open_sentences), default=0.0)
    while open_sentences and len(chosen) < limit:
        best = max(open_sentences, key=worth)
        if chosen and worth(best) < top - _LEAST_GAIN:
            break
        chosen.append(best)
        open_sentences.remove(best)
    return tuple(sorted(chosen))
