"""The three collections whose development queries measure search, read from ../shared/data."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.records import Paper

DATA = Path(__file__).parent / "../../shared/data"


@dataclass(frozen=True, slots=True)
class Collection:
    """Papers, queries and, for each query, the papers that answer it."""

    name: str
    papers: Mapping[str, Paper]
    queries: Mapping[str, str]
    gold: Mapping[str, frozenset[str]]


def read(name: str, data: Path = DATA) -> Collection:
    """One of `scifact`, `litsearch`, `deepscholar`. For the last a query is a paper's title and abstract."""
    folder = data / name
    corpus = next(folder.glob("corpus.jsonl*"))
    papers = {r["id"]: Paper(r["title"], r["abstract"], r["id"]) for r in _records(corpus) if r["abstract"].strip()}
    if name == "deepscholar":
        queries = {r["id"]: f"{r['title']}. {r['abstract']}" for r in _records(folder / "tasks.jsonl")}
    else:
        queries = {r["id"]: r["text"] for r in _records(folder / "queries.jsonl")}
    gold: dict[str, set[str]] = {}
    with (folder / "qrels.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, ["query", "paper", "grade"], delimiter="\t"):
            if row["query"] in queries and int(row["grade"]) > 0:
                gold.setdefault(row["query"], set()).add(row["paper"])
    return Collection(name, papers, {q: queries[q] for q in gold}, {q: frozenset(g) for q, g in gold.items()})


def _records(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(json.loads, lines)
