"""A text says what its papers were restricted to, in every form that it is written in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document as WordDocument
from scripted_review import ANSWER, COMPARISON, DRAFT, REFUSAL, SURVEY

from service.records import AppliedFilters, Filters, Reference, SearchResult
from service.render import as_docx, as_html, as_latex, as_markdown, as_text, search_text
from service.render.restriction import restriction
from service.render.written import Document

YEARS = AppliedFilters(Filters(year_from=2024, year_to=2024), "published in 2024")
SENTENCE = "Only papers of 2024 (“published in 2024”)."


@pytest.mark.parametrize(
    ("applied", "sentence"),
    [
        (None, ""),
        (AppliedFilters(Filters()), ""),
        (YEARS, SENTENCE),
        (replace(YEARS, without_year=1), f"{SENTENCE} 1 paper without a known year left out."),
        (AppliedFilters(Filters(year_from=2020)), "Only papers from 2020 on."),
        (AppliedFilters(Filters(year_to=2020)), "Only papers up to 2020."),
        (AppliedFilters(Filters(("a", "b"))), "Only papers named “a” or “b”."),
        (AppliedFilters(Filters(tuple("abcd"))), "Only papers among 4 that are named."),
        (
            AppliedFilters(
                Filters(
                    year_from=2020,
                    year_to=2021,
                    min_upvotes=3,
                    collections=("Birds", "To\x1bys"),
                    tags=("x",),
                    sources=("wos",),
                    has_abstract=True,
                    reading_status=("to_read", "none"),
                    publication_status=("concern", "corrected"),
                    no_retracted=True,
                )
            ),
            "Only papers of 2020 to 2021; in “Birds” or “To\ufffdys”; tagged “x”; from “wos”; with an abstract; to be "
            "read or without a reading status; under an expression of concern or corrected; neither retracted nor "
            "withdrawn; with at least 3 upvotes.",
        ),
        (AppliedFilters(Filters(has_abstract=False)), "Only papers without an abstract."),
    ],
)
def test_a_restriction_is_one_sentence(applied: AppliedFilters | None, sentence: str) -> None:
    assert restriction(applied) == sentence


def _word(document: Document) -> str:
    return "\n".join(p.text for p in WordDocument(BytesIO(as_docx(document))).paragraphs)


@pytest.mark.parametrize("document", [ANSWER, REFUSAL, DRAFT, COMPARISON, SURVEY], ids=lambda d: type(d).__name__)
@pytest.mark.parametrize("form", [as_text, as_markdown, as_html, as_latex, _word], ids=lambda f: f.__name__)
def test_every_form_says_it(document: Document, form: Callable[[Document], str]) -> None:
    """And says nothing where there is no restriction."""
    restricted = form(replace(document, filters=YEARS))
    assert "Only papers of 2024" in restricted
    assert "published in 2024" in restricted
    assert "Only papers" not in form(document)


def test_a_search_says_it_above_its_hits() -> None:
    found = search_text(SearchResult("kites", (), "nothing passes", filters=YEARS))
    assert found == f"{SENTENCE}\n\nnothing passes\n"
    assert search_text(SearchResult("kites", (), filters=YEARS)).endswith("The corpus holds nothing that matches.\n")


def test_documents_hold_only_what_restricts() -> None:
    assert "filters" not in ANSWER.as_document()
    for document in (ANSWER, DRAFT, COMPARISON, SURVEY, SearchResult("kites", ())):
        made = replace(document, filters=replace(YEARS, without_year=2)).as_document()
        assert made["filters"] == {
            "year_from": 2024, "year_to": 2024, "years_said": "published in 2024", "without_year": 2,
        }  # fmt: skip


def test_a_paper_that_is_cited_is_called_by_its_title() -> None:
    """One that is not cited keeps its id."""
    cited = Reference("1", "a", "Swim training suppresses tumour growth.", (), None, None, None, None, None, "swim")
    told = restriction(AppliedFilters(Filters(("a", "b"))), [cited])
    assert told == "Only papers named “Swim training suppresses…” or “b”."
