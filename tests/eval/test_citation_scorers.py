"""Citation validity, quote exactness and claim coverage on documents worked by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.eval.worked import (
    CRANE,
    HERON,
    STORK,
    citation,
    claim,
    correct,
    edited,
    reference,
    scores,
    value,
    with_citation,
)

QUOTE = "Heron reaches 33.25 points on MarshBench."  # HERON.abstract[0:41]


def test_a_correct_answer_is_fully_valid() -> None:
    """Two citations hold, two claims are covered, and the connective without a citation costs nothing."""
    found = scores(correct())
    assert found["citation_validity"].value == 1.0
    assert found["quote_exactness"].value == 1.0
    assert found["claim_coverage"].value == 1.0


BROKEN_QUOTES: dict[str, dict[str, Any]] = {
    "id outside the library": {"paper_id": "p99"},
    "null id": {"paper_id": None},
    "id of the wrong type": {"paper_id": 1},
    "end one too far": {"end": 42},
    "start one too late": {"start": 1},
    "end past the abstract": {"end": 10_000},
    "negative offsets that slice right": {"start": -len(HERON.abstract), "end": 41 - len(HERON.abstract)},
    "empty quote": {"start": 5, "end": 5, "quote": ""},
    "blank quote": {"start": 5, "end": 6, "quote": " "},
    "swapped offsets": {"start": 41, "end": 0},
    "NaN offset": {"start": math.nan},
    "boolean offset": {"start": False},
    "offset as text": {"start": "0"},
    "fabricated quote": {"quote": "Heron reaches 99.99 points on MarshBench."},
    "quote differs by case": {"quote": QUOTE.lower()},
    "null quote": {"quote": None},
}


@pytest.mark.parametrize("changes", BROKEN_QUOTES.values(), ids=BROKEN_QUOTES.keys())
def test_a_broken_quote_costs_validity_exactness_and_coverage(changes: dict[str, Any]) -> None:
    """One of two citations is broken: 1/2 each, with a reason; its claim is left with no valid citation."""
    found = scores(with_citation(**changes))
    assert found["citation_validity"].value == 0.5
    assert found["quote_exactness"].value == 0.5
    assert found["claim_coverage"].value == 0.5
    assert len(found["citation_validity"].reasons) == 1


@pytest.mark.parametrize(
    "references",
    [
        pytest.param([reference(STORK, "2")], id="label out of range"),
        pytest.param([reference(CRANE, "1"), reference(STORK, "2")], id="label of another paper"),
        pytest.param([reference(HERON, "1"), reference(HERON, "1"), reference(STORK, "2")], id="label twice"),
        pytest.param([{**reference(HERON, "1"), "title": "Egret"}, reference(STORK, "2")], id="other title"),
        pytest.param([{"label": "1"}, reference(STORK, "2")], id="bare reference"),
        pytest.param([None, reference(STORK, "2")], id="reference isn't an object"),
    ],
)
def test_a_label_must_resolve_to_the_cited_paper(references: list[Any]) -> None:
    """A right quote under a label that doesn't lead to its paper is invalid, though the quote is exact."""
    found = scores(edited(references=references))
    assert found["citation_validity"].value == 0.5
    assert found["quote_exactness"].value == 1.0
    assert found["claim_coverage"].value == 0.5


def test_a_label_of_two_is_two_citations() -> None:
    """`[1, 2]` on Heron's quote: under 1 it holds, under 2 it doesn't; with Stork's own, 2 of 3 hold."""
    assert value("citation_validity", with_citation(label="[1, 2]")) == pytest.approx(2 / 3)
    assert value("claim_coverage", with_citation(label="[1, 2]")) == 0.5


def test_a_label_in_brackets_is_the_label() -> None:
    """`[1]` is reference 1."""
    assert value("citation_validity", with_citation(label="[1]")) == 1.0


