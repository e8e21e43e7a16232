"""What of a follow-up question refers to the answer before, and what does not."""

from __future__ import annotations

import pytest

from service.errors import QueryError
from service.records import Paper
from service.review.question.followup import followed, means_papers

EARLIER = (
    Paper("KITE: Gentle Alignment", "We align.", "p-kite"),
    Paper("Labels are not needed.", "We train.", "p-heron"),
    Paper("Wren: Small Models", "We shrink.", "p-wren"),
)


@pytest.mark.parametrize(
    ("question", "text", "ids"),
    [
        ("What data does the second paper use?", 'What data does "Labels are not needed" use?', ("p-heron",)),
        ("What does the last study find?", "What does Wren find?", ("p-wren",)),
        ("What does [1] say of cost?", "What does KITE say of cost?", ("p-kite",)),
        ("How do [1] and [3] differ?", "How do KITE and Wren differ?", ("p-kite", "p-wren")),
        ("Do they need labels?", "Do the papers need labels?", ("p-kite", "p-heron", "p-wren")),
        ("What limits do these papers name?", "What limits do the papers name?", ("p-kite", "p-heron", "p-wren")),
        ("Which of these use labels?", "Which of the papers use labels?", ("p-kite", "p-heron", "p-wren")),
        ("and do any of them scale?", "and do any of the papers scale?", ("p-kite", "p-heron", "p-wren")),
        ("compare them", 'compare KITE and "Labels are not needed" and Wren', ("p-kite", "p-heron", "p-wren")),
        ("Which of these methods scale?", "Which of these methods scale?", ()),
        ("How is alignment measured?", "How is alignment measured?", ()),
    ],
)
def test_papers_of_the_answer_before(question: str, text: str, ids: tuple[str, ...]) -> None:
    assert followed(question, EARLIER) == (text, ids)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What does the fifth paper say?", "the answer before has 3 papers"),
        ("What does [9] say?", "the answer before has 3 papers"),
        ("Does it need labels?", "any of 3 papers"),
        ("What does the other paper say?", "any of 3 papers"),
    ],
)
def test_a_reference_that_names_no_one_paper_is_told(question: str, told: str) -> None:
    with pytest.raises(QueryError, match=told):
        followed(question, EARLIER)


def test_with_one_paper_it_is_that_paper_and_without_any_nothing_is_changed() -> None:
    assert followed("Does it need labels?", EARLIER[:1]) == ("Does KITE need labels?", ("p-kite",))
    assert followed("Does it need labels?", ()) == ("Does it need labels?", ())


@pytest.mark.parametrize("question", ["Which of these use labels?", "compare them", "What does [2] say?"])
def test_what_speaks_of_the_papers_before_goes_on_from_no_topic(question: str) -> None:
    assert means_papers(question)
