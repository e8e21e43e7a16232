"""Plain text for a terminal or a pipe: the text with its labels, what is missing, a table, the sources."""

from __future__ import annotations

from service.records import Citation, Matrix, Reference, SearchResult, Sentence
from service.render.entry import Entries, entry_text
from service.render.grid import grid
from service.render.lines import wrapped
from service.render.paragraphs import Paragraph, cited
from service.render.plain import readable, visible
from service.render.reference import (
    NOT_FOUND,
    afterwards,
    cell_text,
    has_gaps,
    in_words,
    plain_doi,
    row_name,
    web_address,
)
from service.render.restriction import restriction
from service.render.written import (
    STATUS,
    Document,
    Event,
    Points,
    Section,
    Timeline,
    Written,
    mark,
    quotes_to_show,
    written,
)

_TABLE_WIDTH = 100


def as_text(document: Document, *, width: int | None = None, entries: Entries | None = None) -> str:
    """The document as plain text ending in a newline, wrapped at `width` characters (`None`: not wrapped)."""
    view = written(document)
    blocks = [_wrapped(readable(view.heading), width)]
    if status := STATUS[view.status]:
        blocks.append(_wrapped(status, width))
    if view.restriction:
        blocks.append(_wrapped(view.restriction, width))
    blocks += [_paragraph(paragraph, view, width) for paragraph in view.paragraphs]
    missing, sections = _missing(view, width), [part for s in view.sections for part in _section(s, view, width)]
    blocks += [*missing, *sections] if view.paragraphs else [*sections, *missing]
    blocks += [*_sources(view, width, entries), *_left_out(view, width)]
    if view.paragraphs or view.sections:
        judged = f" {view.judged}." if view.judged else ""
        blocks.append(_wrapped(f"Composed by: {readable(view.composer)}.{judged}", width))
    return "\n\n".join(blocks) + "\n"


def search_text(result: SearchResult, *, width: int | None = None) -> str:
    """Hits best first, each with its score in [0, 1], date and best sentence."""
    blocks = [_wrapped(only, width)] if (only := restriction(result.filters)) else []
    for number, hit in enumerate(result.hits, start=1):
        paper = hit.paper
        when = paper.date or (str(paper.year) if paper.year is not None else None)
        if when is not None and paper.date_kind == "listed":
            when = f"listed {when}"
        noted = afterwards(paper.status) if paper.status else None if paper.abstract else "no abstract"
        facts = ", ".join(filter(None, (f"score {hit.score:.2f}", when and visible(when), paper.paper_id, noted)))
        lines = [_wrapped(f"{number}. {readable(paper.title)} ({visible(facts)})", width, hanging=3)]
        if hit.passages and hit.best.quote:
            lines.append(_wrapped(f"“{visible(hit.best.quote)}”", width, indent=3))
        blocks.append("\n".join(lines))
    if result.note:
        blocks.append(_wrapped(readable(result.note), width))
    elif not result.hits:
        blocks.append("The corpus holds nothing that matches.")
    return "\n\n".join(blocks) + "\n"


def _paragraph(paragraph: Paragraph, view: Written, width: int | None) -> str:
    return _wrapped(" ".join(_marked(sentence, view) for sentence in paragraph), width)


def _marked(sentence: Sentence, view: Written) -> str:
    labels = "".join(f"[{visible(label)}]" for label in cited(sentence))
    return " ".join(filter(None, (readable(sentence.text), labels, mark(sentence, view))))


def _section(section: Section, view: Written, width: int | None) -> list[str]:
    """Its title stands on top of a table, alone before paragraphs."""
    title, parts = readable(section.title), []
    for block in section.blocks:
        if isinstance(block, Matrix):
            parts.append(_table(block, view, width))
        elif isinstance(block, Points):
            parts.append(_points(block, view, width))
        elif isinstance(block, Timeline):
            parts.append("\n".join(_wrapped(event_text(event), width, hanging=2) for event in block.events))
        else:
            parts.append(_paragraph(block, view, width))
    if section.blocks and isinstance(section.blocks[0], Matrix):
        return [f"{title}\n{parts[0]}", *parts[1:]]
    return [_wrapped(title, width), *parts]


def _points(points: Points, view: Written, width: int | None) -> str:
    items = [f"- {readable(point.term)}: {_marked(point.sentence, view)}" for point in points.items]
    lines = [_wrapped(item, width, indent=2, hanging=2) for item in items]
    return "\n".join([_wrapped(readable(points.title), width), *lines] if points.title else lines)


def event_text(event: Event) -> str:
    """`2024-12-05: KITE [1]`, with only what is known."""
    label = f" [{visible(event.label)}]" if event.label else ""
    return f"{visible(event.when)}: {readable(event.title)}{label}"


def _missing(view: Written, width: int | None) -> list[str]:
    if not view.missing:
        return []
    items = [_wrapped(f"- {readable(item)}", width, indent=2, hanging=2) for item in view.missing]
    return ["\n".join(["What the corpus does not say:", *items])]


def _table(matrix: Matrix, view: Written, width: int | None) -> str:
    header = ["paper", *(readable(column) for column in matrix.columns)]
    rows = []
    for row in matrix.rows:
        label, name = row_name(row, view.references)
        cells = [cell_text(row, column) for column in matrix.columns]
        rows.append([f"[{visible(label)}] {name}" if label else name, *(cell or "-" for cell in cells)])
    legend = [f"- : {NOT_FOUND}"] if has_gaps(matrix) else []
    return "\n".join([grid(header, rows, width=width or _TABLE_WIDTH), *legend])


def _sources(view: Written, width: int | None, entries: Entries | None) -> list[str]:
    if not view.references:
        return []
    quotes = quotes_to_show(view)
    lines = ["Sources" + (" (with the quotes that the text above does not hold word for word)" if quotes else "")]
    for reference in view.references:
        mark = f"[{visible(reference.label)}] "
        text = in_words(reference) if entries is None else entry_text(entries[reference.label])
        lines.append(_wrapped(mark + text, width, hanging=len(mark)))
        if entries is None:
            lines += [_wrapped(link, width, indent=len(mark)) for link in _links(reference)]
        lines += [_wrapped(_quoted(c), width, indent=len(mark)) for c in quotes.get(reference.label, ())]
    return ["\n".join(lines)]


def _links(reference: Reference) -> list[str]:
    doi = plain_doi(reference)
    return [link for link in (f"doi:{doi}" if doi else None, web_address(reference)) if link]


def _quoted(citation: Citation) -> str:
    return f"“{visible(citation.quote)}” (characters {citation.start} to {citation.end})"


def _left_out(view: Written, width: int | None) -> list[str]:
    if not view.dropped:
        return []
    items = [
        _wrapped(f"- {readable(dropped.text)} ({readable(dropped.reason)})", width, indent=2, hanging=2)
        for dropped in view.dropped
    ]
    return ["\n".join(["Left out, because it did not pass the check:", *items])]


def _wrapped(text: str, width: int | None, *, indent: int = 0, hanging: int = 0) -> str:
    if width is None:
        return " " * indent + text
    return "\n".join(wrapped(text, width, first=" " * indent, rest=" " * (indent + hanging)))
