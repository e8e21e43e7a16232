"""Every format that is read: litweave's own readers, found in their folder, and those that other packages register."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from pkgutil import iter_modules
from typing import Final, Protocol

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection

GROUP: Final = "litweave.readers"
"""The entry point group under which a package registers an object with the attributes of `Reader`, or its class."""
_NEEDED: Final = ("key", "name", "recognises", "records")
_LOG: Final = logging.getLogger(__name__)


class Reader(Protocol):
    """One file format."""

    @property
    def key(self) -> str:
        """The format as `--format` calls it: "bibtex"."""

    @property
    def name(self) -> str:
        """The format as a person calls it."""

    @property
    def rank(self) -> int:
        """When content is shown to it, lower first; 0 where it has none.

        10: markup with elements of its own; 20: tags that begin lines; 30: entries; 40: JSON with one service's keys;
        50: any JSON; 60: tables; 70: plain text.
        """

    def recognises(self, head: str) -> bool:
        """Whether content that begins with `head` is this format. Suffixes say nothing."""

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """Every record in file order, one that cannot be taken apart as a `Rejection`; as many as the file has."""


@cache
def readers() -> tuple[Reader, ...]:
    """All of them in the order in which they are asked. One that cannot be loaded is left out, with a warning."""
    own = own_readers()
    kinds = set(map(type, own))
    foreign = (reader for reader in _registered() if type(reader) not in kinds)
    return tuple(sorted((*foreign, *own), key=lambda reader: (getattr(reader, "rank", 0), reader.key)))


def own_readers() -> tuple[Reader, ...]:
    """Of every module of this package, the classes that are readers."""
    modules = [import_module(f"{__package__}.{found.name}") for found in iter_modules([str(Path(__file__).parent)])]
    return tuple(
        defined()
        for module in modules
        for defined in vars(module).values()
        if isinstance(defined, type) and defined.__module__ == module.__name__ and _is_reader(defined)
    )


def _registered() -> Iterator[Reader]:
    for entry in entry_points(group=GROUP):
        try:
            loaded = entry.load()
            reader = loaded() if isinstance(loaded, type) else loaded
            missing = [name for name in _NEEDED if not hasattr(reader, name)]
            if missing:
                raise AttributeError(f"it has no {' and no '.join(missing)}")
            yield reader
        except Exception as error:  # noqa: BLE001  somebody else's code
            _LOG.warning("the reader %s of %s is left out: %s", entry.name, entry.value, error)


def _is_reader(defined: type) -> bool:
    return isinstance(vars(defined).get("rank"), int) and all(name in vars(defined) for name in _NEEDED)
