"""One view of every written text: what each renderer walks through.

A further kind of text needs a branch in `written` and nothing else: its parts are paragraphs, tables, points
and timelines, which every renderer knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from service.records import (
    Accounting,
    Agreement,
    Answer,
    Citation,
    Comparison,
    Draft,
    Dropped,
    Matrix,
    Reference,
    Sentence,
    Status,
)
from service.records.surveys import Survey
from service.render.plain import readable

_COMPOSERS = {"extractive": "extractive: sentences of the abstracts, some put in the third person, no language model"}
STATUS = {
    "answered": "",
    "partial": "Partly answered: the corpus does not hold all of it.",
    "not_in_corpus": "The corpus does not hold an answer to this.",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A sentence under a term: `supports`, `contradicts`, the name of a paper."""

    term: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Points:
    """Sentences that speak to one thing, each under its term: an item of an agreement map, open problems.

    `title` is empty where the section's own says it.
    """

    title: str
    items: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A paper on a timeline. `when` is shown as it is, so a listing date must say that it is one."""

    when: str
    label: str
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Papers by date, in the order to show."""

    events: tuple[Event, ...]


Paragraph: TypeAlias = tuple[Sentence, ...]
Block: TypeAlias = Paragraph | Matrix | Points | Timeline


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a text."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A question or topic with its text and all that belongs to it.

    `paragraphs` open the text; titled sections follow.
    """

    kind: Literal["answer", "draft", "comparison", "survey"]
    heading: str
    status: Status
    missing: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...]

    @property
    def sentences(self) -> Iterator[Sentence]:
        for block in (*self.paragraphs, *(block for section in self.sections for block in section.blocks)):
            if isinstance(block, tuple):
                yield from block
            elif isinstance(block, Points):
                yield from (point.sentence for point in block.items)

    @property
    def matrices(self) -> Iterator[Matrix]:
        return (block for section in self.sections for block in section.blocks if isinstance(block, Matrix))

    @property
    def composer(self) -> str:
        return _COMPOSERS.get(self.accounting.composer, self.accounting.composer)


Document: TypeAlias = Answer | Draft | Comparison | Survey
"""Whatever is written for a reader."""


def written(document: Document) -> Written:
    """The common view. Raises `ValueError` where a citation has no reference: a label must never dangle."""
    if isinstance(document, Survey):
        return surveyed(document)
    kind: Literal["answer", "draft", "comparison"] = "draft"
    paragraphs: tuple[Paragraph, ...] = ()
    agreement: tuple[Agreement, ...] = ()
    if isinstance(document, Answer):
        kind, heading, paragraphs, agreement = (
            "answer",
            document.question,
            _paragraphs(document.sentences),
            document.agreement,
        )
    elif isinstance(document, Comparison):
        kind, heading, agreement = "comparison", document.question, document.agreement
    else:
        heading, paragraphs = document.topic, document.paragraphs
        if document.own_work is not None:
            paragraphs = (*paragraphs, (Sentence(document.own_work.text, "connective", "exact"),))
    view = Written(
        kind=kind,
        heading=heading,
        status=document.status,
        missing=document.missing,
        paragraphs=paragraphs,
        sections=(*comparison(document.matrix), *agreement_map(agreement)),
        references=document.references,
        accounting=document.accounting,
        dropped=document.dropped,
    )
    _raise_if_dangling(view)
    return view


def surveyed(document: Survey) -> Written:
    """A survey's sections with their tables, the timeline, and the open problems."""
    sections = [Section(s.title, (*s.paragraphs, *((s.matrix,) if s.matrix else ()))) for s in document.sections]
    if document.timeline:
        listed = {r.label for r in document.references if r.date_kind == "listed"}
        events = [
            Event(f"{'listed ' if d.label in listed else ''}{d.date or d.year}", d.label, d.title)
            for d in document.timeline
        ]
        sections.append(Section("Timeline", (Timeline(tuple(events)),)))
    if document.open_problems:
        sections.append(Section("Open problems", tuple((s,) for s in document.open_problems)))
    view = Written(
        kind="survey",
        heading=document.topic,
        status=document.status,
        missing=document.missing,
        paragraphs=(),
        sections=tuple(sections),
        references=document.references,
        accounting=document.accounting,
        dropped=document.dropped,
    )
    _raise_if_dangling(view)
    return view


def comparison(matrix: Matrix | None) -> tuple[Section, ...]:
    """The section that holds a comparison table; none where there is no row."""
    return () if matrix is None or not matrix.rows else (Section("Comparison", (matrix,)),)


def agreement_map(points: tuple[Agreement, ...]) -> tuple[Section, ...]:
    """The section that says who supports, contradicts or qualifies each point; none where there is no point."""
    told = tuple(
        Points(
            point.point,
            tuple(
                Point(claim.stance, Sentence(claim.text, "claim", "exact", claim.citations)) for claim in point.claims
            ),
        )
        for point in points
    )
    return (Section("Agreement and disagreement", told),) if told else ()


def cited(sentence: Sentence) -> tuple[str, ...]:
    """The labels of a sentence, each once, in order."""
    return tuple(dict.fromkeys(citation.label for citation in sentence.citations))


def partly(sentence: Sentence) -> bool:
    """Whether the reader must be told that the quotes carry a claim only in part."""
    return sentence.kind == "claim" and sentence.support == "partial"


def quotes_to_show(view: Written) -> dict[str, list[Citation]]:
    """Per label the quotes that the text does not already hold word for word, each once, in order."""
    shown: dict[str, list[Citation]] = {}
    seen: set[tuple[str, int, int]] = set()
    for sentence in view.sentences:
        text = readable(sentence.text)
        for citation in sentence.citations:
            at = (citation.label, citation.start, citation.end)
            if at not in seen and readable(citation.quote) not in text:
                seen.add(at)
                shown.setdefault(citation.label, []).append(citation)
    return shown


def all_citations(view: Written) -> Iterator[Citation]:
    """Every citation of the text, then those of its tables."""
    for sentence in view.sentences:
        yield from sentence.citations
    for matrix in view.matrices:
        for row in matrix.rows:
            for column in matrix.columns:
                cell = row.cells[column]
                yield from cell.citations if cell else ()


def _paragraphs(sentences: Iterable[Sentence]) -> tuple[Paragraph, ...]:
    """An answer is a flat list: a connective after a claim opens a paragraph, else each paper has its own."""
    paragraphs: list[list[Sentence]] = []
    for sentence in sentences:
        if not paragraphs or _opens(sentence, paragraphs[-1]):
            paragraphs.append([])
        paragraphs[-1].append(sentence)
    return tuple(tuple(paragraph) for paragraph in paragraphs)


def _opens(sentence: Sentence, paragraph: list[Sentence]) -> bool:
    if sentence.kind == "connective":
        return paragraph[-1].kind == "claim"
    return paragraph[0].kind == "claim" and cited(sentence)[:1] != cited(paragraph[-1])[:1]


def _raise_if_dangling(view: Written) -> None:
    known = {(reference.label, reference.paper_id) for reference in view.references}
    for citation in all_citations(view):
        if (citation.label, citation.paper_id) not in known:
            raise ValueError(f"citation [{citation.label}] of {citation.paper_id!r} has no reference")
