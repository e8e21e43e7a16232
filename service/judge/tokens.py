"""A sentence as comparable tokens: stems, numbers and signs, each with what it does in the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, TypeAlias

from service.annotate.numerals import plain
from service.text.normal import for_search
from service.text.terms import singular, stem
from service.vocabulary import FUNCTION_WORDS, LIMITERS
from service.vocabulary.function_words import BE, FIRST_PERSON, NEGATIONS, PREPOSITIONS
from service.vocabulary.numbers import CARDINALS, ORDINALS
from service.vocabulary.words import words

Kind: TypeAlias = Literal["word", "number", "limiter", "preposition", "coordinator", "function", "self"]

JOINING: Final = words("and but while whilst whereas although though yet nor or and/or plus")
"""Words that join clauses or list items which both hold; which of them stands there does not change what is said."""
SELF: Final = "<self>"
"""The key of whatever stands for a paper's authors or their own system."""
_TOKEN = re.compile(
    r"(?<![\w.])-(?=\.?\d)|\d+(?:[.,]\d+)*(?![^\W\d_])|\.\d+|[A-Z]{1,4}&[A-Z]{1,4}(?![^\W_])|[^\W_]+(?:'(?:t|s|re|ve|ll|d|m)\b)?|[%<>≤≥±$€£°+=/*]"
)
LIST_ITEM: Final = re.compile(
    r"(?<!\S)(?:\((?:\d{1,2}|[ivx]{1,4}|[a-h])\)|(?:\d{1,2}|[ivx]{1,4})\))[:.,]?\s", re.IGNORECASE
)
"""The number of an item of a list inside a sentence: "1) …", "(ii) …"."""
_PAUSE = re.compile(r"[,;:()\[\]\"]|\s-\s|\.\.\.")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_IRREGULAR: Final = {
    form: line.partition(":")[0]
    for line in """begin:began,begun become:became bring:brought build:built choose:chose,chosen come:came
    draw:drew,drawn drive:drove,driven fall:fell,fallen feel:felt find:found give:gave,given grow:grew,grown
    go:went,gone hold:held keep:kept know:knew,known lead:led leave:left lose:lost make:made mean:meant meet:met
    rise:rose,risen see:saw,seen seek:sought send:sent show:shown,showed speak:spoke,spoken spend:spent
    take:took,taken teach:taught tell:told think:thought understand:understood win:won write:wrote,written
    break:broke,broken undergo:underwent,undergone overcome:overcame withdraw:withdrew,withdrawn""".split()
    for form in line.partition(":")[2].split(",")
}


@dataclass(frozen=True, slots=True)
class Token:
    """`surface` as the search form has it. `pause`: punctuation before it; `depth`: brackets around it."""

    key: str
    kind: Kind
    surface: str
    pause: str
    depth: int

    @property
    def needed(self) -> bool:
        """Whether a claim that says it must find it in the source."""
        return self.kind not in ("function", "coordinator")

    @property
    def weighty(self) -> bool:
        """Whether it says something by itself: a word, number or limiter."""
        return self.kind in ("word", "number", "limiter")


@lru_cache(maxsize=50_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of a text in order."""
    return tuple(_joined(list(_raw(LIST_ITEM.sub("", for_search(text))))))


def keys_of(text: str) -> tuple[str, ...]:
    """The keys of a text's tokens, in order."""
    return tuple(t.key for t in tokens_of(text))


def with_self(tokens: Sequence[Token], names: Sequence[tuple[str, ...]]) -> tuple[Token, ...]:
    """The tokens with every run that reads as one of `names` (keys) made one self-reference."""
    keys = tuple(t.key for t in tokens)
    held = [n for n in names if n[0] in keys]
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        width = max((len(n) for n in held if keys[at : at + len(n)] == n), default=0)
        if width:
            text = " ".join(t.surface for t in tokens[at : at + width])
            found.append(replace(tokens[at], key=SELF, kind="self", surface=text))
        else:
            found.append(tokens[at])
        at += width or 1
    return tuple(found)


def _raw(text: str) -> Iterator[Token]:
    depth, at = 0, 0
    for match in _TOKEN.finditer(text):
        between = text[at : match.start()]
        depth = max(0, depth + between.count("(") + between.count("[") - between.count(")") - between.count("]"))
        pause = "".join(_PAUSE.findall(between)).strip()
        for word in _uncontracted(match[0]):
            yield Token(*_read(word), match[0], pause, depth)
            pause = ""
        at = match.end()


def _uncontracted(surface: str) -> tuple[str, ...]:
    """ "don't" as "do", "not"; "NAME's" as "NAME"."""
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
    if word.isupper() and len(word) > 1 and folded not in NEGATIONS:
        return folded, "word"  # "ON cells", "given IN": names
    if folded in JOINING and folded != "nor":
        return folded, "coordinator"
    if folded in LIMITERS and folded != "however":
        return folded, "limiter"
    if folded in PREPOSITIONS:
        return folded, "preposition"
    if folded in FUNCTION_WORDS or folded in "=/*":
        return folded, "function"
    return "%" if folded == "percent" else _stem(word), "word"


def _stem(word: str) -> str:
    word = singular(word)
    if sum(c.isupper() for c in word) > 1 or any(c.isdigit() for c in word):
        return word.casefold()
    return stem(_IRREGULAR.get(word.casefold(), word.casefold()))


def _canonical(number: str) -> str:
    """ "1,240" as "1240", ".50" and "0,5" as "0.5"."""
    figure = number.replace(",", "" if _THOUSANDS.fullmatch(number) else ".")
    return plain(Decimal(figure)) if re.fullmatch(r"\d*\.?\d+", figure) else figure


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """A minus with its number and "per cent" as one token; "in which", "compared with" without their preposition.

    "compared with" reads as "than", unless it is what was done: "A was compared with B".
    """
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else None
        at += 1
        if after is None:
            yield token
        elif token.key == "when" and after.key == "compar":
            continue
        elif token.surface == "-":
            yield replace(after, key=f"-{after.key}", pause=token.pause)
            at += 1
        elif (token.key, after.key) == ("per", "cent"):
            yield replace(token, key="%", kind="word")
            at += 1
        elif token.kind == "preposition" and after.key in ("which", "whom"):
            yield replace(token, kind="function")
        elif token.key in ("compar", "compared") and after.key in ("with", "to"):
            against = not (at > 1 and tokens[at - 2].key in BE)
            yield from (replace(token, key="than") if against else token, replace(after, kind="function"))
            at += 1
        else:
            yield token
