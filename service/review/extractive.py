"""The composer that needs no model: chosen sentences, told in the third person, each with its quote."""

from __future__ import annotations

from typing import Literal

from service.annotate.names import name_key
from service.records import Citation, Paper, Sentence
from service.review.references import short_name
from service.review.rewrite import dangles, third_person
from service.review.select import Group
from service.text.normal import for_display

COMPOSER = "extractive"


def compose_group(group: Group, *, introduced: bool = False) -> list[Sentence]:
    """The sentences of one paper's group. The first names the paper unless it is already introduced."""
    sentences: list[Sentence] = []
    for index in group.chosen:
        sentence = claim(group, index, introduced=introduced)
        sentences.append(sentence)
        introduced = True
    return sentences


def claim(group: Group, index: int, *, introduced: bool) -> Sentence:
    """One abstract sentence as a claim: rewritten where that is safe, verbatim otherwise."""
    paper = group.candidate.paper
    span = group.candidate.sentences.spans[index]
    quote = paper.abstract[span.start : span.end]
    citation = Citation("", paper.paper_id, quote, span.start, span.end)
    previous = index > 0 and (index - 1) in group.chosen
    rewritten = third_person(quote, short=short_name(paper), introduced=introduced)
    text = for_display(quote) if rewritten is None else rewritten
    if (not introduced and not _names_it(text, paper)) or (introduced and dangles(text) and not previous):
        text = f"{_lead(paper)}: {text}"
    return Sentence(text, "claim", _support(text, quote), (citation,))


def connective(text: str) -> Sentence:
    """A sentence that orders the text and claims nothing."""
    return Sentence(text, "connective", "supported")


def _lead(paper: Paper) -> str:
    """How a sentence that does not name its paper is introduced."""
    return short_name(paper)


def _names_it(text: str, paper: Paper) -> bool:
    return name_key(short_name(paper)) in name_key(text)


def _support(text: str, quote: str) -> Literal["exact", "supported"]:
    return "exact" if text == for_display(quote) else "supported"
