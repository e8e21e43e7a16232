"""Text for a terminal or a pipe: the text with its labels, what is missing, a table, the sources.

It is laid out plain; weight, colour and links are put on last, by an `Ink`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from service.records import Citation, Matrix, Reference, SearchResult, Sentence
from service.render.entry import Entries, entry_text
from service.render.ink import PLAIN, Ink
from service.render.lines import grid, wrapped
from service.render.paragraphs import Paragraph, cited
from service.render.plain import readable, visible
from service.render.reference import (
    NOT_FOUND,
    address,
    afterwards,
    cell_text,
    doi_address,
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


@dataclass(frozen=True, slots=True)
class _Page:
    """What is laid out, how wide, and with what a label of it is linked."""

    view: Written
    width: int | None
    ink: Ink
    addresses: Mapping[str, str | None]

    def wrapped(self, text: str, *, indent: int = 0, hanging: int = 0) -> str:
        return _wrapped(text, self.width, indent=indent, hanging=hanging)

    def labelled(self, text: str, *, indent: int = 0, hanging: int = 0) -> str:
        return self.ink.labels(self.wrapped(text, indent=indent, hanging=hanging), self.addresses)

    def heading(self, text: str) -> str:
        return self.ink.strong(self.wrapped(text))


def as_text(
    document: Document,
    *,
    width: int | None = None,
    entries: Entries | None = None,
    ink: Ink = PLAIN,
    tables: bool = True,
) -> str:
    """The document as text ending in a newline, wrapped at `width` columns (`None`: not wrapped).

    Without `tables` those of a text that has sentences too are left out, and the papers that only they cite.
    """
    view = written(document)
    if not tables and view.paragraphs:
        view = _without_tables(view)
    page = _page(view, width, ink)
    blocks = [page.heading(readable(view.heading))]
    if status := STATUS[view.status]:
        blocks.append(ink.warning(page.wrapped(status)))
    if view.restriction:
        blocks.append(page.wrapped(view.restriction))
    blocks += [_paragraph(paragraph, page) for paragraph in view.paragraphs]
    missing, sections = _missing(page), [part for s in view.sections for part in _section(s, page)]
    blocks += [*missing, *sections] if view.paragraphs else [*sections, *missing]
    blocks += [*_sources(page, entries), *_left_out(page)]
    if view.paragraphs or view.sections:
        judged = f" {view.judged}." if view.judged else ""
        blocks.append(ink.faint(page.wrapped(f"Composed by: {readable(view.composer)}.{judged}")))
    return "\n\n".join(blocks) + "\n"


def tables_text(document: Document, *, width: int | None = None, ink: Ink = PLAIN) -> str:
    """Only the tables of the document; "" where it has none."""
    view = written(document)
    page = _page(view, width, ink)
    parts = [part for s in view.sections if _is_table(s) for part in _section(s, page)]
    return "".join(f"{part}\n" for part in parts)


def search_text(result: SearchResult, *, width: int | None = None, ink: Ink = PLAIN) -> str:
    """Hits best first, each with its score in [0, 1], date and best sentence."""
    blocks = [_wrapped(only, width)] if (only := restriction(result.filters)) else []
    for number, hit in enumerate(result.hits, start=1):
        paper = hit.paper
        when = paper.date or (str(paper.year) if paper.year is not None else None)
        if when is not None and paper.date_kind == "listed":
            when = f"listed {when}"
        noted = afterwards(paper.status) if paper.status else None if paper.abstract else "no abstract"
        facts = ", ".join(filter(None, (f"score {hit.score:.2f}", when and visible(when), paper.paper_id, noted)))
        line = _wrapped(f"{number}. {readable(paper.title)} ({visible(facts)})", width, hanging=3)
        start = _start_of_last(line, len(facts.split()))
        lines = [ink.link(ink.strong(line[:start]), address(paper)) + ink.faint(line[start:])]
        if hit.passages and hit.best.quote:
            lines.append(_wrapped(f"“{visible(hit.best.quote)}”", width, indent=3))
        blocks.append("\n".join(lines))
    if result.note:
        blocks.append(_wrapped(readable(result.note), width))
    elif not result.hits:
        blocks.append("The corpus holds nothing that matches.")
    return "\n\n".join(blocks) + "\n"


def _start_of_last(text: str, words: int) -> int:
    """Where the last so many words begin, with the white space before them."""
    found = re.search(rf"(?:\s+\S+){{{words}}}$", text)
    return len(text) if found is None else found.start()


def _page(view: Written, width: int | None, ink: Ink) -> _Page:
    return _Page(view, width, ink, {visible(r.label): address(r) for r in view.references})


def _is_table(section: Section) -> bool:
    return bool(section.blocks) and isinstance(section.blocks[0], Matrix)


def _without_tables(view: Written) -> Written:
    left = replace(view, sections=tuple(s for s in view.sections if not _is_table(s)))
    cited_by_text = {c.label for sentence in left.sentences for c in sentence.citations}
    return replace(left, references=tuple(r for r in view.references if r.label in cited_by_text))


def _paragraph(paragraph: Paragraph, page: _Page) -> str:
    return page.labelled(" ".join(_marked(sentence, page.view) for sentence in paragraph))


def _marked(sentence: Sentence, view: Written) -> str:
    labels = "".join(f"[{visible(label)}]" for label in cited(sentence))
    return " ".join(filter(None, (readable(sentence.text), labels, mark(sentence, view))))


def _section(section: Section, page: _Page) -> list[str]:
    """Its title stands on top of a table, alone before paragraphs."""
    title, parts = page.heading(readable(section.title)), []
    for block in section.blocks:
        if isinstance(block, Matrix):
            parts.append(_table(block, page))
        elif isinstance(block, Points):
            parts.append(_points(block, page))
        elif isinstance(block, Timeline):
            parts.append("\n".join(page.labelled(event_text(event), hanging=2) for event in block.events))
        else:
            parts.append(_paragraph(block, page))
    return [f"{title}\n{parts[0]}", *parts[1:]] if _is_table(section) else [title, *parts]


def _points(points: Points, page: _Page) -> str:
    items = [f"- {readable(point.term)}: {_marked(point.sentence, page.view)}" for point in points.items]
    lines = [page.labelled(item, indent=2, hanging=2) for item in items]
    return "\n".join([page.wrapped(readable(points.title)), *lines] if points.title else lines)


def event_text(event: Event) -> str:
    """`2024-12-05: KITE [1]`, with only what is known."""
    label = f" [{visible(event.label)}]" if event.label else ""
    return f"{visible(event.when)}: {readable(event.title)}{label}"


def _missing(page: _Page) -> list[str]:
    if not page.view.missing:
        return []
    items = [page.wrapped(f"- {readable(item)}", indent=2, hanging=2) for item in page.view.missing]
    return ["\n".join([page.ink.strong("What the corpus does not say:"), *items])]


def _table(matrix: Matrix, page: _Page) -> str:
    header = ["paper", *(readable(column) for column in matrix.columns)]
    rows = []
    for row in matrix.rows:
        label, name = row_name(row, page.view.references)
        cells = [cell_text(row, column) for column in matrix.columns]
        rows.append([f"[{visible(label)}] {name}" if label else name, *(cell or "-" for cell in cells)])
    legend = [f"- : {NOT_FOUND}"] if has_gaps(matrix) else []
    table = page.ink.labels(grid(header, rows, width=page.width or _TABLE_WIDTH), page.addresses)
    return "\n".join([table, *legend])


def _sources(page: _Page, entries: Entries | None) -> list[str]:
    view = page.view
    if not view.references:
        return []
    quotes = quotes_to_show(view)
    lines = [
        page.heading(
            "Sources" + (" (with the quotes that the text above does not hold word for word)" if quotes else "")
        )
    ]
    for reference in view.references:
        mark = f"[{visible(reference.label)}] "
        text = in_words(reference) if entries is None else entry_text(entries[reference.label])
        lines.append(page.labelled(mark + text, hanging=len(mark)))
        if entries is None:
            lines += [page.ink.link(page.wrapped(shown, indent=len(mark)), to) for shown, to in _links(reference)]
        lines += [page.wrapped(_quoted(c), indent=len(mark)) for c in quotes.get(reference.label, ())]
    return ["\n".join(lines)]


def _links(reference: Reference) -> list[tuple[str, str]]:
    """What is shown of its DOI and its address, each with what it leads to."""
    doi, web = plain_doi(reference), web_address(reference)
    found = [] if doi is None else [(f"doi:{doi}", doi_address(doi))]
    return found if web is None else [*found, (web, web)]


def _quoted(citation: Citation) -> str:
    return f"“{visible(citation.quote)}” (characters {citation.start} to {citation.end})"


def _left_out(page: _Page) -> list[str]:
    if not page.view.dropped:
        return []
    items = [
        page.wrapped(f"- {readable(dropped.text)} ({readable(dropped.reason)})", indent=2, hanging=2)
        for dropped in page.view.dropped
    ]
    return ["\n".join([page.heading("Left out, because it did not pass the check:"), *items])]


def _wrapped(text: str, width: int | None, *, indent: int = 0, hanging: int = 0) -> str:
    if width is None:
        return " " * indent + text
    return "\n".join(wrapped(text, width, first=" " * indent, rest=" " * (indent + hanging)))
