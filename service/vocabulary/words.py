"""One line of a word list as a set."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """The words of a text, white space between them, as a set; each list of this package is one."""
    return frozenset(listed.split())
