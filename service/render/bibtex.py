"""A .bib file with only what is known: no invented author, year or venue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.records import Reference
from service.render.names import name_of
from service.render.plain import readable
from service.render.reference import notes, plain_doi, publication_year, web_address
from service.render.tex_characters import tex

_KEY_CHARACTERS = re.compile(r"[^A-Za-z0-9:.+/-]")


def as_bibtex(references: Sequence[Reference]) -> str:
    """One `@misc` entry a reference, in order; empty for no references. ASCII."""
    keys = cite_keys(references)
    return "\n".join(_entry(reference, keys[reference.label]) for reference in references)


def cite_keys(references: Sequence[Reference]) -> dict[str, str]:
    r"""Label -> key for `\cite`: ASCII and unique, also where letter case is ignored, as BibTeX does.

    Keys that are so already stay as they are; a later one that collides gets `-2`, `-3`, …
    """
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for reference in references:
        stem = _KEY_CHARACTERS.sub("", reference.key) or "paper"
        key, number = stem, 1
        while key.lower() in taken:
            number += 1
            key = f"{stem}-{number}"
        taken.add(key.lower())
        keys[reference.label] = key
    return keys


def _entry(reference: Reference, key: str) -> str:
    year = publication_year(reference)
    fields = {
        # Plain styles sort an entry without authors by `key`.
        "key": None if reference.authors else tex(key),
        "author": " and ".join(_author(author) for author in reference.authors) or None,
        # The inner braces keep styles from lower-casing names in the title.
        "title": f"{{{tex(readable(reference.title))}}}",
        "howpublished": tex(readable(reference.venue)) if reference.venue else None,
        "year": str(year) if year is not None else None,
        "note": tex("; ".join(notes(reference))) or None,
        "url": web_address(reference),
        "doi": plain_doi(reference),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value is not None]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def _author(name: str) -> str:
    """A name as BibTeX reads it; in braces, and so taken whole, where it would read something else into it."""
    name = readable(name)
    words = name.lower().split()
    odd = "and" in words or words == ["others"] or name.count(",") > 1 or (len(words) > 1 and name_of(name).is_whole)
    odd = odd or name[:1] == "," or name[-1:] == ","
    return f"{{{tex(name)}}}" if odd else tex(name)
