"""Claims of known truth over real abstracts, read from ../shared/data, as any `service.judge.Judge` meets them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from eval.datasets.corpora import shared
from eval.datasets.halves import is_for_choosing
from eval.datasets.jsonl import records
from service.annotate import AnnotatedAbstract, annotate
from service.judge import Claim
from service.readers import read
from service.records import Citation, Paper
from service.text.normal import for_search, title_key

Scope: TypeAlias = Literal["quotes", "abstract"]
_MARKER = re.compile(r"\s*[\[(]?[^\[(]{0,30}<\|(?:multi_|other_)?cit\|>[^\])]{0,30}[\])]|<\|(?:multi_|other_)?cit\|>")
_DIRECTIONS = {"increased": "higher", "decreased": "lower", "no_difference": "no different"}
_OTHER = {"increased": "decreased", "decreased": "increased", "no_difference": "increased"}


@dataclass(frozen=True, slots=True)
class LabelledClaim:
    """A claim with its quotes and papers, and its truth. `label` is the set's own; `kind` and `field` group it.

    Papers of one id are the same in all claims of a set, so that several claims can be judged at once.
    """

    claim: Claim
    abstracts: Mapping[str, AnnotatedAbstract]
    true: bool
    label: str
    kind: str
    field: str
    for_choosing: bool


def read_claims(name: str, *, scope: Scope = "quotes", data: Path | None = None) -> list[LabelledClaim]:
    """One of `SETS`. `scope`: "quotes" cites what the set quotes, "abstract" every sentence that may be quoted."""
    reader, _ = SETS[name]
    found = list(reader(data or shared() / "data"))
    return found if scope == "quotes" else [_widened(claim) for claim in found]


def missing(name: str, data: Path | None = None) -> str | None:
    """Why a set cannot be read here; `None` where it is there."""
    place = data or shared() / "data"
    absent = [str(place / folder) for folder in SETS[name][1] if not (place / folder).is_dir()]
    return f"there is no {absent[0]}; set LITWEAVE_SHARED to the folder that holds data/" if absent else None


def _claims(data: Path) -> Iterator[LabelledClaim]:
    """Those over one paper, those over two; `judge: quotes` is judged against an abstract that is that quote alone."""
    papers = {(r["corpus"], r["n"]): r for r in records(data / "claims/papers.jsonl")}
    for at, row in enumerate(records(data / "claims/claims.jsonl")):
        quotes = [q if isinstance(q, dict) else {"n": row["n"], "quote": q} for q in row["quotes"]]
        alone = row.get("judge") == "quotes"
        held, cited = {}, []
        for n in dict.fromkeys(q["n"] for q in quotes):
            said = [q["quote"] for q in quotes if q["n"] == n]
            record, key = papers[row["corpus"], n], f"{row['corpus']}-{n}" + (f"-alone-{at}" if alone else "")
            held[key] = _annotated(record["title"], " ".join(said) if alone else record["abstract"], key)
            cited += [c for quote in said for c in _cited(held[key], quote)]
        kind = f"two papers: {row['kind']}" if "papers" in row else row["kind"]
        claim, true = Claim(row["claim"], tuple(cited)), row["label"] == "supported"
        yield LabelledClaim(claim, held, true, row["label"], kind, row["corpus"], is_for_choosing(row["n"]))


def _scifact(data: Path) -> Iterator[LabelledClaim]:
    corpus = {r["id"]: r for r in records(data / "scifact/corpus.jsonl")}
    for row in records(data / "scifact/claims_train.jsonl"):
        labelled = [(k, v[0]["label"], v[0]["sentences"]) for k, v in row["evidence"].items()]
        for key, label, at in labelled or [(str(row["cited_doc_ids"][0]), "no evidence", [])]:
            held = corpus[key]
            quotes = [held["sentences"][i] for i in at] or [_nearest(row["claim"], held["sentences"])]
            yield _case(row["claim"], quotes, held, label == "SUPPORT", label, "biomedicine")


def _evidence_inference(data: Path) -> Iterator[LabelledClaim]:
    """The true direction, and another one, of each outcome whose evidence stands in the abstract."""
    corpus = {r["id"]: r for r in records(data / "evidence_inference/corpus.jsonl")}
    for row in records(data / "evidence_inference/prompts.jsonl"):
        held = corpus[row["paper_id"]]
        if not row["evidence_in_abstract"]:
            continue
        for label in (row["label"], _OTHER[row["label"]]):
            text = (
                f"{row['outcome'].strip()} was {_DIRECTIONS[label]} with {row['intervention'].strip()} "
                f"than with {row['comparator'].strip()}."
            )
            yield _case(text, row["evidence"], held, label == row["label"], label, "trials")


def _clinifact(data: Path) -> Iterator[LabelledClaim]:
    for row in records(data / "clinifact/clinifact.jsonl"):
        label = ("inconclusive", "significant", "foreign")[int(row["label"])]
        yield _case(row["claim"], [], row, label == "significant", label, "trials")


def _wice(data: Path) -> Iterator[LabelledClaim]:
    for row in records(data / "wice/dev.jsonl.gz"):
        sentences = row["evidence"]
        at = sorted({i for chosen in row["supporting_sentences"] for i in chosen})
        title = next((s.partition("TITLE:")[2].strip() for s in sentences if "TITLE:" in s), "")
        held = {"id": row["id"], "title": title, "abstract": " ".join(sentences)}
        quotes = [sentences[i] for i in at] or [_nearest(row["claim"], sentences)]
        yield _case(row["claim"], quotes, held, row["label"] == "supported", row["label"], "Wikipedia")


def _citation_integrity(data: Path) -> Iterator[LabelledClaim]:
    corpus = {r["id"]: r for r in records(data / "citation_integrity/corpus.jsonl")}
    for part in ("train", "dev"):
        for row in records(data / f"citation_integrity/claims_{part}.jsonl"):
            held = corpus[row["doc_ids"][0]]
            text = _MARKER.sub("", row["claim"])
            yield _case(text, held["sentences"], held, row["label"] == "SUPPORT", row["label"], "biomedicine")


def _strong_writer(data: Path) -> Iterator[LabelledClaim]:
    """Sentences of a strong writer; "arguable" ones count as true. Papers are found by title in the two listings."""
    papers = _daily_papers(data)
    for row in records(data / "strong_writer/claims.jsonl"):
        held = {q["paper"]: papers[title_key(q["paper"])] for q in row["quotes"]}
        cited = tuple(c for q in row["quotes"] for c in _cited(held[q["paper"]], q["quote"]))
        abstracts = {a.paper.paper_id: a for a in held.values()}
        true = row["truth"] != "false"
        yield LabelledClaim(
            Claim(row["text"], cited), abstracts, true, row["truth"], row["kind"], "computer science", True
        )


@functools.cache
def _daily_papers(data: Path) -> dict[str, AnnotatedAbstract]:
    found: dict[str, AnnotatedAbstract] = {}
    for path in sorted((data / "daily_papers").glob("listing_*.txt")):
        for paper in read(path, max_record_bytes=1 << 20):
            if isinstance(paper, Paper):
                found.setdefault(title_key(paper.title), _annotated(paper.title, paper.abstract, paper.title))
    return found


def _case(
    text: str, quotes: Sequence[str], held: Mapping[str, Any], true: bool, label: str, field: str
) -> LabelledClaim:
    key = str(held["id"])
    abstract = _annotated(held["title"], held["abstract"], key)
    cited = tuple(c for q in quotes for c in _cited(abstract, q)) or _all_evidence(abstract)
    return LabelledClaim(Claim(text, cited), {key: abstract}, true, label, label, field, is_for_choosing(key))


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


def _widened(claim: LabelledClaim) -> LabelledClaim:
    cited = tuple(c for a in claim.abstracts.values() for c in _all_evidence(a))
    return replace(claim, claim=Claim(claim.claim.text, cited))


def _nearest(claim: str, sentences: Sequence[str]) -> str:
    said = set(claim.casefold().split())
    return max(sentences, key=lambda s: len(said & set(s.casefold().split())))


@functools.lru_cache(maxsize=20_000)
def _annotated(title: str, abstract: str, key: str) -> AnnotatedAbstract:
    return annotate(Paper(title, abstract, key))


SETS: Final[Mapping[str, tuple[Callable[[Path], Iterator[LabelledClaim]], tuple[str, ...]]]] = {
    "claims": (_claims, ("claims",)),
    "scifact": (_scifact, ("scifact",)),
    "evidence_inference": (_evidence_inference, ("evidence_inference",)),
    "clinifact": (_clinifact, ("clinifact",)),
    "wice": (_wice, ("wice",)),
    "citation_integrity": (_citation_integrity, ("citation_integrity",)),
    "strong_writer": (_strong_writer, ("strong_writer", "daily_papers")),
}
"""How each set is read, and the folders it needs."""
