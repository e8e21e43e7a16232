"""Extractive summary: a sentence of an abstract, verbatim, under the label of its paper. It needs no judge."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract
from service.records import Citation, Sentence, Span
from service.review.evidence.model import Evidence
from service.review.writing.references import source_label
from service.text.normal import for_display
from service.vocabulary import CONNECTIVES

_ITEM: Final = re.compile(r"(?<!\S)(?:\((?:\d{1,2}|[ivx]{1,4}|[a-h])\)|(?:\d{1,2}|[ivx]{1,4})\))[:.,]?\s", re.I)
_CONNECTIVE: Final = re.compile(rf"(?:{'|'.join(map(re.escape, CONNECTIVES))}),\s+", re.IGNORECASE)
_MOST_CHARS: Final = 900  # of a list with its items; a longer one is shown by the item that was asked for


def extract(evidence: Evidence, *, introduced: bool, after: int | None = None) -> Sentence:
    """The sentence as a claim with support "exact": `TideWalk (2024): “…”`, without the label once `introduced`.

    What stands in quotation marks is the quote in display form. `after` is the index of the same paper's sentence shown
    just before it, if any: where that is not the sentence it follows in the abstract, the quote begins behind
    "However," and the like. A numbered list is quoted from the sentence that opens it, with its items.
    """
    abstract, paper = evidence.abstract, evidence.paper
    span, first = whole_list(abstract, evidence.index)
    tied = _CONNECTIVE.match(paper.abstract, span.start, span.end)
    start = tied.end() if tied is not None and (first == 0 or after != first - 1) else span.start
    quote = paper.abstract[start : span.end]
    label = "" if introduced else f"{source_label(abstract)}: "
    citation = Citation("", paper.paper_id, quote, start, span.end)
    return Sentence(f"{label}“{for_display(quote)}”", "claim", "exact", (citation,))


def whole_list(abstract: AnnotatedAbstract, index: int) -> tuple[Span, int]:
    """Where the sentence stands, and the index of its first sentence: with its whole list where it is part of one.

    A list is a sentence that ends in a colon or has an item's number in it, and the numbered sentences after it.
    """
    sentences = abstract.sentences
    items = [_ITEM.match(abstract.text(i)) is not None for i in range(len(sentences))]
    first = last = index
    while first > 0 and items[first]:
        first -= 1
    if not items[first] and not _opens(abstract.text(first)):
        return sentences[index].span, index
    while last + 1 < len(sentences) and items[last + 1]:
        last += 1
    span = Span(sentences[first].start, sentences[last].end)
    quotable = all(s.no_evidence is None for s in sentences[first : last + 1])
    if not quotable or span.end - span.start > _MOST_CHARS:
        return sentences[index].span, index
    return span, first


def _opens(text: str) -> bool:
    return text.rstrip().endswith(":") or _ITEM.search(text) is not None
