"""The records that go into and come out of the catalog, and their form as SQLite rows."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.records import Origin, Paper, Span

Target: TypeAlias = Literal["words", "vectors"]
Change: TypeAlias = Literal["added", "text", "fields"]

PAPER_COLUMNS = (
    "paper_id, title, abstract, authors, author_count, organisation, year, date, date_kind, url, doi, venue,"
    " upvotes, origin_name, origin_line, status"
)


_FIELDS = tuple(field.name for field in fields(Paper) if field.name != "origin")
_UNSAID: tuple[object, ...] = (None, "", ())


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the stored vectors were made with. Two libraries can share vectors only if all three are equal."""

    model: str
    dimension: int
    chunker: str

    def __str__(self) -> str:
        return f"model {self.model!r}, dimension {self.dimension}, chunker {self.chunker!r}"


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """The chunks or the sentences of one paper: spans of its abstract and one vector for each.

    `vectors` is `(len(spans), dimension)` float32 with unit rows, or `None` while they still wait to be
    embedded. Stored as float16: half the size, and the cosine moves by less than 0.001.
    """

    spans: tuple[Span, ...]
    vectors: NDArray[np.float32] | None

    def __post_init__(self) -> None:
        if self.vectors is not None and self.vectors.shape[0] != len(self.spans):
            raise ValueError(f"{len(self.spans)} spans but {self.vectors.shape[0]} vectors")


@dataclass(frozen=True, slots=True)
class AnnotationWrite:
    """What was read off a paper's title and abstract: opaque bytes, and its name keys with whether it coins each."""

    title: str
    abstract: str
    version: int
    body: bytes
    names: Mapping[str, bool]


@dataclass(frozen=True, slots=True, eq=False)
class PaperWrite:
    """One paper to be written: added, changed in its text, or only in its other fields.

    `chunks` are given for "added" and "text", `None` for "fields". Without `sentences` a new text has none until
    they are embedded, without `annotation` until it is read. `keys` are added to those that the paper has.
    """

    paper: Paper
    keys: tuple[str, ...]
    change: Change
    chunks: Units | None = None
    sentences: Units | None = None
    annotation: AnnotationWrite | None = None

    def __post_init__(self) -> None:
        if (self.change == "fields") != (self.chunks is None) or (self.chunks is None and self.sentences is not None):
            raise ValueError(f"units do not fit a write of kind {self.change!r}: {self.paper.paper_id!r}")


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """A paper and those of its spans, in order, that wait to be embedded."""

    paper: Paper
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, eq=False)
class VectorWrite:
    """Vectors for spans of a paper as it was when they were made: `vectors` is `(len(spans), dimension)`.

    `hashes` name the model and text of each (`service.library.embedding.text_hash`).
    """

    paper: Paper
    spans: tuple[Span, ...]
    vectors: NDArray[np.float32]
    hashes: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One paper that an index must take up anew; `stale_chunks`: how many chunks it may hold of it so far."""

    seq: int
    paper_id: str
    stale_chunks: int


@dataclass(frozen=True, slots=True)
class Decided:
    """What is known of the records of one paper, for the next import: `known` and `apart` are digests.

    `known` are records that it was made of, `apart` records that it is not, by a person's word; `by_hand` are the
    records of a paper that a person made of several.
    """

    known: frozenset[bytes] = frozenset()
    apart: frozenset[bytes] = frozenset()
    by_hand: tuple[Paper, ...] = ()


def to_fields(paper: Paper) -> bytes:
    """A record as packed JSON (half the size), without what it does not say. `paper_of` reads it back, exactly."""
    said = {name: value for name in _FIELDS if (value := getattr(paper, name)) not in _UNSAID}
    if paper.origin is not None:
        said["origin"] = [paper.origin.name, paper.origin.line]
    return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode())


def paper_of(packed: bytes) -> Paper:
    """The record that `to_fields` wrote."""
    read = json.loads(zlib.decompress(packed))
    origin = read.pop("origin", None)
    authors = tuple(read.pop("authors", ()))
    return Paper(**{"title": "", "abstract": ""} | read, authors=authors, origin=Origin(*origin) if origin else None)


def digest(paper: Paper) -> bytes:
    """Names what a record says, in 16 bytes: its id and where it was read are left out."""
    said = [getattr(paper, name) for name in _FIELDS if name != "paper_id"]
    return hashlib.blake2b(json.dumps(said, ensure_ascii=False).encode(), digest_size=16).digest()


def to_blob(vector: NDArray[np.float32]) -> bytes:
    """A vector as little-endian float16."""
    return vector.astype("<f2").tobytes()


def from_blobs(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """Stored vectors as `(len(blobs), dimension)` float32; `(0, 0)` for none."""
    if not blobs:
        return np.zeros((0, 0), dtype=np.float32)
    return np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), -1).astype(np.float32)


def to_row(paper: Paper) -> tuple[str | int | None, ...]:
    """A paper in the order of `PAPER_COLUMNS`."""
    origin = paper.origin
    return (
        paper.paper_id,
        paper.title,
        paper.abstract,
        json.dumps(paper.authors, ensure_ascii=False),
        paper.author_count,
        paper.organisation,
        paper.year,
        paper.date,
        paper.date_kind,
        paper.url,
        paper.doi,
        paper.venue,
        paper.upvotes,
        origin.name if origin else None,
        origin.line if origin else None,
        paper.status,
    )


def from_row(row: sqlite3.Row) -> Paper:
    """The paper of a row that holds `PAPER_COLUMNS`."""
    origin = None
    if row["origin_name"] is not None:
        origin = Origin(row["origin_name"], row["origin_line"])
    return Paper(
        title=row["title"],
        abstract=row["abstract"],
        paper_id=row["paper_id"],
        authors=tuple(json.loads(row["authors"])),
        author_count=row["author_count"],
        organisation=row["organisation"],
        year=row["year"],
        date=row["date"],
        date_kind=row["date_kind"],
        url=row["url"],
        doi=row["doi"],
        venue=row["venue"],
        upvotes=row["upvotes"],
        origin=origin,
        status=row["status"],
    )
