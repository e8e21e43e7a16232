"""The one definition of a filter: which rows of `papers` pass it, as SQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from service.catalog.shelf_names import name_key
from service.errors import UnknownName
from service.records import Filters

_MOST_NAMED: Final = 20
_IN_COLLECTIONS: Final = "SELECT paper FROM collection_papers JOIN collections USING (collection) WHERE key"
_OF_SOURCE: Final = "instr(lower(origin_name), lower(?)) > 0"


class Conditions:
    """Conditions that all have to hold, with the parameters of their question marks."""

    def __init__(self) -> None:
        self._conditions = ["1"]
        self.bounds: list[str | int] = []

    def add(self, condition: str, *bounds: str | int) -> None:
        self._conditions.append(f"({condition})")
        self.bounds += bounds

    @property
    def sql(self) -> str:
        return " AND ".join(self._conditions)


def conditions(connection: sqlite3.Connection, filters: Filters, *, with_ids: bool = False) -> Conditions:
    """What the filters ask of a row of `papers`; the ids only `with_ids`, as large lists go through in parts.

    Comparisons with NULL are never true, so an unknown year passes no bound. Raises `UnknownName` for a collection, tag
    or source that there is none of, naming those that there are.
    """
    made = Conditions()
    if with_ids and filters.paper_ids:
        made.add("paper_id IN (SELECT value FROM json_each(?))", json.dumps(filters.paper_ids))
    for column, operator, value in (
        ("year", ">=", filters.year_from),
        ("year", "<=", filters.year_to),
        ("upvotes", ">=", filters.min_upvotes),
        ("has_abstract", "=", filters.has_abstract),
    ):
        if value is not None:
            made.add(f"{column} {operator} ?", value)
    _add_shelves(connection, filters, made)
    if filters.publication_status:
        made.add(f"status IN ({_marks(filters.publication_status)})", *filters.publication_status)
    if filters.no_retracted:
        made.add("status IS NULL OR status NOT IN ('retracted', 'withdrawn')")
    return made


def _add_shelves(connection: sqlite3.Connection, filters: Filters, made: Conditions) -> None:
    for names, what, rows, known in (
        (filters.collections, "collection", _IN_COLLECTIONS, "SELECT key, name FROM collections ORDER BY key"),
        (
            filters.tags,
            "tag",
            "SELECT paper FROM paper_tags WHERE key",
            "SELECT key, name FROM paper_tags GROUP BY key",
        ),
    ):
        if names:
            keys = [name_key(name) for name in names]
            there = {row["key"]: row["name"] for row in connection.execute(known)}
            if unknown := [n for n, key in zip(names, keys, strict=True) if key not in there]:
                raise no_such(what, unknown, list(there.values()))
            made.add(f"paper IN ({rows} IN ({_marks(keys)}))", *keys)
    if filters.sources:
        probe = f"SELECT 1 FROM papers INDEXED BY papers_filters WHERE {_OF_SOURCE} LIMIT 1"
        unknown = [name for name in filters.sources if connection.execute(probe, (name,)).fetchone() is None]
        if unknown:
            raise no_such("source", unknown, _sources(connection))
        made.add(" OR ".join([_OF_SOURCE] * len(filters.sources)), *filters.sources)
    if filters.reading_status:
        asked = [status for status in filters.reading_status if status != "none"]
        condition = f"paper IN (SELECT paper FROM reading_status WHERE status IN ({_marks(asked)}))"
        if "none" in filters.reading_status:
            condition += " OR paper NOT IN (SELECT paper FROM reading_status)"
        made.add(condition, *asked)


def _sources(connection: sqlite3.Connection) -> Sequence[str]:
    """The files and feeds with most papers first."""
    statement = (
        "SELECT origin_name FROM papers INDEXED BY papers_filters WHERE origin_name IS NOT NULL "
        "GROUP BY origin_name ORDER BY count(*) DESC, origin_name"
    )
    return [row["origin_name"] for row in connection.execute(statement)]


def no_such(what: str, unknown: Sequence[str], there: Sequence[str]) -> UnknownName:
    """The error for names that there are none of, with those that there are."""
    known = ", ".join(map(repr, there[:_MOST_NAMED]))
    rest = f" and {len(there) - _MOST_NAMED:,} more" if len(there) > _MOST_NAMED else ""
    are = f"there are {known}{rest}" if known else "there are none yet"
    return UnknownName(f"the library has no {what} {', '.join(map(repr, unknown))}; {are}")


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
