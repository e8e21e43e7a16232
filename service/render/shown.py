"""Any result of the core as text, as Markdown and as HTML for a notebook: one view where there is no file to write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt

from service.records import Answer, Comparison, Draft, SearchResult
from service.records.checks import Check
from service.records.quotations import QuoteSearch
from service.records.surveys import Survey
from service.records.texts import Documented
from service.render.check import check_markdown, check_text
from service.render.html import as_html
from service.render.markdown import as_markdown, escaped
from service.render.plain import readable, visible
from service.render.terminal import as_text, search_text


@dataclass(frozen=True, slots=True)
class Shown:
    """Three forms of one result. `html` is a fragment in which nothing runs and whose styles stay inside."""

    text: str
    markdown: str
    html: str


def shown(record: Documented) -> Shown:
    """The forms of a record; one of an unknown kind is shown as its JSON."""
    if isinstance(record, Answer | Comparison | Draft | Survey):
        return Shown(as_text(record), as_markdown(record), _framed(as_html(record)))
    if isinstance(record, Check):
        return _by_markdown(check_text(record), check_markdown(record, verbose=True))
    if isinstance(record, SearchResult):
        return _by_markdown(search_text(record), found_markdown(record))
    if isinstance(record, QuoteSearch):
        return _by_markdown(_quotations_text(record), quotations_markdown(record))
    text = json.dumps(record.as_document(), indent=2, ensure_ascii=True)
    return Shown(text, f"```json\n{text}\n```\n", f"<pre>{escape(text)}</pre>")


def found_markdown(result: SearchResult) -> str:
    """Hits as a numbered list, each with its best sentence."""
    lines = [f"# {escaped(readable(result.query))}", ""]
    for number, hit in enumerate(result.hits, start=1):
        when = hit.paper.date or hit.paper.year or "undated"
        facts = f"{when}, {visible(hit.paper.paper_id)}, score {hit.score:.2f}"
        lines.append(f"{number}. **{escaped(readable(hit.paper.title))}** ({escaped(facts)})")
        if hit.passages and hit.best.quote:
            lines += ["", f"   “{escaped(visible(hit.best.quote))}”", ""]
    if result.note or not result.hits:
        lines += ["", escaped(readable(result.note or "The corpus holds nothing that matches."))]
    return "\n".join(lines) + "\n"


def quotations_markdown(found: QuoteSearch) -> str:
    """Who says a text, as a list."""
    lines = [f"# {escaped(readable(found.text))}", "", f"Match: {found.match}.", ""]
    for place in found.quotations:
        title, quote = escaped(readable(place.paper.title)), escaped(visible(place.quote))
        lines.append(f"- **{title}** ({escaped(visible(place.paper.paper_id))}), {place.verdict}: “{quote}”")
    lines += ["", escaped(readable(found.note))] if found.note else []
    return "\n".join(lines) + "\n"


def _quotations_text(found: QuoteSearch) -> str:
    blocks = [f"{readable(found.text)}\nMatch: {found.match}."]
    for place in found.quotations:
        at = f"{visible(place.paper.paper_id)}, characters {place.span.start} to {place.span.end}"
        blocks.append(f"{readable(place.paper.title)} ({at}), {place.verdict}:\n“{visible(place.quote)}”")
    blocks += [readable(found.note)] if found.note else []
    return "\n\n".join(blocks) + "\n"


def _by_markdown(text: str, markdown: str) -> Shown:
    return Shown(text, markdown, MarkdownIt("commonmark", {"html": False}).render(markdown))


def _framed(page: str) -> str:
    """A whole page in a frame of its own, without scripts: its styles reach nothing around it."""
    style = "width:100%;height:34em;border:1px solid #8884;border-radius:4px;resize:vertical"
    return f'<iframe sandbox title="litweave" style="{style}" srcdoc="{escape(page, quote=True)}"></iframe>'
