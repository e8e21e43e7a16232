"""A model plans a draft and writes its paragraphs: what is kept, what is dropped, and what falls back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from service.errors import BudgetExceeded, ModelCancelled, ModelUnavailable
from service.llm import Message, ScriptedModel
from service.records import Draft
from service.review.drafting import drafted, planned
from tests.drafting.related_papers import (
    HERON,
    PAPERS,
    assert_sound,
    hostile,
    ids,
    paragraph_number,
    planning,
    plans,
    prepared,
    request,
    sentences,
)
from tests.poison import KINDS, poisoned

PLAN = planning(
    ("supervision", [("needs no labels, whereas KITE needs 1,200 pairs", ["heron", "kite"]), ("how many", ["tern"])]),
    ("retrieval at answer time", [("what retrieval brings", ["rain", "snow"]), ("what it costs", ["hail"])]),
    gap="all of them are measured in English",
)
SUPERVISION: tuple[dict[str, Any], ...] = (
    {"kind": "synthesis", "text": "These methods differ in the labels that they take.", "rests_on": [2, 3]},
    {
        "text": "Heron needs no labels at any stage, whereas KITE needs 1,200 preference pairs.",
        "quotes": [
            ("heron", "an alignment method for small language models that needs no labels at any stage"),
            ("kite", "KITE needs 1,200 preference pairs to reach 61.5% on GustBench."),
        ],
    },
    {
        "text": "Gains level off after 2,000 preference pairs in five models.",
        "quotes": [("tern", "gains level off after 2,000 preference pairs in all five models")],
    },
)
RETRIEVAL: tuple[dict[str, Any], ...] = (
    {
        "text": "Dense retrieval raises exact match from 31.2 to 38.9 on open questions.",
        "quotes": [("rain", "Dense retrieval raises exact match from 31.2 to 38.9 on open questions.")],
    },
    {
        "text": "Dense retrieval halves the errors of small models on rare facts.",
        "quotes": [("snow", "Dense retrieval halves their errors on rare facts.")],
    },
    {
        "text": "It adds 40 ms a question.",
        "quotes": [("hail", "Dense retrieval adds 40 ms a question.")],
    },
    {"kind": "synthesis", "text": "What retrieval brings is measured more often than its cost.", "rests_on": [1, 2, 3]},
)


def writing(
    first: Sequence[dict[str, Any]] = SUPERVISION, second: Sequence[dict[str, Any]] = RETRIEVAL
) -> Callable[[Sequence[Message]], str]:
    def reply(messages: Sequence[Message]) -> str:
        if plans(messages):
            return PLAN(messages)
        return sentences(messages, *(first if paragraph_number(messages) == 1 else second))

    return reply


def made_by(reply: Callable[[Sequence[Message]], str]) -> tuple[Draft, ScriptedModel]:
    model = ScriptedModel([reply], forever=True)
    made = drafted(prepared(), request(model), None)
    assert_sound(made)
    return made, model


def reasons(made: Draft) -> str:
    return " | ".join(f"{d.text}: {d.reason}" for d in made.dropped)


def test_one_call_plans_and_one_a_theme_writes() -> None:
    """The text is the model's, its sentences undecided where nobody judged them, and `judge` says so."""
    made, model = made_by(writing())
    assert len(model.calls) == 3
    assert [[s.text for s in p] for p in made.paragraphs] == [[s["text"] for s in p] for p in (SUPERVISION, RETRIEVAL)]
    assert made.accounting.composer == "scripted"
    assert made.accounting.prompt_versions == {"plan": "2", "paragraph": "3"}
    assert made.judge is not None
    assert not made.judge.measured


def test_what_a_synthesis_rests_on_is_counted_over_the_whole_text() -> None:
    """Also in the second paragraph."""
    made, _ = made_by(writing())
    assert made.paragraphs[0][0].rests_on == (1, 2)
    assert made.paragraphs[1][3].rests_on == (3, 4, 5)


def test_the_words_of_the_plan_reach_the_writer_as_they_are() -> None:
    """Also words that no abstract has ("whereas"); every title is in view, the gap only of the last paragraph."""
    _, model = made_by(writing())
    first, second = sorted((c for c in model.calls if not plans(c)), key=paragraph_number)
    assert "line 1: needs no labels, whereas KITE needs 1,200 pairs" in first[1].text
    assert all("1. supervision" in c[1].text and "2. retrieval at answer time" in c[1].text for c in (first, second))
    assert "all of them are measured in English" in second[1].text
    assert "all of them are measured in English" not in first[1].text


def test_a_paragraph_sees_its_papers_at_length_and_one_line_on_every_other() -> None:
    """All planned papers are sources of each call."""
    _, model = made_by(writing())
    first = next(c for c in model.calls if not plans(c) and paragraph_number(c) == 1)
    assert set(ids(first)) == {"heron", "kite", "tern", "rain", "snow", "hail"}
    assert "However, a limitation remains: KITE cannot align models in languages other than English." in first[1].text
    assert "Small language models forget facts." not in first[1].text


