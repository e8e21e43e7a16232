"""A question taken apart by a model: one call, no library, and nothing that the question does not say."""

from __future__ import annotations

import json

import pytest
from memory_corpus import MemoryCorpus, paper

from service.errors import ModelCancelled, ModelUnavailable
from service.judge.policy import judge_for
from service.llm import Deadline, ModelRequest, Parameters, ScriptedModel, load_prompt
from service.llm.policies.budget import Limits, RequestBook
from service.llm.providers.scripted import Step
from service.review.question import ExpectedAnswer, Language
from service.review.question.by_model import decompose, with_decomposition
from service.review.question.words import query_from_words
from service.review.request_models import RequestModels

QUESTION = "How do TideWalk and label-free gaits differ in cost, apart from simulations?"
REPLY = {
    "parts": [
        {"question": QUESTION, "queries": ["TideWalk cost", "gaits without labels", "?!"], "expects": "comparison"},
        {"question": "What does TideWalk need?", "queries": ["TideWalk training data"], "expects": "which"},
    ],
    "names": ["TideWalk", "GaitNet"],
    "aspects": ["cost"],
    "left_out": ["simulations"],
    "absent": [],
    "unresolved": None,
}


def request(*steps: Step) -> tuple[ModelRequest, ScriptedModel]:
    model = ScriptedModel(steps)
    return ModelRequest(model, Parameters(), Deadline(30), RequestBook(Limits()), None, b"secret" * 6), model


def test_parts_searches_and_names_come_from_one_call() -> None:
    asked, model = request(json.dumps(REPLY))
    found = decompose(asked, QUESTION)
    assert found is not None
    assert len(model.calls) == 1
    assert [part.expects for part in found.parts] == [ExpectedAnswer.COMPARISON, ExpectedAnswer.WHICH]
    assert found.parts[0].queries == ("TideWalk cost", "gaits without labels")
    assert found.prompt_version == str(load_prompt("decompose").version)


def test_the_model_reads_a_follow_up_after_the_questions_before_it() -> None:
    """In the same call; its parts are complete, and names may come from the questions before."""
    whole = "How does TideWalk fare in rain?"
    part = {"question": whole, "queries": ["TideWalk rain"], "expects": "explanation"}
    asked, model = request(json.dumps({"parts": [part], "names": ["TideWalk"]}))
    found = decompose(asked, "and in rain?", ["How does TideWalk fare on sand?"])
    assert found is not None
    assert any("How does TideWalk fare on sand?" in message.text for message in model.calls[0])
    models = RequestModels(asked, judge_for(None), found)
    assert models.read("and in rain?", ["How does TideWalk fare on sand?"], MemoryCorpus(())) == whole
    assert models.read(whole, ["Is it wet?"], MemoryCorpus(())) is None
    assert found.names == ("TideWalk",)


def test_a_name_that_the_question_does_not_hold_is_not_taken() -> None:
    found = decompose(request(json.dumps(REPLY))[0], QUESTION)
    assert found is not None
    assert found.names == ("TideWalk",)


@pytest.mark.parametrize("step", [ModelUnavailable("down"), "no object", '{"parts": []}'])
def test_a_model_that_fails_gives_no_decomposition(step: Step) -> None:
    assert decompose(request(step, step)[0], QUESTION) is None


def test_a_cancelled_request_is_not_swallowed() -> None:
    with pytest.raises(ModelCancelled):
        decompose(request(ModelCancelled("gone"))[0], QUESTION)


def test_rules_keep_years_and_language_when_a_model_takes_the_question_apart() -> None:
    corpus = MemoryCorpus([paper("Sand", "Sand is wet.")])
    query = query_from_words("Which papers before 2023 are on TideWalk?", corpus)
    found = decompose(request(json.dumps(REPLY))[0], QUESTION)
    assert found is not None
    joined = with_decomposition(query, found)
    english: Language = "english"
    assert (joined.filters, joined.language, joined.by_model) == (query.filters, english, True)
    assert joined.parts == found.parts
