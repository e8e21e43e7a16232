"""What the library gave -> a survey: sections with a table each, a timeline, and the open problems papers name.

A titled theme of the plan is a section; those without a title share the last. Finished paragraphs are kept, so that a
survey that was stopped goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from service.annotate import RhetoricalRole
from service.judge import Judge
from service.llm import ModelRequest
from service.records import Accounting, Citation, Matrix, Paper, Reference, Sentence
from service.records.surveys import Dated, Survey, SurveySection
from service.review.comparison import table_for
from service.review.drafting.draft import (
    EXTRACTIVE,
    accounted,
    composed,
    joined,
    judged_by,
    planned,
    remarks,
    status_of,
    texts_of,
)
from service.review.drafting.extractive_plan import sentence_with_role
from service.review.drafting.kept_sections import KeptSections, key_of
from service.review.drafting.model import Paragraph, Planned, PreparedDraft
from service.review.writing.extracts import extract
from service.review.writing.references import references, relabelled, relabelled_matrix

_MOST_OPEN: Final = 8
_MATRIX_ROWS: Final = 12
_REST: Final = "Further work"
Progress = Callable[[int, int, str], None]


def surveyed(
    prepared: PreparedDraft,
    writer: ModelRequest | None,
    judge: Judge | None,
    *,
    kept: KeptSections,
    progress: Progress | None = None,
) -> Survey:
    """The survey; `not_in_corpus` where the library does not speak of the topic.

    `progress` hears (paragraphs done, of, title of the next). Raises `ModelCancelled`; other failures of the model
    leave a paragraph extractive, and `dropped` says so.
    """
    started = time.monotonic()
    plan = _plan(prepared, writer, kept)
    themes = plan.outline.themes
    paragraphs: list[Paragraph] = []
    making = composed(prepared, plan, writer, judge, kept)
    for number, theme in enumerate(themes):
        if progress is not None:
            progress(number, len(themes), theme.title or _REST)
        paragraphs.append(next(making))
    if progress is not None:
        progress(len(themes), len(themes), "")
    made = _assembled(prepared, plan, paragraphs)
    elapsed_ms = round((time.monotonic() - started) * 1000)
    return replace(
        made,
        accounting=replace(accounted(plan, paragraphs, writer), elapsed_ms=elapsed_ms),
        dropped=(*plan.dropped, *(d for p in paragraphs for d in p.dropped), *remarks(writer)),
        judge=judged_by(paragraphs),
    )


def _plan(prepared: PreparedDraft, writer: ModelRequest | None, kept: KeptSections) -> Planned:
    """The plan that was kept, or a new one; a model's is kept, since its paragraphs follow it."""
    if writer is None:
        return planned(prepared, None)
    key = key_of(writer.model.name, prepared.topic, prepared.words, prepared.most_themes, texts_of(prepared))
    earlier = kept.plan(key, prepared.outline.papers)
    if earlier is not None:
        return Planned(earlier, Accounting(EXTRACTIVE), by_model=True)
    plan = planned(prepared, writer)
    if plan.by_model:
        kept.keep(key, plan.outline)
    return plan


def _assembled(prepared: PreparedDraft, plan: Planned, paragraphs: Sequence[Paragraph]) -> Survey:
    outline = plan.outline
    titled = [n for n, t in enumerate(outline.themes) if t.title and paragraphs[n].sentences]
    rest = [n for n, t in enumerate(outline.themes) if not t.title and paragraphs[n].sentences]
    groups = [*([n] for n in titled), *([rest] if rest else [])]
    text = joined([paragraphs[n] for group in groups for n in group])
    problems = _open_problems(prepared, {c for p in text for s in p for c in s.citations})
    tables = [_table(prepared, [p for n in group for p in outline.themes[n].papers]) for group in groups]
    cited = [c.paper_id for s in (*(s for p in text for s in p), *problems) for c in s.citations]
    cited += [row.paper_id for table in tables if table for row in table.rows]
    labels = references((outline.papers[i] for i in dict.fromkeys(cited)), style=prepared.style)
    shown = iter(text)
    sections = tuple(
        SurveySection(
            _heading(outline.themes[group[0]].title or (_REST if titled else prepared.topic)),
            tuple(relabelled(next(shown), labels) for _ in group),
            table and relabelled_matrix(table, labels),
        )
        for group, table in zip(groups, tables, strict=True)
    )
    missing = outline.missing if sections else (outline.missing or (prepared.topic,))
    return Survey(
        topic=prepared.topic,
        status=status_of(bool(sections), missing, unsure=prepared.uncertain and judged_by(paragraphs) is None),
        missing=missing,
        sections=sections,
        timeline=_timeline(outline.papers, labels),
        open_problems=relabelled(problems, labels),
        references=tuple(labels.values()),
        accounting=plan.accounting,
        nearest=() if sections else prepared.nearest,
    )


def _table(prepared: PreparedDraft, ids: Sequence[str]) -> Matrix | None:
    return table_for([prepared.papers[i] for i in dict.fromkeys(ids) if i in prepared.papers][:_MATRIX_ROWS], ())


def _open_problems(prepared: PreparedDraft, told: set[Citation]) -> tuple[Sentence, ...]:
    """What papers say is not solved: their sentences on limits, verbatim, as far as they are not told yet."""
    found = [sentence_with_role(p, RhetoricalRole.LIMIT) for p in prepared.papers.values()]
    sentences = [extract(e, introduced=False) for e in found if e is not None]
    return tuple(s for s in sentences if told.isdisjoint(s.citations))[:_MOST_OPEN]


def _timeline(papers: Mapping[str, Paper], labels: Mapping[str, Reference]) -> tuple[Dated, ...]:
    """The cited papers that have a date or a year, oldest first."""
    dated = [
        Dated(p.date, p.year, labels[i].label, i, p.title)
        for i, p in papers.items()
        if i in labels and (p.date is not None or p.year is not None)
    ]
    return tuple(sorted(dated, key=lambda d: (d.date or str(d.year), d.title)))


def _heading(title: str) -> str:
    return title[:1].upper() + title[1:]
