"""Citation marks of a page: each opens a card with its quotes on hover and on keyboard focus, without a script."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from service.records import Citation, Reference
from service.render.plain import readable, visible
from service.render.reference import short_title

Place = tuple[str, int, int]
"""Label, start and end of a quote."""


def safe(text: str) -> str:
    """Free text as HTML that shows its display form; nothing in it acts."""
    return escape(readable(text))


def verbatim(text: str) -> str:
    """A quote, label or date as HTML: its own characters."""
    return escape(visible(text))


class Marks:
    """Numbers references, quotes and marks of one page, and remembers which mark shows which quote."""

    def __init__(self, references: Sequence[Reference], citations: Iterable[Citation]) -> None:
        self._names = {reference.label: short_title(reference.title) for reference in references}
        self._numbers = {reference.label: number for number, reference in enumerate(references, start=1)}
        self._quotes: dict[str, dict[Place, Citation]] = {}
        for citation in citations:
            self._quotes.setdefault(citation.label, {}).setdefault(_place(citation), citation)
        self._shown: dict[Place, list[int]] = {}
        self._count = 0

    def of(self, citations: Sequence[Citation], how: str) -> str:
        """One mark a label, each with a card; `how` says what a sentence has of its quotes: "Verbatim from"."""
        by_label: dict[str, dict[Place, Citation]] = {}
        for citation in citations:
            by_label.setdefault(citation.label, {})[_place(citation)] = citation
        return "".join(self._mark(label, list(quotes.values()), how) for label, quotes in by_label.items())

    def reference_id(self, label: str) -> str:
        return f"r{self._numbers[label]}"

    def quotes(self, label: str) -> str:
        """The list of a reference's quotes with their places and the ways back; empty for none."""
        items = "".join(self._quote(citation) for citation in self._quotes.get(label, {}).values())
        return f'<ol class="quotes">{items}</ol>' if items else ""

    def _mark(self, label: str, quotes: Sequence[Citation], how: str) -> str:
        self._count += 1
        number = self._count
        for citation in quotes:
            self._shown.setdefault(_place(citation), []).append(number)
        letters = ",".join(filter(None, (self._letter(citation) for citation in quotes)))
        raised = f"<sup>{letters}</sup>" if letters else ""
        name = escape(self._names[label])
        shown = "".join(
            f'<span class="from">{how} <b>{name}</b>, characters {c.start} to {c.end}</span>'
            f'<span class="quote">“{verbatim(c.quote)}”</span>'
            for c in quotes
        )
        return (
            f'<span class="cite"><a class="mark" id="c{number}" href="#{self.reference_id(label)}" '
            f'aria-describedby="t{number}">[{verbatim(label)}]{raised}</a>'
            f'<span class="card" role="tooltip" id="t{number}"><span class="inner">{shown}</span></span></span>'
        )

    def _quote(self, citation: Citation) -> str:
        letter = self._letter(citation)
        nth = f'<span class="nth">{letter}</span>' if letter else ""
        back = " ".join(
            f'<a class="back" href="#c{number}" aria-label="Back to citation {number}">↩</a>'
            for number in self._shown.get(_place(citation), ())
        )
        at = f"characters {citation.start} to {citation.end}"
        return (
            f'<li>{nth}<span class="quote">“{verbatim(citation.quote)}”</span> <span class="at">{at}</span> {back}</li>'
        )

    def _letter(self, citation: Citation) -> str:
        """`a`, `b`, … where the reference has several quotes; `a27` and on after `z`."""
        places = list(self._quotes[citation.label])
        if len(places) == 1:
            return ""
        number = places.index(_place(citation))
        return chr(ord("a") + number) if number < 26 else f"a{number + 1}"


def _place(citation: Citation) -> Place:
    return citation.label, citation.start, citation.end
