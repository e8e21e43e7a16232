"""The whole table in one call to a model, each filled cell judged; what it leaves out stays as it was extracted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from service.errors import ModelCancelled, ModelError
from service.judge import Judge
from service.llm import ModelRequest
from service.llm.replies.forms import ReplyForm, Text
from service.records import Cell, Dropped, Empty, JudgeName, Row, Sentence
from service.review.comparison.model import Column, Prepared
from service.review.evidence.model import PaperEvidence
from service.review.writing.model import Source, Task, Verified, WrittenSentence
from service.review.writing.pipeline import generate
from service.text.normal import for_display

EXTRACTIVE: Final = "extractive"
"""Who composed a table that no model wrote."""
_AT_ONCE: Final = 12
"""Papers in one call; more are filled in calls side by side."""
_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class CellReply(ReplyForm):
    """One cell; `value` is null where the abstract does not report it."""

    column: _Short
    value: _Short | None
    quotes: Annotated[list[Text], Field(max_length=4)] = Field(default_factory=list)


class RowReply(ReplyForm):
    """The cells of one source."""

    source: _Short
    cells: Annotated[list[CellReply], Field(max_length=20)]


class TableReply(ReplyForm):
    """The reply to prompts/table.md: every source once, with every column once."""

    rows: Annotated[list[RowReply], Field(max_length=60)]

    def filled(self) -> Iterator[tuple[str, CellReply]]:
        """The cells with a value and the ids of their sources, in order: those that are judged."""
        return ((row.source, cell) for row in self.rows for cell in row.cells if cell.value is not None)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """Rows in the order of the papers, what was refused, and who wrote and judged; `judge` is `None` for nobody."""

    rows: tuple[Row, ...]
    dropped: tuple[Dropped, ...] = ()
    judge: JudgeName | None = None
    composer: str = EXTRACTIVE
    prompt_versions: Mapping[str, str] = field(default_factory=dict)


def write_table(request: ModelRequest, judge: Judge, prepared: Prepared, *, extracted: Sequence[Row]) -> WrittenTable:
    """The model's cells; a batch that fails and a row that is left out stay as extracted. Raises `ModelCancelled`."""
    question, papers, columns = prepared.question, prepared.papers, prepared.columns
    if not columns:
        return WrittenTable(tuple(extracted))
    size = -(-len(papers) // -(-len(papers) // _AT_ONCE))
    batches = [papers[i : i + size] for i in range(0, len(papers), size)]
    with ThreadPoolExecutor(max_workers=len(batches), thread_name_prefix="litweave-table") as pool:
        calls = [pool.submit(generate, _task(question, b, columns), _sources(b), request, judge) for b in batches]
        replies: list[Verified[TableReply] | ModelError] = []
        for call in calls:
            try:
                replies.append(call.result())
            except ModelCancelled:
                raise
            except ModelError as error:
                replies.append(error)
    return _joined(replies, [len(b) for b in batches], extracted, columns)


def _sources(papers: Sequence[PaperEvidence]) -> list[Source]:
    return [Source(paper.abstract) for paper in papers]


def _task(question: str, papers: Sequence[PaperEvidence], columns: Sequence[Column]) -> Task[TableReply]:
    meanings = "; ".join(f"{c.name} ({c.kind.means})" if c.kind is not None else c.name for c in columns)
    variables = {"question": question, "columns": meanings, "count": str(len(papers))}
    return Task("table", TableReply, variables, question, _read)


def _read(reply: TableReply) -> tuple[WrittenSentence, ...]:
    """Every filled cell as a sentence of its own; judged with its column's name before it."""
    return tuple(
        WrittenSentence(
            cell.value or "", "claim", tuple((source, quote) for quote in cell.quotes),
            statement=f"{cell.column}: {cell.value}",
        )
        for source, cell in reply.filled()
    )  # fmt: skip


def _joined(
    replies: Sequence[Verified[TableReply] | ModelError],
    sizes: Sequence[int],
    extracted: Sequence[Row],
    columns: Sequence[Column],
) -> WrittenTable:
    rows: list[Row] = []
    dropped: list[Dropped] = []
    judge: JudgeName | None = None
    models: dict[str, None] = {}
    versions: dict[str, str] = {}
    for reply, size in zip(replies, sizes, strict=True):
        batch = extracted[len(rows) : len(rows) + size]
        if isinstance(reply, ModelError):
            dropped.append(Dropped(f"the rows of {size} papers", f"{reply}; they are extractive"))
            rows += batch
            continue
        judge = reply.judge
        models[reply.accounting.composer] = None
        versions.update(reply.accounting.prompt_versions)
        cells, refused = _cells(reply)
        dropped += [*reply.dropped, *refused]
        rows += [_row(row, cells.get(row.paper_id), columns) for row in batch]
    composer = ", ".join(models) or EXTRACTIVE
    if models and any(isinstance(reply, ModelError) for reply in replies):
        composer += f", {EXTRACTIVE} where it failed"
    return WrittenTable(tuple(rows), tuple(dropped), judge, composer, versions)


def _cells(reply: Verified[TableReply]) -> tuple[dict[str, dict[str, Cell | Empty]], list[Dropped]]:
    """By paper and column as it is written small: a cell, or why it is empty; and the cells that are undecided."""
    made: dict[str, dict[str, Cell | Empty]] = {}
    for row in reply.value.rows:
        paper = reply.papers.get(row.source)
        if paper is not None:
            made.setdefault(paper, {}).update({c.column.casefold(): "not_reported" for c in row.cells})
    refused: list[Dropped] = []
    for (source, cell), sentence in zip(reply.value.filled(), reply.sentences, strict=True):
        paper = reply.papers.get(source)
        if paper is None:
            continue
        held: Cell | Empty = "not_found"
        if sentence is not None and _sure(sentence, paper):
            held = Cell(sentence.text, sentence.citations)
        elif sentence is not None:
            reason = "it is not decided whether its quotes bear it out"
            refused.append(Dropped(f"{cell.column}: {sentence.text}", reason))
        made[paper][cell.column.casefold()] = held
    return made, refused


def _sure(sentence: Sentence, paper_id: str) -> bool:
    """Whether a cell may be shown: borne out as judged, or word for word in a quote, and of its own paper."""
    if any(c.paper_id != paper_id for c in sentence.citations):
        return False
    words = _folded(sentence.text)
    return sentence.support in ("exact", "supported") or any(words in _folded(c.quote) for c in sentence.citations)


def _folded(text: str) -> str:
    return " ".join(for_display(text).casefold().split())


def _row(row: Row, written: Mapping[str, Cell | Empty] | None, columns: Sequence[Column]) -> Row:
    """The model's row; a column that it left out, and a row, stay as extracted."""
    if written is None:
        return row
    cells: dict[str, Cell | None] = {}
    empty: dict[str, Empty] = {}
    for name in (c.name for c in columns):
        found = written.get(name.casefold(), row.cells.get(name) or row.empty.get(name, "not_found"))
        cells[name] = found if isinstance(found, Cell) else None
        if not isinstance(found, Cell):
            empty[name] = found
    return Row(row.paper_id, cells, empty)
