"""Papers by what a user calls them: their id, DOI, arXiv number or PMID."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Sequence
from typing import Final

from service.catalog import queries
from service.errors import UnknownPaper, UsageError
from service.identity.keys import identity_keys, strong_keys
from service.records import Paper

_GRAM: Final = 3
_MOST_GRAMS: Final = 60
_CANDIDATES: Final = 50
_NEAREST: Final = 3
_MOST_UNKNOWN: Final = 5
_LEAST_SIMILAR: Final = 0.5


def papers_named(connection: sqlite3.Connection, given: Sequence[str]) -> dict[str, int]:
    """Ids and row numbers of the papers that are named, each once, in order.

    Raises `UnknownPaper` for what names no paper, with the nearest ids, and `UsageError` for what names several.
    """
    rows = _rows(connection, given)
    found: dict[str, int] = {}
    unknown: list[str] = []
    for name in dict.fromkeys(given):
        paper_id = name if name in rows else _by_identity(connection, name)
        if paper_id is None:
            unknown.append(name)
        else:
            found[paper_id] = rows[paper_id] if paper_id in rows else _rows(connection, [paper_id])[paper_id]
    if unknown:
        raise UnknownPaper(_no_such(connection, unknown))
    return found


def papers_called(connection: sqlite3.Connection, name: str) -> list[Paper]:
    """The paper of that id; else all of that DOI, arXiv number, PMID, title or former id, the oldest first."""
    name = name.strip()
    known = queries.papers_by_id(connection, queries.storable([name]))
    return list((known or _carrying(connection, identity_keys(Paper(name, "", name)))).values())


def _rows(connection: sqlite3.Connection, paper_ids: Sequence[str]) -> dict[str, int]:
    statement = "SELECT paper_id, paper FROM papers INDEXED BY papers_filters WHERE paper_id IN (…)"
    rows = queries.rows_in(connection, statement, queries.storable(paper_ids))
    return {row["paper_id"]: row["paper"] for row in rows}


def _by_identity(connection: sqlite3.Connection, name: str) -> str | None:
    """The one paper with that DOI, arXiv number, PMID or id of a service. Raises `UsageError` for several."""
    ids = _carrying(connection, strong_keys(Paper("", "", name.strip())))
    if len(ids) > 1:
        raise UsageError(f"{name!r} names {len(ids)} papers: {', '.join(sorted(map(repr, ids)))}; give the id of one")
    return next(iter(ids), None)


def _carrying(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, Paper]:
    found = queries.by_identity(connection, queries.storable(keys))
    return {paper.paper_id: paper for papers in found.values() for paper in papers}


def _no_such(connection: sqlite3.Connection, unknown: Sequence[str]) -> str:
    told = []
    for name in unknown[:_MOST_UNKNOWN]:
        near = nearest_ids(connection, name)
        told.append(f"{name!r}" + (f" (nearest: {', '.join(map(repr, near))})" if near else ""))
    rest = f" and {len(unknown) - _MOST_UNKNOWN:,} more" if len(unknown) > _MOST_UNKNOWN else ""
    return f"the library has no paper {', '.join(told)}{rest}; `litweave search` shows the ids"


def nearest_ids(connection: sqlite3.Connection, name: str) -> list[str]:
    """The stored ids most like a misspelt one, best first: of those that share most runs of three characters."""
    folded = name.casefold()[:_MOST_GRAMS]
    grams = queries.storable(folded[i : i + _GRAM] for i in range(max(len(folded) - _GRAM + 1, 1)))
    if not grams:
        return []
    shared = " + ".join(["(instr(lower(paper_id), ?) > 0)"] * len(grams))
    statement = f"SELECT paper_id FROM papers INDEXED BY papers_filters ORDER BY {shared} DESC, paper_id LIMIT ?"
    ids = [row["paper_id"] for row in connection.execute(statement, (*grams, _CANDIDATES))]
    return difflib.get_close_matches(name, ids, n=_NEAREST, cutoff=_LEAST_SIMILAR)
