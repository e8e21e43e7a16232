"""List questions: every candidate paper against every qualifier, by what its abstract says word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from service.annotate import RhetoricalRole
from service.review.answering.selecting import sentence_of
from service.review.evidence.calibration import ANSWERED
from service.review.evidence.calibration import UNCLEAR as NEAR
from service.review.evidence.model import Evidence, Found, PaperEvidence
from service.review.question.content import content_words
from service.review.question.model import Query
from service.text.terms import STOP_TERMS, terms
from service.vocabulary import NEGATIONS, SCAFFOLDING

MEETS: Final = "Their titles and abstracts say it:"
UNCLEAR: Final = "Near, but unclear from their abstracts:"
_NEAREST: Final = 3
"""Papers that are shown as unclear where no sentence is near enough."""
_SENTENCES: Final = 2
"""Sentences that show one paper; a qualifier that they leave open is unclear."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper for a list: the sentences that show it, and whether they and the title hold every qualifier."""

    shown: tuple[Evidence, ...]
    meets: bool


def candidates(query: Query, found: Found) -> list[Candidate]:
    """Those that meet every qualifier, then those for which it is unclear, each best first; the others are left out."""
    wanted = _qualifiers(query)
    quotable = [p for p in found.papers if p.sentences]
    near = [p for p in quotable if max(e.answers for e in p.sentences) >= NEAR] or quotable[:_NEAREST]
    return sorted((_candidate(query, wanted, paper) for paper in near), key=lambda c: not c.meets)


def _qualifiers(query: Query) -> list[frozenset[str]]:
    """The question's content words, each as its search terms, without those of what it excludes."""
    excluded = {t for phrase in (*query.absent, *query.left_out) for t in terms(phrase)}
    words = content_words(" ".join(part.text for part in query.parts))
    wanted = (frozenset(terms(word)) for word in words if word.casefold() not in SCAFFOLDING)
    return [word for word in wanted if word and not word & excluded]


def _candidate(query: Query, wanted: Sequence[frozenset[str]], paper: PaperEvidence) -> Candidate:
    titled = set(paper.abstract.title_terms)
    wanted = [word for word in wanted if not word & titled]
    first = next((e for e in paper.sentences if _is_own(e)), paper.best)
    shown, open_words = [first], _open(wanted, first)
    while open_words and len(shown) < _SENTENCES:
        further = min(paper.sentences, key=lambda e: (len(_open(open_words, e)), not _is_own(e)))
        if len(_open(open_words, further)) == len(open_words):
            break
        shown.append(further)
        open_words = _open(open_words, further)
    meets = all(map(_is_own, shown)) and not open_words and paper.best.answers >= ANSWERED
    for phrase in query.absent:
        denied = next((e for e in _speaking(paper, phrase) if _negates(e)), None)
        meets = meets and denied is not None
        shown += [denied] if denied is not None and denied not in shown else []
    meets = meets and not any(_speaking(paper, phrase) for phrase in query.left_out)
    return Candidate(tuple(shown), meets)


def _is_own(evidence: Evidence) -> bool:
    """Whether the sentence tells what the paper does, not what is known or others do."""
    return sentence_of(evidence).role is not RhetoricalRole.PROBLEM


def _open(wanted: Sequence[frozenset[str]], evidence: Evidence) -> list[frozenset[str]]:
    """The words that a sentence does not hold."""
    held = set(sentence_of(evidence).terms)
    return [word for word in wanted if not word & held]


def _speaking(paper: PaperEvidence, phrase: str) -> list[Evidence]:
    """The sentences that hold every word of a phrase."""
    wanted = frozenset(terms(phrase)) - STOP_TERMS
    return [e for e in paper.sentences if wanted and wanted <= set(sentence_of(e).terms)]


def _negates(evidence: Evidence) -> bool:
    return not NEGATIONS.isdisjoint(evidence.text.casefold().split())
