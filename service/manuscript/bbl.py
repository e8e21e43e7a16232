r"""What BibTeX and biber write for LaTeX, a .bbl file -> entries: `\bibitem`, and biblatex's `\entry` … `\endentry`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.manuscript.bib import braced, entry_of
from service.manuscript.latex import LatexText
from service.manuscript.prose import Lines
from service.manuscript.records import Entry

_ENTRY: Final = re.compile(r"\\entry\s{0,9}\{([^{}]{1,200})\}\s{0,9}\{([^{}]{1,80})\}")
_END: Final = re.compile(r"\\endentry\b")
_FIELD: Final = re.compile(r"\\(?:field|strng|list)\s{0,9}\{([a-z]{1,40})\}(?:\{\d{1,4}\})?\s{0,9}(?=\{)")
_VERB: Final = re.compile(r"\\verb\{([a-z]{1,40})\}\s{0,9}\\verb ([^\n]{1,2000})")
_NAMES: Final = re.compile(r"\\name\s{0,9}\{(author|editor)\}\{\d{1,4}\}\{[^{}]{0,200}\}\s{0,9}(?=\{)")
_PART: Final = re.compile(r"\b(prefix|family|suffix|given)=\s{0,9}(?=\{)")
_BETWEEN_NAMES: Final = re.compile(r"\\bibnamedelim[a-i]\s{0,9}|\\bibinit(?:delim|hyphendelim)\s{0,9}|~")
_MORE: Final = re.compile(r"\\true\{moreauthor\}")
_LONGEST: Final = 50_000


def read_bbl(source: str) -> tuple[Entry, ...]:
    """The entries in order. Raises `SourceError` for LaTeX that is nested too deep."""
    begins = list(_ENTRY.finditer(source))
    if not begins:
        opened = "" if "\\begin{thebibliography}" in source else "\\begin{thebibliography}{9}"
        closed = "\n\\end{thebibliography}" if opened else ""
        return tuple(LatexText(f"{opened}{source}{closed}").entries)
    line = Lines(source)
    entries = []
    for begin in begins:
        block = source[begin.end() : begin.end() + _LONGEST]
        end = _END.search(block)
        block = block[: end.start()] if end else block
        entries.append(entry_of(begin[1], _fields(block), line(begin.start())))
    return tuple(entries)


def _fields(block: str) -> dict[str, str]:
    """The fields as a .bib would have them."""
    fields: dict[str, str] = {}
    for found in _FIELD.finditer(block):
        fields.setdefault(found[1], braced(block, found.end(), len(block))[0])
    for found in _VERB.finditer(block):
        fields.setdefault(found[1], found[2].strip())
    for found in _NAMES.finditer(block):
        names = list(_people(braced(block, found.end(), len(block))[0]))
        fields[found[1]] = " and ".join(names + ["others"] * bool(_MORE.search(block)))
    if fields.get("subtitle") and fields.get("title"):
        fields["title"] += f": {fields['subtitle']}"
    return fields


def _people(listed: str) -> Iterator[str]:
    r"""`{{hash=…}{family={Berg}, given={Ana}, prefix={van der}}}`, or in older files `{{hash}{Berg}{B.}{Ana}{A.}…}`."""
    at = 0
    while (at := listed.find("{", at)) >= 0:
        person, at = braced(listed, at, len(listed))
        groups, inner = [], 0
        while (inner := person.find("{", inner)) >= 0:
            group, inner = braced(person, inner, len(person))
            groups.append(group)
        if len(groups) < 2:
            continue
        named = {found[1]: braced(groups[1], found.end(), len(groups[1]))[0] for found in _PART.finditer(groups[1])}
        if not named:
            named = dict(zip(("family", "given", "prefix"), (groups[1], *groups[3:6:2]), strict=False))
        yield _BETWEEN_NAMES.sub(" ", _written(named))


def _written(named: dict[str, str]) -> str:
    family = " ".join(filter(None, (named.get("prefix"), named.get("family"))))
    rest = [part for part in (named.get("suffix"), named.get("given")) if part]
    return ", ".join([family, *rest]) if rest else f"{{{family}}}"
