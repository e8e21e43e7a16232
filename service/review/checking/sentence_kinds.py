"""Why a sentence of a text says nothing that the literature could bear out, and whether it goes on about what was
cited before it. Only classes of words that English closes, and the names of the parts of a document."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from service.annotate.names import tokens
from service.vocabulary.connectives import CONNECTIVES
from service.vocabulary.function_words import ADVERBS, ANAPHORIC, FUNCTION_WORDS, PREPOSITIONS, SUBORDINATORS

ABOUT_THE_TEXT: Final = "it is about the text itself"
OWN_WORK: Final = "it is about the authors' own work"
QUESTION: Final = "it is a question"
LEADS_OVER: Final = "it only leads over to what follows"
TOO_SHORT: Final = "it says too little by itself"
TOO_LONG: Final = "it is too long for one sentence"
UNCITED: Final = "it cites nothing, and no paper of the library is known to say it"
GOES_ON: Final = "it cites nothing, and whether it goes on about what is cited before it was not decided"

IN_SHORT: Final = {
    ABOUT_THE_TEXT: "about the text itself",
    OWN_WORK: "about your own work",
    QUESTION: "asked as a question",
    LEADS_OVER: "leading over",
    TOO_SHORT: "too short",
    TOO_LONG: "too long",
    UNCITED: "without a citation",
    GOES_ON: "without a citation",
}
"""The same in a few words, for a line of counts."""

LEAST_CONTENT: Final = 3
"""Content words from which on a stretch of text can be judged by itself."""

_LEAST_UNCITED: Final = 5
_LONGEST: Final = 3_000  # characters; what goes on without a full stop for two pages is no sentence
_MOST_OPENING_WORDS: Final = 8
# A name may begin like a pronoun: "I-SHEEP", "WE-CLIP", "US"; "I" within a sentence may be a number ("type I error").
_FIRST_PERSON = re.compile(r"(?<![\w-])(?:[Ww]e|[Oo]urs?|[Mm]y|us|(?:(?<=\A)|(?<=, ))I)(?![\w-])")
_REPORTS = re.compile(
    r"(?:\w+,? ){0,3}we (?:have )?(?:\w+ly |also |then |further )?(?:find|found|show|showed|shown|demonstrated?|"
    r"observed?|reported|report|document|documented|establish|established|concluded?|revealed|reveal|confirmed|confirm|"
    r"noted?|see|know|argued?|learned|learn) that\b",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:consistent|in (?:line|agreement|accord|accordance) with|in contrast to|"
    r"as (?:in|by|described|reported|shown)|similar(?:ly)? to|"
    r"compar(?:ed|able) (?:with|to)|using|confirm(?:s|ed|ing)?|previous(?:ly)?)\b",
    re.IGNORECASE,
)
_OPENERS = (PREPOSITIONS | ADVERBS) - SUBORDINATORS
_PART = (
    r"(?:sub)?sections?|chapters?|appendix|appendices|figures?|tables?|algorithms?|equations?|fig\.|tab\.|sec\.|eq\."
)
_WHOLE = "paper|work|study|article|thesis|report|survey|review|manuscript"
_ABOUT = re.compile(
    rf"(?:in )?(?:this|our|the (?:present|current|following|next|remaining)) (?:{_PART}|{_WHOLE})(?!\w)|"
    rf"(?:in )?the (?:rest|remainder) of\b|(?:{_PART}) ?\(?(?-i:\d|[A-Z]\b)|"
    r"(?:see|note that|recall that|let|suppose|consider|assume)\b",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(rf"(?:{'|'.join(map(re.escape, CONNECTIVES))})\b,?\s*", re.IGNORECASE)
_POINTS_BACK = re.compile(
    rf"(?:{'|'.join(sorted(ANAPHORIC))}|both|the (?:same|latter|former|authors?))\b", re.IGNORECASE
)


def content_words(text: str) -> tuple[str, ...]:
    """Words of a text that are no function words, case-folded, once each, in order."""
    return tuple(dict.fromkeys(w for t in tokens(text) if (w := t.casefold()) not in FUNCTION_WORDS))


def why_unjudged(
    text: str, *, cites: bool, ends_cited: bool = False, names: Callable[[], object] = lambda: ()
) -> str | None:
    """Why there is nothing to judge in a sentence without its citations; `None` where there is.

    One that `cites` is given the benefit: it may name parts of a document, and tell of its authors beside others. One
    that cites nothing may be as short as one that does where it `names` works; asked only where that decides. One
    that `ends_cited` with what "we find that" reports claims it of the cited paper: "We use …" and "In line with …" do
    not. Of 2,568 citing sentences of citation_integrity and deepscholar 123 have "we" or "our" as their subject: 14 go
    on with "that", and the two of these that claim what the cited paper says are told by this; the rest name data,
    methods and what they compare with.
    """
    if len(text) > _LONGEST:
        return TOO_LONG
    if text.rstrip().endswith("?"):
        return QUESTION
    if not cites and _ABOUT.match(text):
        return ABOUT_THE_TEXT
    if (_is_of_authors(text) and not (ends_cited and _is_reported(text))) or (not cites and _FIRST_PERSON.search(text)):
        return OWN_WORK
    said = len(content_words(text))
    if said < LEAST_CONTENT or (not cites and said < _LEAST_UNCITED and not names()):
        return TOO_SHORT
    return LEADS_OVER if not cites and text.rstrip().endswith(":") else None


def _is_reported(text: str) -> bool:
    """Whether "we find that" opens a sentence, and nothing in it compares with others or tells of "our" work."""
    found, first = _REPORTS.match(text), _FIRST_PERSON.search(text)
    if found is None or first is None or _FIRST_PERSON.search(text, found.end()):
        return False
    return not (_COMPARES.search(text[: first.start()]) or _COMPARES.search(text, found.end()))


def goes_on(text: str) -> bool:
    """Whether a sentence is about something named before it: "It needs …", "However, these also …"."""
    found = _CONNECTIVE.match(text)
    return _POINTS_BACK.match(text, found.end() if found else 0) is not None


def _is_of_authors(text: str) -> bool:
    """Whether its subject is "we": at its head, or behind an adverbial ("Unlike X, we …", "Building on X, we …")."""
    found = _FIRST_PERSON.search(text)
    if found is None:
        return False
    opening = text[: found.start()].split()
    if not opening:
        return True
    first = opening[0].strip(",").casefold()
    if first not in _OPENERS and not first.endswith(("ing", "ed")) and not _CONNECTIVE.match(text):
        return False
    return not set(";:") & set(text[: found.start()]) and (
        opening[-1][-1] == "," or len(opening) <= _MOST_OPENING_WORDS
    )
