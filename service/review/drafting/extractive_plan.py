"""Papers -> the plan of a text without a model: groups with a title where they have one, and what is told of each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Final

from service.annotate import RhetoricalRole
from service.review.drafting.grouping import grouped
from service.review.drafting.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.drafting.titles import titles
from service.review.evidence.model import Evidence, PaperEvidence
from service.review.writing.references import source_label
from service.vocabulary import SCAFFOLDING
from service.vocabulary.pronouns import DEMONSTRATIVE, THIRD_PERSON
from service.vocabulary.words import words

_OPENING_WORDS: Final = 9  # of the connective that opens a paragraph
_WORDS_A_PARAGRAPH: Final = 150
_FIRST: Final = THIRD_PERSON | (DEMONSTRATIVE - words("this"))
_ANYWHERE: Final = words("these those former latter")
_OPENING: Final = 6  # words of a sentence in which it may point back
_TOLD: Final = (RhetoricalRole.APPROACH, RhetoricalRole.RESULT)


def extractive_plan(
    topic: str,
    papers: Sequence[PaperEvidence],
    *,
    words: int,
    frequency: Callable[[str], int],
    library: int,
    missing: tuple[str, ...] = (),
    most_themes: int | None = None,
) -> Outline:
    """The plan of a text of about `words` words over papers that come best first. What does not fit is left out."""
    told = _within(papers, words)
    groups = grouped([p for p in papers if p.paper.paper_id in told], most=most_themes)
    named = titles([[p.abstract for p in group] for group in groups], topic=topic, frequency=frequency, papers=library)
    themes = tuple(
        PlannedTheme(
            title,
            tuple(
                PlannedSentence(e.abstract.sentences[e.index].role.value, (e.paper.paper_id,))
                for paper in group
                for e in _chosen(paper, told[paper.paper.paper_id])
            ),
        )
        for group, title in zip(groups, named, strict=True)
    )
    ids = [p.paper.paper_id for p in papers]
    left_out = tuple(LeftOut(i, "beyond the length asked for") for i in ids if i not in told)
    return Outline(topic, themes, left_out, {p.paper.paper_id: p.paper for p in papers}, missing)


def sentence_with_role(paper: PaperEvidence, role: str, besides: Collection[int] = ()) -> Evidence | None:
    """The paper's best sentence of a rhetorical role, one that does not begin with "It" or the like where it can be."""
    fitting = [e for e in paper.sentences if e.abstract.sentences[e.index].role == role and e.index not in besides]
    return next((e for e in fitting if not _refers_back(e)), next(iter(fitting), None))


def _refers_back(evidence: Evidence) -> bool:
    """Whether a sentence points to one before it: "It", "this effect", "these two"; "This paper" speaks of itself."""
    opening = [w.casefold() for w in re.findall(r"\w+", evidence.text)[:_OPENING]]
    if evidence.index == 0 or not opening:
        return False
    this = any(word == "this" and after not in SCAFFOLDING for word, after in pairwise(opening))
    return this or opening[0] in _FIRST or not _ANYWHERE.isdisjoint(opening)


def _chosen(paper: PaperEvidence, count: int) -> tuple[Evidence, ...]:
    """What is told of a paper: its approach, then its result; of one sentence, the one that stands alone and is nearer.

    A paper that has neither is told by the sentence that speaks of the topic most.
    """
    found = [e for role in _TOLD if (e := sentence_with_role(paper, role)) is not None] or [paper.best]
    return tuple(found if count >= len(found) else sorted(found, key=lambda e: (_refers_back(e), -e.relevance))[:count])


def _within(papers: Sequence[PaperEvidence], words: int) -> dict[str, int]:
    """How many sentences of each paper fit, one of each before a second of any. The first paper always does."""
    told: dict[str, int] = {}
    left = words - _OPENING_WORDS * max(1, words // _WORDS_A_PARAGRAPH)
    for count in (1, 2):
        for paper in papers:
            before = told.get(paper.paper.paper_id, 0)
            size = _size(_chosen(paper, count)) - _size(_chosen(paper, before))
            if before == count - 1 and (size <= left or not told):
                told[paper.paper.paper_id] = count
                left -= size
    return told


def _size(told: Sequence[Evidence]) -> int:
    return sum(len(e.text.split()) for e in told) + sum(len(source_label(e.abstract).split()) for e in told[:1])
