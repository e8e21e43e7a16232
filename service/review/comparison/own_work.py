"""Which sentences of an abstract tell of its own work, and parts of them as cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.annotate.numerals import folded_for_numbers
from service.records import Cell, Citation
from service.review.comparison.model import Part
from service.text.normal import for_display
from service.vocabulary import CONNECTIVES

BEFORE_RESULTS: Final = (RhetoricalRole.PROBLEM, RhetoricalRole.APPROACH, RhetoricalRole.DATA)
_SELF: Final = re.compile(
    r"\b(?:we|our|here(?:in)?)\b|\b(?:this|the (?:present|current)) (?:\w+ )?(?:study|paper|work|article|research|"
    r"trial|review|survey|letter|report|thesis|investigation)\b|\bin this \w+|\b(?:was|were) (?:\w+ed|done|made|"
    r"taken|given|chosen|drawn|held|set|built|found)\b",
    re.IGNORECASE,
)
_TIED: Final = re.compile(rf"(?:{'|'.join(map(re.escape, CONNECTIVES))}),\s+", re.IGNORECASE)


def sentence(abstract: AnnotatedAbstract, i: int) -> str:
    """Sentence `i` with one kind of dash and space, character for character."""
    return folded_for_numbers(abstract.text(i)).replace("’", "'")


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
    end = start + len(text[start:end].rstrip(" \n\t.,;:"))
    start = end - len(text[start:end].lstrip(" \n\t,;:"))
    if text.count("(", start, end) > text.count(")", start, end) and text[end : end + 1] == ")":
        end += 1
    at = abstract.sentences[i].start
    return Part(i, at + start, at + end)


def whole(abstract: AnnotatedAbstract, i: int) -> Part:
    """The whole sentence but for the word that ties it to the one before."""
    text = abstract.text(i)
    tied = _TIED.match(text)
    return part(abstract, i, tied.end() if tied is not None else 0, len(text))


def cell(abstract: AnnotatedAbstract, part: Part) -> Cell:
    """The cell whose value is a part of a sentence and whose quote is that sentence."""
    held, paper = abstract.sentences[part.index], abstract.paper
    citation = Citation("", paper.paper_id, abstract.text(part.index), held.start, held.end)
    return Cell(" ".join(for_display(paper.abstract[part.start : part.end]).split()), (citation,))
