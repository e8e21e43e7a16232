"""A .bib file -> entries by key. Reads what BibTeX and biblatex write, in one pass, whatever is broken in between."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from service.identity import arxiv_number, normal_doi
from service.manuscript.records import Entry
from service.persons import family_name, split_authors
from service.text.bibtex_values import plain
from service.text.latex import resolve
from service.text.normal import for_display

_ENTRY = re.compile(r"@\s{0,20}([A-Za-z]{1,40})\s{0,20}[{(]\s{0,200}([^\s,{}()\"=]{1,200})\s{0,200},")
_FIELD = re.compile(r"\s{0,1000},?\s{0,1000}([A-Za-z][\w-]{0,40})\s{0,100}=\s{0,100}")
_JOINS = re.compile(r"\s{0,100}#\s{0,100}")
_STRING = re.compile(r"@\s{0,20}string\s{0,20}[{(]\s{0,100}([^\s={}(),\"]{1,200})\s{0,100}=\s{0,100}", re.IGNORECASE)
_NOT_WORKS = frozenset({"string", "comment", "preamble"})
_BARE = re.compile(r"[^\s,{}\"#]{1,200}")
_LONGEST_VALUE = 50_000
_OTHERS = re.compile(r"\band\s+(?:others|et\.?\s+al)\b", re.IGNORECASE)
_VENUES = ("journal", "journaltitle", "booktitle")  # what is usually named by a macro, of another file even
_ELSEWHERE = "howpublished"
_ADDRESS = re.compile(r"\\url\b|\\href\b|https?:|www\.|\b(?:online|accessed|available|retrieved)\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_NO_YEAR = re.compile(r"(?!(?:1[0-4]|20)\d\d[a-z]?$)(?=[A-Za-z]*\d)[A-Za-z\d]{1,6}", re.IGNORECASE)  # 20l9, 3021, 98
_HOLDS_DOI = re.compile(r"\b10\.\d{4,9}/\S+$")


def read_bib(source: str) -> tuple[Entry, ...]:
    """The entries in order; of two with one key both. Fields that cannot be read are left out."""
    macros = {m[1].lower(): braced(source, m.end(), m.end() + _LONGEST_VALUE)[0] for m in _STRING.finditer(source)}
    entries = []
    line, counted = 1, 0
    for begin, end in _works(source):
        line += source.count("\n", counted, begin.start())
        counted = begin.start()
        fields: dict[str, str] = {}
        for name, value, _ in _fields(source, begin.end(), end, macros):
            fields.setdefault(name, value)
        entries.append(entry_of(begin[2], fields, line))
    return tuple(entries)


def corrected_bib(source: str, corrections: Mapping[str, Mapping[str, str]]) -> tuple[str, tuple[str, ...]]:
    """`source` with other values of fields, by key and field, in TeX; and what had no place, as "key: field".

    All else stays as it is. `venue` is what the entry has of journal, journaltitle and booktitle, without these
    howpublished; `year` may be a date; of two entries with one key the first is meant.
    """
    left = {key: dict(values) for key, values in corrections.items()}
    pieces, done = [], 0
    for begin, end in _works(source):
        wanted = left.get(begin[2], {})
        fields = list(_fields(source, begin.end(), end, {}))
        venues = _VENUES if any(name in _VENUES for name, _, _ in fields) else (_ELSEWHERE,)
        for name, _, (start, stop) in fields:
            field = "venue" if name in venues else "year" if name == "date" else name
            if field in wanted:
                pieces += [source[done:start], f"{{{wanted.pop(field)}}}"]
                done = stop
    return "".join([*pieces, source[done:]]), tuple(f"{k}: {field}" for k, fields in left.items() for field in fields)


def _works(source: str) -> Iterator[tuple[re.Match[str], int]]:
    """Where each entry begins, with its kind and key, and where the next one does."""
    begins = list(_ENTRY.finditer(source))
    for i, begin in enumerate(begins):
        if begin[1].lower() not in _NOT_WORKS:
            yield begin, begins[i + 1].start() if i + 1 < len(begins) else len(source)


def _fields(source: str, at: int, end: int, macros: Mapping[str, str]) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Name, value and span of the value for each field."""
    while (name := _FIELD.match(source, at, end)) is not None:
        at = name.end()
        parts = []
        while True:
            bare = source[at : at + 1] not in ("{", '"')
            value, at = braced(source, at, min(end, at + _LONGEST_VALUE))
            unknown = bare and name[1].lower() in _VENUES and value.lower() not in macros
            parts.append("" if unknown else macros.get(value.lower(), value) if bare else value)
            joined = _JOINS.match(source, at, end)
            if joined is None or not value:
                break
            at = joined.end()
        yield name[1].lower(), "".join(parts).strip(), (name.end(), at)


def braced(source: str, at: int, end: int) -> tuple[str, int]:
    """`{…}` with balanced braces, `"…"`, or a bare word, and where it ends."""
    opening = source[at : at + 1]
    if opening not in ("{", '"'):
        bare = _BARE.match(source, at, end)
        return (bare[0], bare.end()) if bare else ("", at)
    depth = 0
    for i in range(at, end):
        character = source[i]
        if character == "\\":
            continue
        if source[i - 1] == "\\" and character in '{}"':
            continue
        if character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
        closed = depth == 0 and (character == "}" if opening == "{" else character == '"' and i > at)
        if closed:
            return source[at + 1 : i], i + 1
    return source[at + 1 : end], end


def entry_of(key: str, fields: Mapping[str, str], line: int) -> Entry:
    """The entry of a work by its fields, whose names are in small letters and whose values are TeX."""
    eprint = fields.get("eprint", "")
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    places = [fields.get(name, "") for name in ("url", "doi", "howpublished", "note", "journal")]
    arxiv = arxiv_number(eprint) if kind in ("", "arxiv") and eprint else None
    words = (word.strip(",.;") for place in places for word in place.split())
    arxiv = arxiv or next((number for word in words if (number := arxiv_number(word))), None)
    dated, doi = fields.get("year") or fields.get("date") or "", resolve(fields.get("doi", "")).strip()
    year = _YEAR.search(dated)
    no_year = year is None and _NO_YEAR.fullmatch(dated) is not None
    no_doi = bool(doi) and normal_doi(doi) is None and not _HOLDS_DOI.search(doi)
    title = plain(fields.get("title", "")) or None
    return Entry(
        key=key,
        text=for_display(" ".join(fields.get(name, "") for name in ("author", "title", "year"))),
        line=line,
        title=title,
        doi=normal_doi(doi),
        arxiv=arxiv,
        url=fields.get("url") or None,
        surnames=tuple(map(family_name, split_authors(fields.get("author") or fields.get("editor") or ""))),
        year=int(year[0]) if year else None,
        authors=split_authors(fields.get("author", "")),
        others=_OTHERS.search(fields.get("author", "")) is not None,
        venue=_venue(fields),
        malformed=((("year", dated),) if no_year else ()) + ((("doi", doi),) if no_doi else ()),
    )


def _venue(fields: Mapping[str, str]) -> str | None:
    """Where the work appeared, as it reads; `howpublished` as exports have it: beside no DOI, and no address."""
    given = next((value for name in _VENUES if (value := fields.get(name))), "")
    elsewhere = fields.get(_ELSEWHERE, "")
    if not given and not fields.get("doi") and not _ADDRESS.search(elsewhere):
        given = elsewhere
    return plain(given) or None
