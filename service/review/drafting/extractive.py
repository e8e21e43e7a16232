"""A plan -> paragraphs without a model: for every planned sentence the abstract's own, verbatim under a label."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

import numpy as np

from service.annotate import RhetoricalRole
from service.records import Dropped, Sentence
from service.review.drafting.extractive_plan import sentence_with_role
from service.review.drafting.model import Paragraph, PreparedDraft
from service.review.drafting.outline import Outline
from service.review.evidence.model import Evidence, PaperEvidence
from service.review.writing.extracts import extract
from service.text.terms import STOP_TERMS, terms

_LEAST_LIKE: Final = 0.35  # cosine and overlap with the words of a plan; a sentence below it says something else
_OVERLAP: Final = 0.3  # what the share of shared terms adds to the cosine
_ROLES: Final = frozenset(RhetoricalRole)


def extractive_paragraph(prepared: PreparedDraft, outline: Outline, number: int, *, by_model: bool) -> Paragraph:
    """Theme `number` in verbatim sentences; none where nothing planned could be found.

    `by_model`: what a model's plan wants said is looked for among all sentences, and a paper is told in any case.
    """
    theme = outline.themes[number]
    shown: list[Sentence] = []
    dropped: list[Dropped] = []
    told: dict[str, list[int]] = {}
    last = ""
    for planned in theme.sentences:
        for paper_id in planned.papers:
            paper, taken = prepared.papers.get(paper_id), told.setdefault(paper_id, [])
            evidence = None if paper is None else _evidence(prepared, paper, planned.say, taken)
            if evidence is None and paper is not None and by_model and not taken:
                evidence = sentence_with_role(paper, RhetoricalRole.APPROACH) or paper.best
            if evidence is None:
                dropped.append(Dropped(planned.say, f"no sentence of {paper_id!r} that is not told yet says this"))
                continue
            again = last == paper_id
            shown.append(extract(evidence, introduced=again, after=taken[-1] if again else None))
            taken.append(evidence.index)
            last = paper_id
    opening = _opening(prepared, outline, number, by_model=by_model) if shown else None
    return Paragraph((*([opening] if opening else []), *shown), tuple(dropped))


def _evidence(prepared: PreparedDraft, paper: PaperEvidence, say: str, taken: Collection[int]) -> Evidence | None:
    """The sentence of the paper that says what is planned and was not told yet."""
    wish = say.casefold().strip(" .")
    if wish in _ROLES:
        return sentence_with_role(paper, wish, taken)
    left = [e for e in paper.sentences if e.index not in taken]
    wanted = set(terms(say)) - STOP_TERMS
    vector = prepared.wording.get(say)

    def likeness(evidence: Evidence) -> float:
        shared = len(wanted.intersection(evidence.abstract.sentences[evidence.index].terms)) / max(len(wanted), 1)
        return shared if vector is None else float(np.dot(paper.vectors[evidence.index], vector)) + _OVERLAP * shared

    best = max(left, key=likeness, default=None)
    return best if best is not None and likeness(best) >= _LEAST_LIKE else None


def _opening(prepared: PreparedDraft, outline: Outline, number: int, *, by_model: bool) -> Sentence | None:
    """What a paragraph's papers have in common, in words that claim no more than its title does.

    A title of the user's own is taken as it is; of ours or a model's it is said how many papers speak of it.
    """
    title, papers = outline.themes[number].title, outline.themes[number].papers
    if not title or re.search(r"\d", title):
        return None
    if not (by_model or prepared.planning):
        return Sentence(
            f"{'One' if number == 0 else 'Another'} line of work deals with {title}.", "connective", "exact"
        )
    holds = sum(_holds(prepared.papers[p], title) for p in papers if p in prepared.papers)
    if len(papers) < 2 or holds <= len(papers) / 2:
        return None
    which = "papers that follow" if number == 0 else "next papers"
    text = f"The {which} all" if holds == len(papers) else f"Most of the {which}"
    return Sentence(f"{text} speak of {title}.", "connective", "exact")


def _holds(paper: PaperEvidence, title: str) -> bool:
    held = set(paper.abstract.title_terms).union(*(s.terms for s in paper.abstract.sentences))
    return set(terms(title)) - STOP_TERMS <= held
