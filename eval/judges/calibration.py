"""How far a judge agrees with people: claims with human labels from three published sets.

Each set is read from `../shared/data` and skipped where it is missing. Labels are mapped to the judge's:
- citation_integrity (Sarol et al. 2024): SUPPORT -> full; REFUTE and NEI -> none, and a verdict of partial counts as
  none: the label says whether the citation is accurate.
- scifact (Wadden et al. 2020): an abstract labelled SUPPORT -> full; CONTRADICT, or cited without evidence -> none.
- wice (Kamoi et al. 2023): supported -> full, partially_supported -> partial, not_supported -> none.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.datasets.corpora import shared
from eval.judges.asking import Judge
from eval.stats import SEED, Agreement, agreement

_MAX_CHARS = 6000  # of a wice page: what a small model's context holds


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, its sources and the human label in the judge's words."""

    claim: str
    sources: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """A judge on one set."""

    name: str
    labels: tuple[str, ...]
    agreement: Agreement


def calibrate(
    judge: Judge, *, most: int | None = None, workers: int = 1, seed: int = SEED, folder: Path | None = None
) -> tuple[Calibration, ...]:
    """Agreement on every set that is here; `most`: a seeded draw of so many claims of each."""
    found = []
    for name, (read, binary) in SETS.items():
        path = (folder or shared() / "data") / name
        if not path.is_dir():
            continue
        rows = list(read(path))
        if most is not None and len(rows) > most:
            rows = random.Random(seed).sample(rows, most)
        with ThreadPoolExecutor(max_workers=workers) as pool:
            verdicts = list(pool.map(lambda r: judge.support(r.claim, r.sources), rows))
        judged = ["none" if binary and v == "partial" else v for v in verdicts]
        labels = tuple(sorted({r.label for r in rows}))
        found.append(Calibration(name, labels, agreement(judged, [r.label for r in rows])))
    return tuple(found)


def _citation_integrity(folder: Path) -> Iterator[Labelled]:
    corpus = {row["id"]: row["abstract"] for row in _rows(folder / "corpus.jsonl")}
    for row in _rows(folder / "claims_dev.jsonl"):
        sources = tuple(corpus[i] for i in row["doc_ids"] if i in corpus)
        claim = row["claim"].replace("<|cit|>", "").replace("<|multi_cit|>", "").replace("<|other_cit|>", "")
        yield Labelled(claim.replace("[]", ""), sources, "full" if row["label"] == "SUPPORT" else "none")


def _scifact(folder: Path) -> Iterator[Labelled]:
    corpus = {row["id"]: f"{row['title']}\n{row['abstract']}" for row in _rows(folder / "corpus.jsonl")}
    for row in _rows(folder / "claims_train.jsonl"):
        for cited in row["cited_doc_ids"]:
            said = {e["label"] for e in row["evidence"].get(cited, [])}
            if cited in corpus:
                yield Labelled(row["claim"], (corpus[cited],), "full" if said == {"SUPPORT"} else "none")


def _wice(folder: Path) -> Iterator[Labelled]:
    words = {"supported": "full", "partially_supported": "partial", "not_supported": "none"}
    for row in _rows(folder / "dev.jsonl.gz"):
        page = "\n".join(row["evidence"])
        kept = sorted({i for group in row["supporting_sentences"] for i in group})
        if len(page) > _MAX_CHARS:  # the labelled sentences with the start of the page, so that none is cut away
            page = "\n".join([*(row["evidence"][i] for i in kept), page[:_MAX_CHARS]])[: 2 * _MAX_CHARS]
        yield Labelled(row["claim"], (page,), words[row["label"]])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    yield from (json.loads(line) for line in text.split("\n") if line)


SETS: dict[str, tuple[Callable[[Path], Iterator[Labelled]], bool]] = {
    "citation_integrity": (_citation_integrity, True),
    "scifact": (_scifact, True),
    "wice": (_wice, False),
}
