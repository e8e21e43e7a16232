"""Extracts: a label and the abstract's own words, nothing else."""

from __future__ import annotations

import pytest

from service.annotate import annotate
from service.records import Paper
from service.review.evidence.model import Evidence
from service.review.writing.extracts import extract
from service.text.normal import for_display

KITE = Paper(
    "KITE: Gentle Alignment",
    "We propose KITE, which aligns small models. However, it needs 78.2\\% of the data. It is slow.",
    "kite",
    year=2024,
)
NESTS = Paper(
    "How Swallows Build Their Nests",
    "We watched nests. Two things were counted: (1) the eggs in each nest. (2) the visits of an hour. Rain fell.",
    "nests",
    authors=("Mira Okonjo", "Jan Šťastný", "Ada Brun"),
    year=2023,
)


def taken(paper: Paper, index: int) -> Evidence:
    return Evidence(annotate(paper), index, 0.9, 0.9)


def test_the_first_extract_of_a_paper_has_its_label_and_the_others_none() -> None:
    """The words between the quotation marks are the abstract's in display form; "we" stays "we"."""
    first = extract(taken(KITE, 0), introduced=False)
    assert first.text == "KITE (2024): “We propose KITE, which aligns small models.”"
    assert (first.kind, first.support) == ("claim", "exact")
    assert extract(taken(KITE, 2), introduced=True).text == "“It is slow.”"
    assert extract(taken(NESTS, 0), introduced=False).text == "Okonjo et al. (2023): “We watched nests.”"


@pytest.mark.parametrize("paper", [KITE, NESTS], ids=["kite", "nests"])
def test_the_quote_is_what_stands_in_the_abstract(paper: Paper) -> None:
    """`quote == abstract[start:end]`, with LaTeX, lists and left-out connectives."""
    for index in range(len(annotate(paper).sentences)):
        (citation,) = extract(taken(paper, index), introduced=True).citations
        assert citation.quote == paper.abstract[citation.start : citation.end]


@pytest.mark.parametrize(
    ("after", "text"),
    [
        pytest.param(None, "“it needs 78.2% of the data.”", id="alone"),
        pytest.param(0, "“However, it needs 78.2% of the data.”", id="after the sentence it follows"),
    ],
)
def test_a_dangling_connective_is_left_out_of_text_and_quote(after: int | None, text: str) -> None:
    """What stands in quotation marks is the quote, which begins where the text does."""
    shown = extract(taken(KITE, 1), introduced=True, after=after)
    (citation,) = shown.citations
    assert (shown.text, shown.support) == (text, "exact")
    assert shown.text == f"“{for_display(citation.quote)}”"
    assert KITE.abstract[citation.start : citation.end] == citation.quote


def test_a_numbered_list_is_quoted_with_what_opens_it() -> None:
    """Neither "(2) the visits" alone nor "Two things were counted: (1) the eggs" without the second."""
    whole = "“Two things were counted: (1) the eggs in each nest. (2) the visits of an hour.”"
    items = [i for i, _ in enumerate(annotate(NESTS).sentences) if "eggs" in taken(NESTS, i).text]
    assert extract(taken(NESTS, items[0]), introduced=True).text == whole
    assert extract(taken(NESTS, items[0] + 1), introduced=True).text == whole


def test_a_number_in_brackets_makes_no_list() -> None:
    """ "(p = 0.03) and" is no item."""
    paper = Paper("Eggs", "Clutches grew (p = 0.03) in rain. They did not in sun.", "eggs")
    assert extract(taken(paper, 0), introduced=False).text == "“Eggs”: “Clutches grew (p = 0.03) in rain.”"
