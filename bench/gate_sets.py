"""Claims with quotes and a human's judgement, from the development halves in ../shared/data, as the gate meets them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.records import Paper
from service.review.faithful.carrying import carried
from service.text.normal import for_search

DATA = Path(__file__).parent / "../../shared/data"
NAMES = ("scifact", "wice", "citation_integrity")
_MARKER = re.compile(r"\s*[\[(]?[^\[(]{0,30}<\|(?:multi_|other_)?cit\|>[^\])]{0,30}[\])]|<\|(?:multi_|other_)?cit\|>")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, the quotes it would rest on, the paper they are of, and whether a person found it supported."""

    claim: str
    quotes: tuple[str, ...]
    paper: Paper
    label: str
    supported: bool


def read_pairs(name: str, data: Path = DATA) -> list[Pair]:
    """One of `NAMES`. Quotes are those a person marked; where nobody did, those with most of the claim's words."""
    readers = {"scifact": _scifact, "wice": _wice, "citation_integrity": _citation_integrity}
    return list(readers[name](data / name))


def _scifact(folder: Path) -> Iterator[Pair]:
    corpus = {r["id"]: r for r in _records(folder / "corpus.jsonl")}
    for record in _records(folder / "claims_train.jsonl"):
        for paper_id, evidence in record["evidence"].items():
            held = corpus[paper_id]
            quotes = tuple(held["sentences"][i] for i in evidence[0]["sentences"])
            label = evidence[0]["label"]
            yield Pair(record["claim"], quotes, _paper(held), label, label == "SUPPORT")
        if not record["evidence"]:
            held = corpus[record["cited_doc_ids"][0]]
            quotes = _nearest(record["claim"], held["sentences"], 1)
            yield Pair(record["claim"], quotes, _paper(held), "no evidence", supported=False)


def _wice(folder: Path) -> Iterator[Pair]:
    for record in _records(folder / "dev.jsonl.gz"):
        sentences = record["evidence"]
        marked = sorted({i for chosen in record["supporting_sentences"] for i in chosen})
        quotes = tuple(sentences[i] for i in marked) or _nearest(record["claim"], sentences, 3)
        title = next((s.partition("TITLE:")[2].strip() for s in sentences if "TITLE:" in s), "")
        paper = Paper(title, " ".join(sentences), record["id"])
        yield Pair(record["claim"], quotes, paper, record["label"], record["label"] == "supported")


def _citation_integrity(folder: Path) -> Iterator[Pair]:
    """Quotes are the five sentences of the cited paper that the set keeps; citation markers are taken out."""
    corpus = {r["id"]: r for r in _records(folder / "corpus.jsonl")}
    for part in ("train", "dev"):
        for record in _records(folder / f"claims_{part}.jsonl"):
            held = corpus[record["doc_ids"][0]]
            claim = _MARKER.sub("", record["claim"])
            yield Pair(claim, tuple(held["sentences"]), _paper(held), record["label"], record["label"] == "SUPPORT")


def _paper(record: Mapping[str, str]) -> Paper:
    return Paper(record["title"], record["abstract"], record["id"])


def _nearest(claim: str, sentences: Sequence[str], n: int) -> tuple[str, ...]:
    text = for_search(claim)
    return tuple(sorted(sentences, key=lambda s: -carried(text, for_search(s), "").words)[:n])


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(json.loads, lines)
