"""Rows of a table -> records: which column is which, and what of a cell belongs to its table and not to the paper."""

from __future__ import annotations

import ast
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, get_args

from service.identity import arxiv_number
from service.readers.raw import Name, RawRecord
from service.records import PublicationStatus
from service.vocabulary.columns import COLUMNS, Column

UNDERSTOOD: Final = (
    "title (or TI, Article Title, Primary Title), abstract (AB, notes_abstract), authors (AU, Author(s)), "
    "year (PY, Publication Year), date, doi (DI), journal (Source title, venue), url (Link), pmid, arxiv, id"
)
"""The column names that are read, for a person whose table has none of them."""

_FIELDS: Final[Mapping[str, tuple[Column, int]]] = {
    name: (column, rank) for column, names in COLUMNS.items() for rank, name in enumerate(names.split())
}
_OWN: Final[frozenset[Column]] = frozenset(("key", "date_kind", "organisation", "author_count", "upvotes", "origin"))
_LONGEST_NAME: Final = 100
_MISSING: Final = frozenset(("", "nan", "none", "null", "<na>", "n/a", "#n/a", "nat"))
_AUTHOR_NUMBER: Final = re.compile(r"\s{0,3}\(\d{6,15}\)$")
_LISTED_NAME: Final = re.compile(
    r"[^\W\d_][^\d,;]{0,60} (?:[A-ZÀ-Þ]\.?[ -]?){1,4}"
    r"|(?:(?:[A-ZÀ-Þ]\.[ -]?){1,4}|[A-ZÀ-Þ]{1,3} )[^\W\d_][^\d,;]{1,60}"
)
"""A name with its initials behind or before it."""
_LONGEST_AUTHORS: Final = 1_000_000
_ARXIV_AS_NUMBER: Final = re.compile(r"(\d{3,4})\.(\d{1,5})")
_ID_KINDS: Final[tuple[Column, ...]] = ("pmid", "openalex", "s2", "acl")
_WHOLE: Final = re.compile(r"(\d{1,15})\.0")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a record stand: for each the columns that may hold it, the surer first; `width` in cells."""

    places: Mapping[Column, tuple[int, ...]]
    width: int

    def record(self, cells: Sequence[object], number: int) -> RawRecord:
        """The record of one row. A short row has no cells at its end; of two columns the first filled one counts."""
        row = {column: value for column in self.places if (value := self.value(cells, column)) is not None}
        key, ids = _ids(row)
        year, date = row.get("year"), row.get("date")
        if isinstance(date, str) and year is not None and not re.search(r"\d{4}", date):
            date = f"{date}, {_plain(year)}"  # "MAR 5", as Web of Science has it, beside the year
        return RawRecord(
            number=number,
            title=row.get("title"),
            abstract=row.get("abstract"),
            authors=authors_of(row.get("authors")),
            year=year,
            date=date,
            date_kind="listed" if row.get("date_kind") == "listed" else "published",
            doi=row.get("doi"),
            url=row.get("url"),
            venue=row.get("venue"),
            organisation=row.get("organisation"),
            ids=ids,
            key=key,
            author_count=_count(row.get("author_count")),
            upvotes=_count(row.get("upvotes")),
            status=_status(row),
            origin=_plain(row.get("origin")),
            markup="none" if self.is_own else "html",
        )

    @property
    def is_own(self) -> bool:
        """Whether litweave wrote the table: then only an empty cell says nothing, and no text holds markup."""
        return self.places.keys() >= _OWN

    def value(self, cells: Sequence[object], column: Column) -> object | None:
        """What the row says of a field; `None` where it says nothing, in any of the ways of saying it."""
        for place in self.places.get(column, ()):
            if place < len(cells) and (
                not is_missing(cells[place]) or (self.is_own and cells[place] not in ("", None))
            ):
                return cells[place]
        return None


def columns_of(header: Sequence[object]) -> Columns | None:
    """The columns of a header row, or `None` where it names no title."""
    found: dict[Column, list[tuple[int, int]]] = {}
    for place, name in enumerate(header):
        known = _FIELDS.get(_folded(name)) if isinstance(name, str) and len(name) <= _LONGEST_NAME else None
        if known is not None:
            found.setdefault(known[0], []).append((known[1], place))
    if "title" not in found:
        return None
    places = {column: tuple(place for _, place in sorted(ranked)) for column, ranked in found.items()}
    return Columns(places, len(header))


def is_missing(cell: object) -> bool:
    """Whether a cell is empty, also as pandas, R and spreadsheets write that."""
    if isinstance(cell, str):
        return len(cell) < 200 and cell.strip().casefold() in _MISSING
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def authors_of(cell: object) -> tuple[Name, ...]:
    """The names of one cell, parted by ";", "|" or "and"; by commas where each part is a whole name for certain."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_AUTHORS:
        return ()
    text = cell.strip()
    if text[:1] == "[" and (listed := _listed(text)) is not None:
        return listed
    parts = (
        text.split(";") if ";" in text else text.split("|") if "|" in text else re.split(r"(?<!\s)\s+and\s+|\n", text)
    )
    names = [_AUTHOR_NUMBER.sub("", part.strip()) for part in parts]
    if ";" not in text and "|" not in text:
        names = [name for part in names for name in _comma_parts(part)]
    return tuple(name for name in names if name)


