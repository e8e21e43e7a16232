"""Papers in JSON of no particular service: an array of records as pandas writes it, a table by its columns, or one
record over several lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from service.readers.columns import Columns, authors_of, columns_of
from service.readers.crossref import Crossref
from service.readers.json_fields import first_text, mapping, no_record, no_title, text
from service.readers.json_outline import outline
from service.readers.json_values import values
from service.readers.jsonl import record_of
from service.readers.openalex import OpenAlex
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.readers.semantic_scholar import SemanticScholar
from service.records import Rejection
from service.vocabulary.words import words

_LIST: Final = re.compile(r'"[^"\\]{1,80}"\s{0,20}:\s{0,20}\[(?=\s{0,200}\{)')
_OWN_FIELDS: Final = words(
    """id title abstract authors year date url doi venue organisation author_count upvotes source date_kind status"""
)
_SERVICES: Final = (Crossref(), OpenAlex(), SemanticScholar())
_ERROR_KEYS: Final = words("error message code status statuscode detail details documentation success")
_ASK: Final = "give each record a title, and an abstract if there is one"
_EMPTY: Final = re.compile(r"\s*\[\s*\]\s*")
_AT_ROOT: Final = re.compile(r"\.([^.\[\]]+)")
_IN_LIST: Final = re.compile(r"(\.[^.\[\]]+\[\]|\[\])\.([^.\[\]]+)")
_IN_OBJECT: Final = re.compile(r"(\.[^.\[\]]+)\.([^.\[\]]+)")


class JsonRecords:
    """Reads records in our own fields, or others' names for them; services' JSON and CSL have readers of their own."""

    key = "json"
    name = "JSON records"
    rank = 50

    def recognises(self, head: str) -> bool:
        """Whether it is an array of objects with titles, a table, one record that is no line, or a service's error."""
        shape = outline(head)
        if not shape or any(service.recognises(head) for service in _SERVICES):
            return False
        if shape[""] == "[":
            return _EMPTY.fullmatch(head) is not None or _has_titles(shape, _IN_LIST)
        first = next(filter(str.strip, head.split("\n")))
        root = {key[1]: kind for place, kind in shape.items() if (key := _AT_ROOT.fullmatch(place))}
        has_title = any(_is_title(key) and kind[:1] not in ("{", "[") for key, kind in root.items())
        if has_title:
            return first.strip() == "{" and not _is_csl(shape, "")
        is_index = set(root.values()) == {"{"} and _has_titles(shape, _IN_OBJECT)
        return _is_table(root) or _is_error(root) or is_index or _has_titles(shape, _IN_LIST)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every element of the array or row of the table."""
        for found in values(file, unfold=_records, lists=_LIST):
            yield found if isinstance(found, Rejection) else _record(found.parsed, found.number, file.source)


@lru_cache(maxsize=16)
def _columns(keys: tuple[str, ...]) -> Columns | None:
    """Once for all records with the same keys."""
    return columns_of(keys)


@lru_cache(maxsize=1024)
def _is_title(key: str) -> bool:
    return columns_of((key,)) is not None


def _has_titles(shape: Mapping[str, str], titled: re.Pattern[str]) -> bool:
    """Whether there are objects with a title at such a place, and they are not CSL's."""
    found = (place for key in shape if (place := titled.fullmatch(key)))
    return any(_is_title(place[2]) and not _is_csl(shape, place[1]) for place in found)


def _is_csl(shape: Mapping[str, str], place: str) -> bool:
    has_parts = shape.get(f"{place}.issued") == "{" or f"{place}.author[].family" in shape
    return f"{place}.type" in shape and has_parts


def _is_table(root: Mapping[str, object]) -> bool:
    """Whether an object is a table by columns, or its columns and rows apart. Values: "[" and "{", or what they are."""
    kinds = {key: kind if kind in ("[", "{") else _kind(kind) for key, kind in root.items()}
    if kinds.get("columns") == kinds.get("data") == "[":
        return True
    columns = _columns(tuple(kinds))
    if columns is None or len(columns.places) < 2:
        return False
    listed = list(kinds.values())
    return {listed[place] for places in columns.places.values() for place in places} in ({"{"}, {"["})


def _kind(value: object) -> str:
    return "[" if isinstance(value, list) else "{" if isinstance(value, dict) else ""


def _is_error(root: Mapping[str, object]) -> bool:
    said = {"error", "message", "detail"} & root.keys()
    return bool(said) and root.keys() <= _ERROR_KEYS


def _records(parsed: object) -> Sequence[object]:
    """The rows of a table, the objects of the one list in an object, those under its keys, or the record that it is."""
    if not isinstance(parsed, dict) or not parsed:
        return (parsed,)
    if _is_table(parsed):
        return _rows(parsed)
    if any(map(_is_title, parsed)):
        return (parsed,)
    lists = [value for value in parsed.values() if isinstance(value, list) and any(map(_titled, value))]
    if len(lists) == 1:
        return lists[0]
    if all(isinstance(value, dict) for value in parsed.values()) and any(map(_titled, parsed.values())):
        return list(parsed.values())
    return (parsed,)


def _titled(item: object) -> bool:
    return any(map(_is_title, mapping(item)))


def _rows(table: Mapping[str, object]) -> list[object]:
    """The rows of a table: `{"columns": […], "data": [[…]]}`, or columns as lists or by row name."""
    if isinstance(names := table.get("columns"), list) and isinstance(rows := table.get("data"), list):
        return [dict(zip(map(str, names), row, strict=False)) if isinstance(row, list) else row for row in rows]
    columns = {
        key: dict(enumerate(column)) if isinstance(column, list) else column
        for key, column in table.items()
        if isinstance(column, list | dict)
    }
    rows_named = dict.fromkeys(name for column in columns.values() for name in column)
    return [{key: column.get(name) for key, column in columns.items()} for name in rows_named]


def _record(parsed: object, number: int, source: str) -> RawRecord | Rejection:
    if not isinstance(parsed, dict):
        return Rejection(source, number, no_record(parsed))
    if _is_error(parsed):
        said = next(filter(None, (text(parsed.get(key)) for key in ("message", "error", "detail"))), "")[:300]
        return Rejection(source, number, f"a service answered with an error, not papers: {said!r}: correct the query")
    columns = _columns(tuple(parsed))
    cells = [_cell(value) for value in parsed.values()]
    if columns is None or columns.value(cells, "title") is None:
        return Rejection(source, number, no_title(parsed, _ASK))
    record = record_of(parsed, number) if parsed.keys() <= _OWN_FIELDS else columns.record(cells, number)
    authors = columns.value(list(parsed.values()), "authors")
    if isinstance(authors, list):
        return replace(record, authors=record_of({"authors": [_creator(item) for item in authors]}, number).authors)
    return replace(record, title=columns.value(cells, "title"), authors=authors_of(authors))


def _cell(value: object) -> object:
    """A value as a table has it: of a list its first text, of an object nothing."""
    return first_text(value) if isinstance(value, list) else None if isinstance(value, dict) else value


def _creator(item: object) -> object:
    """Zotero's `{"firstName", "lastName"}` by our names."""
    parts = mapping(item)
    if "lastName" not in parts:
        return item
    return {"given": text(parts.get("firstName")) or "", "family": text(parts["lastName"]) or ""}
