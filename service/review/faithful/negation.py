"""Negations: none may come, go, or move to another word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.review.faithful.objection import Objection
from service.review.faithful.opposites import unprefixed
from service.review.faithful.wording import Word, all_terms, clauses_cut, plain_words

_PLAIN = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n't\b", re.IGNORECASE)
# Words that deny without a negation: they may stand for one, and need none to stand for them.
_VEILED = re.compile(
    r"\b(?:fail(?:s|ed|ing)?|unable|lack(?:s|ed|ing)?|absen(?:t|ce)|free|avoid(?:s|ed|ing)?|instead of|rather than|"
    r"hardly|barely|rarely|seldom|nothing|nobody|nowhere|dispens\w+ with|does? away|exclud\w+|omit\w*|beyond|"
    r"remov(?:e|es|ed|ing)|eliminat\w+|prevent\w*|unlike|missing|ignor\w+|outside|far from|vanish\w*|disappear\w*|only|"
    r"little|few|neglect\w*|too|harmful|bypass\w*|obviat\w+|less|open question|regardless|despite)\b|-free\b",
    re.IGNORECASE,
)
_DOUBLE = re.compile(rf"\b(?:not|never|no)\s+(?:{_VEILED.pattern})", re.IGNORECASE)
_TWICE = re.compile(r"\b(?:not|never|cannot)\b[^,;:.]{1,40}\b(?:no|neither|nor|none)\b", re.IGNORECASE)
_WITH = re.compile(r"\b(?:with|using|by)\b(?P<rest>[^,;:()]*)", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|they|we|he|she|this|these)\b", re.IGNORECASE)
_EMPTY = frozenset("evidence indication sign proof any single".split())
_REACH = 3  # words behind a negation that it denies


@dataclass(frozen=True, slots=True)
class _Denials:
    """What a text denies, in terms, and what it affirms.

    `plain`: the words behind each plain negation, `without` those behind that word; `bare`: a negation without words
    behind it ("found none"); `softly`: how often something else denies.
    """

    plain: tuple[tuple[frozenset[str], ...], ...]
    without: tuple[frozenset[str], ...]
    veiled: frozenset[str]
    prefixed: frozenset[str]
    affirmed: frozenset[str]
    bare: bool
    softly: int

    @property
    def denied(self) -> frozenset[str]:
        return frozenset(t for scope in self.plain for word in scope for t in word) | self.veiled | self.prefixed


def negations(text: str) -> int:
    """How many plain negations a text in search form holds."""
    return len(_PLAIN.findall(text))


def turned_by_negation(text: str, source: str) -> Objection | None:
    """A word that one side denies and the other affirms. Both in search form."""
    said, there = _denials(text), _denials(source)
    if said.plain == there.plain and negations(text) == negations(source):
        return None
    if _added(said, there) or (_doubled(text) and not _doubled(source) and _denies(there)):
        return Objection("contradicted", "a negation was added")
    if _lost(said, there, text):
        return Objection("contradicted", "a negation was lost")
    return None


def _doubled(text: str) -> bool:
    return bool(_DOUBLE.search(text) or _TWICE.search(text))


def _added(said: _Denials, there: _Denials) -> bool:
    if len(said.plain) > len(there.plain) + there.softly:
        return True
    certain = there.denied - there.affirmed
    for scope in said.plain:
        own = frozenset(t for word in scope for t in word)
        shaky = own.isdisjoint(certain) and bool((own & there.affirmed) - there.denied)
        if not there.bare and (shaky or (own.isdisjoint(there.denied) and not _denies(there))):
            return True
    return False


def _lost(said: _Denials, there: _Denials, text: str) -> bool:
    for scope in there.plain:
        own = frozenset(t for word in scope for t in word)
        if not scope or said.bare or not own.isdisjoint(said.denied):
            continue
        told = [not word.isdisjoint(said.affirmed) and word.isdisjoint(there.affirmed) for word in scope]
        if sum(told) >= min(2, len(scope)):
            return True
    with_it = _with(text) - said.denied
    return any(not with_it.isdisjoint(word) and word.isdisjoint(there.affirmed) for word in there.without)


def _with(text: str) -> frozenset[str]:
    """Terms of the words behind "with" and "using"."""
    return frozenset(t for m in _WITH.finditer(text) for w in plain_words(m["rest"])[:_REACH] for t in w.terms)


def denied_terms(text: str) -> frozenset[str]:
    """Terms of the words that a text in search form denies."""
    found = _denials(text)
    return found.denied - found.prefixed


def _denies(found: _Denials) -> bool:
    return bool(found.plain or found.veiled or found.bare)


def _denials(text: str) -> _Denials:
    among = plain_words(text)
    plain_at = [(m.start(), m.end()) for m in _PLAIN.finditer(text)]
    veiled_at = [(m.start(), m.end()) for m in _VEILED.finditer(text)]
    cuts = sorted(
        [*clauses_cut(text), *(m.start() for m in _PRONOUN.finditer(text)), *(start for start, _ in plain_at)]
    )

    def scope(end: int) -> tuple[Word, ...]:
        stop = next((cut for cut in cuts if cut >= end), len(text))
        return tuple(w for w in among if end <= w.start < stop and w.text.casefold() not in _EMPTY)[:_REACH]

    plain = [(text[start:end], scope(end)) for start, end in plain_at]
    covered = {w.start for _, words in plain for w in words}
    prefixed = (base for w in among if (base := unprefixed(w.text)))
    return _Denials(
        plain=tuple(tuple(w.terms for w in words) for _, words in plain if words),
        without=tuple(w.terms for said, words in plain if said.casefold() == "without" for w in words),
        veiled=frozenset(t for _, end in veiled_at for w in scope(end) for t in w.terms),
        prefixed=frozenset(t for base in prefixed for w in plain_words(base) for t in w.terms),
        affirmed=all_terms(w for w in among if w.start not in covered),
        bare=any(not words for _, words in plain),
        softly=len(veiled_at) + sum(unprefixed(w.text) is not None for w in among) + sum(not w for _, w in plain),
    )
