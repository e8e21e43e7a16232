"""Which papers are exported: those that filters let pass, the hits of a search, or the references of a text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from service.errors import UsageError
from service.records import Paper, SearchResult, Span
from service.writers.writer import Selected

_HEADINGS: Final = ("question", "topic", "query")
_DEEPEST: Final = 40


@dataclass(slots=True)
class TextPapers:
    """The papers of a JSON document of `ask`, `draft`, `compare`, `survey` or `search`.

    `keys`: paper id -> key of its reference, in the order of the references; `quotes`: what the document quotes of it.
    """

    title: str
    keys: dict[str, str | None] = field(default_factory=dict)
    quotes: dict[str, dict[Span, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OfText:
    """The papers of a text that the library has; `missing` are the ids of the others, `moved` counts quotes that the
    abstract does not hold any more where the text has them.
    """

    papers: tuple[Selected, ...]
    missing: tuple[str, ...]
    moved: int


def of_search(result: SearchResult) -> Iterator[Selected]:
    """The hits, best first, each with its best sentence."""
    for hit in result.hits:
        best = Span(hit.best.start, hit.best.end) if hit.passages else None
        yield Selected(hit.paper, quotes=(best,) if best is not None and best.start < best.end else ())


def read_text_papers(text: str, name: str) -> TextPapers:
    """The papers of a JSON document as `--json` prints it. Raises `UsageError` for anything else."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{name} is no JSON: give what `litweave ask --json` (or draft, compare, survey) wrote"
        ) from error
    listed = document.get("references", document.get("hits")) if isinstance(document, dict) else None
    if not isinstance(listed, list):
        raise UsageError(f"{name} has no list of references: give what `litweave ask --json` (or draft, compare) wrote")
    heading = next((document[h] for h in _HEADINGS if isinstance(document.get(h), str)), "")
    found = TextPapers(" ".join(heading.split())[:200] or "Papers")
    for one in listed:
        if not isinstance(one, dict) or not isinstance(one.get("paper_id"), str):
            raise UsageError(f"{name} has a reference without paper_id: was it edited? Write it anew with --json")
        key = one.get("key")
        found.keys.setdefault(one["paper_id"], key if isinstance(key, str) and key else None)
    _collect(document, found, 0)
    return found


def of_text(text: TextPapers, paper_of: Callable[[str], Paper | None]) -> OfText:
    """The papers in the order of the references, with the text's keys and quotes. `paper_of` is `None` for an id that
    the library has not.
    """
    papers: list[Selected] = []
    missing: list[str] = []
    moved = 0
    for paper_id, key in text.keys.items():
        paper = paper_of(paper_id)
        if paper is None:
            missing.append(paper_id)
            continue
        quotes = text.quotes.get(paper_id, {})
        there = tuple(span for span, quote in quotes.items() if paper.abstract[span.start : span.end] == quote)
        moved += len(quotes) - len(there)
        papers.append(Selected(paper, key, there))
    return OfText(tuple(papers), tuple(missing), moved)


def _collect(node: Any, found: TextPapers, depth: int) -> None:
    """Every quote with its place that stands anywhere in the document; those of the nearest papers cite nothing."""
    if depth > _DEEPEST:
        return
    if isinstance(node, Mapping):
        quote, start, end = node.get("quote"), node.get("start"), node.get("end")
        if type(start) is int and type(end) is int and 0 <= start < end and isinstance(quote, str):
            found.quotes.setdefault(str(node.get("paper_id")), {})[Span(start, end)] = quote
        for name, value in node.items():
            if name != "nearest":
                _collect(value, found, depth + 1)
    elif isinstance(node, list):
        for value in node:
            _collect(value, found, depth + 1)
