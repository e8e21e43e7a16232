"""A page in one file: no script, nothing loaded, quotes on hover and keyboard focus, and on paper as notes."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from importlib.resources import files

from service.records import Matrix, Reference, Sentence
from service.render.entry import Entries, Entry, Run, doi_address, entry_of
from service.render.html_marks import Marks, safe, verbatim
from service.render.paragraphs import Paragraph
from service.render.plain import readable
from service.render.reference import NOT_FOUND, NOT_REPORTED, cell_text, has_gaps, plain_doi, row_name, web_address
from service.render.written import (
    STATUS,
    VERIFIED,
    Document,
    Event,
    Points,
    Section,
    Timeline,
    Written,
    all_citations,
    doubt,
    mark,
    written,
)

_HOW = {
    "exact": "Verbatim from", "supported": "Rewritten from", "partial": "Partly supported by",
    "undecided": "Not decided; nearest in",
}  # fmt: skip
_KICKERS = {"answer": "Question", "draft": "Related work", "comparison": "Comparison", "survey": "Survey"}
_HINT = "Each mark in brackets shows the exact quote: point at it, or reach it with the Tab key."
_CONTENTS_FROM = 3
"""Sections from which on a page gets a table of contents."""

_WIDE_FROM = 3
"""Columns beside the papers from which on a table is wider than the text, where the window is."""


def as_html(document: Document, *, entries: Entries | None = None) -> str:
    """The document as a complete HTML page, ending in a newline."""
    view = written(document)
    marks = Marks(view.references, all_citations(view))
    lead = [_paragraph(paragraph, view, marks) for paragraph in view.paragraphs]
    sections = [_section(section, f"s{n}", view, marks) for n, section in enumerate(view.sections, start=1)]
    missing = _missing(view)
    body = [
        _header(view),
        *_contents(view),
        *(["<section>", *lead, "</section>"] if lead else []),
        *([*missing, *sections] if lead else [*sections, *missing]),
        *_references(view, marks, entries),
        *_left_out(view),
    ]
    return "\n".join(
        [_head(readable(view.heading)), "<main>", *body, "</main>", _footer(view), "</body>", "</html>", ""]
    )


@cache
def style() -> str:
    """The page's style sheet."""
    return files("service.render").joinpath("page.css").read_text(encoding="utf-8")


