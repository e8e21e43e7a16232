"""Which sentences of an abstract tell of its own work, and parts of them as cell values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.model import Part
from service.vocabulary import CONNECTIVES

_SELF: Final = re.compile(
    r"\b(?:we|our|here(?:in)?)\b|\b(?:this|the (?:present|current)) (?:\w+ )?(?:study|paper|work|article|research|"
    r"trial|review|survey|letter|report|thesis|investigation)\b|\bin this \w+|\b(?:was|were) (?:\w+ed|done|made|"
    r"taken|given|chosen|drawn|held|set|built|found)\b",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(rf"(?:{'|'.join(map(re.escape, CONNECTIVES))}),?\s+", re.IGNORECASE)
_FOLDED: Final = str.maketrans(
    dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys("\u00a0\u2009\u202f\n\t", " ") | {"’": "'"}
)


def plain(text: str) -> str:
    """The text with one dash and one space for all kinds; same length, so that offsets hold."""
    return text.translate(_FOLDED)


def sentence(abstract: AnnotatedAbstract, i: int) -> str:
    """Sentence `i` as the readers of columns match it."""
    return plain(abstract.text(i))


def says_we(abstract: AnnotatedAbstract, i: int) -> bool:
    """Whether the sentence names its authors or its own study, or tells in the past tense what was done."""
    return _SELF.search(sentence(abstract, i)) is not None


def speaks_of_itself(abstract: AnnotatedAbstract, i: int) -> bool:
    """Whether the sentence says "we" in that sense, or, past the background, a name that the paper coins."""
    own, role = abstract.own.short, abstract.sentences[i].role
    coined = own is not None and own in abstract.text(i) and role is not RhetoricalRole.PROBLEM
    return coined or says_we(abstract, i)


def told(abstract: AnnotatedAbstract, *roles: RhetoricalRole) -> Iterator[int]:
    """Quotable sentences about the work itself in order, of these rhetorical roles where any are given.

    What is told before the work begins is told of others, whatever its role, unless it speaks of itself.
    """
    begun = False
    for i in abstract.evidence:
        role = abstract.sentences[i].role
        itself = speaks_of_itself(abstract, i)
        begun = begun or itself or role in (RhetoricalRole.APPROACH, RhetoricalRole.DATA, RhetoricalRole.RESULT)
        background = role is RhetoricalRole.PROBLEM and not itself
        if begun and not background and (not roles or role in roles) and not abstract.text(i).rstrip().endswith("?"):
            yield i


def part(abstract: AnnotatedAbstract, i: int, start: int, end: int) -> Part:
    """Characters `start` to `end` of sentence `i`, without white space and punctuation around them."""
    text = abstract.text(i)
    while end > start and text[end - 1] in " \n\t.,;:":
        end -= 1
    while start < end and text[start] in " \n\t,;:":
        start += 1
    opened = text[start:end]
    if opened.count("(") > opened.count(")") and text[end : end + 1] == ")":
        end += 1
    at = abstract.sentences[i].start
    return Part(i, at + start, at + end)


def whole(abstract: AnnotatedAbstract, i: int) -> Part:
    """The whole sentence but for the word that ties it to the one before."""
    text = abstract.text(i)
    tied = _OPENING.match(text)
    start = tied.end() if tied is not None and tied[0].rstrip().endswith(",") else 0
    return part(abstract, i, start, len(text))
