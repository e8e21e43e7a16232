"""A question read by rules: its parts, what they expect, its names, and what it says about the papers it wants."""

from __future__ import annotations

import pytest
from memory_corpus import MemoryCorpus, paper

from service.records import Filters
from service.review.question import ExpectedAnswer
from service.review.question.words import query_from_words

CORPUS = MemoryCorpus(
    [
        paper(
            "TideWalk: gaits for wet sand",
            "We propose TideWalk, a gait for crabs. It walks 12 metres a day.",
            year=2024,
        ),
        *(
            paper(
                f"Carbon in soils {i}",
                f"Metformin and vitamin D changed soil carbon of plot {i}. VEGF rose.",
                year=2015,
            )
            for i in range(6)
        ),
    ]
)


@pytest.mark.parametrize(
    ("question", "expects"),
    [
        ("How many metres a day does TideWalk walk?", ExpectedAnswer.NUMBER),
        ("By how much did soil carbon rise?", ExpectedAnswer.NUMBER),
        ("What percentage of plots lost carbon?", ExpectedAnswer.NUMBER),
        ("Does metformin change soil carbon?", ExpectedAnswer.YES_NO),
        ("Which crops hold most carbon?", ExpectedAnswer.WHICH),
        ("In what soil was VEGF measured?", ExpectedAnswer.WHICH),
        ("Which studies measured VEGF without controls?", ExpectedAnswer.LIST),
        ("Which papers say how far carbon falls?", ExpectedAnswer.LIST),
        ("How do sand and soil differ in carbon?", ExpectedAnswer.COMPARISON),
        ("Why does carbon rise?", ExpectedAnswer.EXPLANATION),
        ("Who wrote the paper on TideWalk?", ExpectedAnswer.RECORD),
    ],
)
def test_the_interrogative_says_what_is_expected(question: str, expects: ExpectedAnswer) -> None:
    assert query_from_words(question, CORPUS).expects is expects


def test_a_question_may_hold_two_and_it_carries_the_name_over() -> None:
    query = query_from_words("How many metres a day does TideWalk walk, and what does it need?", CORPUS)
    assert [part.names for part in query.parts] == [("TideWalk",), ("TideWalk",)]
    assert [part.expects for part in query.parts] == [ExpectedAnswer.NUMBER, ExpectedAnswer.EXPLANATION]


def test_a_part_without_content_joins_its_neighbour() -> None:
    query = query_from_words("How often, and for how long at a time, was metformin given?", CORPUS)
    assert len(query.parts) == 1


@pytest.mark.parametrize("question", ["Does vitamin D change VEGF?", "Does METFORMIN change soil carbon?"])
def test_a_term_that_many_papers_share_names_no_system(question: str) -> None:
    assert query_from_words(question, CORPUS).names == ()


def test_a_name_of_one_paper_and_a_name_of_none_are_names() -> None:
    assert query_from_words("How does TideWalk compare with GPT-4?", CORPUS).names == ("TideWalk", "GPT-4")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many GPU-hours does TideWalk need?", ("TideWalk",)),
        ("Is DNA-binding changed by TideWalk?", ("TideWalk",)),
        ("Are LLM-based gaits slower than OWL-9?", ("OWL-9",)),
        ("What does OWL-kestrel walk?", ("OWL-kestrel",)),
        ("What does CRAB-gait walk?", ("CRAB-gait",)),
    ],
)
def test_a_compound_with_a_plain_word_names_no_system_unless_a_paper_coins_it(
    question: str, names: tuple[str, ...]
) -> None:
    coined = paper("CRAB-gait: a walk", "We propose CRAB-gait. It has a gait for hours, based on binding.")
    corpus = MemoryCorpus([coined, paper("TideWalk: sand", "We propose TideWalk for crabs on wet sand.")])
    assert query_from_words(question, corpus).names == names


def test_a_statement_is_told_with_what_is_asked_of_it() -> None:
    query = query_from_words("TideWalk and Heron both need labels; how do their losses differ?", CORPUS)
    assert [p.text for p in query.parts] == ["TideWalk and Heron both need labels, how do their losses differ"]


def test_an_explanation_asked_of_several_systems_is_a_comparison() -> None:
    several = query_from_words("How do TideWalk and MapVit-2 each use labels?", CORPUS)
    one = query_from_words("How does TideWalk use labels?", CORPUS)
    assert [several.expects, one.expects] == [ExpectedAnswer.COMPARISON, ExpectedAnswer.EXPLANATION]


