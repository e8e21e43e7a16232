"""An entry of a reference list as runs of text, which every renderer sets in its own way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from service.records import Reference
from service.render.reference import in_words, plain_doi, web_address


@dataclass(frozen=True, slots=True)
class Run:
    """Plain text (one line, nothing in it acts) in one type. `link` is an http(s) address."""

    text: str
    italic: bool = False
    bold: bool = False
    small_capitals: bool = False
    underlined: bool = False
    raised: bool = False
    lowered: bool = False
    link: str | None = None


Entry: TypeAlias = tuple[Run, ...]
Entries: TypeAlias = Mapping[str, Entry]
"""Entries by label of the reference, in the style that was asked for."""


def plain_entry(reference: Reference) -> Entry:
    """Title, authors, venue and date as far as known, then DOI and address."""
    runs = [Run(in_words(reference))]
    if doi := plain_doi(reference):
        runs += [Run(" "), Run(f"doi:{doi}", link=doi_address(doi))]
    if url := web_address(reference):
        runs += [Run(" "), Run(url, link=url)]
    return tuple(runs)


def entry_of(reference: Reference, entries: Entries | None) -> Entry:
    """The styled entry, where there is one."""
    return plain_entry(reference) if entries is None else entries[reference.label]


def entry_text(entry: Entry) -> str:
    """The entry without its type."""
    return "".join(run.text for run in entry)


def doi_address(doi: str) -> str:
    """Where a DOI (from `plain_doi`) leads."""
    return "https://doi.org/" + doi.replace("<", "%3C").replace(">", "%3E").replace("#", "%23").replace("?", "%3F")
