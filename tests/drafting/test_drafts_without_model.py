"""Drafts in verbatim sentences: which papers, in which groups, and what is said to be missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from service.annotate import RhetoricalRole, annotate
from service.records import Paper
from service.review.drafting import drafted
from service.review.drafting.extractive import sentence_with_role
from service.review.drafting.theme_titles import titles
from service.review.drafting.themes import grouped, paragraphs
from service.review.evidence.model import Evidence, PaperEvidence
from tests.drafting.related_papers import (
    BEETS,
    HAIL,
    HERON,
    KITE,
    PAPERS,
    RAIN,
    SNOW,
    TERN,
    TOPIC,
    assert_sound,
    hostile,
    prepared,
)
from tests.memory_corpus import MemoryCorpus
from tests.poison import KINDS, Poisoned, poisoned

POISONED = [next(p for p in poisoned() if p.kind == kind) for kind in KINDS]


def test_a_topic_is_told_by_the_papers_on_it_in_their_own_words() -> None:
    """Every claim is a quotation; the paper on beets is not in it."""
    made = drafted(prepared(), None, None)
    assert_sound(made)
    assert {r.paper_id for r in made.references} == {p.paper_id for p in PAPERS} - {"beets"}
    assert all(s.support == "exact" and "“" in s.text for p in made.paragraphs for s in p if s.kind == "claim")
    assert (made.status, made.judge) == ("answered", None)


def test_a_paper_is_labelled_once_and_its_next_sentence_follows() -> None:
    """Authors and year where they are known, else the name it coins; a tie to a sentence that is not shown goes."""
    text = " ".join(s.text for p in drafted(prepared(), None, None).paragraphs for s in p)
    assert text.count("Okonjo et al. (2022): “") == 1
    assert text.count("Heron (2023): “") == 1
    assert "“However" not in text
    assert "“gains level off" in text


def test_a_paper_known_by_its_title_alone_is_cited_without_it() -> None:
    """Neither authors nor a name: the sentence in quotation marks and its citation."""
    (quoted,) = [s for p in drafted(prepared(), None, None).paragraphs for s in p if "40 ms" in s.text]
    assert quoted.text == "“Dense retrieval adds 40 ms a question.”"
    assert [c.paper_id for c in quoted.citations] == ["hail"]


def test_groups_are_lines_of_work() -> None:
    """Papers on retrieval and papers on alignment do not share a paragraph."""
    groups = grouped([p for i, p in prepared().papers.items() if i != "beets"])
    together = [{p.paper.paper_id for p in group} for group in groups]
    assert {"kite", "heron", "tern"} in together
    assert {"rain", "snow", "hail"} in together


def evidence_of(*papers: Paper) -> list[PaperEvidence]:
    corpus = MemoryCorpus(papers)
    return [
        PaperEvidence(a, tuple(Evidence(a, i, 0.5, 0.5) for i in a.evidence), 0.5, vectors)
        for a, vectors in zip(corpus.annotated(papers), corpus.vectors(papers), strict=True)
    ]


def test_a_title_is_what_its_papers_are_about_and_others_are_not() -> None:
    """Not a phrase that all papers hold, nor one that makes up the topic."""
    groups = [evidence_of(KITE, HERON, TERN), evidence_of(RAIN, SNOW, HAIL)]
    found = titles(groups, topic=TOPIC, corpus=MemoryCorpus(PAPERS))
    assert all("language models" not in title for title in found)
    assert found[0].casefold() in ("alignment", "preference pairs")
    assert "retrieval" in found[1].casefold()


def test_a_phrase_that_papers_mention_by_the_way_is_no_title() -> None:
    """Two papers on bridges thank the same fund; what they study heads them."""
    bridges = [
        Paper(f"Corrosion of {kind} bridges", f"We measure the corrosion of {kind} bridges. Data came from the Orbit "
              f"fund, with help of the Orbit fund. Corrosion grows by {n}% a year.", kind)
        for n, kind in enumerate(("steel", "timber", "stone"), start=4)
    ]  # fmt: skip
    groups = [evidence_of(*bridges), evidence_of(RAIN, SNOW)]
    (title, _) = titles(groups, topic="infrastructure", corpus=MemoryCorpus([*bridges, *PAPERS]))
    assert "corrosion" in title.casefold() or "bridges" in title.casefold()
    assert "fund" not in title.casefold()


def test_there_is_no_title_rather_than_a_bad_one() -> None:
    """Papers without a phrase in common have none, and one paper needs none."""
    beets = Paper("Beets", "We grow sugar beets in wet soils.", "b")
    groups = [evidence_of(KITE, beets), evidence_of(RAIN)]
    assert titles(groups, topic="t", corpus=MemoryCorpus([KITE, beets, RAIN])) == ["", ""]


@pytest.mark.parametrize(("count", "runs"), [(1, [1]), (7, [7]), (8, [4, 4]), (15, [5, 5, 5]), (16, [5, 6, 5])])
def test_a_long_theme_is_told_in_paragraphs_of_about_one_length(count: int, runs: list[int]) -> None:
    """At most seven papers each, none lost."""
    theme = [evidence_of(BEETS)[0]] * count
    assert [len(run) for run in paragraphs(theme)] == runs


def test_a_library_of_several_problems_has_three_to_six_themes() -> None:
    """Papers on one problem stand together."""
    problems = ("beet soils", "bridge corrosion", "tax evasion")
    papers = [
        Paper(f"{verb} {problem}", f"We {verb.casefold()} {problem}. All {problem} matter.", f"{problem}-{verb}")
        for verb in ("Measuring", "Modelling", "Explaining", "Surveying", "Comparing")
        for problem in problems
    ]  # fmt: skip
    groups = grouped(evidence_of(*papers))
    alike = [{p.paper.paper_id.rsplit("-", 1)[0] for p in group} for group in groups]
    assert sorted(map(sorted, alike)) == sorted([problem] for problem in problems)


@pytest.mark.parametrize(
    "tied", ["It does not shrink.", "This cost does not shrink.", "We see that these costs do not shrink."]
)
def test_a_sentence_that_points_back_is_told_last(tied: str) -> None:
    """ "This cost does not shrink" needs the sentence before it; one that stands alone is taken first."""
    abstract = annotate(Paper("Costs", f"We measure costs. {tied} In this paper they halve.", "costs"))
    results = tuple(replace(s, role=RhetoricalRole.RESULT) for s in abstract.sentences)
    abstract = replace(abstract, sentences=results)
    evidence = tuple(Evidence(abstract, i, 0.5 - i / 10, 0.5) for i in (1, 2))
    best = sentence_with_role(PaperEvidence(abstract, evidence, 0.5, np.zeros((3, 2), np.float32)), "result")
    assert best is not None
    assert best.text == "In this paper they halve."


def test_a_topic_that_is_a_title_has_a_draft_of_several_papers() -> None:
    """The paper itself and those near it."""
    made = drafted(prepared(SNOW.title), None, None)
    assert_sound(made)
    assert "snow" in {r.paper_id for r in made.references}
    assert len(made.references) >= 3


def test_a_named_system_without_a_source_is_named() -> None:
    """And the rest of the topic is told of."""
    made = drafted(prepared("GalaxyNet and the alignment of small language models"), None, None)
    assert (made.status, made.missing) == ("partial", ("GalaxyNet",))
    assert {"kite", "heron"} <= {r.paper_id for r in made.references}


def test_a_topic_that_the_library_lacks_gives_no_draft_but_leads() -> None:
    """No paragraph; the topic is what is missing."""
    made = drafted(prepared("eruptions of volcanoes"), None, None)
    assert (made.status, made.paragraphs, made.references) == ("not_in_corpus", (), ())
    assert made.missing
    assert made.nearest


def test_an_empty_library_is_no_error() -> None:
    """Not in the corpus."""
    assert drafted(prepared(papers=()), None, None).status == "not_in_corpus"


@pytest.mark.parametrize("words", [1, 60, 250, 3000])
def test_a_draft_is_about_as_long_as_asked_for(words: int) -> None:
    """At least one claim, and no more than a sentence beyond the words."""
    made = drafted(prepared(words=words), None, None)
    length = sum(len(s.text.split()) for p in made.paragraphs for s in p)
    assert any(s.kind == "claim" for p in made.paragraphs for s in p)
    assert length <= words + 40


def test_the_authors_own_paper_is_left_out_and_closes_the_text() -> None:
    """By its title; its sentence is the author's own, with its place in the abstract that was sent."""
    made = drafted(prepared(KITE.title, abstract=KITE.abstract), None, None)
    assert_sound(made)
    assert "kite" not in {r.paper_id for r in made.references}
    assert made.own_work is not None
    assert made.own_work.quote == KITE.abstract[made.own_work.start : made.own_work.end]
    assert made.own_work.quote.startswith("We propose KITE")
    assert made.missing == ()


