"""BibTeX text -> its entries: their fields with macros put in, and what they inherit.

The library takes one entry apart at a time. Given a whole file it makes a failure of every later entry with a key that
was there before, stops at 1,000 line ends in a row, and ends an entry at the brace that `\\{` leaves over.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from service.readers.bibtex_blocks import Block, blocks_of
from service.text.bibtex_values import BrokenValue, hidden, shown, value_of

_REFERRED: Final = re.compile(r"\b(?:crossref|xdata)\s*=\s*[{\"]?\s*([^{}\"\n]{1,500})", re.IGNORECASE)
_MENDING: Final = (
    (re.compile(r"^(@[\w-]+\{\s*)(?=[A-Za-z][\w-]*\s*=)"), r"\1,"),  # no key
    (re.compile(r"^(@[\w-]+\{\s*[^\s,={}]+)\s+(?=[A-Za-z][\w-]*\s*=)"), r"\1,"),  # no comma behind the key
    (re.compile(r",[\s,]*,"), ","),
    (re.compile(r"([}\"\d])(\s+)(?=[A-Za-z][\w-]*\s*=\s*[\"{\d])"), r"\1,\2"),  # no comma behind a value
)
_SWALLOWED: Final = re.compile(r"[\n,]\s*[A-Za-z][\w-]*\s*=\s*[{\"]")
_DATE: Final = frozenset(("year", "month", "date"))
_JOURNAL: Final = frozenset(("journal", "journaltitle"))
_INHERITED: Final = ("author", "booktitle", "school", "institution", "series", "publisher", "editor")
_DEEPEST: Final = 4
_LONGEST_MACRO: Final = 10_000


@dataclass(frozen=True, slots=True)
class Entry:
    """`fields` by folded name, as TeX without the outer delimiters. `number` is the line of its `@`."""

    number: int
    kind: str
    key: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """An entry that cannot be taken apart, and why."""

    number: int
    reason: str


@dataclass(slots=True)
class _Bibliography:
    text: str
    most_chars: int
    macros: dict[str, str] = field(default_factory=dict)
    referred: dict[str, Block] = field(default_factory=dict)
    parents: dict[str, Entry | None] = field(default_factory=dict)


def entries_of(text: str, *, most_chars: int) -> Iterator[Entry | Fault]:
    """Every entry but `@string`, `@preamble`, `@comment` and `@xdata`, in file order, with what it inherits."""
    bibliography = _Bibliography(text, most_chars)
    wanted = {_folded(key) for found in _REFERRED.finditer(text) for key in found[1].split(",")}
    for block in blocks_of(text):
        if block.kind == "string":
            _add_macro(bibliography, block)
        elif wanted and (key := _folded(text[block.open + 1 : block.open + 300].partition(",")[0])) in wanted:
            bibliography.referred.setdefault(key, block)
    for block in blocks_of(text):
        if block.kind not in ("string", "preamble", "xdata"):
            found = _entry(bibliography, block)
            yield _inheriting(bibliography, found, 0) if isinstance(found, Entry) else found


def _folded(key: str) -> str:
    return key.strip().casefold()


def _add_macro(bibliography: _Bibliography, block: Block) -> None:
    name, _, value = block.content(bibliography.text).partition("=")
    given = hidden(value, counts_escaped=block.counts_escaped)
    try:
        text = value_of(given, bibliography.macros, most_chars=_LONGEST_MACRO)
    except BrokenValue:
        return
    bibliography.macros[_folded(name)] = text


def _entry(bibliography: _Bibliography, block: Block) -> Entry | Fault:
    content = block.content(bibliography.text)
    if len(content) > bibliography.most_chars:
        return Fault(block.number, f"the entry is longer than {bibliography.most_chars:,} characters: split it")
    given = f"@{block.kind}{{" + hidden(content.rstrip(), counts_escaped=block.counts_escaped)
    found = _taken_apart(given + "}", bibliography.macros, block.number)
    if block.end is not None:
        return found
    if isinstance(found, Fault):
        found = _taken_apart(given + "}}", bibliography.macros, block.number)
    if isinstance(found, Entry) and not any(map(_SWALLOWED.search, found.fields.values())):
        return found
    name = content.partition(",")[0].strip()[:80] or block.kind
    return Fault(block.number, f"a brace or quotation mark of the entry {name!r} is never closed: close it in the file")


def _taken_apart(text: str, macros: Mapping[str, str], number: int) -> Entry | Fault:
    found = _parsed(text, macros, number)
    if isinstance(found, Entry):
        return found
    for pattern, replacement in _MENDING:
        text = pattern.sub(replacement, text)
    mended = _parsed(text, macros, number)
    return mended if isinstance(mended, Entry) else found


def _parsed(text: str, macros: Mapping[str, str], number: int) -> Entry | Fault:
    """The entry as the library takes it apart; of a field that is there twice the first that holds anything."""
    from bibtexparser.model import DuplicateFieldKeyBlock, ParsingFailedBlock
    from bibtexparser.model import Entry as Parsed
    from bibtexparser.splitter import Splitter

    logging.getLogger("bibtexparser.splitter").disabled = True  # what it warns of comes back as a reason
    blocks = Splitter(text).split().blocks
    first = blocks[0] if len(blocks) == 1 else None
    if isinstance(first, DuplicateFieldKeyBlock):
        first = first.ignore_error_block
    if not isinstance(first, Parsed):
        failed = next((block for block in blocks if isinstance(block, ParsingFailedBlock)), None)
        why = getattr(failed.error, "abort_reason", "") if failed is not None else ""
        if not why or "end of file" in why:
            why = "a brace or quotation mark is left open in it"
        why = shown(str(why)).rstrip(".")
        return Fault(number, f"the entry cannot be taken apart: {why}; correct it in the file")
    fields: dict[str, str] = {}
    try:
        for found in first.fields:
            value = shown(value_of(found.value, macros, most_chars=len(text) + 100 * _LONGEST_MACRO))
            if value.strip():
                fields.setdefault(_folded(found.key), value)
    except BrokenValue as broken:
        return Fault(number, f"the entry {shown(first.key)!r} cannot be taken apart: {broken}; correct it in the file")
    return Entry(number, first.entry_type, shown(first.key).strip(), fields)


def _inheriting(bibliography: _Bibliography, entry: Entry, depth: int) -> Entry:
    """The entry with the fields of its `xdata`, and those of its `crossref` that are true of both."""
    if depth >= _DEEPEST or not entry.fields.keys() & {"crossref", "xdata"}:
        return entry
    fields = dict(entry.fields)
    for name in fields.get("xdata", "").split(",")[:20]:
        if (parent := _parent(bibliography, _folded(name), depth)) is not None:
            fields = {**parent.fields, **fields}
    parent = _parent(bibliography, _folded(fields.get("crossref", "")), depth)
    if parent is not None:
        fields = {**_of_parent(entry.kind, fields, parent.fields), **fields}
    return Entry(entry.number, entry.kind, entry.key, fields)


def _parent(bibliography: _Bibliography, key: str, depth: int) -> Entry | None:
    block = bibliography.referred.get(key)
    if block is None:
        return None
    if key not in bibliography.parents:
        bibliography.parents[key] = None  # one that refers to itself has no parent
        found = _entry(bibliography, block)
        bibliography.parents[key] = _inheriting(bibliography, found, depth + 1) if isinstance(found, Entry) else None
    return bibliography.parents[key]


def _of_parent(kind: str, own: Mapping[str, str], parent: Mapping[str, str]) -> dict[str, str]:
    """What a part takes of its whole: never its DOI, link, abstract or title, but for the title of the volume."""
    names = set(_INHERITED)
    names |= set() if own.keys() & {"year", "date"} else _DATE
    names |= set() if own.keys() & _JOURNAL else _JOURNAL
    found = {name: parent[name] for name in names & parent.keys()}
    if "title" in parent and kind == "article" and not (own.keys() | found.keys()) & _JOURNAL:
        found["journaltitle"] = parent["title"]
    elif "title" in parent and kind not in ("book", "article"):
        found.setdefault("booktitle", parent["title"])
    return found
