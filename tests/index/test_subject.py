"""What a query is about: words of asking go, titles and claims stay."""

from __future__ import annotations

import pytest

from service.index.subject import subject
from service.text.terms import terms


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Could you suggest papers that explore data poisoning?", "data poisoning?"),
        ("Are there any studies on kite steering", "kite steering"),
        ("Is there any work that has tried to steer kites?", "tried to steer kites?"),
        ("Which paper introduced the Gust benchmark?", "Gust benchmark?"),
        ("I'm looking for a data set of kites", "data set of kites"),
        ("I’m looking for a data set of kites", "data set of kites"),
        ("WHAT RESEARCH EXISTS ON KITES", "KITES"),
        ("papers about D^2O", "D^2O"),
        ("Where can I find kites? Which papers should I read?", "kites?"),
        ("Have any papers tried kites? They cost $5.", "tried kites? They cost $5."),
    ],
)
def test_words_of_asking_are_taken_off(query: str, expected: str) -> None:
    assert subject(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "How do KITE and Heron differ?",
        "What is kite steering?",
        "Do we need tethers?",
        "Show, Steer and Land: Kites with Attention",
        "What You See Is What You Steer",
        "Can Kites Fly?",
        "Research on Kites",
        "A study of kites",
        "Kites are studied in papers that you can find.",
        "Is there a benchmark for kites?",
        "対齢とは何 papers",
    ],
)
def test_what_is_no_request_stays_as_it_is(query: str) -> None:
    """Questions of substance, titles and claims."""
    assert subject(query) == query


@pytest.mark.parametrize("query", ["Could you recommend papers?", "Which papers?", "", "   ", "?!", "\ud800"])
def test_where_nothing_would_be_left_the_query_stays(query: str) -> None:
    """Something is searched for, whatever was typed."""
    assert subject(query) == query


def test_a_subject_always_has_terms_where_the_query_has() -> None:
    """A search that passed validation never runs empty."""
    for query in ("Could you suggest papers that explore ++", "which paper _", "Find me papers on '"):
        assert terms(subject(query))


def test_a_pasted_text_of_a_hundred_thousand_words_is_read_once() -> None:
    """Linear: a run of words of asking that never ends is walked through, and kept."""
    asked = "could you suggest papers on " * 20_000
    assert subject(asked) == asked
    assert subject(asked + "kites") == "kites"
