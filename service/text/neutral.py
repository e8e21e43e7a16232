"""Untrusted text without what a model could take for structure, and where each character came from.

Nothing that reads as prose is removed: instructions stay, visibly as data. What goes is what could pass for our
own marks: citations, source numbers, role markers, delimiters, links, invisible characters. The offsets lead a
quote of the neutral text back to the abstract as it is stored.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from typing import Final

_MAX_MARKS = 2  # combining marks in a row; more is decoration that hides text
_SPACES: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")

# Letters of other scripts that look like Latin ones; NFKC leaves them alone.
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТХІЈЅԌԚԜаеорсхуіѕјԁһӏԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονι", "ABEKMHOPCTXIJSGQWaeopcxyisjdhlqwABEZHIKMNOPTYXovi"
)
_BRACKETS = str.maketrans("【〔⟦⁅〖「『】〕⟧⁆〗」』‹«›»｜¦∣", "[[[[[[[]]]]]]]<<>>|||")

_NUMBERS = r"\d{1,4}(?:\s*[,;\-–—]\s*\d{1,4}){0,20}"
_THING = r"(?:source|document|abstract|passage|paper|reference|citation|doc|ref)s?"
_TAG = (
    r"system|user|assistant|human|developer|tool|sources?|function|instructions?|context|documents?|"
    r"script|img|iframe|a|style|object|embed|link|meta|form|svg"
)
_PATTERNS = re.compile(
    rf"(?P<link>\b(?:https?|ftp)\s?:\s?/[^\s<>\"]*|\bfile:\s?/[^\s<>\"]*|\bdata:[\w.+-]+/[^\s<>\"]+|\bjavascript\s?:\S[^\s<>\"]*"
    rf"|\bmailto:\S+@[^\s<>\"]+|\bwww\.[^\s<>\"]+)"
    rf"|(?P<ref>\[\s*(?:\^|\#|{_THING}\s*)?\s*{_NUMBERS}\s*\]"
    r"|\\[a-z]*(?:cite|ref)[a-z]*\*?\s*(?:\[[^\]\n]{0,80}\]\s*){0,2}(?:\{[^}\n]{0,200}\}?)?"
    r"|\\(?:bibitem|input|include|href|url|write18|immediate)\b\s*(?:\{[^}\n]{0,200}\}?)?"
    rf"|\b{_THING}\s*(?:no\.?|number|id|\#)?\s*[:=\#]?\s*\d{{1,3}}\b(?!\.\d))"
    rf"|(?P<tag><\|[^|<>\n]{{0,60}}\|>|\[/?(?:INST|SYS|SYSTEM|USER|ASSISTANT)\]|<{{1,3}}/?SYS>{{1,3}}|</?s>"
    rf"|<(?:start|end)_of_turn>|</?(?:{_TAG})\b[^<>\n]{{0,200}}>?|!\[[^\]\n]{{0,80}}\]\(?)"
    r"|\b(?:system|assistant|user|human|developer|tool)(?:\s+(?:prompt|message|instructions?|turn))?\s*(?P<colon>:)"
    r"|(?P<run>(?P<char>[<>\#=~`\"'*|_\-{}\[\]])(?P=char){2,})",
    re.IGNORECASE,
)
_INSTEAD: Final = {"link": "(link)", "ref": "(ref)", "tag": "(tag)", "colon": " -"}


@dataclass(frozen=True, slots=True)
class Neutral:
    """`text[i]` stands for `original[starts[i]:ends[i]]`."""

    text: str
    starts: array[int]
    ends: array[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` (not empty) stands in the original."""
        return self.starts[start], self.ends[end - 1]


def neutralised(original: str) -> Neutral:
    """The neutral text on one line. Neutralising it again changes nothing."""
    text, starts, ends = _visible(original)
    for _ in range(4):  # a replacement can bring two pieces together; twice is enough for all that is known
        pieces, new_starts, new_ends = _replaced(text, starts, ends)
        if pieces == text:
            break
        text, starts, ends = pieces, new_starts, new_ends
    return Neutral(text, starts, ends)


def visible(original: str) -> str:
    """Only the characters that show, every line break as a space."""
    return _visible(original)[0]


def plain_form(original: str) -> str:
    """A text as its look-alikes are matched: visible characters only, full-width and foreign twins as plain ones."""
    return _folded(_visible(original)[0])


def _visible(original: str) -> tuple[str, array[int], array[int]]:
    """Without invisible characters; every kind of line break is a space."""
    kept: list[str] = []
    starts, ends = array("I"), array("I")
    marks = 0
    for at, char in enumerate(original):
        if char in _SPACES:
            char = " "
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn") or marks > _MAX_MARKS or _blank(char)
        if hidden:
            continue
        kept.append(char)
        starts.append(at)
        ends.append(at + 1)
    return "".join(kept), starts, ends


def _blank(char: str) -> bool:
    """Letters and marks that show nothing: fillers, variation selectors, braille blank, the replacement sign."""
    return (
        char in "\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5\ufffd"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
    )


def _folded(text: str) -> str:
    """The same length, full-width and look-alike characters as plain ones: what the patterns are matched on."""
    plain = (n if len(n := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)
    return "".join(plain).translate(_LOOKALIKES).translate(_BRACKETS)


def _replaced(text: str, starts: array[int], ends: array[int]) -> tuple[str, array[int], array[int]]:
    pieces: list[str] = []
    new_starts, new_ends = array("I"), array("I")
    at = 0
    for found in _PATTERNS.finditer(_folded(text)):
        kind = found.lastgroup or "run"
        begin, end = found.span(kind)
        instead = _INSTEAD.get(kind, text[begin])
        pieces += (text[at:begin], instead)
        new_starts += starts[at:begin]
        new_ends += ends[at:begin]
        new_starts.extend([starts[begin]] * len(instead))
        new_ends.extend([ends[end - 1]] * len(instead))
        at = end
    pieces.append(text[at:])
    return "".join(pieces), new_starts + starts[at:], new_ends + ends[at:]
