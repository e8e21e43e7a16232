"""List questions: a paper meets every qualifier, or it is unclear."""

from __future__ import annotations

from dataclasses import replace

from memory_corpus import MemoryCorpus

from service.records import Paper
from service.requests import AskRequest
from service.review.answering import prepare
from service.review.answering.listing import candidates
from service.review.evidence.model import Evidence, PaperEvidence
from service.review.question.model import ExpectedAnswer, Query, SubQuestion

WOOL = Paper("Fleeces", "Sheep are old. We measured the wool of 40 sheep in spring.", "wool")
FREE = Paper("Free", "Sheep are old. We counted sheep in spring. No wool was used.", "free")
OTHER = Paper("Other", "We watched goats on a hill. They slept.", "other")
BACKGROUND = Paper("Back", "Wool of sheep in spring is costly. We weighed goats.", "back")


def listed(
    *papers: Paper, text: str, absent: tuple[str, ...] = (), left_out: tuple[str, ...] = (), answers: float = 0.9
) -> dict[str, bool]:
    """Which papers are listed, and whether they meet every qualifier, all sentences taken to be as near."""
    query = Query(text, (SubQuestion(text, (text,), ExpectedAnswer.LIST),), absent=absent, left_out=left_out)
    prepared = prepare(MemoryCorpus(papers), AskRequest(text), query)
    near = tuple(_near(p, answers) for p in prepared.found.papers)
    found = candidates(query, replace(prepared.found, papers=near))
    return {c.shown[0].paper.paper_id: c.meets for c in found}


def _near(paper: PaperEvidence, answers: float) -> PaperEvidence:
    sentences = tuple(Evidence(e.abstract, e.index, e.relevance, answers) for e in paper.sentences)
    return PaperEvidence(paper.abstract, sentences, paper.score, paper.vectors)


def test_a_paper_whose_sentences_hold_every_word_meets_the_list() -> None:
    """One that lacks a word is unclear, however near."""
    text = "Which papers measured the wool of sheep in spring?"
    assert listed(WOOL, OTHER, text=text) == {"wool": True, "other": False}


def test_what_is_wanted_absent_has_to_be_denied() -> None:
    """Silence is unclear; so is what the abstract affirms."""
    found = listed(FREE, WOOL, text="Which papers have sheep in spring without wool?", absent=("wool",))
    assert found == {"free": True, "wool": False}


def test_what_is_left_out_makes_a_paper_unclear() -> None:
    """ "other than wool" and an abstract that speaks of wool."""
    found = listed(WOOL, text="Which papers have sheep in spring, other than wool?", left_out=("wool",))
    assert found == {"wool": False}


def test_what_is_known_is_not_what_a_paper_does() -> None:
    """The words stand in a sentence on the state of things alone."""
    assert listed(BACKGROUND, text="Which papers weighed the wool of sheep in spring?") == {"back": False}


def test_where_no_paper_comes_near_the_nearest_are_unclear() -> None:
    """A list is never empty where there are papers."""
    found = listed(WOOL, OTHER, text="Which papers measured the wool of sheep in spring?", answers=0.01)
    assert found == {"wool": False, "other": False}
