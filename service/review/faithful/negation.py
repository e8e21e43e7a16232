"""Negations: none may come, go, or move to another word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.review.faithful.objection import Objection
from service.review.faithful.wording import Word, all_terms, words

_PLAIN = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n't\b", re.IGNORECASE)
# Words that deny without a negation: they may stand for one, and need none to stand for them.
_VEILED = re.compile(
    r"\b(?:fail(?:s|ed|ing)?|unable|lack(?:s|ed|ing)?|absen(?:t|ce)|free|avoid(?:s|ed|ing)?|instead of|rather than|"
    r"hardly|barely|rarely|seldom|nothing|nobody|nowhere|dispens\w+ with|do(?:es)? away|exclud\w+|omit\w*|beyond|"
    r"remov(?:e|es|ed|ing)|eliminat\w+|prevent\w*|un(?:like|able|labell?ed|supervised|paired|known|changed|affected|seen)|"
    r"missing|ignor\w+|outside|far from|vanish\w*|only|little|few|neglect\w*|too)\b|-free\b",
    re.IGNORECASE,
)
_REACH = 3  # content words behind a negation that it denies


def negations(text: str) -> int:
    """How many plain negations a text in search form holds."""
    return len(_PLAIN.findall(text))


def turned_by_negation(text: str, source: str) -> Objection | None:
    """A plain negation with nothing like it on the other side, or one that denies another word. In search form."""
    said, there = negations(text), negations(source)
    veiled_said, veiled_there = len(_VEILED.findall(text)), len(_VEILED.findall(source))
    if said > there + veiled_there:
        return Objection("contradicted", "a negation was added")
    if there > said + veiled_said:
        return Objection("contradicted", "a negation was lost")
    return _moved(text, source)


def _moved(text: str, source: str) -> Objection | None:
    said, there = words(text), words(source)
    denied_there = [all_terms(scope) for scope in _scopes(source, there, veiled=True)]
    denied_said = [all_terms(scope) for scope in _scopes(text, said, veiled=True)]
    affirmed_there = all_terms(there).difference(*denied_there) if denied_there else all_terms(there)
    for scope in _scopes(text, said, veiled=False):
        own = all_terms(scope)
        if own & affirmed_there and not any(own & denied for denied in denied_there):
            return Objection("contradicted", f"the quote does not deny {scope[0].text!r}")
    affirmed_said = all_terms(said).difference(*denied_said) if denied_said else all_terms(said)
    for scope in _scopes(source, there, veiled=False):
        own = all_terms(scope)
        if own and own <= affirmed_said:
            return Objection("contradicted", f"the quote denies {scope[0].text!r}")
    return None


def _scopes(text: str, among: Sequence[Word], *, veiled: bool) -> list[tuple[Word, ...]]:
    """For each negation the content words behind it in its clause, at most `_REACH`."""
    found = []
    for pattern in (_PLAIN, _VEILED) if veiled else (_PLAIN,):
        for match in pattern.finditer(text):
            behind = [w for w in among if w.start >= match.end()]
            scope = tuple(w for w in behind[:_REACH] if w.clause == behind[0].clause) if behind else ()
            if scope:
                found.append(scope)
    return found
