"""The half of answering that needs the library: retrieval for a question, before any model is called."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Final

from service.errors import QueryError
from service.requests import AskRequest
from service.review.answering.selecting import named_sides
from service.review.evidence.corpus import Corpus
from service.review.evidence.finding import EMBEDDED, find
from service.review.evidence.model import Found
from service.review.question.model import ExpectedAnswer, Query

_PAPERS: Final = 12
_PAPERS_TO_RERANK: Final = 36


@dataclass(frozen=True, slots=True, eq=False)
class PreparedQuestion:
    """A question with the evidence found for it: all that `answered` needs, so that no library is held meanwhile."""

    request: AskRequest
    query: Query
    found: Found
    elapsed_s: float


def prepare(corpus: Corpus, request: AskRequest, query: Query, *, for_model: bool = False) -> PreparedQuestion:
    """Retrieve evidence for the query; `for_model`: more papers, because a model will score them.

    Raises `QueryError` for a question that refers to something unsaid, or is in a language that is not understood.
    """
    _refuse_unclear(query)
    started = time.monotonic()
    most_papers = _PAPERS_TO_RERANK if for_model else _PAPERS
    found = find(corpus, query, most_papers=most_papers, embedded=EMBEDDED, filters=query.filters)
    return PreparedQuestion(request, query, _settled(query, found), time.monotonic() - started)


def _settled(query: Query, found: Found) -> Found:
    """ "How do KITE and Heron differ?" asks for the two sides: where both are here, they answer it."""
    compared = [part for part in query.parts if part.expects is ExpectedAnswer.COMPARISON]
    here = [part for part in compared if len(named_sides(part.names, found)) > 1]
    if not here:
        return found
    missing = tuple(m for m in found.missing if not any(m.endswith(part.text) for part in here))
    return replace(found, status="answered", missing=missing)


def _refuse_unclear(query: Query) -> None:
    if query.unresolved is not None:
        raise QueryError(
            f"the question refers to {query.unresolved!r} without naming it; each question is read by itself: "
            "ask again with the paper's title, system or author"
        )
    if query.language != "english" and not query.by_model:
        raise QueryError(
            "the question is not in English, and without a model only English questions are understood: "
            "ask in English, or configure a model (docs/models.md)"
        )
