"""What the library gave -> a survey: sections with a table each, a timeline, and the open problems papers name.

The paragraphs of one title are a section; those without a title share the last. Finished paragraphs are kept, so that a
survey that was stopped goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from service.annotate import RhetoricalRole
from service.judge import Judge
from service.llm import ModelRequest
from service.records import Matrix, Paper, Reference, Sentence
from service.records.steps import Observer, nobody
from service.records.surveys import Dated, Survey, SurveySection
from service.review.comparison import table_for
from service.review.drafting.draft import REST, KeptSections, Progress, composed, planned
from service.review.drafting.extractive import quotation, sentence_with_role
from service.review.drafting.model import Paragraph, PreparedDraft
from service.review.drafting.outline import PlannedTheme
from service.review.drafting.text_so_far import TextSoFar
from service.review.writing.references import relabelled, relabelled_matrix

_MOST_OPEN: Final = 8
_MATRIX_ROWS: Final = 12
_Shown: TypeAlias = tuple[PlannedTheme, Paragraph]


def surveyed(
    prepared: PreparedDraft,
    writer: ModelRequest | None,
    judge: Judge | None,
    *,
    kept: KeptSections,
    progress: Progress | None = None,
    observe: Observer = nobody,
) -> Survey:
    """The survey; `not_in_corpus` where the library does not speak of the topic.

    `progress` hears (paragraphs done, of, title of the next), `observe` the sentences of each finished section. Raises
    `ModelCancelled`; other failures of the model leave a paragraph extractive, and `dropped` says so.
    """
    started = time.monotonic()
    plan = planned(prepared, writer, kept=kept)
    text = TextSoFar(plan.outline.papers, prepared.style, observe)

    def finished(theme: PlannedTheme, paragraph: Paragraph) -> None:
        if theme.title:
            text.add(paragraph, section=_capital(theme.title))

    hears = progress or (lambda *_: None)
    made = composed(prepared, plan, writer, judge, kept=kept, progress=hears, finished=finished)
    groups = _grouped([(t, p) for t, p in zip(plan.outline.themes, made.paragraphs, strict=True) if p.sentences])
    rest = _capital(REST if len(groups) > 1 else prepared.topic)
    for theme, paragraph in groups[-1] if groups else ():
        if not theme.title:
            text.add(paragraph, section=rest)
    told = {(c.paper_id, c.end) for p in text.paragraphs for s in p for c in s.citations}
    problems = _open_problems(prepared, told)
    tables = [_table(prepared, [i for theme, _ in group for i in theme.papers]) for group in groups]
    text.cite(c.paper_id for s in problems for c in s.citations)
    labels = text.cite(row.paper_id for table in tables if table for row in table.rows)
    paragraphs = iter(text.paragraphs)
    sections = tuple(
        SurveySection(
            _capital(group[0][0].title) or rest,
            tuple(next(paragraphs) for _ in group),
            table and relabelled_matrix(table, labels),
        )
        for group, table in zip(groups, tables, strict=True)
    )
    return Survey(
        topic=prepared.topic,
        status=made.status,
        missing=made.missing,
        sections=sections,
        timeline=_timeline(plan.outline.papers, labels),
        open_problems=relabelled(problems, labels),
        references=tuple(labels.values()),
        accounting=made.accounting(since=started),
        dropped=made.dropped,
        nearest=prepared.nearest if made.status in ("uncertain", "not_in_corpus") else (),
        judge=made.judge,
    )


def _grouped(shown: Sequence[_Shown]) -> list[list[_Shown]]:
    """What makes up each section: the paragraphs of one title, those without a title together at the end."""
    untitled_last = sorted(shown, key=lambda s: not s[0].title)
    return [list(group) for _, group in groupby(untitled_last, key=lambda s: s[0].title)]


def _table(prepared: PreparedDraft, ids: Sequence[str]) -> Matrix | None:
    return table_for([prepared.papers[i] for i in ids if i in prepared.papers][:_MATRIX_ROWS])


def _open_problems(prepared: PreparedDraft, told: set[tuple[str, int]]) -> tuple[Sentence, ...]:
    """What papers say is not solved: their sentences on limits, without those that are told (paper, end of quote)."""
    found = [sentence_with_role(p, RhetoricalRole.LIMIT) for p in prepared.papers.values()]
    sentences = [quotation(e) for e in found if e is not None]
    return tuple(s for s in sentences if told.isdisjoint((c.paper_id, c.end) for c in s.citations))[:_MOST_OPEN]


def _timeline(papers: Mapping[str, Paper], labels: Mapping[str, Reference]) -> tuple[Dated, ...]:
    """The cited papers that have a date or a year, oldest first."""
    dated = [
        Dated(p.date, p.year, labels[i].label, i, p.title)
        for i, p in papers.items()
        if i in labels and (p.date is not None or p.year is not None)
    ]
    return tuple(sorted(dated, key=lambda d: (d.date or str(d.year), d.title)))


def _capital(title: str) -> str:
    """A title that begins with a plain word, with a capital: "mRNA" and "β cells" stay as they are."""
    plain = title.partition(" ")[0].islower() and title[:1].isascii()
    return title[:1].upper() + title[1:] if plain else title