def _comma_parts(text: str) -> list[str]:
    """ "Oven A, Crust B." and "Ada Oven, Ben Crust, Cy Dough" as names; "Oven, Ada" and what may be so as one."""
    parts = [part.strip() for part in text.rstrip(". \t").split(",") if part.strip()]
    if len(parts) > 1 and all(_LISTED_NAME.fullmatch(part) for part in parts):
        return parts
    whole_names = len(parts) > 2 and all(2 <= len(part.split()) <= 5 for part in parts)
    return parts if whole_names else [text]


def _listed(text: str) -> tuple[Name, ...] | None:
    """The names of a list as Python or JSON writes it, of texts or of objects with a name; `None` where it is none."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        try:
            parsed = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            return None
    names: list[Name] = []
    for item in parsed if isinstance(parsed, list) else ():
        if isinstance(item, dict):
            named = item.get("name") or item.get("display_name")
            names.append(str(named) if named else {str(key): value for key, value in item.items()})
        elif isinstance(item, str):
            names.append(item)
    return tuple(names)


def _ids(row: Mapping[Column, object]) -> tuple[str, dict[str, object]]:
    """The key and the ids by kind. An `id` that is an arXiv or OpenAlex id for certain is that."""
    ids: dict[str, object] = {kind: _plain(row[kind]) for kind in _ID_KINDS if kind in row}
    key = _plain(row.get("key"))
    given = _arxiv(row.get("arxiv")) or (_arxiv(key) if "arxiv" not in row else "")
    if given:
        ids["arxiv"] = given
    if key.startswith("https://openalex.org/W"):
        ids.setdefault("openalex", key.rpartition("/")[2])
    return key, ids


def _arxiv(value: object) -> str:
    """An arXiv id; the last zeros that a spreadsheet cut off it are put back: from 2015 on it has 5 digits."""
    text = _plain(value)
    number = _ARXIV_AS_NUMBER.fullmatch(text)
    if number is not None:
        month = number[1].zfill(4)
        text = f"{month}.{number[2].ljust(5 if month >= '1501' else 4, '0')}"
    return arxiv_number(text) or ""


def _status(row: Mapping[Column, object]) -> PublicationStatus | None:
    """What the table says befell the paper. "Retraction", "Erratum" and their like are notices, papers of their own."""
    given = row.get("status")
    for status in get_args(PublicationStatus):
        if given == status:
            return status  # type: ignore[no-any-return]
    if _plain(row.get("retracted")).casefold() in ("true", "1", "yes", "y"):
        return "retracted"
    kind = _plain(row.get("kind")).casefold()
    if re.search(r"\bretracted\b", kind):
        return "retracted"
    if re.search(r"\bwithdrawn\b", kind):
        return "withdrawn"
    return "concern" if "publication with expression of concern" in kind else None


def _plain(value: object) -> str:
    """A cell as text; a whole number without the ".0" that tables give it."""
    if value is None:
        return ""
    text = str(value).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _count(value: object) -> int | None:
    text = _plain(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())
