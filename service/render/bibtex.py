"""A .bib file with only what is known: no invented author, year or venue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from service.persons import split_authors
from service.records import Reference
from service.render.plain import name_of, readable
from service.render.reference import (
    WorkKind,
    notes,
    plain_doi,
    preprint_number,
    publication_year,
    web_address,
    work_kind,
)
from service.render.tex_characters import tex

Dialect: TypeAlias = Literal["bibtex", "biblatex"]

_LONGEST_FIELD: Final = 15_000
"""Characters of a field that styles print; classic BibTeX breaks at 20,000."""
_KEY_CHARACTERS: Final = re.compile(r"[^A-Za-z0-9:.+/-]")
_ISO_DATE: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENTRY: Final[Mapping[Dialect, Mapping[WorkKind, tuple[str, str]]]] = {
    "bibtex": {
        "paper-conference": ("inproceedings", "booktitle"),
        "article-journal": ("article", "journal"),
        "article": ("misc", "howpublished"),
        "document": ("misc", "howpublished"),
    },
    "biblatex": {
        "paper-conference": ("inproceedings", "booktitle"),
        "article-journal": ("article", "journaltitle"),
        "article": ("online", "howpublished"),
        "document": ("misc", "howpublished"),
    },
}
"""Type of entry and the field of the venue; a venue that does not say what it is makes no article of a paper."""


@dataclass(frozen=True, slots=True)
class BibStyle:
    """How entries are written. `ascii_only`: letters beyond ASCII as commands of TeX, for an old one."""

    dialect: Dialect = "bibtex"
    ascii_only: bool = False


def as_bibtex(references: Sequence[Reference], *, ascii_only: bool = False) -> str:
    """One entry a reference, in order; empty for no references. UTF-8, which biber and Zotero read."""
    keys = cite_keys(references)
    style = BibStyle(ascii_only=ascii_only)
    return "\n".join(bib_entry(reference, keys[reference.label], style) for reference in references)


def cite_keys(references: Sequence[Reference]) -> dict[str, str]:
    r"""Label -> key for `\cite`: ASCII and unique, also where letter case is ignored, as BibTeX does.

    Keys that are so already stay as they are; a later one that collides gets `-2`, `-3`, …
    """
    keys: dict[str, str] = {}
    taken: set[str] = set()
    for reference in references:
        stem = plain_key(reference.key)
        key, number = stem, 1
        while key.lower() in taken:
            number += 1
            key = f"{stem}-{number}"
        taken.add(key.lower())
        keys[reference.label] = key
    return keys


def plain_key(key: str) -> str:
    r"""`key` with the characters that `\cite` and every program take; "paper" where none is left."""
    return _KEY_CHARACTERS.sub("", key) or "paper"


def bib_entry(reference: Reference, key: str, style: BibStyle, *, abstract: str | None = None) -> str:
    """The entry of one reference, ending in a newline. Paragraphs of the abstract are parted by a blank line."""

    def written(text: str) -> str:
        return tex(readable(text), ascii_only=style.ascii_only)

    kind, venue = _ENTRY[style.dialect][work_kind(reference)]
    # A line that begins with "@" would begin an entry for some readers.
    paragraphs = (re.sub("^@", "{@}", written(line)) for line in (abstract or "").split("\n") if line.strip())
    fields = {
        # Plain styles of classic BibTeX sort an entry without authors by `key`.
        "key": None if reference.authors or style.dialect == "biblatex" else f"{{{tex(key)}}}",
        "author": _in_braces(_authors(reference.authors, style.ascii_only)),
        # The inner braces keep styles from lower-casing names in the title.
        "title": f"{{{{{written(reference.title)}}}}}",
        venue: _in_braces(written(reference.venue)) if reference.venue else None,
        **_when(reference, style.dialect),
        **_preprint(reference, style.dialect),
        "note": _in_braces(written("; ".join(notes(reference)))),
        "url": _in_braces(web_address(reference)),
        "doi": _in_braces(plain_doi(reference)),
        "abstract": _in_braces("\n\n".join(paragraphs)),
    }
    lines = [f"  {name} = {value}," for name, value in fields.items() if value is not None]
    return "\n".join([f"@{kind}{{{key},", *lines, "}", ""])


def bibtex_value(field: str, text: str) -> str:
    """The text of a field as BibTeX writes it; authors are names joined by "and", teams in braces."""
    if field == "author":
        return " and ".join(_author(name, ascii_only=False) for name in split_authors(text))
    return text if field in ("doi", "eprint") else tex(readable(text), ascii_only=False)


def _in_braces(value: str | None) -> str | None:
    return f"{{{value}}}" if value else None


def _when(reference: Reference, dialect: Dialect) -> dict[str, str]:
    """The date of publication as exact as it is known; nothing for a listing date."""
    year = publication_year(reference)
    if year is None:
        return {}
    date = reference.date if reference.date_kind == "published" else None
    if date is None or not _ISO_DATE.fullmatch(date):
        date = str(year)
    if dialect == "biblatex":
        return {"date": f"{{{date}}}"}
    parts = date.split("-")
    found = {"year": f"{{{year}}}"}
    if len(parts) > 1 and parts[0] == str(year):
        found["month"] = _MONTHS[int(parts[1]) - 1]
        found |= {"day": f"{{{int(parts[2])}}}"} if len(parts) > 2 else {}
    return found


def _preprint(reference: Reference, dialect: Dialect) -> dict[str, str]:
    number = preprint_number(reference)
    if number is None:
        return {}
    return {"eprint": f"{{{number}}}", "eprinttype" if dialect == "biblatex" else "archiveprefix": "{arXiv}"}


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
