"""Where numbers stand in a text and what they are worth: figures, number words, fractions, powers and scales."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from service.vocabulary.numbers import CARDINALS, FRACTIONS, MULTIPLES, SCALES

NumeralKind: TypeAlias = Literal["digits", "words", "fraction", "multiple"]


@dataclass(frozen=True, slots=True)
class Numeral:
    """`text[start:end]` is a number of that canonical value ("2600000000", "0.05", "1/3"), its scale word included."""

    start: int
    end: int
    value: str
    kind: NumeralKind


_FOLD: Final = str.maketrans(
    dict.fromkeys("–—−‐‑‒﹘﹣－", "-") | dict.fromkeys("\u00a0\u2007\u202f\u2009\u200a\n\t\r", " ")
    | {"·": ".", "µ": "μ", "⩽": "≤", "⩾": "≥", "＜": "<", "＞": ">", "％": "%", "∼": "~", "～": "~", "≈": "~", "⋅": "."}
)  # fmt: skip
_THIN_SPACE = re.compile("(?<=\\d)(?:[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))| (?=000(?!\\d)))")
_MASKED = re.compile(r"https?://\S+|\bdoi:\S+|\b10\.\d{4,}/\S+|\\[,;!]")
_MATH = re.compile(r"\$((?:[^$\n\\]|\\.){1,120}?)\$")
_PROSE = re.compile(r"(?<![\\a-zA-Z{])[a-z]{3}")

_DIGITS = r"(?P<digits>(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|0,\d+|\d*\.\d+|\d+)(?!\.?\d))"
_CANDIDATE = re.compile(rf"[A-Za-z]+|(?<![\w.])(?<!\d,)(?<![A-Za-z][-/_^])(?<![A-Za-z]\d-){_DIGITS}")
_CARDINAL = "|".join(sorted((word for word in CARDINALS if word != "zero"), key=len, reverse=True))
_WORDS = (
    rf"(?:(?:{_CARDINAL})|an?(?=[ -](?:hundred|thousand|million|billion|dozen)\b))"
    rf"(?:[ -](?:and[ -])?(?:{_CARDINAL}|hundred|thousand|dozen)\b)*|dozen|zero"
)
_PARTS = "|".join(word for word in FRACTIONS if word not in ("half", "halves"))
_FRACTION = (
    rf"(?:an?[ -](?:{_PARTS})(?!\s(?!of\b)[a-z])|(?:one|two|three|four)[ -](?:{_PARTS}))|(?:an?[ -]|one[ -])?half"
)
_MULTIPLE = "|".join(word for word in MULTIPLES if word != "once")
_SPELT = re.compile(
    rf"(?:(?P<fraction>{_FRACTION})|(?P<multiple>{_MULTIPLE})|(?P<words>{_WORDS}))(?:\b|(?=fold\b))", re.IGNORECASE
)
_BEGIN: Final = frozenset(
    {*CARDINALS, *MULTIPLES, *(f"{word}fold" for word in CARDINALS), "a", "an", "half", "dozen"} - {"once"}
)
_POWER = re.compile(r"\s?(?:[x×*.]|\\times)\s?10\s?(?:\^\s?\{?|\()?(-?\d{1,2})[})]?(?!\d)")
_SCALE = re.compile(r"[ -]?(?P<word>hundred|thousand|million|billion|trillion)\b", re.IGNORECASE)
_SHORT_SCALE = re.compile(r"(?P<letter>[kKMBTb])(?![\w/²^])")
_LETTERS: Final = {"k": 1_000, "m": 1_000_000, "b": 1_000_000_000, "t": 1_000_000_000_000}


def folded_for_numbers(text: str) -> str:
    """The text, character for character, with one kind of dash and space, and without links and TeX's dollars."""
    folded = _THIN_SPACE.sub(",", text)
    folded = folded if folded.isascii() else folded.translate(_FOLD)
    folded = _MASKED.sub(lambda found: " " * len(found[0]), folded)
    return _MATH.sub(_without_dollars, folded) if "$" in folded else folded


def _without_dollars(math: re.Match[str]) -> str:
    return math[0] if _PROSE.search(math[1]) else f" {math[1]} "  # "$5 more than $3" is money


def numerals(folded: str) -> Iterator[Numeral]:
    """The numbers of a folded text in order, not overlapping. "A" and "one" alone are words, but are given as well."""
    after = 0
    for token in _CANDIDATE.finditer(folded):
        is_word = token.lastgroup is None
        if token.start() < after or (is_word and token[0].casefold() not in _BEGIN):
            continue
        found = _in_words(folded, token) if is_word else _in_digits(folded, token)
        if found is not None:
            after = found.end
            yield found


def _in_digits(text: str, token: re.Match[str]) -> Numeral:
    digits = token["digits"]
    value, end = Decimal(digits.replace(",", "." if digits.startswith("0,") else "")), token.end()
    power = _POWER.match(text, end)
    if power:
        value, end = value.scaleb(int(power[1])), power.end()
    scale = _SHORT_SCALE.match(text, end)
    if scale:
        value, end = value * _LETTERS[scale["letter"].casefold()], scale.end()
    return _scaled(text, Numeral(token.start(), end, plain(value), "digits"))


def _in_words(text: str, token: re.Match[str]) -> Numeral | None:
    found = _SPELT.match(text, token.start())
    if found is None or text[token.start() - 1 : token.start()] in ("_", "^"):
        return None
    start, end = found.span()
    if found["fraction"]:
        first, _, last = found[0].casefold().replace("-", " ").rpartition(" ")
        return Numeral(start, end, f"{CARDINALS.get(first, 1)}/{FRACTIONS[last]}", "fraction")
    if found["multiple"]:
        return Numeral(start, end, str(MULTIPLES[found[0].casefold()]), "multiple")
    return _scaled(text, Numeral(start, end, str(_worth(found[0])), "words"))


def _worth(written: str) -> int:
    """What number words are worth: "two hundred and five" is 205."""
    total = current = 0
    for word in re.split(r"[ -]", written.casefold()):
        if word == "dozen":
            current = max(current, 1) * 12
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word == "thousand":
            total, current = total + max(current, 1) * SCALES[word], 0
        else:
            current += 1 if word in ("a", "an") else CARDINALS.get(word, 0)
    return total + current


def _scaled(text: str, number: Numeral) -> Numeral:
    """The number times the scale word after it."""
    scale = _SCALE.match(text, number.end)
    if scale is None:
        return number
    value = Decimal(number.value) * SCALES[scale["word"].casefold()]
    return _scaled(text, Numeral(number.start, scale.end(), plain(value), number.kind))


def scale_of(written: str) -> int:
    """The scale that a written number carries: a million for "3 million" and "9M", 1 for none."""
    found = re.search(rf"{_SCALE.pattern}$", written, re.IGNORECASE) or re.search(
        r"(?<=\d)(?P<letter>[kKMBb])$", written
    )
    if found is None:
        return 1
    groups = found.groupdict()
    return SCALES[groups["word"].casefold()] if "word" in groups else _LETTERS[groups["letter"].casefold()]


def plain(value: Decimal) -> str:
    """Without an exponent or trailing zeros."""
    digits = f"{value:f}"
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits) or "0"
