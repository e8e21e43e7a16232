"""Which papers say a text: verbatim after normalisation, or nearly, each with its place in the abstract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from service.annotate import AnnotatedAbstract
from service.judge.alignment import covered, nearest, support_in
from service.llm.prompting.quotes import squeezed, with_its_marks
from service.llm.prompting.readable import readable
from service.records import Filters, Paper, Span
from service.records.quotations import Quotation, QuoteSearch, QuoteVerdict
from service.review.evidence.corpus import Corpus
from service.text.normal import for_display
from service.text.sentences import split_sentences
from service.text.terms import STOP_TERMS, terms

CANDIDATES: Final = 60
"""Abstracts that are read: those that share most with the text by BM25."""
NEAR: Final = 0.6
"""The least share of a sentence's content words that one sentence of an abstract holds, to be shown beside it."""
_ORDER: Final[tuple[QuoteVerdict, ...]] = ("verbatim", "supported", "contradicted", "undecided")
_VERDICTS: Final[dict[str, QuoteVerdict]] = {"supported": "supported", "contradicted": "contradicted"}


def attributed(corpus: Corpus, text: str, *, limit: int, filters: Filters | None = None) -> QuoteSearch:
    """Up to `limit` places, surest first: the whole text verbatim, then its sentences, verbatim or nearly.

    Sentences of an abstract that are no evidence (orders, notices) are found where they are quoted verbatim, never as
    near ones. Titles are not read.
    """
    papers = corpus.with_words(text, n=CANDIDATES, filters=filters)
    parts = split_sentences(text)
    found = [q for abstract in corpus.annotated(papers) for q in _in_one(text, parts, abstract)]
    found.sort(key=lambda q: (_ORDER.index(q.verdict), q.said.start - q.said.end, -q.share))
    return QuoteSearch(text, tuple(found[:limit]), len(papers), _note(len(papers), len(found), limit))


def verbatim(text: str, paper: Paper) -> Span | None:
    """Where a text stands in an abstract: as stored or with LaTeX resolved, in NFKC, white space folded, quotation
    marks and dashes plain; every letter, in its case, and no half words. `None` where it does not."""
    abstract = paper.abstract
    shown = readable(abstract)
    for form in dict.fromkeys((text, for_display(text))):
        wanted = squeezed(form).text.strip(" \"'")
        if not wanted:
            continue
        if (stored := squeezed(abstract).span(wanted)) is not None:
            return Span(stored[0], with_its_marks(abstract, stored[1]))
        if (read := squeezed(shown.text).span(wanted)) is not None:
            start, end = shown.original_span(*read)
            return Span(start, with_its_marks(abstract, end))
    return None


def _in_one(text: str, parts: tuple[Span, ...], abstract: AnnotatedAbstract) -> Iterator[Quotation]:
    """What one abstract says of a text: all of it in one piece, else sentence by sentence."""
    whole = verbatim(text, abstract.paper)
    if whole is not None:
        yield Quotation(abstract.paper, whole, Span(0, len(text)), 1.0, "verbatim")
        return
    for part in parts:
        if (found := _of_part(text[part.start : part.end], part, abstract)) is not None:
            yield found


def _of_part(said: str, part: Span, abstract: AnnotatedAbstract) -> Quotation | None:
    if STOP_TERMS.issuperset(terms(said)):
        return None
    span = verbatim(said, abstract.paper)
    if span is not None:
        return Quotation(abstract.paper, span, part, 1.0, "verbatim")
    share = covered(said, abstract)
    place = nearest(said, abstract)
    if place is None or share < NEAR:
        return None
    judged = support_in(said, abstract)
    verdict = _VERDICTS.get(judged.label, "undecided")
    return Quotation(abstract.paper, abstract.sentences[place].span, part, share, verdict, judged.reason)


def _note(searched: int, found: int, limit: int) -> str | None:
    if found > limit:
        return f"{found - limit} more places were found; raise the limit"
    if found:
        return None
    if not searched:
        return "no paper shares a word with the text"
    return (
        f"none of the {searched} abstracts that share most words with the text says it; "
        "that is no proof against the text: only abstracts are in the library"
    )
