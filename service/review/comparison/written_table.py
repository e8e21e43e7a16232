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
from service.llm.replies.structured import ReplyForm, Text
from service.records import Cell, Dropped, Empty, JudgeName, Row, Sentence
from service.review.comparison.model import Column, Prepared
from service.review.comparison.table import row
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
    papers, columns = prepared.papers, prepared.columns
    if not columns:
        return WrittenTable(tuple(extracted))
    size = -(-len(papers) // -(-len(papers) // _AT_ONCE))
    batches = [papers[i : i + size] for i in range(0, len(papers), size)]
    written: dict[str, dict[str, Cell | Empty]] = {}
    dropped: list[Dropped] = []
    made: list[Verified[TableReply]] = []
    with ThreadPoolExecutor(max_workers=len(batches), thread_name_prefix="litweave-table") as pool:
        calls = [pool.submit(_generated, request, judge, prepared.question, batch, columns) for batch in batches]
    for call, batch in zip(calls, batches, strict=True):
        try:
            reply = call.result()
        except ModelCancelled:
            raise
        except ModelError as error:
            dropped.append(Dropped(f"the rows of {len(batch)} papers", f"{error}; they are extractive"))
            continue
        made.append(reply)
        dropped += [*reply.dropped, *_read_cells(reply, written)]
    rows = tuple(_row(r, written.get(r.paper_id), columns) for r in extracted)
    return WrittenTable(rows, tuple(dropped), *_told_of(made, len(batches)))


def _told_of(made: Sequence[Verified[TableReply]], calls: int) -> tuple[JudgeName | None, str, Mapping[str, str]]:
    """Who judged, who composed, and the prompts' versions."""
    if not made:
        return None, EXTRACTIVE, {}
    models = ", ".join(dict.fromkeys(reply.accounting.composer for reply in made))
    composer = models if len(made) == calls else f"{models}, {EXTRACTIVE} where it failed"
    return made[-1].judge, composer, made[-1].accounting.prompt_versions


def _generated(
    request: ModelRequest, judge: Judge, question: str, papers: Sequence[PaperEvidence], columns: Sequence[Column]
) -> Verified[TableReply]:
    meanings = "; ".join(f"{c.name} ({c.kind.means})" if c.kind is not None else c.name for c in columns)
    variables = {"question": question, "columns": meanings, "count": str(len(papers))}
    task = Task("table", TableReply, variables, question, _sentences)
    return generate(task, [Source(paper.abstract) for paper in papers], request, judge)


def _sentences(reply: TableReply) -> tuple[WrittenSentence, ...]:
    """Every filled cell as a sentence of its own; judged with its column's name before it."""
    return tuple(
        WrittenSentence(
            cell.value or "", "claim", tuple((source, quote) for quote in cell.quotes),
            statement=f"{cell.column}: {cell.value}",
        )
        for source, cell in reply.filled()
    )  # fmt: skip


def _read_cells(reply: Verified[TableReply], written: dict[str, dict[str, Cell | Empty]]) -> Iterator[Dropped]:
    """Fill in, by paper and column written small, a cell or why it is empty; the undecided ones come out as dropped."""
    for made in reply.value.rows:
        if made.source in reply.papers:
            cells = written.setdefault(reply.papers[made.source], {})
            cells |= {c.column.casefold(): "not_reported" for c in made.cells}
    for (source, cell), sentence in zip(reply.value.filled(), reply.sentences, strict=True):
        paper = reply.papers.get(source)
        if paper is None:
            continue
        sure = sentence is not None and _is_sure(sentence, paper)
        written[paper][cell.column.casefold()] = (
            Cell(sentence.text, sentence.citations) if sentence is not None and sure else "not_found"
        )
        if sentence is not None and not sure:
            yield Dropped(f"{cell.column}: {sentence.text}", "it is not decided whether its quotes bear it out")


def _is_sure(sentence: Sentence, paper_id: str) -> bool:
    """Whether a cell may be shown: borne out as judged, or word for word in a quote, and of its own paper."""
    if any(c.paper_id != paper_id for c in sentence.citations):
        return False
    words = _folded(sentence.text)
    return sentence.support in ("exact", "supported") or any(words in _folded(c.quote) for c in sentence.citations)


def _folded(text: str) -> str:
    return " ".join(for_display(text).casefold().split())


def _row(extracted: Row, written: Mapping[str, Cell | Empty] | None, columns: Sequence[Column]) -> Row:
    """The model's row; a column that it left out, and a row, stay as extracted."""
    held = written or {}
    as_read = {c.name: extracted.cells.get(c.name) or extracted.empty.get(c.name, "not_found") for c in columns}
    return row(extracted.paper_id, {name: held.get(name.casefold(), value) for name, value in as_read.items()})
