"""Whether papers speak of what a clause asks: the decisions between an answer and "the corpus does not say"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from service.annotate.names import acronyms, name_key, own_names, spells_out
from service.annotate.roles import Role
from service.records import Filters, Paper
from service.review.asked_kind import can_state
from service.review.choose import has_figure
from service.review.corpus import Corpus
from service.review.coverage import Coverage, content_words
from service.review.old_evidence import Candidate, System, mentions_name
from service.review.plan import ASPECTS, MEASURES, Clause, Intent

# Calibrated on eval/cases; docs/adr/0007 has the figures. Each adds the highest cosine of a sentence to the
# share of the clause's content words that the paper covers.
LEAST_COSINE = 0.25  # below it nothing in the corpus is even related
LEAST_TOPIC = 0.79  # for the corpus to speak of a topic
LEAST_DESPITE = 1.20  # for a topic although a word that carries much of its meaning is absent
LEAST_STATED = 0.66  # for a named system's abstract to state what is asked of it
LEAST_COMPARED = 0.40  # the same when several systems are compared: each describes itself in other words
LEAST_CONJUNCT = 0.45  # share of a coordinated phrase's words that some chosen paper covers
READ_PAPERS = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """What all selections of one request share."""

    corpus: Corpus
    coverage: Coverage
    filters: Filters | None
    left_out: tuple[str, ...] = ()


def on_topic(scope: Scope, clause: Clause, candidates: Sequence[Candidate], words: Sequence[str]) -> bool:
    if not words:
        return clause.surveys_only
    related = max(c.best for c in candidates)
    covered = max(scope.coverage.share(words, c.paper) for c in candidates[:READ_PAPERS])
    return related >= LEAST_COSINE and related + covered >= LEAST_TOPIC


def support(scope: Scope, words: Sequence[str], candidate: Candidate) -> float:
    """Highest cosine of a sentence plus the share of the words that the paper covers."""
    return candidate.best + scope.coverage.share(words, candidate.paper)


def stated(
    scope: Scope,
    clause: Clause,
    candidate: Candidate,
    words: Sequence[str],
    settings: Sequence[System],
    *,
    compared: bool,
) -> bool:
    """Whether the paper's abstract speaks of what is asked about it."""
    text = f"{candidate.paper.title}. {candidate.paper.abstract}"
    if not can_state(clause.text, candidate.texts, own_names(candidate.paper.title, candidate.paper.abstract).keys):
        return False
    if not compared or clause.intent is Intent.NUMBER:
        if any(not mentions_name(candidate.paper, name_key(s.name)) for s in settings):
            return False
        if clause.intent is Intent.NUMBER and not all(spells_out(text, a) for a in acronyms(clause.text)):
            return False
    if clause.intent is Intent.NUMBER and not any(map(has_figure, candidate.texts)):
        return False
    if not words and not compared and clause.intent is Intent.EXPLAIN:
        return _speaks_of_aspects(scope, clause, candidate)
    if not words or any(covers_phrase(scope, clause, phrase, candidate) for phrase in clause.conjuncts):
        return True
    if compared:
        return support(scope, words, candidate) >= LEAST_COMPARED
    return support(scope, words, candidate) >= LEAST_STATED


def uncovered(scope: Scope, clause: Clause, candidates: Sequence[Candidate]) -> list[str]:
    """Coordinated phrases of the clause that no chosen paper speaks of."""
    if not candidates:
        return []
    return [p for p in clause.conjuncts if not any(covers_phrase(scope, clause, p, c) for c in candidates)]


def covers_phrase(scope: Scope, clause: Clause, phrase: str, candidate: Candidate) -> bool:
    words = asked_words(clause, phrase)
    return not words or scope.coverage.share(words, candidate.paper) >= LEAST_CONJUNCT


def without_names(clause: Clause) -> str:
    text = clause.text
    for name in clause.names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text, flags=re.IGNORECASE)
    return text if content_words(text) else clause.text


def wanted_roles(clause: Clause) -> tuple[Role, ...]:
    """The roles the clause asks after; where it names none, those its intent is usually after."""
    if clause.roles:
        return clause.roles
    if clause.intent is Intent.NUMBER:
        return (Role.RESULT, Role.DATA)
    return (Role.APPROACH, Role.RESULT) if clause.intent is Intent.COMPARE else (Role.APPROACH,)


def _speaks_of_aspects(scope: Scope, clause: Clause, candidate: Candidate) -> bool:
    """Whether one paper's abstract has what only aspects were asked of: "what did its training cost?" """
    aspects = tuple(w for w in content_words(" ".join(clause.facets)) if w in ASPECTS)
    if any(w.startswith(("limit", "weak", "drawback", "disadvantage")) for w in aspects):
        return Role.LIMIT in candidate.roles
    return not aspects or scope.coverage.share(aspects, candidate.paper) >= LEAST_CONJUNCT


def asked_words(clause: Clause, phrase: str) -> tuple[str, ...]:
    """The phrase's content words that an abstract has to hold: words for an aspect are asked for, not looked up."""
    dropped = MEASURES if clause.intent is Intent.NUMBER else ASPECTS
    return tuple(w for w in content_words(phrase) if w not in dropped)


def called(paper: Paper) -> str:
    return own_names(paper.title, paper.abstract).short or paper.title
