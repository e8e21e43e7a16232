"""Hard facts veto what a reader could check with a finger on the quote, and nothing that is a matter of meaning."""

from __future__ import annotations

import pytest
from judge_cases import cited, claim, paper

from service.annotate import annotate
from service.judge import Claim, Judgement
from service.judge.hard_facts import hard_fact
from service.records import Citation, Paper

TRIAL = paper(
    "Of 240 patients, 84 recovered with zinc and 60 with placebo. Pain fell from 72.6% to 61.1% within 12 weeks."
    " Large language models (LLMs) rated 1,240 notes in 690 readings. All rights reserved.",
    "TideWalk: a trial of zinc",
    "p1",
    "Marta Okafor",
)
OTHER = paper("We report an accuracy of 55% on 31 tasks.", "ReefNet: coral mapping", "p2")


def veto(text: str) -> Judgement | None:
    return hard_fact(claim(text, TRIAL), {"p1": TRIAL})


@pytest.mark.parametrize(
    "text",
    [
        "Zinc helped 84 of 240 patients.",
        "TideWalk followed its patients for twelve weeks.",
        "TideWalk ran for three months.",
        "Okafor et al. rated 1240 notes.",
        "An LLM rated the notes.",
        "Large language models rated 690 readings.",
        "Pain fell by 11.5 percentage points.",
        "In all 144 patients recovered.",
        "Some 35% of the 240 patients recovered with zinc.",
        "Zinc and placebo were the two treatments.",
    ],
)
def test_what_the_quotes_give_or_yield_is_not_vetoed(text: str) -> None:
    assert veto(text) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Zinc helped 96 of 240 patients.", "96"),
        ("Patients were seen for 14 weeks.", "14 weeks"),
        ("Pain fell from 72.6% to 61.9%.", "61.9%"),
        ("Within 12 months pain fell.", "12 months"),
        ("BERT rated the notes.", "BERT"),
        ("Pain fell by 14.5 percentage points.", "14.5 percentage points"),
    ],
)
def test_a_figure_unit_or_name_that_the_quotes_do_not_hold_is_vetoed_with_its_words(text: str, part: str) -> None:
    found = veto(text)
    assert found is not None
    assert found.label in ("not_said", "contradicted")
    assert found.part is not None
    assert part in found.part
    assert found.reason


def test_another_figure_between_the_same_words_contradicts() -> None:
    found = veto("Pain fell from 72.6% to 61.1% within 15 weeks.")
    assert found is not None  # nothing follows it: no place to compare
    assert found.label == "not_said"
    found = veto("Models rated 1,240 notes in 650 readings.")
    assert found is not None
    assert found.part == "650 readings" or found.part == "650"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Pain fell by 63 to 77 percentage points.", "63 to 77 percentage points"),
        ("Returns equal the S&P 777 of the year.", "S&P 777"),
    ],
)
def test_a_range_and_a_name_with_its_number_are_named_whole(text: str, part: str) -> None:
    found = veto(text)
    assert found is not None
    assert found.part == part


def test_a_quote_that_does_not_stand_where_it_says_is_vetoed() -> None:
    moved = Claim("Zinc helped.", (Citation("", "p1", "Of 240 patients, 85 recovered", 0, 29),))
    found = hard_fact(moved, {"p1": TRIAL})
    assert found is not None
    assert found.label == "not_said"


def test_the_title_is_no_evidence() -> None:
    title = Claim("It was a trial of zinc.", (Citation("", "p1", TRIAL.paper.title, 0, len(TRIAL.paper.title)),))
    found = hard_fact(title, {"p1": TRIAL})
    assert found is not None
    assert found.label == "not_said"


def test_a_copyright_line_is_no_evidence() -> None:
    last = cited(TRIAL)[-1]
    found = hard_fact(Claim("All rights are reserved.", (last,)), {"p1": TRIAL})
    assert found is not None
    assert found.label == "not_said"


def test_a_figure_is_looked_for_in_the_quotes_of_the_paper_it_is_said_of() -> None:
    both = {"p1": TRIAL, "p2": OTHER}
    assert hard_fact(claim("TideWalk had 240 patients, whereas ReefNet solved 31 tasks.", TRIAL, OTHER), both) is None
    found = hard_fact(claim("TideWalk had 31 patients, whereas ReefNet solved 240 tasks.", TRIAL, OTHER), both)
    assert found is not None
    assert "31" in (found.part or "")


def test_counts_of_the_cited_papers_need_no_quote() -> None:
    assert hard_fact(claim("The 2 differ in what they measure.", TRIAL, OTHER), {"p1": TRIAL, "p2": OTHER}) is None


def test_a_paper_that_the_claim_gives_no_known_name_may_be_meant_anywhere_in_it() -> None:
    """Its figure stands behind the name of another paper; nothing tells the two apart."""
    nameless = annotate(Paper("Learning from rules", "We sort 6,000 letters by hand.", "p3"))
    both = {"p2": OTHER, "p3": nameless}
    text = "Where ReefNet solves tasks, work on rules sorts 6,000 letters."
    assert hard_fact(claim(text, OTHER, nameless), both) is None
    found = hard_fact(claim("Where ReefNet solves tasks, work on rules sorts 7,000 letters.", OTHER, nameless), both)
    assert found is not None
    assert found.part == "7,000"
