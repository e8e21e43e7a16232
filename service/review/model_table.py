"""A language model fills the rows of a matrix, one call a paper, and maps where the papers agree: all past the gate.

Calls run side by side, under the request's deadline, budget and its provider's limits. A row whose call fails keeps the
cells that rules found; so does a cell whose value the gate refuses. Both are reported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from service.errors import ModelCancelled, ModelError
from service.llm import ModelRequest, SourceSheet, Structured, load_prompt, render_sources, structured, with_source_ids
from service.llm.replies.forms import QuoteReply
from service.llm.replies.table_forms import AgreementReply, CellReply, MatrixReply, PointReply
from service.records import Accounting, Agreement, Cell, Citation, Dropped, Paper, Position, Sentence
from service.review.aspects import Aspect
from service.review.extractive import COMPOSER
from service.review.findings import opposed
from service.review.gate import fault
from service.review.untrusted import Untrusted
from service.review.written import SHOWN_FAULTS, spent_by
from service.text.normal import for_display

_AT_ONCE = 8  # threads; how many calls a provider gets at once is its lane's affair


@dataclass(frozen=True, slots=True)
class ModelTable:
    """Cells by paper id and column name, the agreement map, who made them, and what is not shown."""

    rows: Mapping[str, Mapping[str, Cell]]
    agreement: tuple[Agreement, ...]
    accounting: Accounting
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """What came of one call. `model` is `None` where it failed."""

    model: str | None
    prompt: str
    repaired: bool = False
    cells: Mapping[str, Cell] = field(default_factory=dict)
    points: tuple[Agreement, ...] | None = None
    dropped: tuple[Dropped, ...] = ()


def write_table(
    request: ModelRequest,
    question: str,
    papers: Sequence[Paper],
    aspects: Sequence[Aspect],
    *,
    ruled: Mapping[str, Mapping[str, Cell]],
    points: tuple[Agreement, ...],
) -> ModelTable:
    """The model's cells, `ruled` where it fails; its map beside the rules' `points`. Raises `ModelCancelled`."""
    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="litweave-cells") as pool:
        rows = [pool.submit(_row, request, question, p, aspects, ruled[p.paper_id]) for p in papers]
        mapped = pool.submit(_agreement, request, question, papers) if len(papers) > 1 else None
        parts = [_done(future, f"the row of {for_display(p.title)!r}") for future, p in zip(rows, papers, strict=True)]
        map_part = None if mapped is None else _done(mapped, "the model's agreement map")
    cells = {p.paper_id: part.cells if part.model else ruled[p.paper_id] for p, part in zip(papers, parts, strict=True)}
    every = [*parts, *([map_part] if map_part else [])]
    agreement = points if map_part is None or map_part.points is None else _joined(points, map_part.points)
    dropped = tuple(d for part in every for d in part.dropped)
    return ModelTable(cells, agreement, _accounting(request, parts, every), dropped)


def _done(future: Future[_Part], what: str) -> _Part:
    try:
        return future.result()
    except ModelCancelled:
        raise  # nobody waits for a comparison any more
    except ModelError as error:
        return _Part(None, "", dropped=(Dropped(what, f"{error}; it is extractive"),))


def _accounting(request: ModelRequest, rows: Sequence[_Part], every: Sequence[_Part]) -> Accounting:
    """Who filled the rows: the model, rules, or both, and what it cost."""
    models = tuple(dict.fromkeys(part.model for part in rows if part.model))
    failed = sum(part.model is None for part in rows)
    composer = COMPOSER if not models else ", ".join(models) + (f", {COMPOSER} where it failed" if failed else "")
    versions = {part.prompt: str(load_prompt(part.prompt).version) for part in every if part.model}
    if any(part.repaired for part in every):
        versions["repair"] = str(load_prompt("repair").version)
    return replace(spent_by(request), composer=composer, prompt_versions=versions)


def _row(
    request: ModelRequest, question: str, paper: Paper, aspects: Sequence[Aspect], ruled: Mapping[str, Cell]
) -> _Part:
    """One paper's cells. Raises `ModelError`."""
    sheet = render_sources([paper], question=question, secret=request.secret)
    doubts = Untrusted.of(question, [paper])
    names = [a.name for a in aspects]
    rendered = load_prompt("matrix").render(
        question=question, columns="; ".join(names), sources=sheet.text, mark=sheet.mark
    )

    def complaint(reply: MatrixReply) -> str | None:
        absent = [name for name in names if _of(reply, name) is None]
        if absent:
            return f"these columns are missing: {', '.join(absent)}"
        faults = [d for name in names for d in [_judged(_of(reply, name), paper, sheet, doubts)[1]] if d]
        listed = "; ".join(f"{d.text[:120]!r}: {d.reason}" for d in faults[:SHOWN_FAULTS])
        return f"{len(faults)} cells do not follow from their quotes: {listed}" if faults else None

    reply = structured(
        request.model,
        rendered,
        MatrixReply,
        deadline=request.deadline,
        parameters=replace(request.parameters, schema=rendered.output),
        cache=request.cache,
        check=complaint,
    )
    cells: dict[str, Cell] = {}
    dropped: list[Dropped] = []
    for name in names:
        given = _of(reply.value, name)
        cell, refused = _judged(given, paper, sheet, doubts)
        if given is None:
            refused = Dropped(f"the column {name!r} of {for_display(paper.title)!r}", "the model left it out")
        if refused is not None:
            dropped.append(refused)
            cell = ruled.get(name)
        if cell is not None:
            cells[name] = cell
    return _Part(reply.model, "matrix", reply.repaired, cells, dropped=tuple(dropped))


