"""Sentences of a paper that coins a system speak of it without its name; other papers' own results answer nothing."""

from __future__ import annotations

import pytest
from memory_corpus import MemoryCorpus, paper

from service.review.evidence.finding import find
from service.review.evidence.model import Found, PaperEvidence
from service.review.question.words import query_from_words

RESULT = "A small assistant obtains a 58.3% win rate on ParlorBench."
COINS = paper("PactTune: pairs without a copy", f"We propose PactTune, which drops the copy. {RESULT} It is calm.")
BAND = paper(
    "VascuBand: a cuff for arteries",
    "We introduce VascuBand, a cuff. Leakage was lowered by 12% in 40 patients. It is cheap.",
)
COSTS = paper("ThistleRL: a judge that grows", "We present ThistleRL, a judge. Training takes 210 GPU-hours.")
OTHERS = [paper(f"Tides {i}", f"The tide of bay {i} rose by {i} metres. Hours of salt were few.") for i in range(1, 20)]
CORPUS = MemoryCorpus([*OTHERS, COINS, BAND, COSTS])


def found(question: str, corpus: MemoryCorpus = CORPUS) -> Found:
    return find(corpus, query_from_words(question, corpus), most_papers=8, filters=None)


def of(result: Found, title: str) -> PaperEvidence:
    return next(p for p in result.papers if p.paper.title.startswith(title))


def answers(evidence: PaperEvidence) -> float:
    return max(e.answers for e in evidence.sentences)


@pytest.mark.parametrize(
    ("question", "title", "sentence"),
    [
        ("What win rate does PactTune reach on ParlorBench?", "PactTune", RESULT),
        ("By how much was leakage lowered with VascuBand?", "VascuBand", "Leakage was lowered by 12% in 40 patients."),
    ],
)
def test_a_result_of_its_own_paper_needs_no_name(question: str, title: str, sentence: str) -> None:
    result = found(question)
    best = max(of(result, title).sentences, key=lambda e: e.answers)
    assert result.status == "answered"
    assert best.text == sentence


def test_the_name_counts_for_its_own_paper_alone() -> None:
    other = "Small assistants: a study"
    copied = paper(other, f"We study small assistants. {RESULT} They are calm.")
    result = found("What win rate does PactTune reach on ParlorBench?", MemoryCorpus([*OTHERS, COINS, copied]))
    assert answers(of(result, other)) == 0.0 < answers(of(result, "PactTune"))


def test_a_part_on_a_system_is_not_answered_by_what_another_paper_says_of_its_own() -> None:
    result = found("What win rate does PactTune reach on ParlorBench, and how many GPU-hours did it need?")
    assert result.missing == ("PactTune: how many GPU-hours did it need",)
    assert answers(of(result, "ThistleRL")) == 0.0


def test_a_paper_that_mentions_the_system_with_the_answer_answers() -> None:
    says = paper("A comparison of costs", "We compare costs. Training PactTune takes 96 GPU-hours on one machine.")
    question = "How many GPU-hours does training PactTune take?"
    result = found(question, MemoryCorpus([*OTHERS, COINS, COSTS, says]))
    assert result.status == "answered"
    assert [answers(of(result, t)) > 0 for t in ("A comparison", "ThistleRL")] == [True, False]


def test_a_sentence_keeps_the_better_of_its_probabilities_for_two_parts() -> None:
    whole = found("How many GPU-hours does ThistleRL take, and what is ThistleRL?")
    first = found("How many GPU-hours does ThistleRL take?")
    assert answers(of(whole, "ThistleRL")) >= answers(of(first, "ThistleRL")) > 0
