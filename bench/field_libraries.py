"""A library for each field of ../shared/data/claims: its hand-questioned papers among real ones of the same sources.

Built once and kept in a folder, because embedding a thousand abstracts takes minutes.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.library import Library
from service.records import Paper
from service.settings import Settings
from service.text.normal import title_key

DATA = Path(__file__).parent / "../../shared/data"
FIELDS = ("arxiv", "acl", "scifact", "rct", "wide")
OTHERS = 1000
"""Papers of the same sources that stand beside the questioned ones."""


@dataclass(frozen=True, slots=True)
class Question:
    """A hand-written question with the paper it was written over; `gold`: sentences that answer it, none for a near
    miss."""

    field: str
    n: int
    text: str
    paper: str
    answerable: bool
    kind: str
    gold: tuple[str, ...]


def records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(json.loads, lines)


def questions(data: Path = DATA) -> list[Question]:
    """Every development question; `paper` is its paper's title key."""
    titles = {(r["corpus"], r["n"]): r["title"] for r in records(data / "claims/papers.jsonl")}
    return [
        Question(
            r["corpus"],
            r["n"],
            r["question"],
            title_key(titles[r["corpus"], r["n"]]),
            r["answerable"],
            r["kind"],
            tuple(r["quotes"]),
        )
        for r in records(data / "claims/questions.jsonl")
    ]


def library(field: str, folder: Path, data: Path = DATA) -> Library:
    """The field's library, imported and embedded where `folder` does not hold it yet."""
    path = folder / field
    ready = path / "ready"
    opened = Library.open(Settings(library=path), create=True)
    if not ready.exists():
        opened.import_papers(papers_of(field, data))
        ready.touch()
    return opened


def papers_of(field: str, data: Path = DATA) -> list[Paper]:
    """The questioned papers of the field, then others of its sources."""
    own = [_paper(r) for r in records(data / "claims/papers.jsonl") if r["corpus"] == field]
    seen = {title_key(p.title) for p in own}
    others = [p for p in _sources(field, data) if title_key(p.title) not in seen]
    step = max(len(others) // OTHERS, 1)
    return [*own, *others[::step][:OTHERS]]


def _sources(field: str, data: Path) -> Sequence[Paper]:
    if field == "rct":
        trials = [_paper(r) for r in records(data / "evidence_inference/corpus.jsonl")]
        return [*trials, *map(pubmedqa_paper, records(data / "pubmedqa/pqal_train.jsonl"))]
    if field == "wide":
        grouped = [_paper(p) for g in records(data / "orkg_groups/groups.jsonl") for p in g["papers"]]
        return [*grouped, *(_paper(r) for r in records(data / "economics/corpus.jsonl"))]
    folder = {"arxiv": "arxiv", "acl": "acl_anthology", "scifact": "scifact"}[field]
    return [_paper(r) for r in _every(records(next((data / folder).glob("corpus.jsonl*"))), 4)]


def _every(rows: Iterable[dict[str, Any]], step: int) -> Iterator[dict[str, Any]]:
    return (row for i, row in enumerate(rows) if i % step == 0)


def _paper(record: dict[str, Any]) -> Paper:
    year = record.get("year")
    return Paper(record["title"], record["abstract"], year=int(year) if year else None)


def pubmedqa_paper(record: dict[str, Any]) -> Paper:
    """A PubMedQA abstract under its question, which is the paper's title."""
    return Paper(record["question"], " ".join(record["contexts"]))
