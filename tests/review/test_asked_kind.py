"""Questions after money, time, hardware, size, licence or names, and abstracts that do or do not hold such words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.review.asked_kind import can_state
from tests.review.test_ask import KITE, asked


@pytest.mark.parametrize(
    ("question", "states", "does_not"),
    [
        ("Under which license is it released?", "It is under an open licence.", "It is released."),
        ("What did the data cost in dollars?", "The data cost $1,200.", "The data are cheap to get."),
        ("How long did training take?", "Training took two GPU hours.", "Training is quick."),
        ("How many GPUs were used?", "We train on eight A100 cards.", "We train at scale."),
        ("How much memory does it need?", "It fits in 24 GB.", "It is small."),
        ("How many parameters has the model?", "A 7B model is trained.", "A small model is trained."),
        ("What are the benchmarks called?", "We test on GustBench and MT-Bench.", "We test on two benchmarks."),
    ],
)
def test_only_words_of_the_kind_can_state_what_is_asked(question: str, states: str, does_not: str) -> None:
    """A sentence near the question in meaning is not enough."""
    assert can_state(question, [does_not, states], frozenset())
    assert not can_state(question, [does_not], frozenset())


def test_the_own_name_of_a_system_names_nothing_it_was_tested_on() -> None:
    """ "What are its benchmarks called" is not answered by the system's own name."""
    text = "FerryRAG is tested on two benchmarks."
    assert not can_state("What are the benchmarks called?", [text], frozenset({"ferryrag"}))


def test_a_question_after_no_such_kind_is_open_to_every_sentence() -> None:
    """Aspects such as data or results are decided elsewhere."""
    assert can_state("What is it trained on?", ["It is trained on pairs."], frozenset())


def test_an_abstract_without_a_price_does_not_answer_what_it_cost() -> None:
    """KITE's abstract calls it slow, and says nothing of money."""
    assert asked("What did KITE cost in dollars?").status == "not_in_corpus"
    priced = replace(KITE, abstract=KITE.abstract + " Training KITE cost 40 dollars.")
    assert any("40 dollars" in s.text for s in asked("What did KITE cost in dollars?", (priced,)).sentences)
