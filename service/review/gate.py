"""The gate: nothing is shown before every quote has been found where it claims to be.

First form: a sentence passes when it has citations, each quote stands in its abstract at its offsets, every
number and name of the sentence occurs in its quotes (or is a cited paper's own name), no negation appears or
vanishes, and its content words come from the quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.records import Dropped, Paper, Sentence
from service.review.coverage import content_words
from service.review.references import short_name
from service.text.names import mentioned_names, name_key, own_names, tokens
from service.text.normal import for_display, for_search
from service.text.terms import terms

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NEGATION = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n't\b", re.IGNORECASE)
_LEAST_CARRIED = 0.9  # share of content words that must come from the quotes; rewriting adds "authors" alone
_ADDED = frozenset({"authors", "author", "paper"})


@dataclass(frozen=True, slots=True)
class Gated:
    """What may be shown and what may not, with reasons."""

    shown: tuple[Sentence, ...]
    dropped: tuple[Dropped, ...]


def gate(sentences: Iterable[Sentence], papers: Mapping[str, Paper]) -> Gated:
    """Split sentences into shown and dropped. `papers` are those retrieved for this request, by id."""
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    for sentence in sentences:
        reason = fault(sentence, papers)
        if reason is None:
            shown.append(sentence)
        else:
            dropped.append(Dropped(sentence.text, reason))
    return Gated(tuple(shown), tuple(dropped))


def fault(sentence: Sentence, papers: Mapping[str, Paper]) -> str | None:
    """Why a sentence must not be shown, or `None`. A connective may cite nothing and claim nothing."""
    if sentence.kind == "connective":
        return "a connective must not carry numbers or citations" if _claims(sentence) else None
    if not sentence.citations:
        return "no citation"
    for citation in sentence.citations:
        paper = papers.get(citation.paper_id)
        if paper is None:
            return f"cites {citation.paper_id!r}, which was not retrieved"
        if not 0 <= citation.start < citation.end or paper.abstract[citation.start : citation.end] != citation.quote:
            return f"the quote does not stand in the abstract of {citation.paper_id!r} at {citation.start}"
    quotes = [c.quote for c in sentence.citations]
    return _unfaithful(sentence.text, quotes, [papers[c.paper_id] for c in sentence.citations])


def _claims(sentence: Sentence) -> bool:
    return bool(sentence.citations) or bool(_NUMBER.search(_without_own_digits(sentence.text)))


def _without_own_digits(text: str) -> str:
    """Text without its names, whose digits are no figures (UniME-V2), and without years in brackets."""
    for name in mentioned_names(text):
        text = text.replace(name, " ")
    return re.sub(r"\((?:19|20)\d\d\)", " ", text)


def _unfaithful(text: str, quotes: Sequence[str], cited: Sequence[Paper]) -> str | None:
    source = for_search(" ".join(quotes))
    if for_search(for_display(quotes[0])) == for_search(text):
        return None
    own = " ".join(f"{own_names(p.title, p.abstract).short or ''} {p.title}" for p in cited)
    allowed = set(_NUMBER.findall(source)) | set(_NUMBER.findall(for_search(own)))
    strange = [n for n in _NUMBER.findall(for_search(text)) if n not in allowed]
    if strange:
        return f"the number {strange[0]} is not in the quote"
    known = {name_key(t) for t in tokens(f"{source} {own}")} | own_names_keys(cited)
    unknown = [n for n in mentioned_names(text) if name_key(n) not in known]
    if unknown:
        return f"the name {unknown[0]} is not in the quote"
    if len(_NEGATION.findall(_without_titles(text, cited))) != len(_NEGATION.findall(source)):
        return "a negation was added or lost"
    words = [w for w in content_words(text) if w not in _ADDED and not w[0].isdigit()]
    carried = set(terms(f"{source} {own}"))
    kept = sum(any(t in carried for t in terms(w)) for w in words)
    if words and kept / len(words) < _LEAST_CARRIED:
        return "its words are not carried by the quote"
    return None


def _without_titles(text: str, cited: Sequence[Paper]) -> str:
    """The text without the names it gives its papers: a title may say "without"."""
    for paper in cited:
        text = text.replace(short_name(paper), " ")
    return text


def own_names_keys(papers: Iterable[Paper]) -> set[str]:
    """Every name key the papers coin."""
    return {key for p in papers for key in own_names(p.title, p.abstract).keys}
