"""Candidates scored by a model in one call; a model that fails changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

import pytest
from memory_corpus import MemoryCorpus, paper

from service.errors import ModelCancelled, ModelUnavailable
from service.llm import Deadline, Message, ModelRequest, Parameters, ScriptedModel
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.review.evidence.by_model import scored_by_model
from service.review.evidence.finding import find
from service.review.question.words import query_from_words

CORPUS = MemoryCorpus([paper(f"Tides {i}", f"The tide of bay {i} rose by {i} metres. Fish.") for i in range(1, 21)])
QUERY = query_from_words("How high did the tide of the bay rise?", CORPUS)
FOUND = find(CORPUS, QUERY, most_papers=20, filters=None)


def request(*steps: Step) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel(steps)
    return ModelRequest(model, Parameters(), Deadline(30), RequestBook(Limits()), None, b"secret" * 6), model


def scoring(score: Callable[[int], int]) -> Callable[[Sequence[Message]], str]:
    """A model that scores the sources by their place."""

    def reply(messages: Sequence[Message]) -> str:
        ids = list(dict.fromkeys(re.findall(r'<source id="([a-z]+)" ', messages[-1].text)))
        return json.dumps({"scores": [{"id": source, "score": score(i)} for i, source in enumerate(ids)]})

    return reply


def test_the_best_scored_papers_are_kept_best_first() -> None:
    asked, model = request(scoring(lambda i: 9 if i >= 15 else 5))
    ranked = scored_by_model(asked, QUERY, FOUND, keep=10)
    assert len(model.calls) == 1
    assert len(ranked.papers) == 10
    assert [p.paper for p in ranked.papers[:5]] == [p.paper for p in FOUND.papers[15:20]]
    assert ranked.status == "answered"


def test_eight_are_kept_where_fewer_bear_on_the_question() -> None:
    ranked = scored_by_model(request(scoring(lambda i: 9 if i == 3 else 4))[0], QUERY, FOUND, keep=16)
    assert len(ranked.papers) == 8
    assert ranked.papers[0].paper == FOUND.papers[3].paper


def test_papers_that_only_share_words_are_not_an_answer() -> None:
    ranked = scored_by_model(request(scoring(lambda i: 1))[0], QUERY, FOUND, keep=16)
    assert ranked.status == "not_in_corpus"


@pytest.mark.parametrize(
    "step", [ModelUnavailable("down"), "no object", '{"scores": []}', '{"scores": [{"id": "x", "score": 3}]}']
)
def test_a_model_that_fails_leaves_what_was_found_and_says_so(step: Step) -> None:
    ranked = scored_by_model(request(step, step)[0], QUERY, FOUND, keep=16)
    assert (ranked.papers, ranked.status) == (FOUND.papers, FOUND.status)
    assert ranked.note is not None
    assert "not ranked by the model" in ranked.note


def test_a_cancelled_request_is_not_swallowed() -> None:
    with pytest.raises(ModelCancelled):
        scored_by_model(request(ModelCancelled("gone"))[0], QUERY, FOUND, keep=16)
