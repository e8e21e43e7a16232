"""How a library stands, by numbers that cost nothing to ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """`waiting` chunks have no vector as yet; an index that is `behind` has changes to take up.

    `vectors_away`: why the server that holds the vectors cannot be used; searching goes on without it.
    """

    papers: int
    chunks: int
    waiting: int
    words_behind: bool
    vectors_behind: bool
    vectors_away: str | None = None
