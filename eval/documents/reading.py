"""The contract's answer and draft documents as the scorers read them.

The outline must hold, or the document is refused; a citation, however broken, is kept as a broken
citation, because a citation that cannot be read has to count against the answer rather than vanish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from service.errors import LitweaveError


class MalformedDocument(LitweaveError):
    """A solver returned something that isn't an answer or draft document of the contract."""


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _offset(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _kind(value: object) -> object:
    return value if value in ("connective", "synthesis") else "claim"  # an unknown kind is no way out of being checked


def _places(value: object) -> object:
    return [v for v in value if isinstance(v, int) and not isinstance(v, bool)] if isinstance(value, list) else []


def _objects(value: object) -> object:
    return [v if isinstance(v, Mapping) else {} for v in value] if isinstance(value, list) else [{}]


Text: TypeAlias = Annotated[str | None, BeforeValidator(_text)]
Offset: TypeAlias = Annotated[int | None, BeforeValidator(_offset)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class CitationDocument(_Part):
    """One citation; a field of the wrong type (a NaN offset, a null id) reads as absent."""

    label: Text = None
    paper_id: Text = None
    quote: Text = None
    start: Offset = None
    end: Offset = None


Citations: TypeAlias = Annotated[tuple[CitationDocument, ...], BeforeValidator(_objects)]


class SentenceDocument(_Part):
    """One sentence. Anything not plainly a connective or a synthesis is a claim; `support` as it is shown."""

    text: str
    kind: Annotated[Literal["claim", "synthesis", "connective"], BeforeValidator(_kind)] = "claim"
    support: Text = None
    citations: Citations = ()
    rests_on: Annotated[tuple[int, ...], BeforeValidator(_places)] = ()


class CellDocument(_Part):
    """One matrix cell that has a value."""

    value: str
    citations: Citations = ()


class RowDocument(_Part):
    """One paper of a matrix."""

    paper_id: Text = None
    cells: dict[str, CellDocument | None] = Field(default_factory=dict)


class MatrixDocument(_Part):
    """Papers by aspects."""

    rows: tuple[RowDocument, ...] = ()


class ReferenceDocument(_Part):
    """One entry of the reference list."""

    label: Text = None
    paper_id: Text = None
    title: Text = None


class AnswerDocument(_Part):
    """An answer, or a draft with its paragraphs laid end to end. `status` is "failed" if there was none."""

    status: str
    missing: tuple[str, ...] = ()
    sentences: tuple[SentenceDocument, ...] = ()
    paragraphs: tuple[tuple[SentenceDocument, ...], ...] = ()
    matrix: MatrixDocument | None = None
    references: Annotated[tuple[ReferenceDocument, ...], BeforeValidator(_objects)] = ()

    @property
    def body(self) -> tuple[SentenceDocument, ...]:
        """Every sentence, in reading order; a synthesis with the citations of the claims it rests on."""
        told = self.sentences + tuple(s for paragraph in self.paragraphs for s in paragraph)
        return tuple(_resting(s, told) if s.kind == "synthesis" else s for s in told)

    @property
    def claims(self) -> tuple[SentenceDocument, ...]:
        """The sentences, syntheses too, that claim something (one of white space only says nothing)."""
        return tuple(s for s in self.body if s.kind != "connective" and s.text.strip())

    def citations(self) -> Iterator[CitationDocument]:
        """Every citation, of sentences of either kind and of matrix cells."""
        for sentence in self.body:
            yield from sentence.citations
        for row in self.matrix.rows if self.matrix else ():
            for cell in row.cells.values():
                yield from cell.citations if cell else ()


def _resting(synthesis: SentenceDocument, told: tuple[SentenceDocument, ...]) -> SentenceDocument:
    rested = [told[i] for i in synthesis.rests_on if 0 <= i < len(told) and told[i].kind == "claim"]
    return synthesis.model_copy(update={"citations": (*synthesis.citations, *(c for s in rested for c in s.citations))})


FAILED = AnswerDocument(status="failed")


def read_answer(document: Mapping[str, object]) -> AnswerDocument:
    """The document as the scorers read it. Raises `MalformedDocument` where its outline doesn't hold."""
    if not isinstance(document.get("sentences", document.get("paragraphs")), list):
        raise MalformedDocument("The document has no list of sentences or paragraphs; is it an answer?")
    try:
        return AnswerDocument.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(p) for p in first["loc"])
        raise MalformedDocument(f"The answer document is malformed at {place!r}: {first['msg']}.") from error
