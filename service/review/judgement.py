"""A sentence and its quotes -> whether they support it: the judgement that the gate and `check` share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.records import Paper
from service.review.coverage import content_words
from service.review.faithful.carrying import carried, uncarried_clause
from service.review.faithful.directions import turned_direction
from service.review.faithful.figures import strange_figure
from service.review.faithful.hedges import overstated
from service.review.faithful.naming import strange_name, strange_proper_noun
from service.review.faithful.negation import turned_by_negation
from service.review.faithful.objection import Objection
from service.review.faithful.places import exchanged_places
from service.review.faithful.sides import COMPARISON, same_contest, swapped_sides
from service.review.faithful.wording import sentences_of
from service.review.references import short_name
from service.text.normal import for_display, for_search
from service.text.terms import terms

Verdict: TypeAlias = Literal["supported", "partial", "contradicted", "unsupported"]
LEAST_SUPPORTED = 0.55
_LEAST_PARTIAL = 0.3


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason` says what is wrong (`None` where supported); `score` is the share of words carried, in [0, 1]."""

    verdict: Verdict
    reason: str | None
    score: float


def judge(text: str, quotes: Sequence[str], cited: Sequence[Paper]) -> Judgement:
    """Whether the quotes, of the cited papers, support a sentence in anyone's words; without quotes nothing does."""
    if not quotes or not text.strip():
        return Judgement("unsupported", "no citation", 0.0)
    if any(for_search(for_display(q)) == for_search(text) for q in quotes):
        return Judgement("supported", None, 1.0)
    source = sentences_of(quotes)
    own = names_of(cited)
    score = carried(for_search(text), source, own).words
    objection = _objection(text, source, own, cited)
    if objection is not None and objection.gravity != "partial":
        return Judgement(objection.gravity, objection.reason, score)
    if score < LEAST_SUPPORTED:
        return Judgement("unsupported", "its words are not carried by the quote", score)
    if objection is not None:
        return Judgement("partial", objection.reason, score)
    return Judgement("supported", None, score)


def _objection(text: str, source: str, own: str, cited: Sequence[Paper]) -> Objection | None:
    """The gravest kind of fault that is found, looked for from figures to hedges."""
    plain = for_search(without_names(text, cited))
    spoken = spoken_of(plain, source)
    return (
        strange_figure(for_search(text), source, own)
        or strange_name(text, f"{source} {own}", cited)
        or strange_proper_noun(text, f"{source} {own}", cited)
        or turned_by_negation(plain, spoken)
        or turned_direction(COMPARISON.sub(" ", plain) if same_contest(plain, source, cited) else plain, source)
        or swapped_sides(for_search(text), source, cited)
        or exchanged_places(for_search(text), source)
        or uncarried_clause(for_search(text), source, own)
        or overstated(plain, spoken, source)
    )


def spoken_of(text: str, source: str) -> str:
    """The parts of a quote, cut at commas and conjunctions, that share a content word with the text."""
    said = {t for w in content_words(text) for t in terms(w)}
    parts = re.split(r"[,;:()]|\b(?:and|but|while|whereas|although|which)\b", source)
    return " , ".join(p for p in parts if said & {t for w in content_words(p) for t in terms(w)})


def names_of(cited: Sequence[Paper]) -> str:
    """Short names and titles of papers, in search form."""
    return for_search(" ; ".join(f"{short_name(p)} ; {p.title}" for p in cited))


def without_names(text: str, cited: Sequence[Paper]) -> str:
    """The text without the names it gives its papers: a title may say "without"."""
    for paper in cited:
        text = text.replace(short_name(paper), " ")
    return text
