"""Subjects that stand for "we", and the verb that goes with a single one: "one paper proposes"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.review.first_person import AUTHOR_VERB, BASE_VERBS

_HELPERS = {"have": "has", "are": "is", "do": "does", "were": "was"}
_MODALS = frozenset("can could will would may might had did cannot".split())
_BETWEEN = re.compile(r"\s(?:\w+ly|also|then|further|first|next|thus|therefore|instead|finally|here|now|again)\b")
_AMBIGUOUS = frozenset("set cast shed".split())  # base form or past
_SECOND_VERB = re.compile(
    rf"(?:,|\b(?:and|but|or|then)) (?:\w+ly |also |then |further )*(?:{'|'.join(sorted(BASE_VERBS))})\b(?!-)"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """`text` stands within a sentence ("the authors of KITE"); `possessive` goes before a noun."""

    text: str
    possessive: str
    plural: bool


def agreeing(after_we: str) -> str | None:
    """What follows "we", put in the singular: " propose a net" -> " proposes a net"; `None` where that is not safe.

    Not safe is a second verb of the same subject ("propose a net and test it"): telling it from a noun or an
    infinitive would take a parser.
    """
    at = 0
    while (between := _BETWEEN.match(after_we, at)) is not None:
        at = between.end()
    word = re.match(r"\s([\w-]+)", after_we[at:])
    if word is None or word[1] in _AMBIGUOUS or _SECOND_VERB.search(after_we[at + word.end() :]):
        return None
    if word[1] in _HELPERS:
        singular = _HELPERS[word[1]]
    elif word[1] in BASE_VERBS:
        singular = _third(word[1])
    else:
        return after_we if word[1] in _MODALS or re.fullmatch(AUTHOR_VERB, word[1]) else None
    return f"{after_we[:at]} {singular}{after_we[at + word.end() :]}"


def _third(verb: str) -> str:
    if re.search(r"[^aeiou]y$", verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if re.search(r"(?:s|x|z|ch|sh)$", verb) else f"{verb}s"
