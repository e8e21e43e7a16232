"""Asking through the facade with a model: which calls are made, and what is shown of what came back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from service.errors import ModelUnavailable
from service.llm import Message
from service.records import Answer
from service.requests import AskRequest, Run
from tests.integration.bird_papers import BEETS, HAIL, HERON, KITE, TERN
from tests.integration.bird_scripts import (
    ENGLISH,
    NO_LABELS,
    PAIRS,
    QUESTION,
    SUMMED,
    TITLES,
    UNTRUE,
    assert_quoted,
    script,
    texts,
)  # fmt: skip
from tests.scripted_models import Reply, Script, judging, review_over, scoring, sources_of, writing

MENDED = "Heron's preference pairs come from a teacher."


def asked(root: Path, told: Script, *, use_cache: bool = False) -> Answer:
    review, _ = review_over(root, told)
    try:
        return review.ask(AskRequest(QUESTION), Run(use_cache=use_cache))
    finally:
        review.close()


def test_a_question_takes_four_calls_in_this_order(root: Path) -> None:
    """Decomposed, its papers scored, written, judged; the document says by whom and with which prompts."""
    told = script(SUMMED, NO_LABELS, PAIRS)
    answer = asked(root, told)
    assert told.kinds == ["decompose", "rerank", "answer", "support"]
    assert answer.status == "answered"
    assert texts(answer.sentences) == [SUMMED["text"], NO_LABELS["text"], PAIRS["text"]]
    assert [s.support for s in answer.sentences] == ["supported"] * 3
    assert answer.sentences[0].rests_on == (1, 2)
    assert answer.judge is not None
    assert (answer.judge.name, answer.judge.measured) == ("scripted", False)
    assert answer.accounting.composer == "scripted"
    assert answer.accounting.prompt_versions.keys() == {"decompose", "rerank", "answer", "support"}
    assert_quoted(answer.sentences)


def test_the_writer_sees_what_the_model_scored_high(root: Path) -> None:
    """Its own searches widen what is scored; what scores low is no source."""
    shown: list[dict[str, str]] = []

    def noting(reply: Reply) -> Reply:
        def noted(messages: Sequence[Message]) -> str:
            shown.append(sources_of(messages))
            return reply(messages)

        return noted

    asked(root, script(rerank=noting(scoring(0, KITE=9, Heron=9)), answer=noting(writing(NO_LABELS, titles=TITLES))))
    scored, sources = shown
    assert {KITE.title, HERON.title, TERN.title} <= scored.keys()
    assert set(sources) == {KITE.title, HERON.title}


def test_a_planted_untruth_goes_back_alone_and_is_mended(root: Path) -> None:
    """Six calls: the sentence with its fault goes back, and only its new wording is judged again."""
    seen: list[str] = []

    def revised(messages: Sequence[Message]) -> str:
        seen.append(messages[-1].text)
        return json.dumps({"sentences": [{"n": 3, "text": MENDED}]})

    def judged(messages: Sequence[Message]) -> str:
        seen.append(messages[-1].text)
        return judging(itself=("contradicted", "itself", "The pairs come from a teacher."))(messages)

    told = script(NO_LABELS, PAIRS, UNTRUE, revise=revised, support=judged)
    answer = asked(root, told)
    assert told.kinds == ["decompose", "rerank", "answer", "support", "revise", "support"]
    _, returned, again = seen
    assert UNTRUE["text"] in returned
    assert "The pairs come from a teacher." in returned
    assert "1,200" not in returned.split("Mend each")[0]
    assert re.findall(r"Statement - (.+)", again) == [MENDED]
    assert texts(answer.sentences) == [
        NO_LABELS["text"],
        PAIRS["text"],
        "Heron's preference pairs come from a teacher.",
    ]
    assert UNTRUE["text"] not in json.dumps(answer.as_document())


@pytest.mark.parametrize(
    "revision",
    [
        {"n": 3, "drop": True},
        {"n": 3, "text": UNTRUE["text"]},
        {"n": 3, "text": "Heron takes pairs that it made itself."},
    ],
    ids=["taken back", "insisted on", "another untruth"],
)
def test_an_untruth_that_is_not_mended_is_dropped_and_named(root: Path, revision: dict[str, Any]) -> None:
    """The others stand; the document says what fell and why."""
    untrue = judging(itself=("contradicted", None, "The pairs come from a teacher."))
    told = script(NO_LABELS, PAIRS, UNTRUE, revise=json.dumps({"sentences": [{"n": 3, **revision}]}), support=untrue)
    answer = asked(root, told)
    assert len(told.kinds) <= 6
    assert texts(answer.sentences) == [NO_LABELS["text"], PAIRS["text"]]
    (fallen,) = answer.dropped
    assert "itself" in fallen.text
    assert "teacher" in fallen.reason


def test_a_synthesis_over_a_sentence_that_falls_is_judged_over_the_rest_within_six_calls(root: Path) -> None:
    """It rests on three, one of them untrue; the second judging settles it with and without that one."""
    untrue = judging(itself=("contradicted", None, "The pairs come from a teacher."))
    summed = {**SUMMED, "rests_on": [2, 3, 4]}
    told = script(summed, NO_LABELS, PAIRS, UNTRUE, support=untrue, revise=json.dumps(
        {"sentences": [{"n": 4, "text": "Heron takes pairs that it made itself."}]}
    ))  # fmt: skip
    answer = asked(root, told)
    assert told.kinds == ["decompose", "rerank", "answer", "support", "revise", "support"]
    assert texts(answer.sentences) == [SUMMED["text"], NO_LABELS["text"], PAIRS["text"]]
    assert answer.sentences[0].rests_on == (1, 2)


def test_what_the_judge_cannot_decide_is_shown_as_undecided_with_its_quote(root: Path) -> None:
    """Neither dropped nor green; it is not sent back."""
    told = script(NO_LABELS, ENGLISH, support=judging(on_English=("undecided", None, None)))
    answer = asked(root, told)
    assert "revise" not in told.kinds
    assert [s.support for s in answer.sentences] == ["supported", "undecided"]
    assert answer.as_document()["sentences"][1]["support"] == "undecided"
    assert answer.sentences[1].citations[0].quote == "It has only been tested on English."


def test_a_statement_that_the_judge_leaves_out_or_contradicts_itself_about_is_undecided(root: Path) -> None:
    """Silence is no support, nor is "supported" with a part that is not borne out."""

    def half(messages: Sequence[Message]) -> str:
        verdicts = json.loads(judging()(messages))["verdicts"][:1]
        verdicts[0]["parts"] = [{"part": "any label", "borne_out": "no"}]
        return json.dumps({"verdicts": verdicts})

    answer = asked(root, script(NO_LABELS, ENGLISH, support=half))
    assert [s.support for s in answer.sentences] == ["undecided", "undecided"]


def down(messages: Sequence[Message]) -> str:
    raise ModelUnavailable("the model is down")


@pytest.mark.parametrize("kind", ["decompose", "rerank", "answer", "support"])
def test_a_model_that_fails_in_between_still_leaves_an_answer(root: Path, kind: str) -> None:
    """Without decomposition, in the order found, extractive, or undecided; never green unjudged."""
    answer = asked(root, script(NO_LABELS, PAIRS, **{kind: down}))
    assert answer.sentences
    assert_quoted(answer.sentences)
    if kind == "answer":
        assert answer.accounting.composer == "extractive"
        assert answer.dropped[0].reason.endswith("this is the extractive one")
        assert {s.support for s in answer.sentences} == {"exact"}
    else:
        assert texts(answer.sentences) == [NO_LABELS["text"], PAIRS["text"]]
        assert {s.support for s in answer.sentences} == ({"undecided"} if kind == "support" else {"supported"})
    if kind in ("rerank", "support"):
        assert any("the model is down" in d.reason for d in answer.dropped)


def test_a_writer_that_writes_nonsense_leaves_the_extractive_answer(root: Path) -> None:
    """Nothing that it wrote has a quote, and what it was asked to mend it says again."""
    told = script({"text": "All birds are models.", "quotes": [("owl", "All birds.")]}, revise='{"sentences": []}')
    told.replies["answer"] = json.dumps(
        {"sentences": [{"n": 1, "kind": "claim", "text": "All birds are models.", "quotes": []}]}
    )
    answer = asked(root, told)
    assert answer.sentences
    assert {s.support for s in answer.sentences} == {"exact"}
    assert answer.accounting.composer == "extractive"
    assert "this is the extractive one" in answer.dropped[0].reason


def test_a_topic_that_the_model_scores_as_foreign_gets_no_text(root: Path) -> None:
    """It is not asked to write; the nearest papers are named."""
    told = script(rerank=scoring(0), answer=json.dumps({"sentences": [], "missing": ["volcanoes"]}))
    answer = asked(root, told)
    assert answer.status == "not_in_corpus"
    assert answer.sentences == ()
    assert answer.nearest
    assert {BEETS.paper_id, HAIL.paper_id}.isdisjoint(n.paper_id for n in answer.nearest)
