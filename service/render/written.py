"""One view of every written text: what each renderer walks through.

A further kind of text needs a branch in `written` and nothing else: its parts are paragraphs, tables, points
and timelines, which every renderer knows.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    JudgeName,
    Matrix,
    Reference,
    Sentence,
    Status,
)
from service.records.surveys import Survey
from service.render.paragraphs import Paragraph, grounded, paragraphs_of
from service.render.plain import readable, visible
from service.render.restriction import restriction

_COMPOSERS = {"extractive": "extractive: sentences of the abstracts, no language model"}
STATUS = {
    "answered": "",
    "partial": "Partly answered: the corpus does not hold all of it.",
    "uncertain": "These passages come nearest; it is not sure that they answer it.",
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


VERIFIED = "\N{CHECK MARK}"
_DOUBTS = {"partial": "partly supported", "undecided": "not decided"}

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
    judge: JudgeName | None = None
    restriction: str = ""
    """What its papers were restricted to, in one sentence; "" where to nothing."""

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

    @property
    def judged(self) -> str:
        """Who judged the sentences, and what the mark of those that passed means; "" where nobody did."""
        if self.judge is None:
            return ""
        who = judged_by(self.judge)
        passed = any(sentence.support == "supported" for sentence in self.sentences)
        return f"{VERIFIED}: borne out by its quotes, {who}" if passed else who[0].upper() + who[1:]


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
        kind, heading, agreement = "answer", document.question, document.agreement
        flows = not document.accounting.composer.startswith("extractive")
        paragraphs = paragraphs_of(grounded(document.sentences, document.sentences), flows=flows)
    elif isinstance(document, Comparison):
        kind, heading, agreement = "comparison", document.question, document.agreement
    else:
        heading, flat = document.topic, [s for paragraph in document.paragraphs for s in paragraph]
        paragraphs = tuple(grounded(paragraph, flat) for paragraph in document.paragraphs)
        if document.own_work is not None:
            paragraphs = (*paragraphs, (Sentence(document.own_work.text, "connective", "exact"),))
    view = Written(
        kind=kind,
        heading=heading,
        status=document.status,
        missing=document.missing,
        paragraphs=paragraphs,
        sections=(*comparison(document.matrix), *agreement_map(agreement), *leads(document)),
        references=document.references,
        accounting=document.accounting,
        dropped=document.dropped,
        judge=document.judge,
        restriction=_terms_of_reading(document),
    )
    _raise_if_dangling(view)
    return view


def surveyed(document: Survey) -> Written:
    """A survey's sections with their tables, the timeline, and the open problems."""
    flat = [s for section in document.sections for paragraph in section.paragraphs for s in paragraph]
    sections = [
        Section(s.title, (*(grounded(p, flat) for p in s.paragraphs), *((s.matrix,) if s.matrix else ())))
        for s in document.sections
    ]
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
        sections=(*sections, *leads(document)),
        references=document.references,
        accounting=document.accounting,
        dropped=document.dropped,
        judge=document.judge,
        restriction=restriction(document.filters, document.references),
    )
    _raise_if_dangling(view)
    return view


def _terms_of_reading(document: Answer | Comparison | Draft) -> str:
    """How a follow-up was read, and what the papers were restricted to."""
    read_as = f"Read as: {document.read_as}" if isinstance(document, Answer) and document.read_as else ""
    return " ".join(filter(None, (read_as, restriction(document.filters, document.references))))


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


def leads(document: Document) -> tuple[Section, ...]:
    """Under a refusal the section of papers that come nearest to what was asked, each with its best sentence.

    An uncertain text shows such passages itself.
    """
    nearest = document.nearest if document.status == "not_in_corpus" else ()
    items = tuple(
        Point(n.title.removesuffix("."), Sentence(f"“{visible(n.quote)}”", "connective", "exact")) for n in nearest
    )
    return (Section("Nearest papers", (Points("", items),)),) if items else ()


def judged_by(judge: JudgeName) -> str:
    """ "judged by NAME", and whether it was ever measured."""
    unmeasured = ", which was never measured here: litweave judge --try"
    return f"judged by {readable(judge.name)}{'' if judge.measured else unmeasured}"


def doubt(sentence: Sentence) -> str:
    """What the reader must be told of a sentence that its quotes do not bear out in full; else ""."""
    return "" if sentence.kind == "connective" else _DOUBTS.get(sentence.support, "")


def mark(sentence: Sentence, view: Written) -> str:
    """How a sentence stands to its quotes, behind it: "" for verbatim ones, a sign where a judge passed it."""
    if view.judge is not None and sentence.support == "supported" and sentence.kind != "connective":
        return VERIFIED
    return f"({doubt(sentence)})" if doubt(sentence) else ""


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


def _raise_if_dangling(view: Written) -> None:
    known = {(reference.label, reference.paper_id) for reference in view.references}
    for citation in all_citations(view):
        if (citation.label, citation.paper_id) not in known:
            raise ValueError(f"citation [{citation.label}] of {citation.paper_id!r} has no reference")
