"""A sentence as comparable tokens: stems, numbers and signs, each with what it does in the sentence."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, TypeAlias

import Stemmer

from service.text.normal import for_search
from service.vocabulary import FUNCTION_WORDS, LIMITERS
from service.vocabulary.function_words import PREPOSITIONS
from service.vocabulary.negations import NEGATIONS
from service.vocabulary.numbers import CARDINALS, ORDINALS
from service.vocabulary.pronouns import FIRST_PERSON
from service.vocabulary.words import words

Kind: TypeAlias = Literal["word", "number", "limiter", "preposition", "coordinator", "function", "self", "resolved"]
"""`resolved`: a claim's word for what the source only points at ("these firms")."""

JOINING: Final = words("and but while whilst whereas although though yet nor or and/or plus")
"""Words that join clauses or list items which both hold; which of them stands there does not change what is said."""
SELF: Final = "<self>"
"""The key of whatever stands for a paper's authors or their own system."""
_TOKEN = re.compile(
    r"(?<![\w.])-(?=\.?\d)|\d+(?:[.,]\d+)*(?![^\W\d_])|\.\d+|[^\W_]+(?:'(?:t|s|re|ve|ll|d|m)\b)?|[%<>≤≥±$€£°+=/*]"
)
_PAUSE = re.compile(r"[,;:()\[\]\"]|\s-\s|\.\.\.")
_IRREGULAR: Final = {
    form: verb
    for verb, forms in (
        line.split(":")
        for line in """begin:began,begun become:became bring:brought build:built choose:chose,chosen come:came
        draw:drew,drawn drive:drove,driven fall:fell,fallen feel:felt find:found give:gave,given grow:grew,grown
        go:went,gone hold:held keep:kept know:knew,known lead:led leave:left lose:lost make:made mean:meant meet:met
        rise:rose,risen see:saw,seen seek:sought send:sent show:shown,showed speak:spoke,spoken spend:spent
        take:took,taken teach:taught tell:told think:thought understand:understood win:won write:wrote,written
        break:broke,broken undergo:underwent,undergone overcome:overcame withdraw:withdrew,withdrawn""".split()
    )
    for form in forms.split(",")
}
_SPELLINGS: Final = tuple(
    (re.compile(pattern), spelt)
    for pattern, spelt in (
        (r"(?<=[a-z]{2})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)", "iz"),
        (r"(?<=[a-z]{2})ys(?=(?:e|ed|es|er|ers|ing)$)", "yz"),
        (r"(?<=[a-z]{2})our(?=(?:s|ed|ing|able|al|ally|less)?$)", "or"),
        (r"(?<=[a-z]{2})tre(?=s?$)", "ter"),
        (r"(?<=[a-z])ll(?=(?:ed|ing|er|ers)$)", "l"),
        (r"ae|oe", "e"),
        (r"ogue(?=s?$)", "og"),
        (r"(?<=[a-z])mme(?=s?$)", "m"),
    )
)
_stemmer = Stemmer.Stemmer("english")
_stemmer_lock = threading.Lock()  # one stemmer must not be used by two threads at once


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]` of the search form. `pause`: punctuation before it; `depth`: brackets around it."""

    key: str
    kind: Kind
    surface: str
    start: int
    end: int
    pause: str
    depth: int

    @property
    def needed(self) -> bool:
        """Whether a claim that says it must find it in the source."""
        return self.kind not in ("function", "coordinator", "resolved")


@lru_cache(maxsize=50_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text in order; `start`, `end` are offsets into `for_search(text)`."""
    return tuple(_counted(list(_raw(for_search(text)))))


def renamed(tokens: Sequence[Token], names: Sequence[tuple[str, ...]], key: str, kind: Kind) -> tuple[Token, ...]:
    """Tokens with every run that reads as one of `names` (keys) made one token of another key."""
    keys = tuple(t.key for t in tokens)
    held = [n for n in names if n[0] in keys]
    if not held:
        return tuple(tokens)
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        fits = [n for n in held if n[0] == keys[at] and keys[at : at + len(n)] == n]
        width = max(map(len, fits), default=0)
        if width:
            last = tokens[at + width - 1]
            text = " ".join(t.surface for t in tokens[at : at + width])
            found.append(replace(tokens[at], key=key, kind=kind, surface=text, end=last.end))
        else:
            found.append(tokens[at])
        at += width or 1
    return tuple(found)


def keys_of(text: str) -> tuple[str, ...]:
    """The keys of a text's tokens, in order."""
    return tuple(t.key for t in tokens_of(text))


def _raw(text: str) -> Iterator[Token]:
    depth, at = 0, 0
    for match in _TOKEN.finditer(text):
        between = text[at : match.start()]
        depth = max(0, depth + between.count("(") + between.count("[") - between.count(")") - between.count("]"))
        pause = "".join(_PAUSE.findall(between)).strip()
        surface = match[0]
        for word in _uncontracted(surface):
            key, kind = _read(word)
            yield Token(key, kind, surface, match.start(), match.end(), pause, depth)
            pause = ""
        at = match.end()


def _uncontracted(surface: str) -> tuple[str, ...]:
    """ "don't" as "do", "not"; "NAME's" as "NAME"; "per cent" is left to `_counted`."""
    folded = surface.casefold()
    if folded == "cannot":
        return ("can", "not")
    if folded.endswith("n't"):
        return (folded[:-3], "not")
    return (surface.partition("'")[0],)


@lru_cache(maxsize=100_000)
def _read(word: str) -> tuple[str, Kind]:
    folded = word.casefold()
    if folded in CARDINALS:
        return str(CARDINALS[folded]), "number"
    if folded in ORDINALS:
        return f"{ORDINALS[folded]}th", "number"
    if folded[0].isdigit() or folded[0] == ".":
        return _canonical(folded), "number"
    if folded in FIRST_PERSON:
        return SELF, "self"
    if folded == "however":
        return folded, "function"
    if word.isupper() and len(word) > 1 and folded not in NEGATIONS:
        return folded, "word"  # "ON cells", "given IN": names
    if folded in JOINING and folded != "nor":
        return folded, "coordinator"
    if folded in NEGATIONS:
        return folded, "limiter"
    if folded in LIMITERS:
        return folded, "limiter"
    if folded in PREPOSITIONS:
        return folded, "preposition"
    if folded in FUNCTION_WORDS or folded in "=/*":
        return folded, "function"
    return _stem(word), "word"


def _stem(word: str) -> str:
    if re.fullmatch(r"[A-Z][A-Z\d]+s", word):
        word = word[:-1]
    if sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word):
        return word.casefold()
    folded = _IRREGULAR.get(word.casefold(), word.casefold())
    for pattern, spelt in _SPELLINGS:
        folded = pattern.sub(spelt, folded)
    with _stemmer_lock:
        return str(_stemmer.stemWord(folded))


def _canonical(number: str) -> str:
    number = number.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", number) else number
    number = number.replace(",", ".")
    if re.fullmatch(r"\d*\.\d+", number):
        return ("0" + number if number.startswith(".") else number).rstrip("0").rstrip(".")
    return number


def _counted(tokens: list[Token]) -> Iterator[Token]:
    """Numbers with their signs ("-", "0.44"), "percent" as "%", "forty one" as 41."""
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        if token.surface == "-" and after is not None:
            yield replace(after, key=f"-{after.key}", start=token.start, pause=token.pause)
            at += 2
        elif token.key == "percent" or (token.key == "per" and after is not None and after.key == "cent"):
            yield replace(token, key="%", kind="word", end=after.end if token.key == "per" and after else token.end)
            at += 2 if token.key == "per" else 1
        elif after is not None and _tens(token) and _ones(after) and not after.pause:
            yield replace(token, key=str(int(token.key) + int(after.key)), end=after.end)
            at += 2
        elif after is not None and token.kind == "preposition" and after.key in ("which", "whom"):
            yield replace(token, kind="function")
            at += 1
        elif token.key in ("compar", "compared") and after is not None and after.key in ("with", "to"):
            yield token
            yield replace(after, kind="function")
            at += 2
        elif after is not None and after.pause.startswith(")") and token.key in _MARKERS and token.depth <= after.depth:
            tokens[at + 1] = replace(after, pause=after.pause[1:])
            at += 1
        else:
            yield token
            at += 1


_MARKERS: Final = words("1 2 3 4 5 6 7 8 9 a b c d e i ii iii iv v vi")
"""Numbers and letters of a list's items: "1) …, 2) …"."""


def _tens(token: Token) -> bool:
    return token.surface.isalpha() and token.kind == "number" and token.key in {str(n) for n in range(20, 100, 10)}


def _ones(token: Token) -> bool:
    return token.surface.isalpha() and token.kind == "number" and len(token.key) == 1
