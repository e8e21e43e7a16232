"""A statement -> the parts of it that its citations stand for, each in words that can be judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.annotate import AnnotatedAbstract
from service.manuscript import PLACE, Mark, Statement
from service.review.checking.citation_resolver import Resolution
from service.review.checking.sentence_kinds import LEAST_CONTENT, content_words
from service.review.writing.references import short_name
from service.text.normal import for_display

_COORDINATOR = r"(?:and|while|whereas|but|or|yet|although)"
# Behind a citation in brackets a part ends where the sentence goes on with something of its own.
_ENDS_BEHIND = re.compile(rf"\s*(?:[,;:.)]|$|{_COORDINATOR}\b)")
_BEGINS_BEFORE = re.compile(rf"(?:^|[,;:]|\b{_COORDINATOR})\s*$")
_GAPS = ((re.compile(r"\(\s*\)|\[\s*\]"), " "), (re.compile(r"\s+([,.;:!?)\]])"), r"\1"), (re.compile(r"\s{2,}"), " "))
_LEADING = re.compile(rf"^[\s,;:]*(?:{_COORDINATOR}\b)?[\s,;:]*", re.IGNORECASE)


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
    whole = Part(_named(pieces, marks, resolved), tuple(r for m in marks for r in resolved[m]))
    if len({r.work for r in whole.resolved}) < 2:
        return (whole,)
    cuts = _cuts(pieces, marks)
    parts = [_stretch(pieces, marks, resolved, a, b) for a, b in zip([0, *cuts], [*cuts, None], strict=True)]
    if any(len(content_words(p.text)) < LEAST_CONTENT or not p.resolved for p in parts):
        return (whole,)
    return tuple(parts)


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
        if len(content_words(between)) < LEAST_CONTENT:
            continue
        behind = not marks[i - 1].textual and _ENDS_BEHIND.match(between)
        before = marks[i].textual and _BEGINS_BEFORE.search(between)
        if behind or before:
            cuts.append(i)
    return cuts


def _stretch(
    pieces: Sequence[str],
    marks: Sequence[Mark],
    resolved: Mapping[Mark, tuple[Resolution, ...]],
    a: int,
    b: int | None,
) -> Part:
    """Marks `a` to `b` with the text before each; the last stretch has what is behind its last mark too."""
    end = len(marks) if b is None else b
    tail = pieces[end:] if b is None else [""]
    text = _named([*pieces[a:end], *tail], marks[a:end], resolved)
    return Part(_LEADING.sub("", text) if a else text, tuple(r for m in marks[a:end] for r in resolved[m]))


def _named(pieces: Sequence[str], marks: Sequence[Mark], resolved: Mapping[Mark, tuple[Resolution, ...]]) -> str:
    """The text with the paper's name where a citation is a word of the sentence, and nothing where it is not."""
    text = pieces[0]
    for mark, after in zip(marks, pieces[1:], strict=True):
        is_word = mark.textual or (not text.strip() and after[:2].strip()[:1].islower())
        names = " and ".join(dict.fromkeys(short_name(r.abstracts[0]) for r in resolved[mark] if r.abstracts))
        text += (names or "the authors") if is_word else ""
        text += after
    return _clean(text)


def _clean(text: str) -> str:
    text = for_display(text)
    for pattern, by in _GAPS:
        text = pattern.sub(by, text)
    return text.strip()
