"""What a question wants none of, which papers say so, and questions that only a paper's record answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.review.absence import says_absent, wanted_absent
from service.review.ask import ask
from service.review.coverage import Coverage
from service.review.record_questions import on_record
from tests.review.corpus import MemoryCorpus
from tests.review.test_ask import BEETS, HERON, KITE, asked, cited


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("Which methods need no training?", {"train"}),
        ("Which methods work without hand-labelled data?", {"hand", "label"}),
        ("training-free alignment", {"train"}),
        ("Which methods do not use labels?", {"label"}),
    ],
)
def test_what_is_wanted_absent_is_read_from_the_question(question: str, absent: set[str]) -> None:
    """A generic word ("data") does not stand for the thing that must be absent."""
    assert wanted_absent(question) == (frozenset(absent),)


def test_a_question_that_wants_nothing_absent_asks_for_nothing() -> None:
    """ "How" and "which" alone exclude nothing."""
    assert wanted_absent("Which methods align small models with labels?") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The method is training-free.", True),
        ("It works without relying on costly training runs.", True),
        ("No additional training is needed.", True),
        ("We train it without labels.", False),
        ("It has no labels. Training takes a day.", False),
        ("Beets suffer.", None),
    ],
)
def test_a_sentence_says_that_there_is_none(text: str, says: bool | None) -> None:
    """The cue must stand near the thing, in the same sentence; a sentence about something else is silent."""
    assert says_absent(text, frozenset({"train"})) is says


def test_a_list_of_what_lacks_something_holds_only_papers_that_say_so() -> None:
    """KITE is trained on preference pairs: it is no answer to a question after methods without them."""
    answer = asked("Which methods align small models without preference pairs?")
    assert cited(answer) == {"heron"}
    assert any("without any preference pairs" in s.text for s in answer.sentences)


def test_nothing_is_listed_where_no_paper_says_that_it_lacks_the_thing() -> None:
    """A paper that merely does not mention rewards is not one that does without."""
    papers = (replace(HERON, abstract="We introduce Heron, which aligns small models with rewards."), BEETS)
    corpus = MemoryCorpus(papers)
    answer = ask(corpus, Coverage(corpus), "Which methods align small models without rewards?", max_sentences=5)
    assert answer.status == "not_in_corpus"


@pytest.mark.parametrize(
    ("question", "paper", "missing"),
    [
        ("Who wrote KITE?", replace(KITE, authors=("Ada Reed", "Bo Lind")), "Ada Reed, Bo Lind"),
        ("Who are the authors of KITE?", replace(KITE, author_count=4), "4 authors, without their names"),
        ("When was KITE published?", replace(KITE, date="2024-05-01", date_kind="listed"), "listed on 2024-05-01"),
        ("Where was KITE presented?", KITE, "nor does the record"),
    ],
)
def test_what_only_the_record_holds_is_told_as_missing(question: str, paper: object, missing: str) -> None:
    """No quote can show it, so nothing is claimed; the reader still hears what is known."""
    answer = asked(question, (paper, HERON))  # type: ignore[arg-type]
    assert answer.status == "not_in_corpus"
    assert answer.missing[0].startswith("KITE: the abstract does not say")
    assert missing in answer.missing[0]


def test_a_question_after_what_authors_did_is_no_question_after_the_record() -> None:
    """ "What do the authors of KITE propose" is answered by the abstract."""
    assert on_record("What do the authors of KITE propose?", KITE) is None
    assert on_record("When does KITE fail?", KITE) is None
    assert cited(asked("What do the authors of KITE propose?")) == {"kite"}