def test_a_clause_behind_an_interrogative_is_no_question_of_its_own() -> None:
    query = query_from_words("How do sand and soil differ in what they hold and what they cost?", CORPUS)
    assert [part.expects for part in query.parts] == [ExpectedAnswer.COMPARISON]
    assert query.aspects == ("what they hold", "what they cost")


def test_it_is_the_other_side_of_a_comparison() -> None:
    query = query_from_words("What is TideWalk, and how does it differ from OWL-9?", CORPUS)
    assert query.parts[1].names == ("TideWalk", "OWL-9")


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("Which papers on soil carbon before 2023 use metformin?", Filters(year_to=2022)),
        ("Which studies published in 2024 use metformin?", Filters(year_from=2024, year_to=2024)),
        ("Which studies since 2020 use metformin?", Filters(year_from=2020)),
        ("Which papers after 2020 use metformin?", Filters(year_from=2021)),
        ("Which papers published between 2019 and 2021 use metformin?", Filters(year_from=2019, year_to=2021)),
        ("What was soil carbon in 2019?", None),
    ],
)
def test_years_said_of_papers_are_filters_and_not_words(question: str, filters: Filters | None) -> None:
    query = query_from_words(question, CORPUS)
    assert query.filters == filters
    assert (filters is None) is any(c.isdigit() for c in query.parts[0].text)


def test_filters_in_words_and_filters_given_both_hold_and_those_given_win() -> None:
    question = "Which papers before 2023 use metformin?"
    assert query_from_words(question, CORPUS, Filters(year_from=2019)).filters == Filters(year_from=2019, year_to=2022)
    given = Filters(year_from=2019, year_to=2030)
    assert query_from_words(question, CORPUS, given).filters == given


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("What does the second paper say?", "the second paper"),
        ("Does it reduce mortality?", "it"),
        ("What dataset does it use?", "it"),
        ("Do these studies agree?", "these studies"),
        ("How does it compare to metformin?", "it"),
        ("Is it better than TideWalk?", "it"),
        ("Do those agree?", "those"),
        ("Were those farmers who sold their land early poorer afterwards?", None),
        ("What did it cost?", "it"),
        ("Is it true that soil carbon rises?", None),
        ("Is it a good idea to let soil dry?", None),
        ("How was it tested whether soil carbon rises?", None),
        ("What did it cost farmers to raise soil carbon?", None),
        ("Does it matter how deep the soil is?", None),
        ("What does the first study of soil carbon report?", None),
        ("How does TideWalk work and what does it need?", None),
    ],
)
def test_a_phrase_without_a_referent_is_named(question: str, phrase: str | None) -> None:
    assert query_from_words(question, CORPUS).unresolved == phrase


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Welche Studien nutzen Metformin?", "other"),
        ("Quels sont les effets de la metformine ?", "other"),
        ("¿Cuáles son los efectos de la metformina?", "other"),
        ("二甲双胍如何改变土壤碳?", "other"),
        ("Los Angeles air pollution", "english"),
        ("Which studies used de novo assembly in El Niño years?", "english"),
        ("metformin", "english"),
    ],
)
def test_other_languages_are_told_from_english(question: str, language: str) -> None:
    assert query_from_words(question, CORPUS).language == language


def test_exclusions_and_absences_are_read() -> None:
    query = query_from_words("Apart from surveys, which studies work without human labels?", CORPUS)
    assert (query.left_out, query.absent) == (("surveys",), ("human labels",))
    assert "survey" not in query.parts[0].text


@pytest.mark.parametrize("word", ["metforimn", "metformins", "aspirin"])
def test_a_word_that_no_paper_holds_is_read_as_it_is_written(word: str) -> None:
    """Most such words are right, and only near one of the library's: "repeal" is no "reveal"."""
    query = query_from_words(f"Does {word} change soil carbon?", CORPUS)
    assert {query.text, query.parts[0].text + "?"} == {f"Does {word} change soil carbon?"}


def test_aspects_of_a_comparison_are_listed() -> None:
    query = query_from_words("How do sand and soil compare in terms of cost, speed and carbon?", CORPUS)
    assert query.aspects == ("cost", "speed", "carbon")


@pytest.mark.parametrize("question", ["", "   ", "?", "a" * 5000, "GPT-4 " * 800, "\ud800", "how how how"])
def test_any_text_is_a_query_of_at_least_one_part(question: str) -> None:
    assert query_from_words(question, CORPUS).parts
