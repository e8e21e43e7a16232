"""Where the meaning index of a library lies: in a directory of the library, or in a Chroma server.

A place holds generations of the index: a rebuild fills the next one, and the catalog says which is in use.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from service.catalog import Catalog
from service.errors import IndexDamaged, IndexUnavailable
from service.index.probe import SAMPLE, Sample, probe_in_child, probe_vectors
from service.index.vectors import INDEX_VERSION, VectorIndex, Vectors
from service.records import OtherCollection

if TYPE_CHECKING:
    from service.index.vector_server import ChromaServer

FOLDER: Final = "vectors"
PREFIX: Final = "litweave-"
_NAMED: Final = 16


class VectorPlace(Protocol):
    """What a library asks of either place. `remote`: it may be away, or come back with less than it held."""

    @property
    def remote(self) -> bool: ...

    def create(self, generation: int, *, expected: int) -> Vectors:
        """A new, empty index of about `expected` vectors, in place of one of that generation."""

    def open(self, generation: int) -> Vectors:
        """That index. Raises `IndexDamaged`: there is none, or it fails; `IndexUnavailable`."""

    def probe(self, generation: int, *, settle: bool) -> str | None:
        """What is wrong with an index that is not open here, or `None`."""

    def keep_only(self, generation: int) -> None:
        """Delete every other generation of this library. Raises `IndexUnavailable`."""

    def others(self) -> tuple[OtherCollection, ...]:
        """What other libraries have in the same place, or have left there."""

    def look(self) -> None:
        """Raises `IndexUnavailable` where it is away."""

    def close(self) -> None:
        """Let go of its connections."""


@dataclass(frozen=True, slots=True)
class OwnDirectory:
    """Embedded: a directory a generation, below `root`. `lock`: see `probe_in_child`."""

    root: Path
    model: str
    catalog: Catalog
    lock: int | None = None
    remote: bool = False

    def create(self, generation: int, *, expected: int) -> Vectors:
        directory = self._directory(generation)
        shutil.rmtree(directory, ignore_errors=True)
        return VectorIndex.create(directory, self.model, expected=expected)

    def open(self, generation: int) -> Vectors:
        return VectorIndex.open(self._directory(generation), self.model)

    def probe(self, generation: int, *, settle: bool) -> str | None:
        directory = self._directory(generation)
        return probe_in_child(self.catalog, "vectors", directory, self.model, settle=settle, lock=self.lock)

    def keep_only(self, generation: int) -> None:
        remove_other_generations(self.root / FOLDER, self._directory(generation))

    def others(self) -> tuple[OtherCollection, ...]:
        """A directory of the library is its own."""
        return ()

    def look(self) -> None:
        """It is never away."""

    def close(self) -> None:
        """There are no connections."""

    def _directory(self, generation: int) -> Path:
        return self.root / FOLDER / f"v{INDEX_VERSION}-g{generation}"


@dataclass(frozen=True, slots=True)
class OnServer:
    """A collection a generation, named by the library's identity and by what its vectors were made with.

    Neither another library nor vectors of another model can be met under that name, wherever the library lies.
    """

    server: ChromaServer
    library: str
    folder: str
    """What the library's directory is called, for whoever looks at the collections."""
    fingerprint: str
    catalog: Catalog
    remote: bool = True

    def create(self, generation: int, *, expected: int) -> Vectors:
        about = {"made_by": "litweave", "made_with": self.fingerprint, "library": self.folder}
        return self.server.create(self._name(generation), expected=expected, about=about)

    def open(self, generation: int) -> Vectors:
        """As the protocol says; a server may come back with an older state, so that it is also searched."""
        index = self.server.open(self._name(generation))
        if (problem := self._problem(index)) is not None:
            raise IndexDamaged(f"{problem}, in the Chroma server at {self.server.address}")
        return index

    def probe(self, generation: int, *, settle: bool) -> str | None:
        """As the protocol says; persisting is for the server to do, whatever `settle` says."""
        del settle
        try:
            self.open(generation).close()
        except (IndexDamaged, IndexUnavailable) as error:
            return str(error)
        return None

    def keep_only(self, generation: int) -> None:
        for name in self.server.collections(f"{PREFIX}{self.library}-"):
            if name != self._name(generation):
                self.server.delete(name)

    def others(self) -> tuple[OtherCollection, ...]:
        own = f"{PREFIX}{self.library}-"
        found = self.server.collections(PREFIX)
        return tuple(OtherCollection(name, found[name]) for name in sorted(found) if not name.startswith(own))

    def look(self) -> None:
        self.server.look()

    def close(self) -> None:
        self.server.close()

    def _problem(self, index: Vectors) -> str | None:
        return probe_vectors(index, Sample(*self.catalog.sample_chunks(SAMPLE)))

    def _name(self, generation: int) -> str:
        made_with = hashlib.sha256(self.fingerprint.encode()).hexdigest()[:_NAMED]
        return f"{PREFIX}{self.library}-{made_with}-v{INDEX_VERSION}-g{generation}"


def remove_other_generations(folder: Path, current: Path) -> None:
    """Delete what a rebuild has replaced or a kill has left half built."""
    for directory in folder.glob("v*-g*"):
        if directory != current:
            shutil.rmtree(directory, ignore_errors=True)
