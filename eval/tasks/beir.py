"""Retrieval suites in the layout of BEIR: a folder with corpus, queries and judgements, scored by trec_eval's measures.

`corpus.jsonl[.gz]` {_id or id, title, text or abstract}, `queries.jsonl` {_id or id, text}, and judgements as
`qrels.tsv` or `qrels/{split}.tsv` (query, document, grade; a heading is allowed). The adapters for scifact,
litsearch and deepscholar differ only in where queries come from.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.results.outcome import Outcome, SuiteResult
from eval.scorers import Score
from eval.scorers.score import Better
from eval.solvers.candidates import Search
from service.errors import LitweaveError, SourceError

DEPTH = 100  # hits asked for
MEASURES: Mapping[str, str] = {"nDCG@10": "ndcg@10", "R@10": "recall@10", "R@100": "recall@100", "RR@10": "mrr@10"}


class CollectionError(SourceError):
    """A folder that isn't a test collection; the message names the file."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Queries with at least one relevant document. `qrels`: query id -> document id -> grade (0 isn't relevant)."""

    name: str
    corpus: Path
    queries: Mapping[str, str]
    qrels: Mapping[str, Mapping[str, int]]


def read_collection(folder: Path, *, split: str = "test") -> Collection:
    """The collection in a folder, by BEIR's names or ours. Raises `CollectionError`."""
    corpus = next((p for n in ("corpus.jsonl", "corpus.jsonl.gz") if (p := folder / n).is_file()), None)
    if corpus is None:
        raise CollectionError(f"{str(folder)!r} has no corpus.jsonl or corpus.jsonl.gz")
    qrels = _qrels(folder, split)
    queries = {q: text for q, text in _queries(folder).items() if any(g > 0 for g in qrels.get(q, {}).values())}
    if not queries:
        raise CollectionError(f"no query in {str(folder)!r} has a relevant document")
    return Collection(folder.name, corpus, queries, {q: qrels[q] for q in queries})


def importable(collection: Collection, into: Path) -> Path:
    """The corpus as litweave's JSONL in `into`: id, title, abstract. A document without a title gets its id as one."""
    path = into / f"{collection.name}.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in rows(collection.corpus):
            text = str(row.get("abstract") or row.get("text") or "").strip()
            title = " ".join(str(row.get("title") or "").split()) or str(_id(row))
            if text:
                file.write(json.dumps({"id": _id(row), "title": title, "abstract": text}, ensure_ascii=False) + "\n")
    return path


def score(
    collection: Collection,
    search: Search,
    document_of: Callable[[str], str | None],
    *,
    on_query: Callable[[str], None] = lambda _: None,
) -> SuiteResult:
    """Every query's nDCG@10, recall@10 and @100 and reciprocal rank within ten.

    `document_of`: the collection's id of a stored paper (its own, or that of the record it was merged with).
    A search that fails found nothing, and is reported.
    """
    import ir_measures

    found: dict[str, dict[str, float]] = {}
    failures: dict[str, str] = {}
    for query_id, text in collection.queries.items():
        on_query(query_id)
        try:
            found[query_id] = _ranked(search(text, DEPTH), document_of)
        except LitweaveError as error:
            failures[query_id], found[query_id] = f"{type(error).__name__}: {error}", {}
    wanted = [ir_measures.parse_measure(m) for m in MEASURES]
    qrels = {q: dict(judged) for q, judged in collection.qrels.items()}
    values: dict[str, dict[str, float]] = {q: {} for q in collection.queries}
    for metric in ir_measures.iter_calc(wanted, qrels, {q: hits for q, hits in found.items() if hits}):
        values[metric.query_id][MEASURES[str(metric.measure)]] = float(metric.value)
    outcomes = tuple(
        Outcome(
            query_id,
            "query",
            text,
            None,
            {name: Score(values[query_id].get(name, 0.0)) for name in MEASURES.values()},
            bool(found[query_id]),
            failures.get(query_id),
        )
        for query_id, text in collection.queries.items()
    )
    better: dict[str, Better] = dict.fromkeys(MEASURES.values(), "higher")
    return SuiteResult(f"retrieval/{collection.name}", outcomes, better)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSONL file, also compressed. Raises `CollectionError` with file and line."""
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise CollectionError(f"{path.name}:{number}: {error}") from error
        if not isinstance(row, dict) or _id(row) is None:
            raise CollectionError(f"{path.name}:{number}: not an object with an id")
        yield row


def _ranked(answer: Any, document_of: Callable[[str], str | None]) -> dict[str, float]:
    """Document id -> score, the rank turned round, because only the order is ours to say."""
    document = answer if isinstance(answer, Mapping) else answer.as_document()
    ranked: dict[str, float] = {}
    for rank, hit in enumerate(document["hits"]):
        found = document_of(hit["paper_id"])
        if found is not None:
            ranked.setdefault(found, float(DEPTH - rank))
    return ranked


def _queries(folder: Path) -> dict[str, str]:
    plain, tasks = folder / "queries.jsonl", folder / "tasks.jsonl"
    if plain.is_file():
        return {str(_id(row)): str(row["text"]) for row in rows(plain)}
    if tasks.is_file():  # deepscholar: a paper whose related work is to be found; asked by title and abstract
        return {str(_id(row)): " ".join(f"{row['title']} {row['abstract']}".split()) for row in rows(tasks)}
    raise CollectionError(f"{str(folder)!r} has neither queries.jsonl nor tasks.jsonl")


def _qrels(folder: Path, split: str) -> dict[str, dict[str, int]]:
    path = next((p for n in (f"qrels/{split}.tsv", "qrels.tsv") if (p := folder / n).is_file()), None)
    if path is None:
        raise CollectionError(f"{str(folder)!r} has neither qrels/{split}.tsv nor qrels.tsv")
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        parts = line.split("\t")
        if len(parts) < 3 or not parts[-1].strip().lstrip("-").isdigit():
            if number == 1:
                continue  # the heading
            raise CollectionError(f"{path.name}:{number}: not query, document and grade between tabs")
        judged.setdefault(parts[0], {})[parts[-2]] = int(parts[-1])
    return judged


def _id(row: Mapping[str, Any]) -> str | None:
    found = row.get("_id", row.get("id"))
    return None if found is None else str(found)