def content_policy() -> str:
    """Nothing is loaded, run or sent; only this style sheet applies."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _head(title: str) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(content_policy())}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="generator" content="litweave">',
            f"<title>{escape(title)}</title>",
            f"<style>{style()}</style>",
            "</head>",
            "<body>",
        ]
    )


def _header(view: Written) -> str:
    status = f'<p class="status {view.status}">{STATUS[view.status]}</p>' if STATUS[view.status] else ""
    status += f'\n<p class="status">{safe(view.restriction)}</p>' if view.restriction else ""
    hint = f'<p class="hint">{_HINT}</p>' if any(all_citations(view)) else ""
    return (
        f'<header><p class="kicker">{_KICKERS[view.kind]}</p>\n'
        f"<h1><bdi>{safe(view.heading)}</bdi></h1>\n{status}\n{hint}</header>"
    )


def _contents(view: Written) -> list[str]:
    if len(view.sections) < _CONTENTS_FROM:
        return []
    items = (f'<li><a href="#s{n}">{safe(section.title)}</a></li>' for n, section in enumerate(view.sections, start=1))
    return [f'<nav aria-label="Contents"><ol>{"".join(items)}</ol></nav>']


def _paragraph(paragraph: Paragraph, view: Written, marks: Marks) -> str:
    return f"<p>{' '.join(_sentence(sentence, view, marks) for sentence in paragraph)}</p>"


def _sentence(sentence: Sentence, view: Written, marks: Marks) -> str:
    words = safe(sentence.text)
    if not sentence.citations:
        return words
    how = "Sums up" if sentence.kind == "synthesis" else _HOW[sentence.support]
    cited = marks.of(sentence.citations, how)
    if mark(sentence, view) == VERIFIED:
        return f'{words}&nbsp;{cited}<span class="verified" title="Borne out by its quotes">{VERIFIED}</span>'
    if not doubt(sentence):
        return f"{words}&nbsp;{cited}"
    tag = f'<span class="tag">{doubt(sentence)}</span>'
    return f'<span class="partial"><span class="words">{words}</span>&nbsp;{cited} {tag}</span>'


def _section(section: Section, anchor: str, view: Written, marks: Marks) -> str:
    blocks = [f'<section aria-labelledby="{anchor}">', f'<h2 id="{anchor}">{safe(section.title)}</h2>']
    for block in section.blocks:
        if isinstance(block, Matrix):
            blocks.append(table(block, view, marks, named=section.title))
        elif isinstance(block, Points):
            blocks += [f"<h3>{safe(block.title)}</h3>"] if block.title else []
            items = (
                f'<li><span class="term">{safe(point.term)}:</span> {_sentence(point.sentence, view, marks)}</li>'
                for point in block.items
            )
            blocks.append(f'<ul class="points">{"".join(items)}</ul>')
        elif isinstance(block, Timeline):
            blocks.append(f'<ol class="events">{"".join(_event(event, marks) for event in block.events)}</ol>')
        else:
            blocks.append(_paragraph(block, view, marks))
    return "\n".join([*blocks, "</section>"])


def _event(event: Event, marks: Marks) -> str:
    title = f"<bdi>{safe(event.title)}</bdi>"
    if event.label:
        title += f' <a class="mark" href="#{marks.reference_id(event.label)}">[{verbatim(event.label)}]</a>'
    return f'<li><span class="when">{verbatim(event.when)}</span> {title}</li>'


def table(matrix: Matrix, view: Written, marks: Marks, *, named: str) -> str:
    """A comparison table that scrolls on its own where it is too wide."""
    header = "".join(f'<th scope="col">{safe(name)}</th>' for name in ("paper", *matrix.columns))
    rows = []
    for row in matrix.rows:
        label, name = row_name(row, view.references)
        mark = f' <a class="mark" href="#{marks.reference_id(label)}">[{verbatim(label)}]</a>' if label else ""
        cells = [f'<th scope="row"><bdi>{escape(name)}</bdi>{mark}</th>']
        for column in matrix.columns:
            value, cell = cell_text(row, column), row.cells[column]
            if cell is None:
                dash = '<span aria-hidden="true">–</span><span class="unseen">not found</span>'
                cells.append(f'<td class="gap">{NOT_REPORTED if value else dash}</td>')
            else:
                cells.append(f"<td><bdi>{escape(value or '')}</bdi>&nbsp;{marks.of(cell.citations, 'From')}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    wide = " wide" if len(matrix.columns) >= _WIDE_FROM else ""
    legend = f'<p class="hint">– : {NOT_FOUND}.</p>' if has_gaps(matrix) else ""
    return (
        f'<div class="scroll{wide}" tabindex="0" role="region" aria-label="Table: {safe(named)}"><table>\n'
        f"<thead><tr>{header}</tr></thead>\n<tbody>{chr(10).join(rows)}</tbody></table></div>\n{legend}"
    )


def _missing(view: Written) -> list[str]:
    if not view.missing:
        return []
    items = "".join(f"<li>{safe(item)}</li>" for item in view.missing)
    return [f'<section class="panel"><h2>What the corpus does not say</h2><ul>{items}</ul></section>']


def _references(view: Written, marks: Marks, entries: Entries | None) -> list[str]:
    if not view.references:
        return []
    items = []
    for reference in view.references:
        entry = _linked(reference, entry_of(reference, entries))
        items.append(
            f'<li id="{marks.reference_id(reference.label)}"><p class="entry"><span class="label">'
            f"[{verbatim(reference.label)}]</span> <bdi>{''.join(_run(run) for run in entry)}</bdi></p>"
            f"{marks.quotes(reference.label)}</li>"
        )
    return ["<section><h2>References</h2>", '<ol class="references">', *items, "</ol></section>"]


def _linked(reference: Reference, entry: Entry) -> Entry:
    """Styles that print neither DOI nor address still get a way to the paper."""
    doi = plain_doi(reference)
    target = doi_address(doi) if doi else web_address(reference)
    if target is None or any(run.link for run in entry):
        return entry
    return (*entry, Run(" "), Run("[link]", link=target))


def _run(run: Run) -> str:
    text = escape(run.text)
    for asked, tag, attributes in (
        (run.italic, "i", ""),
        (run.bold, "b", ""),
        (run.small_capitals, "span", ' class="small-capitals"'),
        (run.underlined, "u", ""),
        (run.raised, "sup", ""),
        (run.lowered, "sub", ""),
    ):
        text = f"<{tag}{attributes}>{text}</{tag}>" if asked else text
    return f'<a href="{escape(run.link)}" rel="noreferrer">{text}</a>' if run.link else text


def _left_out(view: Written) -> list[str]:
    if not view.dropped:
        return []
    items = "".join(
        f'<li><span class="words">{safe(dropped.text)}</span> ({safe(dropped.reason)})</li>' for dropped in view.dropped
    )
    return [f'<section class="dropped"><h2>Left out, because it did not pass the check</h2><ul>{items}</ul></section>']


def _footer(view: Written) -> str:
    said = f"Composed by: {safe(view.composer)}. " if view.paragraphs or view.sections else ""
    said += f"{safe(view.judged)}. " if said and view.judged else ""
    cost = f"It cost ${view.accounting.cost_usd:.4f}. " if view.accounting.cost_usd else ""
    offsets = "Character numbers count in the stored abstract." if any(all_citations(view)) else ""
    return f"<footer><p>{said}{cost}{offsets}</p></footer>"
