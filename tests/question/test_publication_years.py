"""Which years of a question are those of papers, and what becomes of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from memory_corpus import MemoryCorpus, paper
from years_said import CHOSEN_ON, HELD_OUT, LAST, LATER, SPAN, TODAY, Bounds

from service.records import AppliedFilters, Filters
from service.review.question.constraints import years_taken
from service.review.question.publication_years import publication_years
from service.review.question.time_expressions import MOST, time_expressions
from service.review.question.words import query_from_words
from service.text.normal import for_search

EXTRAPOSED = "What do papers say that were published after 2022?"


def read(question: str) -> Bounds:
    filters = years_taken(question, None, today=TODAY, span=lambda: SPAN).filters
    return None if filters is None else (filters.year_from, filters.year_to)


@pytest.mark.parametrize(
    ("question", "bounds"),
    [q for q in CHOSEN_ON + HELD_OUT + LATER if q[0] != EXTRAPOSED],
    ids=lambda value: str(value),
)
def test_years_are_a_filter_only_where_papers_are_what_they_date(question: str, bounds: Bounds) -> None:
    assert read(question) == bounds


def test_of_questions_written_afterwards_nearly_all_are_read_rightly() -> None:
    """At least 27 of 30; a content year is taken for papers' in at most two of fifteen."""
    wrong = [(question, bounds) for question, bounds in LAST if read(question) != bounds]
    assert len(wrong) <= 3
    assert sum(bounds is None for _, bounds in wrong) <= 2


@pytest.mark.parametrize(
    ("question", "span", "bounds"),
    [
        ("Which papers on mortality before 1950 use records?", (2010, 2026), None),
        ("Which papers on mortality before 1950 use records?", (1920, 2026), (None, 1949)),
        ("Which papers on sea levels since 1993 use buoys?", (2010, 2026), None),
        ("Which papers on adapters since 2020 use ranks?", (2021, 2026), None),
        ("Which papers on adapters since 2020 use ranks?", None, None),
        ("Which papers were published before 1950?", (2010, 2026), (None, 1949)),
        ("Which papers were published before 2020?", None, (None, 2019)),
    ],
)
def test_behind_a_topic_years_are_a_filter_where_they_divide_the_library(
    question: str, span: tuple[int, int] | None, bounds: Bounds
) -> None:
    """Words alone do not tell "mortality before 1950" from "adapters before 2020"; said of papers, they need not."""
    filters = years_taken(question, None, today=TODAY, span=lambda: span).filters
    assert (None if filters is None else (filters.year_from, filters.year_to)) == bounds


@pytest.mark.parametrize(
    ("question", "low"),
    [
        ("Which papers were published in the last three years?", 2023),
        ("Which papers were published over the past decade?", 2016),
        ("Which papers were published in the last 2 decades?", 2006),
        ("Which papers were published in the last year?", 2025),
        ("What do last year's papers say?", 2025),
    ],
)
def test_what_is_relative_is_reckoned_from_today(question: str, low: int) -> None:
    said = publication_years(question, TODAY)
    assert said is not None
    assert said.low == low
    earlier = publication_years(question, date(2016, 1, 1))
    assert earlier is not None
    assert earlier.low == low - 10


@pytest.mark.parametrize(
    ("question", "subject", "said"),
    [
        (
            "Which papers were published in 2024 about adapters?",
            "Which papers were about adapters?",
            "published in 2024",
        ),
        ("Which papers, published in 2021, use adapters?", "Which papers use adapters?", "published in 2021"),
        ("List 2021 papers on adapters.", "List papers on adapters.", "2021"),
        ("What studies that were published since 2020 say", "What studies say", "that were published since 2020"),
        ("Which papers published in Nature in 2020 use bees?", "Which papers published in Nature use bees?", "in 2020"),
        ("Published in 2020?", "Published in 2020?", None),
        ("papers, 2020-2021", "papers, 2020-2021", None),
    ],
)
def test_the_words_that_say_it_are_not_searched_for(question: str, subject: str, said: str | None) -> None:
    taken = years_taken(question, None, today=TODAY, span=lambda: SPAN)
    assert (taken.subject, taken.said) == (subject, said)


CORPUS = MemoryCorpus(
    [
        paper("TideWalk: gaits", "TideWalk walks for crabs with adapters.", year=2020),
        paper("Heron: gaits", "Heron walks on adapters.", year=2024),
    ]
)


@pytest.mark.parametrize(
    ("given", "applied"),
    [
        (None, AppliedFilters(Filters(year_from=2024, year_to=2024), "from 2024")),
        (Filters(year_from=2019, year_to=2023), AppliedFilters(Filters(year_from=2019, year_to=2023))),
        (Filters(year_from=2019), AppliedFilters(Filters(year_from=2019, year_to=2024), "from 2024")),
        (Filters(year_from=2025), AppliedFilters(Filters(year_from=2025))),
        (Filters(paper_ids=("p",)), AppliedFilters(Filters(paper_ids=("p",)))),
        (Filters(tags=("a",)), AppliedFilters(Filters(tags=("a",), year_from=2024, year_to=2024), "from 2024")),
    ],
)
def test_years_and_papers_that_are_given_win(given: Filters | None, applied: AppliedFilters) -> None:
    """The reader is told what holds, and whether it was read in the question. The words are no subject all the same."""
    query = query_from_words("Which papers from 2024 use adapters?", CORPUS, given, today=TODAY)
    assert query.applied == applied
    assert query.subject == query.parts[0].text + "?" == "Which papers use adapters?"


def test_a_question_without_years_of_papers_is_its_own_subject() -> None:
    query = query_from_words("How did the 2008 crisis change adapters?", CORPUS, today=TODAY)
    assert (query.subject, query.applied) == (query.text, None)


def test_times_without_end_are_read_up_to_some() -> None:
    """Each looks at all words before it: a question of 10,000 characters that held 1,100 took minutes."""
    asked = "What does TideWalk show? " + "(a 2020; " * 1_000
    assert publication_years(f"papers published in 2021. {asked}", TODAY) is not None
    assert sum(1 for _ in time_expressions(asked, TODAY)) <= MOST
    assert publication_years(f"{asked} papers published in 2021", TODAY) is None


@pytest.mark.parametrize(
    "text", ["", "2020", "in 2020", "papers in", "in 2020 " * 400, "from 2020 to", "(2020)", "\ud800 in 2020 papers"]
)
def test_any_text_is_read(text: str) -> None:
    years_taken(text, None, today=TODAY, span=lambda: SPAN)


REAL = ("claims/questions.jsonl", "claims/lists.jsonl", "pubmedqa/pqal_train.jsonl", "litsearch/queries.jsonl")


def test_no_real_question_about_content_is_taken_for_one_about_years_of_papers(shared_data: Path) -> None:
    """1,407 questions of four sets; ten hold a year, all of them content."""
    lines = [line for name in REAL for line in (shared_data / name).read_text(encoding="utf-8").split("\n") if line]
    questions = [entry.get("question") or entry["text"] for entry in map(json.loads, lines)]
    assert len(questions) > 1400
    assert [q for q in questions if publication_years(for_search(q), TODAY) is not None] == []