def test_a_planned_paper_that_is_not_cited_is_named() -> None:
    """By its title."""
    made, _ = made_by(writing(first=SUPERVISION[1:2]))
    left = [d.text for d in made.dropped if "does not cite it" in d.reason]
    assert left == ["Preference Pairs for the Alignment of Language Models"]


def test_a_sentence_on_another_paragraphs_paper_is_dropped_with_what_rests_on_it() -> None:
    """A contrast with it stays."""
    stray = {
        "text": "Dense retrieval adds 40 ms a question.",
        "quotes": [("hail", "Dense retrieval adds 40 ms a question.")],
    }
    total = {"kind": "synthesis", "text": "Both cost something.", "rests_on": [3, 4]}
    made, _ = made_by(writing(first=(*SUPERVISION, stray, total)))
    assert len(made.paragraphs[0]) == len(SUPERVISION)
    assert "it tells of papers of another paragraph" in reasons(made)


def test_a_quote_that_stands_nowhere_takes_its_sentence_with_it() -> None:
    """The others stay."""
    false = {"text": "Heron needs a cat.", "quotes": [("heron", "Heron needs a cat.")]}
    made, _ = made_by(writing(first=(*SUPERVISION, false)))
    assert "Heron needs a cat." not in [s.text for p in made.paragraphs for s in p]
    assert "Heron needs a cat." in [d.text for d in made.dropped]


def test_a_paragraph_of_which_nothing_can_be_shown_is_extractive() -> None:
    """And `dropped` says so; the other is the model's."""
    made, _ = made_by(writing(first=({"text": "Heron needs a cat.", "quotes": [("heron", "Heron needs a cat.")]},)))
    assert "this is the extractive one" in reasons(made)
    assert {c.paper_id for s in made.paragraphs[0] for c in s.citations} == {"heron", "kite", "tern"}
    assert "“" in made.paragraphs[0][0].text
    assert made.accounting.composer == "scripted"


def test_a_paragraph_whose_call_fails_is_extractive() -> None:
    """With the error's words."""

    def fails(messages: Sequence[Message]) -> str:
        if not plans(messages) and paragraph_number(messages) == 2:
            raise BudgetExceeded("the request's budget is spent")
        return writing()(messages)

    made, _ = made_by(fails)
    assert "the request's budget is spent; this is the extractive one" in reasons(made)
    assert [s.text for s in made.paragraphs[0]] == [s["text"] for s in SUPERVISION]


def test_a_plan_that_cannot_be_read_leaves_the_paragraphs_to_the_model() -> None:
    """Over the plan without a model."""
    made, model = made_by(lambda messages: "no plan" if plans(messages) else writing()(messages))
    assert "the plan is the extractive one" in reasons(made)
    assert any(not plans(c) for c in model.calls)


def test_a_model_that_cannot_be_reached_is_asked_once() -> None:
    """The whole draft is extractive."""

    def unreachable(messages: Sequence[Message]) -> str:
        raise ModelUnavailable("nobody answers")

    made, model = made_by(unreachable)
    assert len(model.calls) == 1
    assert made.accounting.composer == "extractive"
    assert "nobody answers; this is the extractive one" in reasons(made)


@pytest.mark.parametrize("at_plan", [True, False])
def test_cancelling_stops_the_draft(at_plan: bool) -> None:
    """It is no fallback."""

    def cancelled(messages: Sequence[Message]) -> str:
        if plans(messages) == at_plan:
            raise ModelCancelled("the reader left")
        return writing()(messages)

    with pytest.raises(ModelCancelled):
        made_by(cancelled)


def test_a_paper_is_planned_under_one_theme() -> None:
    """Its first; an unknown source is reported and a paper that is not planned is left out by name."""
    twice = planning(("one", [("a", ["kite", "zzzzz"])]), ("two", [("b", ["kite", "heron"])]))
    outline = planned(prepared(), request(ScriptedModel([twice], forever=True))).outline
    assert [t.papers for t in outline.themes] == [("kite",), ("heron",)]
    assert {"tern", "rain", "snow", "hail"} <= {o.paper_id for o in outline.left_out}


def test_plan_only_is_the_models_plan() -> None:
    """With its gap, in both forms."""
    outline = planned(prepared(), request(ScriptedModel([PLAN], forever=True))).outline
    assert outline.as_document()["gap"] == "all of them are measured in English"
    assert "theme: supervision" in outline.as_text()


@pytest.mark.parametrize("kind", KINDS)
def test_a_plan_carries_nothing_on_from_an_abstract_that_gives_orders(kind: str) -> None:
    """A title, a sentence or a gap with its words is withheld; the paper stays planned."""
    bad = next(p for p in poisoned() if p.kind == kind)
    paper = hostile(bad)
    tainted = planning((bad.canary, [(f"what {bad.canary} is", ["heron"])]), gap=f"only {bad.canary} is left")
    model = ScriptedModel([tainted], forever=True)
    outline = planned(prepared(papers=(*PAPERS, paper)), request(model)).outline
    assert bad.canary not in outline.as_text()
    assert outline.themes[0].papers == ("heron",)
    assert HERON.title in outline.as_text()
