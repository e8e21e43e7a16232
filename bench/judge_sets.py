"""Claims of known truth over real abstracts, from the development halves in ../shared/data, as any judge meets them."""

from __future__ import annotations

import functools
import gzip
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.splits import is_for_choosing
from service.annotate import AnnotatedAbstract, annotate
from service.judge import Claim
from service.readers import read
from service.records import Citation, Paper
from service.text.normal import for_search, title_key

DATA = Path(__file__).parent / "../../shared/data"
NAMES = ("claims", "scifact", "evidence_inference", "clinifact", "wice", "citation_integrity", "strong_writer")
_MARKER = re.compile(r"\s*[\[(]?[^\[(]{0,30}<\|(?:multi_|other_)?cit\|>[^\])]{0,30}[\])]|<\|(?:multi_|other_)?cit\|>")
_DIRECTIONS = {"increased": "higher", "decreased": "lower", "no_difference": "no different"}
_OTHER = {"increased": "decreased", "decreased": "increased", "no_difference": "increased"}


@dataclass(frozen=True, slots=True)
class Case:
    """A claim with its quotes and papers, and its truth. `label` is the set's own; `kind` and `field` group it."""

    claim: Claim
    abstracts: Mapping[str, AnnotatedAbstract]
    true: bool
    label: str
    kind: str
    field: str
    for_choosing: bool


def read_cases(name: str, *, scope: str = "quotes", data: Path = DATA) -> list[Case]:
    """One of `NAMES`. `scope`: "quotes" cites what the set quotes, "abstract" every sentence that may be quoted."""
    readers = {
        "claims": _claims, "scifact": _scifact, "evidence_inference": _evidence_inference, "clinifact": _clinifact,
        "wice": _wice, "citation_integrity": _citation_integrity, "strong_writer": _strong_writer,
    }  # fmt: skip
    cases = list(readers[name](data))
    return cases if scope == "quotes" else [_widened(case) for case in cases]


def _claims(data: Path) -> Iterator[Case]:
    """Those over one paper, those over two; `judge: quotes` is judged against an abstract that is that quote alone."""
    papers = {(r["corpus"], r["n"]): r for r in _records(data / "claims/papers.jsonl")}
    for row in _records(data / "claims/claims.jsonl"):
        quotes = [q if isinstance(q, dict) else {"n": row["n"], "quote": q} for q in row["quotes"]]
        alone = row.get("judge") == "quotes"
        held = {}
        for q in quotes:
            record = papers[row["corpus"], q["n"]]
            text = " ".join(x["quote"] for x in quotes if x["n"] == q["n"]) if alone else record["abstract"]
            held[str(q["n"])] = _annotated(record["title"], text, str(q["n"]))
        cited = tuple(c for q in quotes for c in _cited(held[str(q["n"])], q["quote"]))
        kind = f"two papers: {row['kind']}" if "papers" in row else row["kind"]
        true = row["label"] == "supported"
        yield Case(Claim(row["claim"], cited), held, true, row["label"], kind, row["corpus"], is_for_choosing(row["n"]))


def _scifact(data: Path) -> Iterator[Case]:
    corpus = {r["id"]: r for r in _records(data / "scifact/corpus.jsonl")}
    for row in _records(data / "scifact/claims_train.jsonl"):
        labelled = [(k, v[0]["label"], v[0]["sentences"]) for k, v in row["evidence"].items()]
        for key, label, at in labelled or [(str(row["cited_doc_ids"][0]), "no evidence", [])]:
            held = corpus[key]
            quotes = [held["sentences"][i] for i in at] or [_nearest(row["claim"], held["sentences"])]
            yield _case(row["claim"], quotes, held, label == "SUPPORT", label, "biomedicine")


def _evidence_inference(data: Path) -> Iterator[Case]:
    """The true direction, and another one, of each outcome whose evidence stands in the abstract."""
    corpus = {r["id"]: r for r in _records(data / "evidence_inference/corpus.jsonl")}
    for row in _records(data / "evidence_inference/prompts.jsonl"):
        held = corpus[row["paper_id"]]
        if not row["evidence_in_abstract"]:
            continue
        for label in (row["label"], _OTHER[row["label"]]):
            text = (
                f"{row['outcome'].strip()} was {_DIRECTIONS[label]} with {row['intervention'].strip()} "
                f"than with {row['comparator'].strip()}."
            )
            yield _case(text, row["evidence"], held, label == row["label"], label, "trials")