def test_the_same_topic_has_the_same_draft_whatever_the_order_of_papers() -> None:
    """Nothing hangs on the order of import."""
    one, other = (drafted(prepared(papers=p), None, None) for p in (PAPERS, PAPERS[::-1]))
    assert one.paragraphs == other.paragraphs


@pytest.mark.parametrize("bad", POISONED, ids=lambda p: p.kind)
def test_hostile_abstracts_reach_no_draft(bad: Poisoned) -> None:
    """What gives orders is quoted nowhere and heads nothing."""
    paper = hostile(bad)
    made = drafted(prepared(papers=(*PAPERS, paper)), None, None)
    assert_sound(made, (*PAPERS, paper))
    assert "hostile" in {r.paper_id for r in made.references}
    assert bad.canary not in " ".join(s.text for p in made.paragraphs for s in p)


def test_labels_are_numbers_or_authors_with_year() -> None:
    """As the style asks for."""
    assert {r.label for r in drafted(prepared(), None, None).references} == {"1", "2", "3", "4", "5", "6"}
    assert "Okonjo et al. 2022" in {r.label for r in drafted(prepared(style="author-year"), None, None).references}


def test_a_draft_of_which_it_is_not_sure_that_it_meets_the_topic_says_so() -> None:
    """Where no model wrote it."""
    unsure = replace(prepared(), uncertain=True)
    assert drafted(unsure, None, None).status == "uncertain"


def test_a_draft_over_what_only_comes_near_says_so_and_names_the_nearest() -> None:
    """Of the topic's words most stand in no two papers."""
    made = drafted(prepared("alignment of seabird colonies and minimum wages"), None, None)
    assert made.status in ("uncertain", "not_in_corpus")
    assert made.nearest
