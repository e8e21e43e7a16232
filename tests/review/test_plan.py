"""A question is read for what it asks: intent, names, phrases, clauses."""

from __future__ import annotations

import pytest

from service.annotate.roles import Role
from service.review.coverage import content_words
from service.review.plan import Intent, Lexicon, plan_question

SYSTEMS = {"tidewalk", "slack tide", "emulated disalignment", "trace"}


def known(phrase: str) -> bool:
    return phrase.casefold() in SYSTEMS


def frequency(word: str) -> int:
    return {"tidewalk": 2, "mixtral": 0, "swahili": 0}.get(word.casefold(), 40)


LEXICON = Lexicon(known, frequency)


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("How do TideWalk and SlackTide differ?", Intent.COMPARE),
        ("Compare low-rank adapters with full fine-tuning", Intent.COMPARE),
        ("TideWalk versus SlackTide", Intent.COMPARE),
        ("How many prompts does ParlorBench have?", Intent.NUMBER),
        ("What win rate does PactTune reach?", Intent.NUMBER),
        ("By how much does it fall?", Intent.NUMBER),
        ("Which papers align models while decoding?", Intent.LIST),
        ("Are there datasets for crop disease?", Intent.LIST),
        ("What is emergent misalignment?", Intent.EXPLAIN),
        ("How does TideWalk work?", Intent.EXPLAIN),
    ],
)
def test_intent_follows_the_wording(question: str, intent: Intent) -> None:
    """Each form of question that the product serves is told apart."""
    assert plan_question(question, lexicon=LEXICON).clauses[0].intent is intent


def test_names_are_taken_as_written_or_as_coined() -> None:
    """Odd tokens are names; a coined phrase is one; the field's acronyms and ordinary words are not."""
    plan = plan_question(
        "How do UniME-V2, D^2O and emulated disalignment treat LLM safety in a trace?", lexicon=LEXICON
    )
    assert plan.names == ("UniME-V2", "D^2O", "emulated disalignment")


def test_an_ordinary_word_is_a_system_only_when_written_like_one() -> None:
    """TRACE may be a benchmark; "trace" is a word."""
    assert plan_question("What does TRACE measure?", lexicon=LEXICON).names == ("TRACE",)
    assert plan_question("What can we trace here?", lexicon=LEXICON).names == ()


def test_a_capitalised_word_that_no_paper_holds_is_a_name_and_a_rare_system_needs_no_capitals() -> None:
    """Mixtral is looked up and missed; "tidewalk" is found as it is typed."""
    assert plan_question("How does Mixtral compare with tidewalk?", lexicon=LEXICON).names == ("Mixtral", "tidewalk")


def test_a_capitalised_compound_inside_a_question_is_a_name() -> None:
    """ "Evol-Instruct" and "Show-o" are odd enough to be looked up, and to be missed."""
    assert plan_question("How does TideWalk differ from Evol-Instruct and Show-o?", lexicon=LEXICON).names == (
        "TideWalk",
        "Evol-Instruct",
        "Show-o",
    )


def test_a_second_question_is_its_own_clause_and_keeps_the_name() -> None:
    """ "it" in the second clause stands for the system of the first."""
    plan = plan_question("How does TideWalk work, and how many GPUs did it need?", lexicon=LEXICON)
    assert [clause.intent for clause in plan.clauses] == [Intent.EXPLAIN, Intent.NUMBER]
    assert plan.clauses[1].names == ("TideWalk",)


def test_quantities_are_no_names_and_it_still_means_the_system() -> None:
    """ "GPU-hours" and "7B" are written like names; the second clause is about TideWalk all the same."""
    plan = plan_question("What does TideWalk reach at 7B, and how many GPU-hours did it need?", lexicon=LEXICON)
    assert plan.names == ("TideWalk",)
    assert plan.clauses[1].facets == ("GPU-hours",)


def test_a_clause_with_nothing_to_look_for_joins_the_one_before() -> None:
    """ "or do the papers disagree?" asks for nothing of its own."""
    plan = plan_question("Does rank matter for adapters, or do the papers disagree about that?", lexicon=LEXICON)
    assert len(plan.clauses) == 1


def test_facets_hold_the_content_and_no_scaffolding() -> None:
    """Facets are what must be found; names and question words are not among them."""
    clause = plan_question(
        "What does TideWalk report about data efficiency and carbon footprint?", lexicon=LEXICON
    ).clauses[0]
    assert clause.facets == ("data efficiency", "carbon footprint")
    assert clause.conjuncts == ("data efficiency", "carbon footprint")


def test_alternatives_are_no_conjuncts() -> None:
    """ "or" offers a choice: that one side is absent makes nothing missing."""
    clause = plan_question("Which papers study speech or music?", lexicon=LEXICON).clauses[0]
    assert clause.conjuncts == ()


def test_roles_and_surveys_are_recognised() -> None:
    """Asked aspects become wanted roles; a question after surveys is marked."""
    clause = plan_question("What limitations do the surveys see?", lexicon=LEXICON).clauses[0]
    assert Role.LIMIT in clause.roles
    assert clause.surveys_only


@pytest.mark.parametrize("question", ["", "?", ";;;", "and and and", "Which?", "🙂" * 50, "é" * 5000, "(" * 3000])
def test_odd_input_gives_a_plan_and_no_error(question: str) -> None:
    """Whatever is typed can be planned; judging it is not the planner's business."""
    plan = plan_question(question, lexicon=LEXICON)
    assert plan.question == question
    assert len(plan.clauses) >= 1


def test_content_words_are_folded_once_and_in_order() -> None:
    """The words that coverage looks up."""
    assert content_words("Which Adapters, which adapters use a GPU or 8 bits?") == ("adapters", "gpu", "8", "bits")


def test_a_system_named_like_scaffolding_is_a_system() -> None:
    """ "deal" asks for nothing; DeAL is looked up."""
    assert plan_question("Compare DeAL and TideWalk.", lexicon=LEXICON).names == ("DeAL", "TideWalk")
