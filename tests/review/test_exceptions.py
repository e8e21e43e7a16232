"""What a question leaves out, and names that hold a version."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.annotate.names import name_key
from service.review.absence import is_left_out
from service.review.exceptions import without_exceptions
from service.review.old_evidence import mentions_name
from tests.review.test_ask import HERON, KITE, asked, cited


@pytest.mark.parametrize(
    ("question", "rest", "left_out"),
    [
        ("Apart from surveys, which papers deal with sound?", "which papers deal with sound", ("surveys",)),
        ("List the reviews, leaving out the one on speech.", "List the reviews", ("speech",)),
        ("What does LaMDA cut (not the chat bot)?", "What does LaMDA cut", ("chat bot",)),
        ("Which methods other than DPO use labels?", "Which methods other than DPO use labels", ()),
    ],
)
def test_what_is_left_out_is_no_part_of_the_question(question: str, rest: str, left_out: tuple[str, ...]) -> None:
    """ "Other than" is part of what is asked: it stays."""
    assert without_exceptions(question) == (rest, left_out)


def test_a_title_with_every_word_of_the_exception_is_left_out() -> None:
    """One word of two is not enough."""
    assert is_left_out("A Survey of Speech Translation", ("speech translation",))
    assert not is_left_out("A Survey of Speech", ("speech translation",))


def test_a_list_leaves_out_what_the_question_leaves_out() -> None:
    """KITE's title holds "gentle alignment", Heron's does not."""
    assert cited(asked("Which papers align small models?")) == {"kite", "heron"}
    assert cited(asked("Which papers align small models, except the one on gentle alignment?")) == {"heron"}


@pytest.mark.parametrize("written", ["Perch 2", "Perch-2", "Perch-2-chat"])
def test_a_version_is_part_of_a_name_however_it_is_joined(written: str) -> None:
    """ "Perch 2", "Perch-2" and its chat variant are one model; Perch 3 is another."""
    paper = replace(HERON, abstract=f"{HERON.abstract} We start from {written}.")
    assert mentions_name(paper, name_key("Perch 2"))
    assert not mentions_name(paper, name_key("Perch 3"))
    assert cited(asked("Which papers start from a Perch 2 model?", (KITE, paper))) == {"heron"}
