"""A .bib file with only what is known: no invented author, year or venue."""

from __future__ import annotations

import re
from collections.abc import Sequence

from service.persons import split_authors
from service.records import Reference
from service.render.names import name_of
from service.render.plain import readable
from service.render.reference import notes, plain_doi, publication_year, web_address
from service.render.tex_characters import tex

_LONGEST_FIELD = 15_000
"""Characters; classic BibTeX breaks at 20,000."""
_KEY_CHARACTERS = re.compile(r"[^A-Za-z0-9:.+/-]")


def as_bibtex(references: Sequence[Reference], *, ascii_only: bool = False) -> str:
    """One `@misc` entry a reference, in order; empty for no references. UTF-8, which biber and Zotero read.

    `ascii_only`: letters beyond ASCII as commands of TeX, for an old one.
    """
    keys = cite_keys(references)
    return "\n".join(_entry(reference, keys[reference.label], ascii_only) for reference in references)


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


def _entry(reference: Reference, key: str, ascii_only: bool) -> str:
    def written(text: str) -> str:
        return tex(readable(text), ascii_only=ascii_only)

    year = publication_year(reference)
    fields = {
        # Plain styles sort an entry without authors by `key`.
        "key": None if reference.authors else tex(key),
        "author": _authors(reference.authors, ascii_only) or None,
        # The inner braces keep styles from lower-casing names in the title.
        "title": f"{{{written(reference.title)}}}",
        "howpublished": written(reference.venue) if reference.venue else None,
        "year": str(year) if year is not None else None,
        "note": written("; ".join(notes(reference))) or None,
        "url": web_address(reference),
        "doi": plain_doi(reference),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value is not None]
    return "\n".join([f"@misc{{{key},", *lines, "}", ""])


def bibtex_value(field: str, text: str) -> str:
    """The text of a field as BibTeX writes it; authors are names joined by "and", teams in braces."""
    if field == "author":
        return " and ".join(_author(name, ascii_only=False) for name in split_authors(text))
    return text if field in ("doi", "eprint") else tex(readable(text), ascii_only=False)


def _authors(names: Sequence[str], ascii_only: bool) -> str:
    """The names joined by "and"; "and others" for those beyond what a field of BibTeX holds."""
    field = ""
    for i, name in enumerate(names):
        joined = f"{field} and {_author(name, ascii_only)}" if i else _author(name, ascii_only)
        if len(joined) > _LONGEST_FIELD:
            return f"{field} and others" if field else ""
        field = joined
    return field


def _author(name: str, ascii_only: bool) -> str:
    """A name as BibTeX reads it; in braces, and so taken whole, where it would read something else into it."""
    parts = name_of(name)
    given = name[:1] == "{" and name[-1:] == "}"
    braced = not given and parts.given and " " in parts.family and "{" in name
    if braced:
        given_name, family = (tex(part, ascii_only=ascii_only) for part in (parts.given, parts.family))
        return f"{given_name} {{{family}}}"
    name = readable(name[1:-1] if given else name)
    words = name.lower().split()
    odd = "and" in words or words == ["others"] or name.count(",") > 1 or (len(words) > 1 and name_of(name).is_whole)
    odd = odd or name[:1] == "," or name[-1:] == "," or (given and len(words) > 1)
    return f"{{{tex(name, ascii_only=ascii_only)}}}" if odd else tex(name, ascii_only=ascii_only)
