"""Quantities said in one way: `1.1B`, `1.1-billion` and `1.1 billion`, `eight bits` and `8 bits`, `14-fold`, `by a
factor of 14`, `14x` and `14 times` are the same to whoever compares a sentence with its quote."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12", "sixteen": "16", "twenty": "20", "thirty": "30", "fifty": "50",
}  # fmt: skip
_SCALES: Final = {"k": "thousand", "m": "million", "b": "billion", "t": "trillion"}
_NUMBER: Final = r"\d+(?:[.,]\d+)*"
_WORDS: Final = "|".join(_DIGITS)
_FACTOR: Final = re.compile(rf"\b(?:by )?a factor of (?:about |roughly |nearly )?({_NUMBER}|{_WORDS})\b", re.IGNORECASE)
_TIMES: Final = re.compile(
    rf"(?<![\w.,\-])({_NUMBER})(?:[ -]?fold\b|\s?[x×](?!\w)(?!\s?\d)|[ -]times\b)", re.IGNORECASE
)
_WORD_TIMES: Final = re.compile(rf"\b({_WORDS})(?:[ -]?fold\b|[ -]times\b)", re.IGNORECASE)
_SCALED: Final = re.compile(rf"(?<![\w.,\-])({_NUMBER})([KMBT])(?=$|[^\w]|-parameter)")
_HYPHENED: Final = re.compile(
    rf"(?<![\w\-])({_NUMBER})-(thousand|million|billion|trillion|bit|byte|parameter|token|hour|day|point)-?",
    re.IGNORECASE,
)
_WORDED: Final = re.compile(
    rf"\b({_WORDS})[ -](?=(?:thousand|million|billion|trillion|bits?|bytes?|percent|points?|hours?|days?|weeks?|"
    r"months?|years?|minutes?|seconds?|times)\b)",
    re.IGNORECASE,
)


def in_one_way(text: str) -> str:
    """The text with its quantities so written. Nothing else is changed; what is quoted is compared, never shown."""
    text = _FACTOR.sub(lambda m: f"{_DIGITS.get(m[1].casefold(), m[1])} times", text)
    text = _WORD_TIMES.sub(lambda m: f"{_DIGITS[m[1].casefold()]} times", text)
    text = _TIMES.sub(lambda m: f"{m[1]} times", text)
    text = _SCALED.sub(lambda m: f"{m[1]} {_SCALES[m[2].casefold()]}", text)
    text = _WORDED.sub(lambda m: f"{_DIGITS[m[1].casefold()]} ", text)
    return _HYPHENED.sub(lambda m: f"{m[1]} {m[2]} ", text)
