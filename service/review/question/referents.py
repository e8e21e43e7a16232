"""Phrases of a question that refer to something it does not say: "the second paper", "does it …"."""

from __future__ import annotations

import re
from typing import Final

from service.review.question.content import content_words
from service.vocabulary.words import words

AUX: Final = r"(?:do|does|did|is|are|was|were|can|could|has|have|had|will|would|should|may|might)"
_WH: Final = r"(?:(?:in|on|at|for|by|to|from|with) )?(?:what|which|who|when|where|why|how)(?: [\w\-]+){0,3}?"
_NUMBERED: Final = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|last|previous|next|above|other)(?: of (?:these|those))? "
    r"(?:papers?|stud(?:y|ies)|articles?|works?|abstracts?|one|ones)\b(?!\s+(?:to|of|on|that|in|for|with|which|about))|"
    r"\bthe (?:former|latter)\b",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    rf"^(?:{_WH} )?(?P<aux>{AUX}) (?P<it>it|they|he|she|its|their|(?:this|these|those)(?: (?:papers?|stud(?:y|ies)|"
    rf"one|ones|articles?|works?|methods?|authors?|results?))?)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_SOME: Final = r"(?:which|what|how many|any|all|some|none|most|both|each|one|two)"
_WORKS: Final = r"(?: (?:papers|studies|articles|works|abstracts)\b)"
_NOUN: Final = r" (?!(?:is|was|has|does|discuss|address|assess)\b)[\w\-]+s\b"
_AMONG: Final = re.compile(
    rf"^(?:(?:and|but|so|then)\b[,\s]*)?(?:(?:{AUX} )?{_SOME} of|compare|contrast|summari[sz]e|rank|list|order) "
    rf"(?P<them>them|(?:these|those){_WORKS}?(?!{_NOUN}))\b",
    re.IGNORECASE,
)
"""What asks of several things said before: "which of these use …", "compare them"; not "which of these methods …"."""
_EXTRAPOSED: Final = re.compile(
    r"\b(?:that|whether|if|how|what|which|why|when)\b|\b(?:for .+ )?to [a-z]", re.IGNORECASE
)
"""The clause that an expletive "it" stands for: "is it known whether …", "what does it cost to …"."""
_QUALIFIED: Final = 4  # content words
_BE: Final = words("is are was were")
_TAKES_CLAUSE: Final = words("cost take matter help pay hurt mean require need make")
"""Verbs, with forms of "be", whose "it" is an expletive where such a clause follows."""


def unresolved(question: str) -> str | None:
    """The phrase that has no referent in the question, or `None`."""
    numbered = _NUMBERED.search(question)
    if numbered:
        return numbered[0]
    several = among(question)
    if several is not None:
        return several
    pronoun = _PRONOUN.match(question.strip())
    if pronoun is None or _is_expletive(pronoun) or _points_at_its_own_noun(pronoun):
        return None
    return pronoun["it"]


def among(question: str) -> str | None:
    """The words for things said before among which a question chooses, or which it has compared ("them")."""
    found = _AMONG.match(question.strip())
    return found["them"] if found else None


def _is_expletive(found: re.Match[str]) -> bool:
    verb = found["rest"].split()[:1]
    if found["it"].casefold() != "it" or not verb:
        return False
    takes_clause = found["aux"].casefold() in _BE or verb[0].casefold() in _TAKES_CLAUSE
    return takes_clause and _EXTRAPOSED.search(found["rest"]) is not None


def _points_at_its_own_noun(found: re.Match[str]) -> bool:
    """Whether "this" or "those" stands before a noun with what qualifies it: "those farmers who sold their land"."""
    return found["it"].casefold() in ("this", "these", "those") and len(content_words(found["rest"])) >= _QUALIFIED
