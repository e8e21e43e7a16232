"""The library's part of a draft or survey: papers on the topic with their sentences, grouped; no model is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.annotate import RhetoricalRole, annotate
from service.records import Filters, Nearest, OwnWork, Paper
from service.review.drafting.extractive_plan import extractive_plan
from service.review.drafting.model import DraftRequest, PreparedDraft, SurveyRequest
from service.review.drafting.outline import Outline
from service.review.evidence.corpus import Corpus
from service.review.evidence.finding import find
from service.review.evidence.model import PaperEvidence
from service.review.evidence.sentences import score_sentences
from service.review.question import ExpectedAnswer, Query
from service.text.normal import for_display, title_key

_WORDS_A_PAPER: Final = 25
_LEAST_PAPERS, _MOST_PAPERS = 12, 25  # of a draft, as its words allow
_SURVEY_PAPERS: Final = 40
_WORDS_A_SURVEYED_PAPER: Final = 45
_TOP: Final = 3  # papers by whose relevance the others are measured
_LEAST_OF_TOP: Final = 0.5
_LEAST_NEAR: Final = 0.15  # relevance of a paper's best sentence to title and abstract of another paper
_ABSTRACT_CHARS: Final = 4000
_NEAREST: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class _OnTopic:
    """Papers on a topic, best first; what of it is missing; leads where there are none; whether it is unsure."""

    papers: Sequence[PaperEvidence]
    missing: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    uncertain: bool = False


def prepare(corpus: Corpus, request: DraftRequest, query: Query) -> PreparedDraft:
    """What a draft needs of a library. `query` is the topic's; the author's own paper is no source."""
    if request.outline is not None:
        return _following(corpus, request, request.outline)
    most = max(_LEAST_PAPERS, min(request.words // _WORDS_A_PAPER, _MOST_PAPERS))
    if request.abstract is None:
        return _prepared(corpus, request, _on_topic(corpus, query, most, request.filters))
    papers = _around(corpus, request, query, request.abstract)[:most]
    missing = () if papers else (request.topic,)  # what only the author's own title names is not missed
    prepared = _prepared(corpus, request, _OnTopic(papers, missing))
    return replace(prepared, own_work=own_work(request.abstract))


def prepare_survey(corpus: Corpus, request: SurveyRequest, query: Query) -> PreparedDraft:
    """What a survey needs of a library: more papers than a draft, in at most as many groups as sections are wanted."""
    most = max(_LEAST_PAPERS, min(request.words // _WORDS_A_SURVEYED_PAPER, _SURVEY_PAPERS))
    return _prepared(corpus, request, _on_topic(corpus, query, most, request.filters), request.sections)


def own_work(abstract: str) -> OwnWork | None:
    """The sentence with which the author's abstract introduces the work, as it stands; `None` where it has none."""
    annotated = annotate(Paper("", abstract, "own"))
    sentences = [annotated.sentences[i] for i in annotated.evidence]
    told = next((s for s in sentences if s.role == RhetoricalRole.APPROACH), next(iter(sentences), None))
    if told is None:
        return None
    quote = abstract[told.start : told.end]
    return OwnWork(for_display(quote), quote, told.start, told.end)


def _on_topic(corpus: Corpus, query: Query, most: int, filters: Filters | None) -> _OnTopic:
    """Papers on a topic, best first, what of it is missing, and leads where the library does not speak of it.

    A named system without a source is missing, and the rest of the topic is looked for.
    """
    unknown = tuple(name for name in query.names if corpus.name_frequency(name) == 0)
    found = find(corpus, _without(query, unknown), most_papers=most, filters=filters)
    if found.status == "not_in_corpus":
        return _OnTopic((), unknown or (query.text,), tuple(map(_lead, found.papers[:_NEAREST])))
    top = found.papers[:_TOP]
    least = _LEAST_OF_TOP * sum(p.best.relevance for p in top) / max(len(top), 1)
    missing = (*unknown, *(found.missing if len(query.parts) > 1 else ()))
    papers = [p for p in found.papers if p.best.relevance >= least]
    return _OnTopic(papers, tuple(dict.fromkeys(missing)), uncertain=found.status == "uncertain")


def _without(query: Query, names: Sequence[str]) -> Query:
    """The query without some of the names in it."""
    if not names:
        return query
    named = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w):?" for name in names), re.IGNORECASE)

    def bare(text: str) -> str:
        return " ".join(named.sub(" ", text).split()) or text

    parts = tuple(
        replace(part, text=bare(part.text), queries=tuple(map(bare, part.queries)), names=()) for part in query.parts
    )
    return replace(query, parts=parts, names=tuple(name for name in query.names if name not in names))


def _around(corpus: Corpus, request: DraftRequest, query: Query, abstract: str) -> list[PaperEvidence]:
    """Papers near topic and abstract together, best first, without the author's own.

    One search by both finds more of what such a paper cites than a search a part: .747 of the deepscholar tasks' cited
    papers among 20, against .706 (development half).
    """
    whole = " ".join(f"{request.topic} {abstract}".split())[:_ABSTRACT_CHARS]
    hits = corpus.search(whole, k=2 * _MOST_PAPERS, filters=request.filters or query.filters).hits
    own = (title_key(request.topic), title_key(abstract))
    papers = [h.paper for h in hits if title_key(h.paper.title) != own[0] and title_key(h.paper.abstract) != own[1]]
    scored = _scored(corpus, papers, whole)
    least = _LEAST_OF_TOP * sum(p.best.relevance for p in scored[:_TOP]) / max(len(scored[:_TOP]), 1)
    return [p for p in scored if p.best.relevance >= max(least, _LEAST_NEAR)]


def _scored(corpus: Corpus, papers: Sequence[Paper], text: str) -> list[PaperEvidence]:
    return score_sentences(corpus, corpus.annotated(papers), corpus.vectors(papers), text, ExpectedAnswer.EXPLANATION)


def _prepared(
    corpus: Corpus,
    request: DraftRequest | SurveyRequest,
    found: _OnTopic,
    most_themes: int | None = None,
) -> PreparedDraft:
    outline = extractive_plan(
        request.topic,
        found.papers,
        words=request.words,
        frequency=corpus.document_frequency,
        library=corpus.count(),
        missing=found.missing,
        most_themes=most_themes,
    )
    return PreparedDraft(
        request.topic,
        request.words,
        request.style,
        {p.paper.paper_id: p for p in found.papers},
        outline,
        planning=True,
        wording={},
        nearest=found.nearest,
        most_themes=most_themes,
        uncertain=found.uncertain,
    )


def _following(corpus: Corpus, request: DraftRequest, outline: Outline) -> PreparedDraft:
    """The papers of a plan that is given, with their sentences scored for its topic and for its own words."""
    ids = dict.fromkeys(p for theme in outline.themes for p in theme.papers)
    papers = _scored(corpus, [outline.papers[p] for p in ids], outline.topic)
    says = list(dict.fromkeys(s.say for theme in outline.themes for s in theme.sentences))
    wording = dict(zip(says, corpus.embed(says), strict=True))
    by_id = {p.paper.paper_id: p for p in papers}
    own = None if request.abstract is None else own_work(request.abstract)
    return PreparedDraft(outline.topic, request.words, request.style, by_id, outline, False, wording, (), own)


def _lead(paper: PaperEvidence) -> Nearest:
    best = paper.best.citation()
    return Nearest(paper.paper.paper_id, paper.paper.title, best.quote, best.start, best.end)
