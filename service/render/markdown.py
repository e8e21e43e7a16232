"""Markdown (CommonMark with GitHub's tables) in which an abstract cannot mark anything up."""

from __future__ import annotations

import re

from service.records import Answer, Draft, Reference, Sentence
from service.render.plain import readable, visible
from service.render.reference import cell_text, has_gaps, in_words, plain_doi, row_name, web_address
from service.render.terminal import STATUS
from service.render.written import Written, cited, quotes_to_show, written

# Backslash escapes work for every ASCII punctuation mark; `@`, `$`, `^` and braces mean something to GitHub,
# pandoc or Jupyter only; the last two alternatives keep GitHub from turning bare addresses into links.
# `<`, `>` and `&` become entities, which also hold where raw HTML is passed on.
_MARKS = re.compile(r"[\\`*_{}\[\]|~$^@#]|^[-+=](?=\s|-|=|$)|(?<=\w):(?=//)|(?<=www)\.", re.IGNORECASE)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_ENTITIES = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;"})


def as_markdown(document: Answer | Draft) -> str:
    """The document as markdown, ending in a newline."""
    view = written(document)
    blocks = [f"# {escaped(readable(view.heading))}"]
    if status := STATUS[view.status]:
        blocks.append(f"*{escaped(status)}*")
    blocks += [" ".join(_marked(sentence) for sentence in paragraph) for paragraph in view.paragraphs]
    if view.missing:
        items = [f"- {escaped(readable(item))}" for item in view.missing]
        blocks += ["## What the corpus does not say", "\n".join(items)]
    blocks += _comparison(view) + _references(view)
    if view.dropped:
        items = [f"- {escaped(readable(d.text))} ({escaped(readable(d.reason))})" for d in view.dropped]
        blocks += ["## Left out, because it did not pass the check", "\n".join(items)]
    if view.paragraphs:
        blocks.append(f"*Composed by: {escaped(readable(view.composer))}.*")
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """One line of `text` as markdown that shows exactly its characters."""
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", text)).translate(_ENTITIES)


def _marked(sentence: Sentence) -> str:
    labels = "".join(f"\\[{escaped(visible(label))}\\]" for label in cited(sentence))
    doubt = "*(partly supported)*" if sentence.kind == "claim" and sentence.support == "partial" else ""
    return " ".join(filter(None, (escaped(readable(sentence.text)), labels, doubt)))


def _comparison(view: Written) -> list[str]:
    matrix = view.matrix
    if matrix is None or not matrix.rows:
        return []
    lines = ["paper", *(escaped(readable(column)) for column in matrix.columns)]
    table = [_row(lines), _row(["---"] * len(lines))]
    for row in matrix.rows:
        label, name = row_name(row, view.references)
        first = f"\\[{escaped(visible(label))}\\] {escaped(name)}" if label else escaped(name)
        cells = [cell_text(row, column) for column in matrix.columns]
        table.append(_row([first, *("–" if cell is None else escaped(cell) for cell in cells)]))
    legend = ["– : the abstract does not say."] if has_gaps(matrix) else []
    return ["## Comparison", "\n".join(table), *legend]


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _references(view: Written) -> list[str]:
    if not view.references:
        return []
    quotes = quotes_to_show(view)
    blocks = ["## References"]
    for reference in view.references:
        lines = [f"- \\[{escaped(visible(reference.label))}\\] {_entry(reference)}"]
        for citation in quotes.get(reference.label, ()):
            at = f"characters {citation.start} to {citation.end}"
            lines.append(f"  > {escaped(visible(citation.quote))} ({at})")
        blocks.append("\n\n".join(lines))
    return blocks


def _entry(reference: Reference) -> str:
    parts = [escaped(in_words(reference))]
    if doi := plain_doi(reference):
        parts.append(f"doi:{escaped(doi)}")
    if url := web_address(reference):
        parts.append(f"<{url}>")
    return " ".join(parts)
