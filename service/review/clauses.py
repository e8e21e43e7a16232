"""One sentence -> the part of it that says a thing, verbatim: a table's cell has no room for the rest.

A sentence is cut only where what remains says by itself what it said in the sentence: at semicolons, at commas before
a conjunction, behind opening adverbs. Conditions ("when …", "if …", "unless …") are never cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from service.records import Span

_OPENING = re.compile(
    r"^(?:however|yet|moreover|furthermore|additionally|in addition|besides|finally|lastly|notably|importantly|"
    r"specifically|in particular|concretely|as a result|consequently|therefore|thus|overall|nevertheless|nonetheless|"
    r"in this (?:paper|work|study|article)|in our (?:experiments|study)|here|first|second|third|then|to this end|"
    r"in other words|in short|in practice|unfortunately|surprisingly|interestingly),\s+"
    r"|^(?:but|and|yet|so)\s+|^\(?(?:\d|i{1,3}|iv|v|[a-c])\)\s+",
    re.IGNORECASE,
)
# "; ", " -- ", and a comma before a clause of its own: a conjunction and a subject that is no mere next item of a list.
_SUBJECT = r"(?:we|it|they|its|their|our|the|a|an|this|these|that|those|[A-Z][\w^-]+|\d[\d.,]*\S*)\s"
_CUT = re.compile(
    rf";\s+|\s+[—–]\s+|,\s+(?:and|but|so|yet)\s+(?={_SUBJECT}(?:[\w%-]+\s){{0,7}}?(?:is|are|was|were|has|have|had|"
    rf"can|could|"
    r"may|might|must|will|does|do|did|remains|needs|gives|takes|fails|makes|leaves)\b)"
    r"|,\s+(?:while|whereas|although|though)\s+",
)
_BINDS = re.compile(r"^(?:when|if|unless|because|since|as|until|where|given|for|with|without|on|in|under|by)\b", re.I)
_COMMA = re.compile(r",\s+(?!(?:[\w-]+\s){0,3}(?:and|or)\s)(?!(?:[\w-]+\s){0,2}[\w-]+,)")  # of no list
_APPENDED = re.compile(r"(?<![\w-])(?:using|without|(?:trained|tuned|distilled|fitted|learned) (?:on|from|with))\b")
_LED = re.compile(r"(?:which|that|and|but|or)\s+", re.IGNORECASE)
_LEAST_WORDS = 4
_SHORT_WORDS = 22


def opened(text: str) -> int:
    """Where a sentence begins behind "However, " and the like: 0 where nothing is to be left out."""
    at = 0
    while (found := _OPENING.match(text[at:])) is not None and len(text) - at - found.end() > 20:
        at += found.end()
    return at


def segments(text: str) -> list[Span]:
    """The clauses of a sentence in order. One too short to stand alone, or a condition, stays with its neighbour."""
    begin, end = opened(text), len(text.rstrip().rstrip(".!"))
    cuts = list(_CUT.finditer(text, begin, end))
    spans: list[Span] = []
    start = begin
    for cut in cuts:
        if cut.start() > start and _stands(text[start : cut.start()]) and _stands(text[cut.end() : end]):
            spans.append(Span(start, cut.start()))
            start = cut.end()
    if end > start:
        spans.append(Span(start, end))
    return spans or [Span(0, len(text))]


def saying(text: str, says: Callable[[str], bool]) -> Span:
    """From the first clause that says it to the last: the whole sentence, openings aside, where no clause does.

    A sentence of at most 22 words stays whole.
    """
    parts = segments(text)
    if len(text.split()) <= _SHORT_WORDS:
        return Span(parts[0].start, parts[-1].end)
    hits = [i for i, part in enumerate(parts) if says(text[part.start : part.end])]
    if not hits:
        return Span(parts[0].start, parts[-1].end)
    return Span(parts[hits[0]].start, parts[hits[-1]].end)


def phrase(text: str, at: Span, *, most_words: int = 30) -> Span:
    """The stretch between commas, brackets or clause bounds around a place, widened while it is too short to read."""
    part = next((p for p in segments(text) if p.start <= at.start < p.end), Span(0, len(text)))
    if len(text[part.start : part.end].split()) <= most_words // 2:
        return part
    bounds = [part.start, *(m.end() for m in _COMMA.finditer(text, part.start, part.end)), part.end]
    bounds += [m.start() for m in _APPENDED.finditer(text, part.start, at.start + 1)]
    start = max(b for b in bounds if b <= at.start)
    end = min(b for b in bounds if b >= at.end)
    while len(text[start:end].split()) < _LEAST_WORDS and (start > part.start or end < part.end):
        if end < part.end:
            end = min(b for b in bounds if b > end)
        else:
            start = max(b for b in bounds if b < start)
    kept = text[start:end].rstrip(" ,")
    if kept.count("(") != kept.count(")"):
        return part
    led = _LED.match(kept)
    return Span(start + (led.end() if led else 0), start + len(kept))


def _stands(piece: str) -> bool:
    return len(piece.split()) >= _LEAST_WORDS and _BINDS.match(piece.strip()) is None