def _of(reply: MatrixReply, name: str) -> CellReply | None:
    return next((c for c in reply.cells if c.column.strip().casefold() == name.casefold()), None)


def _judged(
    reply: CellReply | None, paper: Paper, sheet: SourceSheet, doubts: Untrusted
) -> tuple[Cell | None, Dropped | None]:
    """A cell that may be shown, or why not; neither where the abstract does not say."""
    if reply is None or reply.value is None:
        return None, None
    value = " ".join(for_display(reply.value).split())
    source = next(iter(sheet.by_id))
    located = sheet.locate(source, reply.quote) if reply.quote else None
    if located is None:
        return None, doubts.dropped(Sentence(value, "claim", "supported"), "its quote does not stand in the abstract")
    citation = Citation("", paper.paper_id, located.quote, located.start, located.end)
    sentence = Sentence(value, "claim", "supported", (citation,))
    reason = fault(sentence, {paper.paper_id: paper}, written=True) or doubts.fault(sentence)
    if reason is not None:
        return None, doubts.dropped(sentence, reason)
    return Cell(value, (citation,)), None


def _agreement(request: ModelRequest, question: str, papers: Sequence[Paper]) -> _Part:
    """The model's agreement map over all papers. Raises `ModelError`."""
    sheet = render_sources(papers, question=question, secret=request.secret)
    doubts = Untrusted.of(question, papers)
    rendered = load_prompt("agreement").render(question=question, sources=sheet.text, mark=sheet.mark)
    schema = None if rendered.output is None else with_source_ids(rendered.output, tuple(sheet.by_id))
    reply: Structured[AgreementReply] = structured(
        request.model,
        rendered,
        AgreementReply,
        deadline=request.deadline,
        parameters=replace(request.parameters, schema=schema),
        cache=request.cache,
        check=_map_complaint(sheet, doubts),
    )
    points, dropped = _points(reply.value, sheet, doubts)
    return _Part(reply.model, "agreement", reply.repaired, points=points, dropped=dropped)


def _map_complaint(sheet: SourceSheet, doubts: Untrusted) -> Callable[[AgreementReply], str | None]:
    def complaint(reply: AgreementReply) -> str | None:
        _, dropped = _points(reply, sheet, doubts)
        listed = "; ".join(f"{d.text[:120]!r}: {d.reason}" for d in dropped[:SHOWN_FAULTS])
        return f"{len(dropped)} points or claims cannot be shown: {listed}" if dropped else None

    return complaint


def _points(
    reply: AgreementReply, sheet: SourceSheet, doubts: Untrusted
) -> tuple[tuple[Agreement, ...], tuple[Dropped, ...]]:
    kept: list[Agreement] = []
    dropped: list[Dropped] = []
    for point in reply.points:
        made, refused = _point(point, sheet, doubts)
        dropped += refused
        if made is not None:
            kept.append(made)
    return tuple(kept), tuple(dropped)


def _point(point: PointReply, sheet: SourceSheet, doubts: Untrusted) -> tuple[Agreement | None, list[Dropped]]:
    """A point with the claims that may be shown, one a paper; none where fewer than two papers remain."""
    papers = {s.paper.paper_id: s.paper for s in sheet.by_id.values()}
    claims: dict[str, Position] = {}
    dropped: list[Dropped] = []
    for claim in sorted(point.claims, key=lambda c: c.stance != "supports"):
        citations = tuple(c for c in (_cited(q, sheet) for q in claim.quotes) if c is not None)
        text = " ".join(for_display(claim.text).split())
        sentence = Sentence(text, "claim", "supported", citations)
        reason = fault(sentence, papers, written=True) or doubts.fault(sentence)
        if reason is None and len({c.paper_id for c in citations}) > 1:
            reason = "it speaks for more than one paper"
        if reason is None and claim.stance == "contradicts" and not any(_opposes(p, text) for p in claims.values()):
            reason = "its quote does not contradict the others"
        if reason is not None:
            dropped.append(doubts.dropped(sentence, reason))
            continue
        claims.setdefault(citations[0].paper_id, Position(claim.stance, text, citations))
    first = next((c for c in claims.values() if c.stance == "supports"), None)
    if len(claims) < 2 or first is None:
        return None, [*dropped, Dropped("", "a point that fewer than two papers speak to")]
    return Agreement(first.text, tuple(claims.values())), dropped


def _opposes(position: Position, text: str) -> bool:
    return opposed(position.text, text) is True


def _cited(quote: QuoteReply, sheet: SourceSheet) -> Citation | None:
    found = sheet.locate(quote.source, quote.quote)
    return None if found is None else Citation("", found.paper.paper_id, found.quote, found.start, found.end)


def _joined(ruled: Sequence[Agreement], written: Sequence[Agreement]) -> tuple[Agreement, ...]:
    """The model's points, and those of the rules whose papers the model did not set side by side."""
    told = [{q.paper_id for c in point.claims for q in c.citations} for point in written]
    kept = [p for p in ruled if not any({q.paper_id for c in p.claims for q in c.citations} <= t for t in told)]
    return (*written, *kept)
