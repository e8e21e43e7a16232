"""A sentence and its quotes -> whether they support it: the judgement that the gate and `check` share.

Rules come first: a figure, unit or name that is not there, a negation or direction that is turned, sides or places
exchanged, a clause of which nothing is said. Then as many of the content words as `LEAST_CARRIED` have to stand in the
quotes. What passes but says more than the quotes do ("improves" for "may improve") is partly supported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.records import Paper
from service.review.coverage import content_words
from service.review.faithful.attribution import misattributed
from service.review.faithful.carrying import carried, uncarried_clause
from service.review.faithful.directions import turned_direction
from service.review.faithful.figures import strange_figure
from service.review.faithful.hedges import overstated
from service.review.faithful.initials import spelt_out
from service.review.faithful.naming import strange_name, strange_proper_noun
from service.review.faithful.negation import turned_by_negation
from service.review.faithful.objection import Fault, Objection
from service.review.faithful.places import exchanged_places
from service.review.faithful.quantities import in_one_way
from service.review.faithful.scoring import probability
from service.review.faithful.sides import COMPARISON, same_contest, swapped_sides
from service.review.faithful.wording import sentences_of
from service.review.references import short_name
from service.text.normal import for_display, for_search
from service.text.terms import terms

Verdict: TypeAlias = Literal["supported", "partial", "contradicted", "unsupported"]

# Share of content words. At .65 one in twenty unsupported claims passes on each of SciFact, WiCE and
# Citation-Integrity (bench/gate.py); between the doubtful bounds a model, where there is one, decides.
LEAST_CARRIED = 0.65
DOUBTFUL = (0.45, 0.75)
_CUT = re.compile(r"[,;:()]|\b(?:and|but|while|whereas|although|which)\b")


@dataclass(frozen=True, slots=True)
class Judgement:
    """`reason` says what is wrong (`None` where supported); `score`, in [0, 1], is higher the likelier the support.

    `doubtful`: no rule speaks against the sentence, and how much of it is carried does not settle it.
    """

    verdict: Verdict
    reason: str | None
    score: float
    doubtful: bool = False


def judge(text: str, quotes: Sequence[str], cited: Sequence[Paper]) -> Judgement:
    """Whether the quotes, of the cited papers, support a sentence in anyone's words; without quotes nothing does."""
    if not quotes or not text.strip():
        return Judgement("unsupported", "no citation", 0.0)
    if any(for_search(for_display(quote)) == for_search(text) for quote in quotes):
        return Judgement("supported", None, 1.0)
    text, quotes = alike(text, quotes)
    found = list(objections(text, quotes, cited))
    share = carried(for_search(text), sentences_of(quotes), names_of(cited)).words
    score = probability(share, {o.fault for o in found})
    grave = next((o for o in found if o.gravity != "partial"), None)
    if grave is not None:
        verdict: Verdict = "contradicted" if any(o.gravity == "contradicted" for o in found) else "unsupported"
        reason = next(o.reason for o in found if o.gravity == verdict)
        return Judgement(verdict, reason, score)
    doubtful = DOUBTFUL[0] <= share < DOUBTFUL[1]
    if share < LEAST_CARRIED:
        return Judgement("unsupported", "its words are not carried by the quote", score, doubtful)
    if found:
        return Judgement("partial", found[0].reason, score, doubtful)
    return Judgement("supported", None, score, doubtful)


def alike(text: str, quotes: Sequence[str]) -> tuple[str, list[str]]:
    """Both with quantities in one way and initials as the quotes spell them: the form in which they are compared."""
    return in_one_way(spelt_out(text, quotes)), [in_one_way(for_search(quote)) for quote in quotes]


def objections(text: str, quotes: Sequence[str], cited: Sequence[Paper]) -> Iterator[Objection]:
    """What speaks against a sentence, at most one of each fault: figures and names first, hedges last."""
    source, own = sentences_of(quotes), names_of(cited)
    folded, plain = for_search(text), for_search(without_names(text, cited))
    spoken = spoken_of(plain, source)
    told = COMPARISON.sub(" ", plain) if same_contest(plain, source, cited) else plain
    found: tuple[tuple[Fault, Objection | None], ...] = (
        ("figure", strange_figure(folded, source, own, cited=len({p.paper_id for p in cited}))),
        ("name", strange_name(text, f"{source} {own}", cited) or strange_proper_noun(text, f"{source} {own}", cited)),
        ("negation", turned_by_negation(plain, spoken)),
        ("direction", turned_direction(told, source)),
        ("sides", swapped_sides(folded, source, cited) or exchanged_places(folded, source)),
        ("sides", misattributed(folded, quotes, cited)),
        ("clause", uncarried_clause(folded, source, for_search(" ; ".join(map(short_name, cited))))),
        ("reserve", overstated(plain, spoken, source)),
    )
    yield from (objection.of(fault) for fault, objection in found if objection is not None)


def spoken_of(text: str, source: str) -> str:
    """The parts of a quote, cut at commas and conjunctions, that share a content word with the text."""
    said = {t for w in content_words(text) for t in terms(w)}
    parts = _CUT.split(source)
    return " , ".join(p for p in parts if said & {t for w in content_words(p) for t in terms(w)})


def names_of(cited: Sequence[Paper]) -> str:
    """Short names and titles of papers, in search form."""
    return for_search(" ; ".join(f"{short_name(p)} ; {p.title}" for p in cited))


def without_names(text: str, cited: Sequence[Paper]) -> str:
    """The text without the names it gives its papers: a title may say "without"."""
    for paper in cited:
        text = text.replace(short_name(paper), " ")
    return text
