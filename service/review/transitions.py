"""How one told paper leads to the next. A transition states only what the two quotes themselves show.

A contrast: one quote does without what the other speaks of. A common point: both quotes hold a phrase that the
heading has not said already. A relation that an abstract states ("extends KITE") is a sentence to tell, not a word
to add.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.annotate.names import looks_like_name, name_key, own_names, tokens
from service.records import Paper
from service.review.coverage import content_words
from service.review.old_evidence import Candidate
from service.review.themes import phrases_of
from service.text.normal import for_search
from service.text.terms import terms

_WITHOUT = re.compile(
    r"\b(?:without|no|free of|eliminat\w+ the need for|removes the need for|instead of|rather than|dispens\w+ with)\s+"
    r"(?:(?:a|an|any|the|extra|additional|explicit|using|requiring|relying on|need for|human)\s+)*"
    r"(?P<what>[a-z][\w\-]*(?: [a-z][\w\-]*)?)|\b(?P<free>[a-z][\w\-]*?)-free\b",
)
_BUILDS = re.compile(
    r"\b(?:extend\w*|buil[dt]\w* (?:up)?on|based on|on top of|generali[sz]e\w*|appl(?:y|ies|ied)|adapt\w*|"
    r"improv\w+ (?:up)?on|unlike|in contrast to|compared (?:to|with)|outperform\w*|surpass\w*|combin\w+)\b",
    re.IGNORECASE,
)
_LEANS_ON = 60  # characters between the word of relation and the other's name
_SMALL = ("The ", "One ", "Another ", "A ", "An ", "According ")
_SAYS_LITTLE = frozenset("training data model models performance results language task tasks".split())


def relating(candidate: Candidate, others: Sequence[Paper]) -> tuple[int, Paper] | None:
    """The sentence in which a paper relates itself to another of them by name ("extends KITE"), and that one."""
    mine = own_names(candidate.paper.title, candidate.paper.abstract).keys
    for other in others:
        short = own_names(other.title, other.abstract).short
        if short is None or other.paper_id == candidate.paper.paper_id or name_key(short) in mine:
            continue
        for i in range(len(candidate.sentences.spans)):
            text = for_search(candidate.sentences.text(i))
            for found in _BUILDS.finditer(text):
                after = text[found.end() : found.end() + _LEANS_ON]
                if name_key(short) in map(name_key, tokens(after)):
                    return i, other
    return None


def leading(text: str, quote: str, before: str, *, known: str) -> str:
    """The text of a paper's first sentence, led over to from the quote told before it, where the two allow it.

    `known`: topic and heading, whose words no transition repeats.
    """
    lead = _lead(for_search(quote), for_search(before), known)
    if lead is None:
        return text
    small = text[0].lower() + text[1:] if text.startswith(_SMALL) else text
    return (
        f"{lead}, {small}"
        if small != text or not text[:1].isupper() or looks_like_name(text.split(" ", 1)[0])
        else text
    )


def _lead(quote: str, before: str, known: str) -> str | None:
    if _contrast(quote, before) or _contrast(before, quote):
        return "By contrast"
    said = set(terms(known))
    shared = [s for s in phrases_of(before) if s in phrases_of(quote) and " " in s and not set(s.split()) & said]
    shared = [s for s in shared if not set(s.split()) & {t for w in _SAYS_LITTLE for t in terms(w)}]
    if not shared:
        return None
    longest = max(sorted(shared), key=len)
    return f"Also concerned with {phrases_of(quote)[longest][0]}"


def _contrast(without: str, with_it: str) -> bool:
    """Whether one quote does without something that the other speaks of, and not as something to do without."""
    has = set(terms(_WITHOUT.sub(" ", with_it)))
    for found in _WITHOUT.finditer(without):
        words = content_words(found["what"] or found["free"])
        wanted = {t for w in words if w not in _SAYS_LITTLE for t in terms(w)}
        if wanted and wanted <= has and len(words) == len([w for w in words if w not in _SAYS_LITTLE]):
            return not _WITHOUT.search(with_it)
    return False
