"""What a model may add to search: the sides of a comparison looked for one by one, and an order for the first papers.

Both are off unless set (docs/adr/0008). A model that fails, or says something else than it was asked, leaves what was
found as it was found: it can move papers, never add, remove or change one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Annotated, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.errors import ModelCancelled, ModelError, ModelNotCalled
from service.llm import ModelRequest, load_prompt, render_sources
from service.llm.prompting.prompts import Rendered
from service.llm.replies.structured import structured
from service.records import Accounting, Filters, Hit, Paper, SearchResult
from service.review.corpus import Corpus, PaperSentences, Vectors
from service.text.terms import terms

RANKED: Final = 20
"""How many of the first papers a model orders: some 7,000 tokens of abstracts."""
_MOST_QUERIES: Final = 5
_LOG = logging.getLogger(__name__)
Reply = TypeVar("Reply", bound=BaseModel)


class OrderReply(BaseModel):
    """The reply to prompts/rerank.md: source ids, best first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    order: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=40)]], Field(max_length=100)
    ]


class QueriesReply(BaseModel):
    """The reply to prompts/decompose.md."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    queries: Annotated[
        list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]], Field(max_length=20)
    ]


class ModelCorpus:
    """A corpus whose searches a model helps. For one request: after a first failure the model is left alone.

    `prompt_versions` names the prompts that were used, `failure` says why the model did not help.
    """

    def __init__(self, corpus: Corpus, request: ModelRequest, *, rerank: bool, decompose: bool) -> None:
        self._corpus = corpus
        self._request = request
        self._rerank = rerank
        self._decompose = decompose
        self._searched: dict[tuple[str, int, Filters | None], SearchResult] = {}
        self.prompt_versions: dict[str, str] = {}
        self.failure: str | None = None
        self._left_alone = False

    def search(self, query: str, *, k: int, filters: Filters | None) -> SearchResult:
        """Up to k papers. An order of the model's is told by the scores too: they fall from hit to hit."""
        key = (query, k, filters)
        if key not in self._searched:
            wide = max(k, RANKED) if self._rerank else k
            found = self._corpus.search(query, k=wide, filters=filters)
            if self._decompose:
                found = self._with_sides(found, wide, filters)
            if self._rerank:
                found = self._ordered(found)
            self._searched[key] = replace(found, hits=found.hits[:k])
        return self._searched[key]

    def count(self) -> int:
        return self._corpus.count()

    def with_words(self, text: str, *, n: int, filters: Filters | None) -> tuple[Paper, ...]:
        return self._corpus.with_words(text, n=n, filters=filters)

    def sentences(self, papers: Sequence[Paper]) -> list[PaperSentences]:
        return self._corpus.sentences(papers)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._corpus.embed(texts)

    def document_frequency(self, term: str) -> int:
        return self._corpus.document_frequency(term)

    def _ordered(self, found: SearchResult) -> SearchResult:
        first = found.hits[:RANKED]
        if len(first) < 2:
            return found
        sheet = render_sources([h.paper for h in first], question=found.query, secret=self._request.secret)
        prompt = load_prompt("rerank").render(query=found.query, sources=sheet.text, mark=sheet.mark)
        reply = self._asked(prompt, OrderReply)
        if reply is None:
            return found
        places = {source_id: place for place, source_id in enumerate(sheet.by_id)}
        named = [places[source_id] for source_id in reply.order if source_id in places]
        return replace(found, hits=(*in_given_order(first, named), *found.hits[RANKED:]))

    def _with_sides(self, found: SearchResult, k: int, filters: Filters | None) -> SearchResult:
        reply = self._asked(load_prompt("decompose").render(question=found.query), QueriesReply)
        queries = [] if reply is None else [q for q in dict.fromkeys(reply.queries) if terms(q) and q != found.query]
        if not queries:
            return found
        sides = [self._corpus.search(q, k=k, filters=filters).hits for q in queries[:_MOST_QUERIES]]
        return replace(found, hits=taking_turns([found.hits, *sides])[:k])

    def _asked(self, prompt: Rendered, schema: type[Reply]) -> Reply | None:
        if self._left_alone:
            return None
        request = self._request
        try:
            reply = structured(
                request.model,
                prompt,
                schema,
                deadline=request.deadline,
                parameters=request.parameters,
                cache=request.cache,
            )
        except ModelCancelled:
            raise  # nobody waits for what would be found
        except ModelNotCalled as error:
            self.failure = str(error)
            return None  # a dry run lists the next call too
        except ModelError as error:
            self.failure, self._left_alone = str(error), True
            _LOG.warning("%s: searching goes on without the model: %s", prompt.name, error)
            return None
        self.prompt_versions[prompt.name] = str(prompt.version)
        return reply.value


def reranked(corpus: Corpus, request: ModelRequest, query: str, *, k: int, filters: Filters | None) -> SearchResult:
    """One search whose first papers the model ordered; where it failed, a note says so."""
    helped = ModelCorpus(corpus, request, rerank=True, decompose=False)
    found = helped.search(query, k=k, filters=filters)
    if helped.failure is None:
        return found
    told = f"not ranked by the model: {helped.failure}"
    return replace(found, note=told if found.note is None else f"{found.note}; {told}")


def with_versions(accounting: Accounting, corpus: Corpus) -> Accounting:
    """The accounting of a text, with the prompts that helped to search for it."""
    if not isinstance(corpus, ModelCorpus) or not corpus.prompt_versions:
        return accounting
    return replace(accounting, prompt_versions={**accounting.prompt_versions, **corpus.prompt_versions})


def in_given_order(hits: Sequence[Hit], places: Iterable[int]) -> tuple[Hit, ...]:
    """The hits at `places` first, each once, then the others as they were; scores go by place, so they still fall."""
    order = list(dict.fromkeys([*places, *range(len(hits))]))
    scores = sorted((h.score for h in hits), reverse=True)
    return tuple(replace(hits[at], score=score) for at, score in zip(order, scores, strict=True))


def taking_turns(lists: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Every paper once: the best of each list, then the second best, and so on, with scores that fall."""
    met: dict[str, Hit] = {}
    for turn in zip_longest(*lists):
        for hit in turn:
            if hit is not None:
                kept = met.setdefault(hit.paper.paper_id, hit)
                if hit.score > kept.score:
                    met[hit.paper.paper_id] = hit
    return in_given_order(tuple(met.values()), ())
