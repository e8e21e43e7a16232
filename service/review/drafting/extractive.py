"""Drafts without a model: a plan of like papers by the roles of their sentences, and paragraphs of verbatim ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from service.annotate import RhetoricalRole
from service.records import Dropped, Sentence
from service.review.drafting.model import Paragraph, Planned, PreparedDraft, TextToWrite
from service.review.drafting.outline import LeftOut, Outline, PlannedSentence, PlannedTheme
from service.review.drafting.theme_titles import titles
from service.review.drafting.themes import grouped, paragraphs
from service.review.evidence.corpus import Corpus
from service.review.evidence.model import Evidence, PaperEvidence
from service.review.evidence.weights import held_terms
from service.review.writing.extracts import extract
from service.review.writing.references import known_name, source_label
from service.text.terms import STOP_TERMS, terms
from service.vocabulary import SCAFFOLDING
from service.vocabulary.function_words import DEMONSTRATIVE, THIRD_PERSON
from service.vocabulary.words import words

_TOLD: Final = (RhetoricalRole.APPROACH, RhetoricalRole.RESULT)
_ROLES: Final = frozenset(RhetoricalRole)
_WORDS_A_PARAGRAPH: Final = 150
_OPENING_WORDS: Final = 9  # of the connective that opens a paragraph
_LEAST_LIKE: Final = 0.35  # cosine and overlap with the words of a plan; a sentence below it says something else
_OVERLAP: Final = 0.3  # what the share of shared terms adds to the cosine
_POINTS_BACK_AT_ONCE: Final = THIRD_PERSON | (DEMONSTRATIVE - words("this"))
_POINTS_BACK: Final = words("these those former latter")
_POINTING_WORDS: Final = 6  # of a sentence's beginning, in which it may point back


def extractive_plan(
    corpus: Corpus, request: TextToWrite, papers: Sequence[PaperEvidence], *, missing: tuple[str, ...]
) -> Outline:
    """The plan of a text over papers that come best first. What does not fit into its words is left out."""
    told = _within(papers, request.words)
    groups = grouped([p for p in papers if p.paper.paper_id in told], most=request.sections)
    named = titles(groups, topic=request.topic, corpus=corpus)
    themes = tuple(
        PlannedTheme(
            title,
            tuple(
                PlannedSentence(e.abstract.sentences[e.index].role.value, (e.paper.paper_id,))
                for paper in papers_together
                for e in _chosen(paper, told[paper.paper.paper_id])
            ),
        )
        for group, title in zip(groups, named, strict=True)
        for papers_together in paragraphs(group)
    )
    by_id = {p.paper.paper_id: p.paper for p in papers}
    left_out = tuple(LeftOut(i, "beyond the length asked for") for i in by_id if i not in told)
    return Outline(request.topic, themes, left_out, by_id, missing)


def extractive_paragraph(prepared: PreparedDraft, plan: Planned, number: int) -> Paragraph:
    """Theme `number` in verbatim sentences; none where nothing planned could be found.

    What a model's plan wants said is looked for among all sentences, and a paper is told in any case.
    """
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    told: dict[str, list[int]] = {}
    last: Evidence | None = None
    for planned in plan.outline.themes[number].sentences:
        for paper_id in planned.papers:
            paper, taken = prepared.papers.get(paper_id), told.setdefault(paper_id, [])
            evidence = None if paper is None else _saying(prepared, paper, planned.say, taken)
            if evidence is None and paper is not None and plan.by_model and not taken:
                evidence = sentence_with_role(paper, RhetoricalRole.APPROACH) or paper.best
            if evidence is None:
                dropped.append(Dropped(planned.say, f"no sentence of {paper_id!r} that is not told yet says this"))
                continue
            shown.append(quotation(evidence, before=last))
            taken.append(evidence.index)
            last = evidence
    opening = _opening(prepared, plan, number) if shown else ()
    return Paragraph((*opening, *shown), tuple(dropped))


def quotation(evidence: Evidence, *, before: Evidence | None = None) -> Sentence:
    """The sentence in quotation marks. It has no label where its paper was quoted just `before`, or is known by no
    name: a title would only stand in the way of the text.
    """
    after = before.index if before is not None and before.paper == evidence.paper else None
    introduced = after is not None or known_name(evidence.abstract) is None
    return extract(evidence, introduced=introduced, after=after)


def sentence_with_role(paper: PaperEvidence, role: str, besides: Collection[int] = ()) -> Evidence | None:
    """The paper's best sentence of a rhetorical role, one that does not begin with "It" or the like where it can be."""
    fitting = [e for e in paper.sentences if e.abstract.sentences[e.index].role == role and e.index not in besides]
    return min(fitting, key=_refers_back, default=None)


def _refers_back(evidence: Evidence) -> bool:
    """Whether a sentence points to one before it: "It", "this effect", "these two"; "This paper" speaks of itself."""
    opening = [w.casefold() for w in re.findall(r"\w+", evidence.text)[:_POINTING_WORDS]]
    if evidence.index == 0 or not opening:
        return False
    this = any(word == "this" and after not in SCAFFOLDING for word, after in pairwise(opening))
    return this or opening[0] in _POINTS_BACK_AT_ONCE or not _POINTS_BACK.isdisjoint(opening)


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
    """Words of these sentences of one paper, with its label."""
    labels = [source_label(e.abstract) for e in told[:1] if known_name(e.abstract) is not None]
    return sum(len(text.split()) for text in (*labels, *(e.text for e in told)))


def _saying(prepared: PreparedDraft, paper: PaperEvidence, say: str, taken: Collection[int]) -> Evidence | None:
    """The sentence of the paper that says what is planned and was not told yet."""
    wish = say.casefold().strip(" .")
    if wish in _ROLES:
        return sentence_with_role(paper, wish, taken)
    wanted = set(terms(say)) - STOP_TERMS
    vector = prepared.wording.get(say)

    def likeness(evidence: Evidence) -> float:
        shared = len(wanted.intersection(evidence.abstract.sentences[evidence.index].terms)) / max(len(wanted), 1)
        return shared if vector is None else float(np.dot(paper.vectors[evidence.index], vector)) + _OVERLAP * shared

    best = max((e for e in paper.sentences if e.index not in taken), key=likeness, default=None)
    return best if best is not None and likeness(best) >= _LEAST_LIKE else None


def _opening(prepared: PreparedDraft, plan: Planned, number: int) -> tuple[Sentence, ...]:
    """What a paragraph's papers have in common, in words that claim no more than its title does.

    A title of the user's own is taken as it is; of ours or a model's it is said how many papers speak of it.
    """
    theme, first = plan.outline.themes[number], number == 0
    goes_on = not first and plan.outline.themes[number - 1].title == theme.title
    if prepared.titled or goes_on or not theme.title or re.search(r"\d", theme.title):
        return ()
    text = f"{'One' if first else 'Another'} line of work deals with"
    if plan.by_model or prepared.planning:
        wanted = set(terms(theme.title)) - STOP_TERMS
        holds = sum(wanted <= held_terms(prepared.papers[p].abstract) for p in theme.papers if p in prepared.papers)
        if len(theme.papers) < 2 or holds <= len(theme.papers) / 2:
            return ()
        which = "papers that follow" if first else "next papers"
        text = f"The {which} all speak of" if holds == len(theme.papers) else f"Most of the {which} speak of"
    return (Sentence(f"{text} {theme.title}.", "connective", "exact"),)
