"""The dataset: cases and paraphrases, read strictly from JSONL.

A misspelt field or a doubled id would quietly change what is measured, so both are refused, with file:line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from eval.documents.folding import fold
from service.errors import SourceError

CASES_DIR = Path(__file__).resolve().parents[1] / "cases"
PARAPHRASES = "paraphrases"  # a file with this in its name holds paraphrases, any other holds cases

CorpusName: TypeAlias = Literal["sample", "listings", "poisoned", "crowded"]
Kind: TypeAlias = Literal[
    "factual",
    "comparative",
    "aggregation",
    "contradiction",
    "unanswerable",
    "half-answerable",
    "distractor",
    "injected",
]


class CaseError(SourceError):
    """A case file that cannot be trusted; the message starts with file:line."""


def _said(text: str) -> str:
    if not fold(text):
        raise ValueError("must not be blank")
    return text


Said: TypeAlias = Annotated[str, AfterValidator(_said)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Nugget(_Strict):
    """A fact a good answer holds, in any of its wordings; a vital one must be there."""

    alternatives: tuple[Said, ...] = Field(min_length=1)
    vital: bool


class ExpectedCell(_Strict):
    """What a comparison matrix must hold for a paper in a column; `alternatives` null: the abstract doesn't say."""

    title: Said
    column: Said
    alternatives: Annotated[tuple[Said, ...], Field(min_length=1)] | None


class Case(_Strict):
    """One question with what is known about its answer. `gold` are titles exactly as the corpus has them.

    `suite`: where it is reported, when apart from the other cases of its corpus.
    """

    id: Said
    corpus: CorpusName
    suite: Literal["blind"] | None = None
    question: Said
    kind: Kind
    answerable: Literal["yes", "no", "partly"]
    gold: tuple[Said, ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    missing: tuple[Said, ...] = ()
    cells: tuple[ExpectedCell, ...] = ()
    max_sentences: int | None = Field(default=None, ge=1)
    provenance: Said

    @property
    def reported_in(self) -> str:
        """The suite its scores belong to."""
        return self.suite or self.corpus

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Case:
        expected = {"unanswerable": "no", "half-answerable": "partly"}.get(self.kind, "yes")
        if self.answerable != expected and self.kind != "injected":
            raise ValueError(f"a {self.kind} case has answerable {expected!r}, not {self.answerable!r}")
        if self.answerable == "no" and (self.gold or self.nuggets or self.cells):
            raise ValueError("an unanswerable case has neither gold papers nor nuggets nor cells")
        if self.answerable != "no" and not (self.gold or self.nuggets):
            raise ValueError("an answerable case needs gold papers or nuggets, or nothing can be scored")
        if (self.answerable == "partly") != bool(self.missing) and self.answerable != "no":
            raise ValueError("`missing` says what a half-answerable question lacks, and only there")
        return self


class Paraphrase(_Strict):
    """A query in other words than the paper's, and the title (or titles) it should find."""

    id: Said
    corpus: CorpusName
    query: Said
    gold: Said | tuple[Said, ...] = Field(min_length=1)
    provenance: str = ""

    @property
    def titles(self) -> tuple[str, ...]:
        return (self.gold,) if isinstance(self.gold, str) else self.gold


_Row = TypeVar("_Row", Case, Paraphrase)


def read_cases(paths: Iterable[Path]) -> tuple[Case, ...]:
    """Every case of the files, in order. Raises `CaseError` at the first bad line or doubled id."""
    return _read(paths, Case)


def read_paraphrases(paths: Iterable[Path]) -> tuple[Paraphrase, ...]:
    """Every paraphrase of the files, in order. Raises `CaseError` at the first bad line or doubled id."""
    return _read(paths, Paraphrase)


def holds_paraphrases(path: Path) -> bool:
    """Whether a file is meant to hold paraphrases: by its name."""
    return PARAPHRASES in path.name


def shipped(*, paraphrases: bool) -> tuple[Path, ...]:
    """The case (or paraphrase) files of the checkout, in order of name."""
    return tuple(p for p in sorted(CASES_DIR.glob("*.jsonl")) if holds_paraphrases(p) == paraphrases)


def _read(paths: Iterable[Path], row: type[_Row]) -> tuple[_Row, ...]:
    places: dict[str, str] = {}
    rows: list[_Row] = []
    for path in paths:
        for place, line in _lines(path):
            try:
                record = row.model_validate_json(line)
            except ValidationError as error:
                first = error.errors()[0]
                field = ".".join(str(p) for p in first["loc"]) or "record"
                raise CaseError(f"{place}: {field}: {first['msg']}") from error
            if record.id in places:
                raise CaseError(f"{place}: the id {record.id!r} was used before, at {places[record.id]}")
            places[record.id] = place
            rows.append(record)
    return tuple(rows)


def _lines(path: Path) -> Iterator[tuple[str, bytes]]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise CaseError(f"{path.name}:1: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"{path.name}:{number}", line
