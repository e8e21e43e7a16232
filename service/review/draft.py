"""A topic over a corpus -> a related-work text: first a plan, then a paragraph a theme, every claim quoted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from service.llm import ModelRequest
from service.records import Accounting, CitationStyle, Draft, Dropped, Filters, Sentence
from service.review.ask import cited_references
from service.review.composing import Paragraph, composed
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER
from service.review.old_evidence import Candidate
from service.review.outline import Outline
from service.review.outlining import outlined
from service.review.own_work import own_work
from service.review.references import references, relabelled
from service.review.support import Scope
from service.review.topic_papers import TopicPapers, scored, topic_papers
from service.review.written import remarks
from service.review.written_draft import write_paragraphs
from service.review.written_plan import plan_with

_WORDS_A_PAPER = 40  # what a paper takes at least; the plan leaves out what does not fit
_MOST_PAPERS = 60


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """What a draft is asked for. `abstract` is the author's own, `outline` a plan to follow instead of a new one."""

    topic: str
    words: int
    filters: Filters | None = None
    abstract: str | None = None
    outline: Outline | None = None
    style: CitationStyle = "numeric"


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan, the papers' sentences it is told from, and what making it cost.

    `trusted`: its titles are not a model's; `reachable`: the model, where there is one, can be asked to write.
    """

    outline: Outline
    candidates: dict[str, Candidate]
    accounting: Accounting = field(default_factory=lambda: Accounting(COMPOSER))
    trusted: bool = True
    reachable: bool = True
    dropped: tuple[Dropped, ...] = ()


def plan_draft(
    corpus: Corpus, coverage: Coverage, request: DraftRequest, *, writer: ModelRequest | None = None
) -> Planned:
    """The plan of a draft; without themes where the corpus does not speak of the topic."""
    if request.outline is not None:
        papers = [p for theme in request.outline.themes for p in theme.papers]
        candidates = scored(corpus, [request.outline.papers[p] for p in papers], request.outline.topic)
        by_id = {c.paper.paper_id: c for c in candidates}
        return Planned(request.outline, by_id)
    found = _found(corpus, coverage, request, most=None if writer is None else writer.sources)
    by_id = {c.paper.paper_id: c for c in found.candidates}
    outline = outlined(corpus, request.topic, found, words=request.words)
    if writer is None or not outline.themes:
        return Planned(outline, by_id)
    made = plan_with(writer, request.topic, outline, words=request.words)
    trusted = made.outline is outline
    return Planned(made.outline, by_id, made.accounting, trusted, made.reachable, made.dropped)


def draft(
    corpus: Corpus,
    coverage: Coverage,
    topic: str,
    *,
    words: int,
    filters: Filters | None = None,
    writer: ModelRequest | None = None,
    abstract: str | None = None,
    outline: Outline | None = None,
    style: CitationStyle = "numeric",
) -> Draft:
    """A related-work text of about `words` words; `not_in_corpus` when the corpus does not speak of the topic.

    With a `writer` its model plans and writes; a paragraph that fails, or of which nothing passes the gate, is
    extractive, and `dropped` says so. `abstract` is the author's own, `outline` a plan to follow.
    """
    started = time.monotonic()
    request = DraftRequest(topic, words, filters, abstract, outline, style)
    planned = plan_draft(corpus, coverage, request, writer=writer)
    outline = planned.outline
    paragraphs = composed(corpus, outline, planned.candidates, trusted=planned.trusted)
    accounting, dropped = planned.accounting, planned.dropped
    if writer is not None and outline.themes and planned.reachable:
        written = write_paragraphs(
            writer, outline, paragraphs, words=request.words, versions=accounting.prompt_versions
        )
        paragraphs, accounting = written.paragraphs, written.accounting
    made = _draft(request, outline, paragraphs, accounting)
    if request.abstract is not None and made.paragraphs:
        made = replace(made, own_work=own_work(corpus, request.abstract, outline.themes))
    elapsed_ms = round((time.monotonic() - started) * 1000)
    reported = (*dropped, *made.dropped, *remarks(writer))
    return replace(made, dropped=reported, accounting=replace(made.accounting, elapsed_ms=elapsed_ms))


def _found(corpus: Corpus, coverage: Coverage, request: DraftRequest, *, most: int | None) -> TopicPapers:
    """The topic's papers, as many as the words allow, and at most `most`."""
    most = min(max(request.words // _WORDS_A_PAPER, 2), most or _MOST_PAPERS, _MOST_PAPERS)
    scope = Scope(corpus, coverage, request.filters)
    return topic_papers(scope, request.topic, most=most, abstract=request.abstract)


def _draft(request: DraftRequest, outline: Outline, paragraphs: Sequence[Paragraph], accounting: Accounting) -> Draft:
    told: list[tuple[Sentence, ...]] = [p.sentences for p in paragraphs if p.sentences]
    cited = dict.fromkeys(c.paper_id for p in told for s in p for c in s.citations)
    labels = references((outline.papers[paper_id] for paper_id in cited), style=request.style)
    shown = tuple(relabelled(p, labels) for p in told)
    missing = outline.missing if shown else (outline.missing or (request.topic,))
    return Draft(
        topic=outline.topic,
        status="not_in_corpus" if not shown else ("partial" if missing else "answered"),
        missing=missing,
        paragraphs=shown,
        matrix=None,
        references=cited_references(labels, [s for p in shown for s in p], None),
        accounting=accounting,
        dropped=tuple(d for p in paragraphs for d in p.dropped),
    )
