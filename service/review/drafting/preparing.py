"""The library's part of a draft or survey: papers on the topic with their sentences, grouped; no model is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from service.annotate import RhetoricalRole, annotate
from service.records import OwnWork, Paper
from service.review.drafting.extractive import extractive_plan
from service.review.drafting.model import PreparedDraft, TextToWrite
from service.review.drafting.outline import Outline
from service.review.evidence.answerability import several_speak
from service.review.evidence.corpus import Corpus
from service.review.evidence.finding import find
from service.review.evidence.model import PaperEvidence
from service.review.evidence.sentences import score_sentences
from service.review.question import ExpectedAnswer, Query
from service.text.normal import for_display, title_key

_LEAST_PAPERS: Final = 12
_WORDS_A_PAPER, _MOST_PAPERS = 25, 25  # of a draft
_WORDS_A_SURVEYED_PAPER, _MOST_SURVEYED = 45, 40
_TOP: Final = 3  # papers by whose relevance the others are measured
_LEAST_OF_TOP: Final = 0.5
_LEAST_NEAR: Final = 0.15  # relevance of a paper's best sentence to title and abstract of another paper
_ABSTRACT_CHARS: Final = 4000
_NEAREST: Final = 3


def prepare(corpus: Corpus, request: TextToWrite, query: Query) -> PreparedDraft:
    """What a draft needs of a library. `query` is the topic's; the author's own paper is no source."""
    most = max(_LEAST_PAPERS, min(request.words // _WORDS_A_PAPER, _MOST_PAPERS))
    if request.outline is not None:
        prepared = _following(corpus, request, request.outline)
    elif request.abstract is not None:
        papers = _around(corpus, request, query, request.abstract)[:most]
        # What only the author's own title names is not missed.
        prepared = _planned(corpus, request, papers, missing=() if papers else (request.topic,))
    else:
        prepared = _on_topic(corpus, request, query, most)
    return prepared if request.abstract is None else replace(prepared, own_work=own_work(request.abstract))


def prepare_survey(corpus: Corpus, request: TextToWrite, query: Query) -> PreparedDraft:
    """What a survey needs of a library: more papers than a draft, in at most as many groups as sections are wanted."""
    most = max(_LEAST_PAPERS, min(request.words // _WORDS_A_SURVEYED_PAPER, _MOST_SURVEYED))
    return replace(_on_topic(corpus, request, query, most), titled=True)


def own_work(abstract: str) -> OwnWork | None:
    """The sentence with which the author's abstract introduces the work, as it stands; `None` where it has none."""
    annotated = annotate(Paper("", abstract, "own"))
    sentences = [annotated.sentences[i] for i in annotated.evidence]
    told = next((s for s in sentences if s.role == RhetoricalRole.APPROACH), next(iter(sentences), None))
    if told is None:
        return None
    quote = abstract[told.start : told.end]
    return OwnWork(for_display(quote), quote, told.start, told.end)


def _on_topic(corpus: Corpus, request: TextToWrite, query: Query, most: int) -> PreparedDraft:
    """Papers on a topic and what of it is missing; the nearest where the library does not speak of it.

    A named system without a source is missing, and the rest of the topic is looked for.
    """
    unknown = tuple(name for name in query.names if corpus.name_frequency(name) == 0)
    known = _without(query, unknown)
    found = find(corpus, known, most_papers=most, filters=query.filters)
    if found.status == "not_in_corpus":
        prepared = _planned(corpus, request, (), missing=unknown or (query.text,))
        return replace(prepared, nearest=found.leads(_NEAREST))
    missing = (*unknown, *(found.missing if len(query.parts) > 1 else ()))
    prepared = _planned(corpus, request, _near_the_best(found.papers), missing=missing)
    if several_speak(corpus, known, found) != "uncertain":
        return prepared
    return replace(prepared, uncertain=True, nearest=found.leads(_NEAREST))


def _without(query: Query, names: Sequence[str]) -> Query:
    """The query without some of the names in it."""
    if not names:
        return query
    named = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w):?" for name in names), re.IGNORECASE)

    def bare(text: str) -> str:
        return " ".join(named.sub(" ", text).split()) or text

    parts = (replace(p, text=bare(p.text), queries=tuple(map(bare, p.queries)), names=()) for p in query.parts)
    return replace(query, parts=tuple(parts), names=tuple(name for name in query.names if name not in names))


def _around(corpus: Corpus, request: TextToWrite, query: Query, abstract: str) -> list[PaperEvidence]:
    """Papers near topic and abstract together, best first, without the author's own.

    One search by both finds more of what such a paper cites than a search a part: .747 of the deepscholar tasks' cited
    papers among 20, against .706 (development half).
    """
    whole = " ".join(f"{request.topic} {abstract}".split())[:_ABSTRACT_CHARS]
    hits = corpus.search(whole, k=2 * _MOST_PAPERS, filters=query.filters).hits
    own = (title_key(request.topic), title_key(abstract))
    papers = [h.paper for h in hits if title_key(h.paper.title) != own[0] and title_key(h.paper.abstract) != own[1]]
    return [p for p in _near_the_best(_scored(corpus, papers, whole)) if p.best.relevance >= _LEAST_NEAR]


def _near_the_best(papers: Sequence[PaperEvidence]) -> list[PaperEvidence]:
    """Those whose best sentence is at least half as relevant as those of the first three papers are on average."""
    top = [p.best.relevance for p in papers[:_TOP]]
    return [p for p in papers if p.best.relevance >= _LEAST_OF_TOP * sum(top) / len(top)]


def _scored(corpus: Corpus, papers: Sequence[Paper], text: str) -> list[PaperEvidence]:
    return score_sentences(corpus, corpus.annotated(papers), corpus.vectors(papers), text, ExpectedAnswer.EXPLANATION)


def _planned(
    corpus: Corpus, request: TextToWrite, papers: Sequence[PaperEvidence], *, missing: Iterable[str]
) -> PreparedDraft:
    """Papers, best first, with the plan of a text over them."""
    outline = extractive_plan(corpus, request, papers, missing=tuple(dict.fromkeys(missing)))
    by_id = {p.paper.paper_id: p for p in papers}
    return PreparedDraft(request.topic, request.words, request.style, by_id, outline, most_themes=request.sections)


def _following(corpus: Corpus, request: TextToWrite, outline: Outline) -> PreparedDraft:
    """The papers of a plan that is given, with their sentences scored for its topic and for its own words."""
    ids = dict.fromkeys(p for theme in outline.themes for p in theme.papers)
    papers = _scored(corpus, [outline.papers[p] for p in ids], outline.topic)
    says = list(dict.fromkeys(s.say for theme in outline.themes for s in theme.sentences))
    wording = dict(zip(says, corpus.embed(says), strict=True))
    by_id = {p.paper.paper_id: p for p in papers}
    return PreparedDraft(outline.topic, request.words, request.style, by_id, outline, planning=False, wording=wording)
