"""The gate: nothing is shown before every quote has been found where it claims to be and carries its sentence.

A sentence passes when it has citations, each quote stands in its abstract at its offsets, and `judge` finds nothing
in the sentence that its quotes do not say. What a quote says with more reserve than the sentence passes as `partial`,
and is shown as such. docs/adr/0017-the-gate.md has what it lets through and what it refuses wrongly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from service.annotate.names import mentioned_names
from service.records import Citation, Dropped, Paper, Sentence
from service.review.faithful.carrying import carried
from service.review.faithful.negation import negations
from service.review.faithful.wording import sentences_of
from service.review.judgement import Judgement, judge, names_of, without_names
from service.text.normal import for_search

_NUMBER = re.compile(r"\d")
_LEAST_CARRIED = 0.9  # share of content words that must come from the quotes where only the person is changed


@dataclass(frozen=True, slots=True)
class Gated:
    """What may be shown and what may not, with reasons."""

    shown: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...]


def gate(sentences: Iterable[Sentence], papers: Mapping[str, Paper], *, written: bool = False) -> Gated:
    """Split sentences into shown and dropped. `papers` are those retrieved, by id; `written` as for `fault`."""
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for sentence in sentences:
        reason = fault(sentence, papers, written=written)
        if reason is None:
            shown.append(sentence)
        else:
            dropped.append(Dropped(sentence.text, reason))
    return Gated(tuple(shown), tuple(dropped))


def fault(sentence: Sentence, papers: Mapping[str, Paper], *, written: bool = False) -> str | None:
    """Why a sentence must not be shown, or `None`. A connective may cite nothing and claim nothing.

    With `written` the sentence is a model's, not a rewriting of its quote: it may use some words of its own.
    """
    wrong = unfounded(sentence, papers)
    if wrong is not None or sentence.kind == "connective":
        return wrong
    judgement = judged(sentence, papers)
    if judgement.verdict in ("contradicted", "unsupported"):
        return judgement.reason
    return None if written else _not_its_quote(sentence, papers)


def unfounded(sentence: Sentence, papers: Mapping[str, Paper]) -> str | None:
    """What is wrong with a sentence's citations, or with a connective; nothing is judged."""
    if sentence.kind == "connective":
        return "a connective must not carry numbers or citations" if _claims(sentence) else None
    if not sentence.text.strip():
        return "it says nothing"
    if not sentence.citations:
        return "no citation"
    for citation in sentence.citations:
        paper = papers.get(citation.paper_id)
        if paper is None:
            return f"cites {citation.paper_id!r}, which was not retrieved"
        if not _stands(citation, paper.abstract):
            return f"the quote does not stand in the abstract of {citation.paper_id!r} at {citation.start}"
    return None


def judged(sentence: Sentence, papers: Mapping[str, Paper]) -> Judgement:
    """The judgement of a sentence whose citations are sound."""
    return judge(sentence.text, [c.quote for c in sentence.citations], [papers[c.paper_id] for c in sentence.citations])


def graded(sentence: Sentence, judgement: Judgement) -> Sentence:
    """The sentence with the support that a reader is shown."""
    if sentence.kind == "claim" and judgement.verdict == "partial":
        return replace(sentence, support="partial")
    return sentence


def _stands(citation: Citation, abstract: str) -> bool:
    """Whether the quote is the abstract between its offsets, without the leniency of slices."""
    start, end = citation.start, citation.end
    return 0 <= start < end <= len(abstract) and abstract[start:end] == citation.quote


def _claims(sentence: Sentence) -> bool:
    return bool(sentence.citations) or bool(_NUMBER.search(_without_own_digits(sentence.text)))


def _without_own_digits(text: str) -> str:
    """Text without its names, whose digits are no figures (UniME-V2), and without years in brackets."""
    for name in mentioned_names(text):
        text = text.replace(name, " ")
    return re.sub(r"\((?:19|20)\d\d\)", " ", text)


def _not_its_quote(sentence: Sentence, papers: Mapping[str, Paper]) -> str | None:
    """What a sentence that only changes the person of its quote must not have: words or negations of its own."""
    cited = [papers[c.paper_id] for c in sentence.citations]
    source = sentences_of(c.quote for c in sentence.citations)
    text = for_search(sentence.text)
    if negations(for_search(without_names(sentence.text, cited))) != negations(source):
        return "a negation was added or lost"
    if carried(text, source, names_of(cited)).words < _LEAST_CARRIED:
        return "its words are not carried by the quote"
    return None
