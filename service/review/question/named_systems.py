"""Which words of a question name one paper's system: those that the corpus coins, and those no one shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Protocol

from service.annotate.names import looks_like_name, tokens
from service.records import Filters, Paper
from service.text.terms import terms_of
from service.vocabulary import FUNCTION_WORDS

_MOST_LOOKUPS: Final = 24
"""Of words that might be names, for one question: a long list of tokens must not cost seconds."""
_LONGEST: Final = 4
_SHARED_SHARE: Final = 200
"""A name that more than one in so many papers, and more than three, mention belongs to the field."""
_QUANTITY: Final = re.compile(r"\d[\d.,]*[A-Za-z%]{0,2}")
_JOINT: Final = re.compile(r"[-–/]")


class Coined(Protocol):
    """Papers that coin a name; `service.review.evidence.corpus.NamedPapers`, seen from below."""

    @property
    def coined(self) -> tuple[Paper, ...]: ...


class Names(Protocol):
    """What is asked of a corpus about names, words and years."""

    def count(self) -> int: ...

    def year_span(self) -> tuple[int, int] | None: ...

    def document_frequency(self, term: str) -> int: ...

    def name_frequency(self, name: str) -> int: ...

    def named(self, name: str, *, n: int, filters: Filters | None) -> Coined: ...


def named_systems(question: str, corpus: Names) -> tuple[str, ...]:
    """Names in order, longest first where they overlap. Those that no paper mentions are among them."""
    words = tokens(question)
    few = max(3, corpus.count() // _SHARED_SHARE)
    found: list[str] = []
    lookups = at = 0
    while at < len(words):
        step = 1
        for length in range(min(_LONGEST, len(words) - at), 0, -1):
            run = words[at : at + length]
            if lookups >= _MOST_LOOKUPS or not _may_name(run, corpus, few, opens=at == 0):
                continue
            lookups += 1
            if _names(" ".join(run), run, corpus, few):
                found.append(" ".join(run))
                step = length
                break
        at += step
    return tuple(dict.fromkeys(found))


def _may_name(run: Sequence[str], corpus: Names, few: int, *, opens: bool) -> bool:
    """Whether it is worth a look: written like a name, or, alone, in few papers."""
    if any(w.casefold() in FUNCTION_WORDS and not looks_like_name(w) for w in (run[0], run[-1])):
        return False
    if all(_QUANTITY.fullmatch(w) for w in run):
        return False
    if len(run) == 1:
        return looks_like_name(run[0]) or 0 < word_frequency(run[0], corpus) <= few
    return any(map(looks_like_name, run)) or (not opens and all(w[:1].isupper() or w[:1].isdigit() for w in run))


def _names(name: str, run: Sequence[str], corpus: Names, few: int) -> bool:
    """Whether few papers share it, and one coins it or it is written like a name, whatever is written in capitals."""
    if corpus.name_frequency(name) > few:
        return False
    if corpus.named(name, n=few, filters=None).coined:
        return True
    if len(run) > 1 or not looks_like_name(name) or is_compound(name, corpus):
        return False
    return word_frequency(name, corpus) <= few


def is_compound(token: str, corpus: Names) -> bool:
    """Whether a part of it is a plain word that papers hold: "GPU-hours", "LLM-based", "DNA-binding" name no system."""
    parts = _JOINT.split(token)
    plain = (p for p in parts if len(parts) > 1 and len(p) > 1 and p.isalpha() and p.islower())
    return any(word_frequency(part, corpus) for part in plain)


def word_frequency(word: str, corpus: Names) -> int:
    """How many papers hold a word, in its search form, at most: the rarest of its terms decides."""
    return min((corpus.document_frequency(t) for t in terms_of(word)), default=0)
