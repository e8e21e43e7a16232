"""A topic over a corpus -> a survey: sections with a table each, a timeline, and the open problems papers name.

A section is a draft of its own papers, so what holds for drafts holds here. No section is written without papers.
Finished sections are kept under a key of topic, settings and papers; a survey that was stopped goes on with them.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from service.annotate.roles import Role
from service.llm import ModelRequest
from service.records import Accounting, Citation, Filters, Matrix, Paper, Reference, Sentence
from service.records.surveys import Dated, Survey, SurveySection
from service.review.composing import composed
from service.review.corpus import Corpus
from service.review.coverage import Coverage
from service.review.extractive import COMPOSER
from service.review.gate import fault
from service.review.kept_sections import KeptSections, SectionDone
from service.review.matrix import build_matrix
from service.review.old_evidence import Candidate
from service.review.outlining import outlined
from service.review.references import references, relabelled, relabelled_matrix
from service.review.sentence_roles import sentence_for
from service.review.support import Scope
from service.review.telling import Teller
from service.review.themes import Theme, themes
from service.review.topic_papers import TopicPapers, topic_papers
from service.review.written import remarks, spent_by
from service.review.written_draft import write_paragraphs

_WORDS_A_PAPER = 45
_MOST_PAPERS = 80
_MOST_OPEN = 8
_MATRIX_ROWS = 12
_REST = "Further work"

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SurveyRequest:
    """What a survey is asked for: about `words` words, in at most `sections` sections (`None`: as papers fall)."""

    topic: str
    words: int
    sections: int | None = None
    filters: Filters | None = None


def survey(
    corpus: Corpus,
    coverage: Coverage,
    request: SurveyRequest,
    *,
    kept: KeptSections,
    writer: ModelRequest | None = None,
    progress: Progress | None = None,
) -> Survey:
    """The survey; `not_in_corpus` when the corpus does not speak of the topic.

    `progress` hears (sections done, of, title of the next). Raises `ModelCancelled`; other failures of the model
    leave a section extractive, and `dropped` says so.
    """
    started = time.monotonic()
    most = min(max(request.words // _WORDS_A_PAPER, 2), _MOST_PAPERS)
    found = topic_papers(Scope(corpus, coverage, request.filters), request.topic, most=most)
    groups = _groups(corpus, request, found)
    done: list[SectionDone] = []
    for number, group in enumerate(groups):
        if progress is not None:
            progress(number, len(groups), group.label or _REST)
        done.append(_section(corpus, request, found, group, kept=kept, writer=writer, of=len(groups)))
    if progress is not None:
        progress(len(groups), len(groups), "")
    spent = Accounting(COMPOSER) if writer is None else spent_by(writer)
    composer = next((d.composer for d in done if d.composer != COMPOSER), COMPOSER)
    made = _assembled(request, found, groups, done, replace(spent, composer=composer))
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return replace(
        made,
        dropped=(*made.dropped, *remarks(writer)),
        accounting=replace(made.accounting, elapsed_ms=elapsed_ms),
    )


def _groups(corpus: Corpus, request: SurveyRequest, found: TopicPapers) -> list[Theme]:
    """The sections: a theme each; those without a phrase in common end the survey as one."""
    if not found.candidates:
        return []
    told = {c.paper.paper_id: _told(c) for c in found.candidates}
    papers = [c.paper for c in found.candidates]
    most = None if request.sections is None else max(request.sections - 1, 1)
    groups = themes(corpus, papers, request.topic, told=told, most=most)
    titled = [g for g in groups if g.label]
    rest = tuple(p for g in groups if not g.label for p in g.papers)
    return [*titled, Theme("", rest)] if rest else titled


def _section(
    corpus: Corpus,
    request: SurveyRequest,
    found: TopicPapers,
    group: Theme,
    *,
    kept: KeptSections,
    writer: ModelRequest | None,
    of: int,
) -> SectionDone:
    """A section from its own papers: kept, or composed now and kept."""
    key = _key(request, group, writer)
    earlier = kept.get(key)
    if earlier is not None:
        return earlier
    ids = {p.paper_id for p in group.papers}
    mine = TopicPapers(tuple(c for c in found.candidates if c.paper.paper_id in ids), ())
    topic = f"{request.topic} {group.label}".strip()
    outline = outlined(corpus, topic, mine, words=max(request.words // of, 60))
    candidates = {c.paper.paper_id: c for c in mine.candidates}
    paragraphs = composed(corpus, outline, candidates, trusted=True)
    composer = COMPOSER
    if writer is not None:
        written = write_paragraphs(writer, outline, paragraphs, words=request.words // of, versions={})
        paragraphs, composer = written.paragraphs, written.accounting.composer
    done = SectionDone(
        tuple(p.sentences for p in paragraphs if p.sentences),
        tuple(d for p in paragraphs for d in p.dropped),
        composer,
    )
    if writer is None or composer != COMPOSER:  # what a model failed to write is tried again
        kept.put(key, done)
    return done


def _key(request: SurveyRequest, group: Theme, writer: ModelRequest | None) -> str:
    """What a kept section has to have in common with a new one: topic, settings, model, and its papers' text."""
    parts = [request.topic, request.words, request.sections, None if writer is None else writer.model.name, group.label]
    texts = [[p.paper_id, p.title, p.abstract] for p in group.papers]
    content = json.dumps([parts, texts], ensure_ascii=True)
    return hashlib.sha256(content.encode("ascii")).hexdigest()[:32]