def _clinifact(data: Path) -> Iterator[Case]:
    for row in _records(data / "clinifact/clinifact.jsonl"):
        label = ("inconclusive", "significant", "foreign")[int(row["label"])]
        yield _case(row["claim"], [], row, label == "significant", label, "trials")


def _wice(data: Path) -> Iterator[Case]:
    for row in _records(data / "wice/dev.jsonl.gz"):
        sentences = row["evidence"]
        at = sorted({i for chosen in row["supporting_sentences"] for i in chosen})
        title = next((s.partition("TITLE:")[2].strip() for s in sentences if "TITLE:" in s), "")
        held = {"id": row["id"], "title": title, "abstract": " ".join(sentences)}
        quotes = [sentences[i] for i in at] or [_nearest(row["claim"], sentences)]
        yield _case(row["claim"], quotes, held, row["label"] == "supported", row["label"], "Wikipedia")


def _citation_integrity(data: Path) -> Iterator[Case]:
    corpus = {r["id"]: r for r in _records(data / "citation_integrity/corpus.jsonl")}
    for part in ("train", "dev"):
        for row in _records(data / f"citation_integrity/claims_{part}.jsonl"):
            held = corpus[row["doc_ids"][0]]
            text = _MARKER.sub("", row["claim"])
            yield _case(text, held["sentences"], held, row["label"] == "SUPPORT", row["label"], "biomedicine")


def _strong_writer(data: Path) -> Iterator[Case]:
    """Sentences of a strong writer; "arguable" ones count as true. Papers are found by title in the two listings."""
    papers = _daily_papers(data)
    for row in _records(data / "strong_writer/claims.jsonl"):
        held = {q["paper"]: papers[title_key(q["paper"])] for q in row["quotes"]}
        cited = tuple(c for q in row["quotes"] for c in _cited(held[q["paper"]], q["quote"]))
        abstracts = {a.paper.paper_id: a for a in held.values()}
        true = row["truth"] != "false"
        yield Case(Claim(row["text"], cited), abstracts, true, row["truth"], row["kind"], "computer science", True)


@functools.cache
def _daily_papers(data: Path) -> dict[str, AnnotatedAbstract]:
    found: dict[str, AnnotatedAbstract] = {}
    for path in sorted((data / "daily_papers").glob("listing_*.txt")):
        for paper in read(path, max_record_bytes=1 << 20):
            if isinstance(paper, Paper):
                found.setdefault(title_key(paper.title), _annotated(paper.title, paper.abstract, paper.title))
    return found


def _case(text: str, quotes: Sequence[str], held: Mapping[str, Any], true: bool, label: str, field: str) -> Case:
    key = str(held["id"])
    abstract = _annotated(held["title"], held["abstract"], key)
    cited = tuple(c for q in quotes for c in _cited(abstract, q)) or _all_evidence(abstract)
    return Case(Claim(text, cited), {key: abstract}, true, label, label, field, is_for_choosing(key))


def _cited(abstract: AnnotatedAbstract, quote: str) -> tuple[Citation, ...]:
    """The quote where it stands; else the sentences whose search form it shares."""
    start, key = abstract.paper.abstract.find(quote), abstract.paper.paper_id
    if start >= 0:
        return (Citation("", key, quote, start, start + len(quote)),)
    searched = for_search(quote)
    found = [
        (i, s) for i, s in enumerate(abstract.sentences) if s.search and (s.search in searched or searched in s.search)
    ]
    return tuple(Citation("", key, abstract.text(i), s.start, s.end) for i, s in found)


def _all_evidence(abstract: AnnotatedAbstract) -> tuple[Citation, ...]:
    spans = [(abstract.text(i), abstract.sentences[i]) for i in abstract.evidence]
    return tuple(Citation("", abstract.paper.paper_id, text, s.start, s.end) for text, s in spans)


def _widened(case: Case) -> Case:
    cited = tuple(c for a in case.abstracts.values() for c in _all_evidence(a))
    claim = Claim(case.claim.text, cited)
    return Case(claim, case.abstracts, case.true, case.label, case.kind, case.field, case.for_choosing)


def _nearest(claim: str, sentences: Sequence[str]) -> str:
    said = set(claim.casefold().split())
    return max(sentences, key=lambda s: len(said & set(s.casefold().split())))


@functools.lru_cache(maxsize=20_000)
def _annotated(title: str, abstract: str, key: str) -> AnnotatedAbstract:
    return annotate(Paper(title, abstract, key))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        yield from map(json.loads, lines)
