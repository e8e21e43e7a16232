"""Which words of a question name one paper's system: those that the corpus coins, and those no one shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from service.annotate.names import looks_like_name, name_key, tokens
from service.records import Filters, Paper
from service.text.normal import for_search
from service.text.terms import terms_of
from service.vocabulary import FUNCTION_WORDS

_MOST_LOOKUPS: Final = 24
"""Of words that might be names, for one question: a long list of tokens must not cost seconds."""
_LONGEST: Final = 4
_SHARED_SHARE: Final = 200
"""A name that more than one in so many papers, and more than three, mention belongs to the field."""
_QUANTITY: Final = re.compile(r"\d[\d.,]*[A-Za-z%]{0,2}")
_JOINT: Final = re.compile(r"[-–/]")
_GREEK: Final = re.compile("[\u03b1-\u03c9]")
_PARTS: Final = re.compile(rf"[-–/]|(?={_GREEK.pattern})")
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_JOINED: Final = re.compile(r"[\s,/]*(?:(?:and|or|nor|versus|vs\.?|than|&)\s+)?(?:the\s+)?", re.IGNORECASE)
"""Between two names that a question puts side by side."""
_EXAMPLE: Final = re.compile(
    r"(?<![\w-])(?:like|such as|including|e\.\s?g\.|for (?:example|instance)),? (?:the )?"
    r"(?:[A-Z][\w-]*,? (?:(?:and|or) )?)*$"
)


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


def unknown_names(text: str, names: Sequence[str], corpus: Names) -> tuple[str, ...]:
    """Those of the names that no paper holds, and capitalised words inside a text that none holds: proper nouns.

    A text whose words are mostly capitalised, such as a title, has no proper nouns that could be told; one in capitals
    alone has no names either.
    """
    if text.isupper():
        return ()
    return tuple(dict.fromkeys(name for name in (*names, *_proper_nouns(text)) if not _is_held(name, corpus)))


def _proper_nouns(text: str) -> list[str]:
    words = tokens(text)
    inner = [w for w in words[1:] if w[:1].isupper() and w[1:].islower() and w.casefold() not in FUNCTION_WORDS]
    return inner if 2 * sum(w[:1].isupper() for w in words) <= len(words) else []


def _is_held(name: str, corpus: Names) -> bool:
    """Whether a paper holds the name in any spelling, or all that it joins ("SLX1-SLX4", "PD-1/PD-L1", "TNFα")."""
    spelt = terms_of(for_search(name))
    whole = [t for t in spelt if len(name_key(t)) >= len(name_key(name))]
    if (
        corpus.name_frequency(name)
        or word_frequency(for_search(name), corpus)
        or any(map(corpus.document_frequency, whole))
    ):
        return True
    parts = [p for p in _PARTS.split(name) if p.casefold() not in FUNCTION_WORDS]
    joined = parts != [name] and all(
        _GREEK.fullmatch(p) or (len(p) > 1 and (p.isalpha() or looks_like_name(p))) for p in parts
    )
    return joined and all(any(map(corpus.document_frequency, terms_of(for_search(part)))) for part in parts)


def asks_of_unknown(text: str, names: Sequence[str], unknown: Sequence[str]) -> bool:
    """Whether a question is about a name that no paper holds, so that nothing which papers say answers it.

    It is not where the name stands beside one that is held ("KITE or Heron"), as an example ("models like KITE"), or
    in brackets behind what it is short for. `names`: all that the question names; one that it carries over by "it"
    counts as said.
    """
    plain = _BRACKETED.sub(lambda m: " " * len(m[0]), text)
    strange = {name.casefold() for name in unknown}
    if any(n.casefold() in strange and n.casefold() not in text.casefold() for n in names):
        return True
    groups = _side_by_side(plain, dict.fromkeys((*names, *unknown, *_proper_nouns(text))))
    return any(all(name.casefold() in strange for name in group) for group in groups)


def _side_by_side(text: str, names: Iterable[str]) -> list[list[str]]:
    """The names that a text holds, those together that it joins; without those that it gives as examples."""
    places = sorted((m.span(), name) for name in names for m in _occurrences(name, text))
    groups: list[list[str]] = []
    example, end = False, -1
    for (start, stop), name in places:
        joined = end >= 0 and (start < end or _JOINED.fullmatch(text, end, start) is not None)
        if not joined:
            example = _EXAMPLE.search(text, 0, start) is not None
        if joined and not example:
            groups[-1].append(name)
        elif not example:
            groups.append([name])
        end = stop
    return groups


def _occurrences(name: str, text: str) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