def _assembled(
    request: SurveyRequest,
    found: TopicPapers,
    groups: Sequence[Theme],
    done: Sequence[SectionDone],
    accounting: Accounting,
) -> Survey:
    written = [(g, d) for g, d in zip(groups, done, strict=True) if d.paragraphs]
    problems = _open_problems(
        found, {s.citations[0] for _, d in written for p in d.paragraphs for s in p if s.citations}
    )
    tables = [_table(found, g) for g, _ in written]
    told = [s for _, d in written for p in d.paragraphs for s in p] + problems
    cited = [c.paper_id for s in told for c in s.citations]
    cited += [row.paper_id for table in tables if table for row in table.rows]
    labels = references(found.papers[paper_id] for paper_id in dict.fromkeys(cited))
    sections = tuple(
        SurveySection(
            group.label[:1].upper() + group.label[1:] or _REST,
            tuple(relabelled(p, labels) for p in section.paragraphs),
            table and relabelled_matrix(table, labels),
        )
        for (group, section), table in zip(written, tables, strict=True)
    )
    missing = found.missing if sections else (found.missing or (request.topic,))
    return Survey(
        topic=request.topic,
        status="not_in_corpus" if not sections else ("partial" if missing else "answered"),
        missing=missing,
        sections=sections,
        timeline=_timeline(found.papers, labels),
        open_problems=relabelled(problems, labels),
        references=tuple(labels.values()) if sections else (),
        accounting=accounting,
        dropped=tuple(d for section in done for d in section.dropped),
    )


def _table(found: TopicPapers, group: Theme) -> Matrix | None:
    """A section's papers side by side; one paper alone is no comparison."""
    if len(group.papers) < 2:
        return None
    return build_matrix([found.of(p.paper_id) for p in group.papers[:_MATRIX_ROWS]]).matrix


def _open_problems(found: TopicPapers, told: set[Citation]) -> list[Sentence]:
    """What papers say is not solved: their sentences on limits, told as drafts tell them."""
    problems: list[Sentence] = []
    teller = Teller()
    for candidate in found.candidates:
        index = sentence_for(candidate, Role.LIMIT)
        if index is None or len(problems) >= _MOST_OPEN:
            continue
        sentence = teller.tell(candidate, index, introduced=False)
        paper = candidate.paper
        if sentence.citations[0] not in told and fault(sentence, {paper.paper_id: paper}) is None:
            problems.append(sentence)
    return problems


def _timeline(papers: Mapping[str, Paper], labels: Mapping[str, Reference]) -> tuple[Dated, ...]:
    """The cited papers that have a date or a year, oldest first."""
    dated = [
        Dated(p.date, p.year, labels[i].label, i, p.title)
        for i, p in papers.items()
        if i in labels and (p.date is not None or p.year is not None)
    ]
    return tuple(sorted(dated, key=lambda d: (d.date or str(d.year), d.title)))


def _told(candidate: Candidate) -> str:
    index = sentence_for(candidate, Role.APPROACH)
    return "" if index is None else candidate.sentences.text(index)
