"""Markdown (CommonMark with GitHub's tables) in which an abstract cannot mark anything up."""

from __future__ import annotations

import re

from service.records import Matrix, Sentence
from service.render.entry import Entries, Entry, entry_of
from service.render.paragraphs import cited
from service.render.plain import readable, visible
from service.render.reference import NOT_FOUND, cell_text, has_gaps, row_name
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

# Backslash escapes work for every ASCII punctuation mark; `@`, `$`, `^` and braces mean something to GitHub,
# pandoc or Jupyter only; the last two alternatives keep GitHub from turning bare addresses into links.
# `<`, `>` and `&` become entities, which also hold where raw HTML is passed on.
_MARKS = re.compile(r"[\\`*_{}\[\]|~$^@#]|^[-+=](?=\s|-|=|$)|(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_ENTITIES = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def as_markdown(document: Document, *, entries: Entries | None = None) -> str:
    """The document as markdown, ending in a newline."""
    view = written(document)
    blocks = [f"# {escaped(readable(view.heading))}"]
    if status := STATUS[view.status]:
        blocks.append(f"*{escaped(status)}*")
    if view.restriction:
        blocks.append(f"*{escaped(view.restriction)}*")
    blocks += [" ".join(_marked(sentence, view) for sentence in paragraph) for paragraph in view.paragraphs]
    missing, sections = _missing(view), [part for s in view.sections for part in _section(s, view)]
    blocks += [*missing, *sections] if view.paragraphs else [*sections, *missing]
    blocks += _references(view, entries)
    if view.dropped:
        items = [f"- {escaped(readable(d.text))} ({escaped(readable(d.reason))})" for d in view.dropped]
        blocks += ["## Left out, because it did not pass the check", "\n".join(items)]
    if view.paragraphs or view.sections:
        judged = f" {view.judged}." if view.judged else ""
        blocks.append(f"*Composed by: {escaped(readable(view.composer))}.{escaped(judged)}*")
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """One line of `text` as markdown that shows exactly its characters."""
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text)).translate(_ENTITIES)


def _marked(sentence: Sentence, view: Written) -> str:
    labels, said = "".join(_label(label) for label in cited(sentence)), mark(sentence, view)
    return " ".join(filter(None, (escaped(readable(sentence.text)), labels, f"*{said}*" if said[:1] == "(" else said)))


def _label(label: str) -> str:
    return f"\\[{escaped(visible(label))}\\]"


def _missing(view: Written) -> list[str]:
    if not view.missing:
        return []
    items = [f"- {escaped(readable(item))}" for item in view.missing]
    return ["## What the corpus does not say", "\n".join(items)]


def _section(section: Section, view: Written) -> list[str]:
    blocks = [f"## {escaped(readable(section.title))}"]
    for block in section.blocks:
        if isinstance(block, Matrix):
            blocks += _table(block, view)
        elif isinstance(block, Points):
            blocks += [f"### {escaped(readable(block.title))}"] if block.title else []
            blocks.append("\n".join(f"- {escaped(readable(p.term))}: {_marked(p.sentence, view)}" for p in block.items))
        elif isinstance(block, Timeline):
            blocks.append("\n".join(f"- {_event(event)}" for event in block.events))
        else:
            blocks.append(" ".join(_marked(sentence, view) for sentence in block))
    return blocks


def _event(event: Event) -> str:
    label = f" {_label(event.label)}" if event.label else ""
    return f"{escaped(visible(event.when))}: {escaped(readable(event.title))}{label}"


def _table(matrix: Matrix, view: Written) -> list[str]:
    lines = ["paper", *(escaped(readable(column)) for column in matrix.columns)]
    table = [_row(lines), _row(["---"] * len(lines))]
    for row in matrix.rows:
        label, name = row_name(row, view.references)
        first = f"{_label(label)} {escaped(name)}" if label else escaped(name)
        cells = [cell_text(row, column) for column in matrix.columns]
        table.append(_row([first, *("–" if cell is None else escaped(cell) for cell in cells)]))
    legend = [f"– : {NOT_FOUND}."] if has_gaps(matrix) else []
    return ["\n".join(table), *legend]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _references(view: Written, entries: Entries | None) -> list[str]:
    if not view.references:
        return []
    quotes = quotes_to_show(view)
    blocks = ["## References"]
    for reference in view.references:
        lines = [f"- {_label(reference.label)} {_entry(entry_of(reference, entries))}"]
        for citation in quotes.get(reference.label, ()):
            at = f"characters {citation.start} to {citation.end}"
            lines.append(f"  > {escaped(visible(citation.quote))} ({at})")
        blocks.append("\n\n".join(lines))
    return blocks


def _entry(entry: Entry) -> str:
    pieces = []
    for run in entry:
        if run.link is not None and run.link == run.text:
            pieces.append(f"<{run.link}>")
            continue
        # Marks hold only right beside a word: blanks at the ends of a run stay outside.
        text = run.text.strip()
        before, _, after = run.text.partition(text) if text else (run.text, "", "")
        mark = ("*" if run.italic else "") + ("**" if run.bold else "")
        pieces.append(f"{before}{mark}{escaped(text)}{mark[::-1]}{after}")
    return "".join(pieces)