@pytest.mark.parametrize("label", ["", "3", "[9]", "[", None, 1, "1,", "," * 5000, "1 2"])
def test_unresolvable_labels_are_invalid(label: Any) -> None:
    """Whatever the label is, it isn't in the references."""
    assert value("citation_validity", with_citation(label=label)) == 0.5


def test_a_label_printed_but_not_cited_counts_against_validity() -> None:
    """ "[1, 7]" in the text cites 1 and invents 7: two citations hold of three."""
    document = correct()
    document["sentences"][1]["text"] += " [1, 7]"
    assert value("citation_validity", document) == pytest.approx(2 / 3)


def test_brackets_of_the_abstract_itself_are_not_labels() -> None:
    """A quote may say "[7]"; a sentence that repeats it verbatim invents nothing."""
    document = correct()
    sentence = document["sentences"][1]
    sentence["text"] = "Scores lie in [7]."
    sentence["citations"][0]["quote"] = "Scores lie in [7]."
    (reason,) = scores(document)["citation_validity"].reasons  # only the quote is wrong
    assert "quote" in reason


def test_a_citation_in_the_matrix_is_checked_too() -> None:
    """A third citation stands in a matrix cell, and is broken: 2 of 3."""
    broken = citation(CRANE, "nothing", "3")
    matrix = {
        "columns": ["result", "data"],
        "rows": [{"paper_id": "p3", "cells": {"result": {"value": "x", "citations": [broken]}, "data": None}}],
    }
    assert value("citation_validity", edited(matrix=matrix)) == pytest.approx(2 / 3)


@pytest.mark.parametrize("citations", ["1", None, {}], ids=["text", "null", "object"])
def test_citations_that_are_no_list_are_one_broken_citation(citations: Any) -> None:
    """Unreadable citations count against the answer rather than vanish."""
    document = correct()
    document["sentences"][1]["citations"] = citations
    assert value("citation_validity", document) == 0.5
    assert value("claim_coverage", document) == 0.5


def test_a_claim_without_citation_is_caught_however_short() -> None:
    """Two of three claims are covered; "It wins." is not exempt."""
    document = correct()
    document["sentences"].append(claim("It wins."))
    assert value("claim_coverage", document) == pytest.approx(2 / 3)


@pytest.mark.parametrize("kind", ["fact", None, "Connective", 3, ["connective"]])
def test_an_unknown_kind_of_sentence_is_a_claim(kind: Any) -> None:
    """A sentence escapes coverage only as exactly "connective": 2 of 3."""
    document = correct()
    document["sentences"][0]["kind"] = kind
    assert value("claim_coverage", document) == pytest.approx(2 / 3)


def test_a_blank_claim_is_never_covered() -> None:
    """White space with a valid citation states nothing: 2 of 3."""
    document = correct()
    document["sentences"].append(claim(" \n", citation(HERON, "labels", "1")))
    assert value("claim_coverage", document) == pytest.approx(2 / 3)


def test_one_valid_citation_covers_a_claim_that_has_a_broken_one_as_well() -> None:
    """Coverage asks for one that holds; validity still counts the broken one: 2 of 3."""
    document = correct()
    document["sentences"][1]["citations"].append({})
    assert value("claim_coverage", document) == 1.0
    assert value("citation_validity", document) == pytest.approx(2 / 3)


def test_no_citations_leave_validity_unscored_and_coverage_at_nothing() -> None:
    """Validity is neither 0 nor 1 over nothing; the bare claims are coverage's business."""
    document = edited(sentences=[claim("Heron wins."), claim("Stork loses.")])
    assert value("citation_validity", document) is None
    assert value("quote_exactness", document) is None
    assert value("claim_coverage", document) == 0.0


def test_a_draft_is_scored_over_its_paragraphs() -> None:
    """The same sentences in paragraphs get the same scores."""
    document = correct()
    first, *rest = document.pop("sentences")
    found = scores({**document, "topic": "t", "paragraphs": [[first], rest, []]})
    assert {n: s.value for n, s in found.items()} == {n: s.value for n, s in scores(correct()).items()}
