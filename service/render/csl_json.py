"""CSL-JSON: what citation managers and reference styles read. Only what is known.

A listing date is no publication date: it stands in `note`, and `issued` is left out.
The fields are those of https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from service.records import Reference
from service.render.bibtex import cite_keys
from service.render.plain import name_of, readable
from service.render.reference import notes, plain_doi, publication_year, web_address, work_kind

_ISO_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")


def as_csl_json(references: Sequence[Reference]) -> str:
    """A JSON array of the references, in order, with the keys of the .bib file as ids. ASCII."""
    keys = cite_keys(references)
    return json.dumps([csl_item(r, keys[r.label]) for r in references], indent=2, ensure_ascii=True) + "\n"


def csl_item(reference: Reference, key: str, *, abstract: str | None = None) -> dict[str, Any]:
    """One item. `type` follows from what the source says in words; `document` where it says nothing."""
    venue = readable(reference.venue) if reference.venue else None
    fields: dict[str, Any] = {
        "id": key,
        "type": work_kind(reference),
        "title": readable(reference.title),
        "author": [_author(author) for author in reference.authors] or None,
        "issued": _issued(reference),
        "container-title": venue,
        "URL": web_address(reference),
        "DOI": plain_doi(reference),
        "note": "; ".join(notes(reference)) or None,
        "abstract": readable(abstract) if abstract is not None else None,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _author(author: str) -> dict[str, str]:
    name = name_of(author)
    if name.is_whole:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "non-dropping-particle": name.particle, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _issued(reference: Reference) -> dict[str, list[list[int]]] | None:
    date = reference.date
    if reference.date_kind == "published" and date and _ISO_DATE.fullmatch(date):
        return {"date-parts": [[int(part) for part in date.split("-")]]}
    year = publication_year(reference)
    return None if year is None else {"date-parts": [[year]]}
