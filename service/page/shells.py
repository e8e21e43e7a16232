"""Shells of HTML: what they are made of, and the headers they are sent with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from service import limits
from service.page.assets import Assets

PAGE_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
SAFE: Final = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_THEMES: Final = ("light", "dark")
_FORMATS: Final = (
    ("markdown", "md", "Markdown"),
    ("latex", "zip", "LaTeX with .bib"),
    ("docx", "docx", "Word"),
    ("ris", "ris", "References, RIS"),
    ("bibtex", "bib", "References, BibTeX"),
    ("csl-json", "json", "References, CSL-JSON"),
)
"""What a text is exported as: format of `/v1/render`, suffix, name."""

_MARKS: Final = (
    ("exact", "❞", "exact", "Word for word from the abstract"),
    ("supported", "✓", "verified", "Judged to be borne out by this quote"),
    ("partial", "◐", "partly", "Borne out in part by this quote"),
    ("undecided", "?", "not decided", "Nobody decided; read the quote"),
    ("contradicted", "✕", "contradicted", "This quote says otherwise"),
    ("unsupported", "∅", "not in its abstract", "The abstract does not say it; this comes nearest"),
    ("near", "≈", "near", "Comes near to it"),
    ("not_reported", "∅", "not reported", "The abstract does not report it"),
    ("not_found", "–", "not found", "It could not be told whether the abstract reports it"),
)
"""How a sentence stands to its quotes, or why a cell is empty: name, glyph, word, meaning."""
_STATUSES: Final = (
    ("partial", "Partly answered: the library does not hold it all."),
    ("uncertain", "These passages come nearest; it is not sure that they answer it."),
    ("not_in_corpus", "The library does not hold an answer to this."),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A section: its path, its name in the navigation, and the stem of its template and module."""

    path: str
    name: str
    stem: str


PLACES: Final = (
    Place("/", "Ask", "ask"),
    Place("/compare", "Compare", "compare"),
    Place("/draft", "Draft", "draft"),
    Place("/check", "Check", "check"),
    Place("/library", "Library", "library"),
    Place("/evaluate", "Evaluate", "evaluate"),
)
PAPER: Final = Place("/papers/{paper_id:path}", "Paper", "paper")
MISSING: Final = Place("", "No such page", "missing")


class Shells:
    """The templates, read once. Whatever a request holds is escaped."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._templates = Environment(
            loader=PackageLoader("service.page"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def shell(self, place: Place, request: Request, status: int = 200) -> HTMLResponse:
        """The section's HTML; its forms hold what the address says."""
        theme = request.cookies.get("theme")
        html = self._templates.get_template(f"{place.stem}.html").render(
            place=place,
            places=PLACES,
            formats=_FORMATS,
            marks=_MARKS,
            statuses=_STATUSES,
            modules=("app.js", "dom.js", "evidence.js", "api.js"),
            static=self._assets.root,
            theme=theme if theme in _THEMES else None,
            query=request.query_params,
            limits=limits,
        )
        headers = {**SAFE, "Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
        return HTMLResponse(html, status, headers=headers)
