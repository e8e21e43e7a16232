"""A statement -> the parts of it that its citations stand for, each in words that can be judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.manuscript import PLACE, Mark, Statement
from service.records import Paper
from service.review.checking.shelf import Found
from service.review.coverage import content_words
from service.review.references import short_name
from service.text.normal import for_display

_LEAST_WORDS = 3
# Behind a citation in brackets a part ends where the sentence goes on with something of its own.
_ENDS_BEHIND = re.compile(r"\s*(?:[,;:.)]|$|(?:and|while|whereas|but|or|yet|although)\b)")
_BEGINS_BEFORE = re.compile(r"(?:^|[,;:]|\b(?:and|while|whereas|but|or|yet|although))\s*$")
_GAPS = ((re.compile(r"\(\s*\)|\[\s*\]"), " "), (re.compile(r"\s+([,.;:!?)\]])"), r"\1"), (re.compile(r"\s{2,}"), " "))
_AND_BEFORE = re.compile(r"^[\s,;:]*(?:(?:and|while|whereas|but|or|yet|although)\b)?[\s,;:]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a statement as it reads with its papers' names, and what it cites."""

    text: str
    found: tuple[Found, ...]

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple({p.paper_id: p for f in self.found for p in f.papers}.values())


def parts_of(statement: Statement, found: Mapping[Mark, tuple[Found, ...]]) -> tuple[Part, ...]:
    """At least one part. A statement is only cut where each part has a citation and says something by itself."""
    pieces = statement.text.split(PLACE)
    whole = Part(_told(pieces, statement.marks, found), tuple(f for m in statement.marks for f in found[m]))
    if len({p.paper_id for p in whole.papers}) < 2:
        return (whole,)
    cuts = _cuts(pieces, statement.marks)
    stretches = [_stretch(pieces, statement.marks, found, a, b) for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    merged: list[Part] = []
    for part in stretches:
        if merged and (len(content_words(part.text)) < _LEAST_WORDS or not part.found):
            merged[-1] = Part(f"{merged[-1].text} {part.text}".strip(), (*merged[-1].found, *part.found))
        else:
            merged.append(part)
    if len(merged) < 2 or any(len(content_words(p.text)) < _LEAST_WORDS or not p.found for p in merged):
        return (whole,)
    return tuple(merged)


def readable(statement: Statement) -> str:
    """The statement as a person recognises it, with its citations in square brackets."""
    text = statement.text
    for mark in statement.marks:
        text = text.replace(PLACE, f"[{', '.join(c.key or '?' for c in mark.cited)}]", 1)
    return for_display(text)


def bare(statement: Statement) -> str:
    """The statement without its citations."""
    return _clean(statement.text.replace(PLACE, " "))


def _cuts(pieces: Sequence[str], marks: Sequence[Mark]) -> list[int]:
    """Indices of the marks before which (`i`) a new part begins: piece `i` lies before mark `i`."""
    cuts = []
    for i in range(1, len(marks)):
        between = pieces[i]
        if len(content_words(between)) < _LEAST_WORDS:
            continue
        behind = not marks[i - 1].textual and _ENDS_BEHIND.match(between)
        before = marks[i].textual and _BEGINS_BEFORE.search(between)
        if behind or before:
            cuts.append(i)
    return cuts


def _stretch(
    pieces: Sequence[str], marks: Sequence[Mark], found: Mapping[Mark, tuple[Found, ...]], a: int, b: int | None
) -> Part:
    """Marks `a` to `b` with the text before each; the last stretch has what is behind its last mark too."""
    end = len(marks) if b is None else b
    tail = pieces[end:] if b is None else [""]
    text = _told([*pieces[a:end], *tail], marks[a:end], found)
    return Part(_AND_BEFORE.sub("", text) if a else text, tuple(f for m in marks[a:end] for f in found[m]))


def _told(pieces: Sequence[str], marks: Sequence[Mark], found: Mapping[Mark, tuple[Found, ...]]) -> str:
    """The text with the paper's name where a citation is a word of the sentence, and nothing where it is not."""
    told = pieces[0]
    for mark, after in zip(marks, pieces[1:], strict=True):
        subject = mark.textual or (not told.strip() and after[:2].strip()[:1].islower())
        names = " and ".join(dict.fromkeys(short_name(f.papers[0]) for f in found[mark] if f.papers))
        told += (names or "the authors") if subject else ""
        told += after
    return _clean(told)


def _clean(text: str) -> str:
    text = for_display(text)
    for pattern, by in _GAPS:
        text = pattern.sub(by, text)
    return text.strip()
