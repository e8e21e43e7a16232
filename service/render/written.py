"""One view of answers and drafts: what every renderer walks through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.records import Accounting, Answer, Citation, Draft, Dropped, Matrix, Reference, Sentence, Status
from service.render.plain import readable

_COMPOSERS = {"extractive": "extractive: sentences of the abstracts, some put in the third person, no language model"}


@dataclass(frozen=True, slots=True)
class Written:
    """A question or topic with its text in paragraphs and all that belongs to it."""

    heading: str
    status: Status
    missing: tuple[str, ...]
    paragraphs: tuple[tuple[Sentence, ...], ...]
    matrix: Matrix | None
    references: tuple[Reference, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...]

    @property
    def sentences(self) -> Iterator[Sentence]:
        return (sentence for paragraph in self.paragraphs for sentence in paragraph)

    @property
    def composer(self) -> str:
        return _COMPOSERS.get(self.accounting.composer, self.accounting.composer)


def written(document: Answer | Draft) -> Written:
    """The common view. Raises `ValueError` where a citation has no reference: a label must never dangle."""
    if isinstance(document, Answer):
        heading, paragraphs = document.question, _paragraphs(document.sentences)
    else:
        heading, paragraphs = document.topic, document.paragraphs
    view = Written(
        heading=heading,
        status=document.status,
        missing=document.missing,
        paragraphs=paragraphs,
        matrix=document.matrix,
        references=document.references,
        accounting=document.accounting,
        dropped=document.dropped,
    )
    known = {(reference.label, reference.paper_id) for reference in view.references}
    for citation in _all_citations(view):
        if (citation.label, citation.paper_id) not in known:
            raise ValueError(f"citation [{citation.label}] of {citation.paper_id!r} has no reference")
    return view


def cited(sentence: Sentence) -> tuple[str, ...]:
    """The labels of a sentence, each once, in order."""
    return tuple(dict.fromkeys(citation.label for citation in sentence.citations))


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


def _paragraphs(sentences: Iterable[Sentence]) -> tuple[tuple[Sentence, ...], ...]:
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


def _all_citations(view: Written) -> Iterator[Citation]:
    for sentence in view.sentences:
        yield from sentence.citations
    for row in view.matrix.rows if view.matrix else ():
        for cell in row.cells.values():
            yield from cell.citations if cell else ()
