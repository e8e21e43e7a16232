"""Persons' names as they are printed: `service.persons` over text whose LaTeX and odd characters are resolved."""

from __future__ import annotations

from service import persons
from service.persons import Name
from service.render.plain import readable

__all__ = ["Name", "name_of"]


def name_of(author: str) -> Name:
    """The parts of a name, each fit to be shown."""
    return persons.name_of(readable(author))
