"""A statement -> the parts of it that its citations stand for, each in words that can be judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from service.annotate import AnnotatedAbstract
from service.annotate.hostile import hostile
from service.manuscript import PLACE, Mark, Statement
from service.review.checking.citation_resolver import Resolution
from service.review.checking.sentence_kinds import LEAST_CONTENT, content_words
from service.text.normal import for_display

_COORDINATOR: Final = r"(?:and|while|whereas|but|or|yet|although)"
# Behind a citation in brackets a part ends where the sentence goes on with something of its own.
_ENDS_BEHIND: Final = re.compile(rf"\s*(?:[,;:.)]|$|{_COORDINATOR}\b)")
_BEGINS_BEFORE: Final = re.compile(rf"(?:^|[,;:]|\b{_COORDINATOR})\s*$")
_LEADING: Final = re.compile(rf"^[\s,;:]*(?:{_COORDINATOR}\b)?[\s,;:]*", re.IGNORECASE)
_EMPTY_BRACKETS: Final = re.compile(r"\(\s*\)|\[\s*\]")
_BEFORE_STOP: Final = re.compile(r"\s+(?=[,.;:!?)\]])")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a statement as it reads with its papers' names, and what it cites."""

    text: str
    resolved: tuple[Resolution, ...]

    @property
    def abstracts(self) -> dict[str, AnnotatedAbstract]:
        """The papers of the library that it cites, by id."""
        return {a.paper.paper_id: a for r in self.resolved for a in r.abstracts}


def parts_of(statement: Statement, resolved: Mapping[Mark, tuple[Resolution, ...]]) -> tuple[Part, ...]:
    """At least one part. A statement is only cut where each part has a citation and says something by itself."""
    pieces, marks = statement.text.split(PLACE), statement.marks
    worded = [piece + _as_words(pieces, i, marks[i], resolved[marks[i]]) for i, piece in enumerate(pieces[:-1])]
    worded[-1] += pieces[-1]
    edges = [0, *_cuts(pieces, marks), len(marks)]
    parts = [
        Part(
            _LEADING.sub("", _clean("".join(worded[a:b]))) if a else _clean("".join(worded[:b])),
            tuple(r for mark in marks[a:b] for r in resolved[mark]),
        )
        for a, b in pairwise(edges)
    ]
    if all(part.resolved and len(content_words(part.text)) >= LEAST_CONTENT for part in parts):
        works = {r.work for part in parts for r in part.resolved}
        if len(works) > 1:
            return tuple(parts)
    return (Part(_clean("".join(worded)), tuple(r for mark in marks for r in resolved[mark])),)


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
        behind = not marks[i - 1].textual and _ENDS_BEHIND.match(pieces[i])
        before = marks[i].textual and _BEGINS_BEFORE.search(pieces[i])
        if (behind or before) and len(content_words(pieces[i])) >= LEAST_CONTENT:
            cuts.append(i)
    return cuts


def _as_words(pieces: Sequence[str], i: int, mark: Mark, resolved: Sequence[Resolution]) -> str:
    """What mark `i` reads as where it is a word of the sentence: the names its papers coin, or "the authors"."""
    is_subject = not "".join(pieces[: i + 1]).strip() and pieces[i + 1][:2].strip()[:1].islower()
    if not (mark.textual or is_subject):
        return ""
    coined = [r.abstracts[0].own.short for r in resolved if r.abstracts]
    names = [name if name is not None and not hostile(name) else "the authors" for name in coined]
    return " and ".join(dict.fromkeys(names)) or "the authors"


def _clean(text: str) -> str:
    text = _EMPTY_BRACKETS.sub(" ", for_display(text))
    return " ".join(_BEFORE_STOP.sub("", text).split())
