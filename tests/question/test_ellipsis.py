"""A question that leaves out what the one before it was about is completed from it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pytest
from memory_corpus import MemoryCorpus
from numpy.typing import NDArray
from two_turn_questions import CHOOSING, HELD_OUT, REPORTED, TwoTurns

from service.review.question.ellipsis import complete

EMBED = MemoryCorpus(()).embed
LEAST_RIGHT = 18
"""Of the 20 of each half; the rest keep the topic, behind which what is asked stands."""


def never(texts: Sequence[str]) -> NDArray[np.float32]:
    raise AssertionError(f"embedded {texts}")


def understood(turns: TwoTurns) -> bool:
    told = complete(turns.after, [turns.before], EMBED)
    if told is None or turns.own:
        return told is None and turns.own
    said = set(re.findall(r"[\w-]+", told.casefold()))
    return said.issuperset(turns.holds.casefold().split()) and said.isdisjoint(turns.lacks.casefold().split())


@pytest.mark.parametrize("half", [CHOOSING, REPORTED, HELD_OUT], ids=["chosen on", "reported", "of names"])
def test_most_follow_ups_keep_their_topic(half: Sequence[TwoTurns]) -> None:
    assert len(half) == 20
    assert sum(map(understood, half)) >= LEAST_RIGHT


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ("and in humans?", "Does IL-6 blockade help in sepsis in humans?"),
        ("During pregnancy?", "Does IL-6 blockade help in sepsis in mice During pregnancy?"),
        ("At what dose?", "At what dose does IL-6 blockade help in sepsis in mice?"),
        ("Is it safe in humans?", "Is “IL-6 blockade help in sepsis” safe in humans?"),
        ("And which were given?", "Which were given, as to “IL-6 blockade help in sepsis in mice”?"),
    ],
    ids=["the contrasted phrase", "a phrase that contrasts with none", "an interrogative", "a pronoun", "a led clause"],
)  # fmt: skip
def test_what_is_left_out_comes_from_the_question_before(after: str, told: str) -> None:
    assert complete(after, ["Does IL-6 blockade help in sepsis in mice?"], EMBED) == told


@pytest.mark.parametrize(
    ("after", "told"), [("and in OWL-9?", "How is KITE tuned in OWL-9?"), ("What about OWL-9?", None)]
)
def test_a_name_takes_the_place_of_the_only_name(after: str, told: str | None) -> None:
    """Of two it is not clear which: what is asked stands behind."""
    before = "How is KITE tuned in GustBench?"
    assert complete(after, [before], EMBED) == (told or "How is KITE tuned in GustBench, as to OWL-9?")
    assert complete("And OWL-9?", ["How is KITE tuned?"], EMBED) == "How is OWL-9 tuned?"


def test_of_words_that_end_alike_no_verb_is_replaced() -> None:
    told = complete("What about minimum wages?", ["Does education raise wages for women?"], EMBED)
    assert told == "Does education raise minimum wages for women?"


def test_a_chain_of_follow_ups_keeps_the_first_topic() -> None:
    before = ["Does IL-6 blockade help in sepsis in mice?", "and in humans?"]
    assert complete("For how long?", before, EMBED) == "For how long does IL-6 blockade help in sepsis in humans?"


@pytest.mark.parametrize(
    "question",
    ["How is asthma treated?", "Which papers study Zika virus?", "statins in stroke", "Is it known whether rain helps?",
     "Wie wirkt das bei Kindern?", "and", ""],
)  # fmt: skip
def test_a_question_of_its_own_stays(question: str) -> None:
    assert complete(question, ["Does IL-6 blockade help in sepsis in mice?"], never) is None


def test_without_a_question_before_nothing_is_completed() -> None:
    assert complete("and in humans?", [], never) is None
