"""Drafts of related work for the 24 deepscholar tasks: what retrieval finds for the plan, and what the drafts cite.

Each task is a paper; its title is the topic and its abstract the author's own. Gold are the papers it cites that the
pool holds. Recall is of the first 20 and 50 papers found by title and abstract together. Every citation is held
against the stored abstract. Run: python bench/drafts.py [--words 600] [--tasks 24]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from service.app import build
from service.records import Draft
from service.requests import DraftRequest, SearchRequest
from service.review import Review
from service.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "deepscholar"
DEPTHS = (20, 50)


@dataclass(frozen=True, slots=True)
class Task:
    """A paper whose related work is to be written."""

    title: str
    abstract: str
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Measured:
    """One draft; shares lie in [0, 1]. `found` is recall by depth, `words` those of the text."""

    found: Mapping[int, float]
    answered: bool
    cited: float
    exact: float
    gold_cited: float
    precision: float
    papers: int
    words: int
    dropped: int


def tasks() -> list[Task]:
    """The tasks that have gold papers."""
    gold: dict[str, set[str]] = defaultdict(set)
    for line in (FOLDER / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            gold[query].add(document)
    rows = [json.loads(line) for line in (FOLDER / "tasks.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        Task(" ".join(r["title"].split()), " ".join(r["abstract"].split()), frozenset(gold[r["id"]]))
        for r in rows
        if gold[r["id"]]
    ]


def measure(review: Review, task: Task, *, words: int) -> Measured:
    hits = review.search(SearchRequest(f"{task.title} {task.abstract}"[:4000], k=max(DEPTHS))).hits
    ranked = [h.paper.paper_id for h in hits]
    made = review.draft(DraftRequest(task.title, words=words, abstract=task.abstract))
    found = {depth: len(task.gold & set(ranked[:depth])) / len(task.gold) for depth in DEPTHS}
    return _measured(made, task, found, {h.paper.paper_id: h.paper.abstract for h in hits} | _abstracts(review, made))


def _abstracts(review: Review, made: Draft) -> dict[str, str]:
    papers = [review.paper(r.paper_id) for r in made.references]
    return {p.paper_id: p.abstract for p in papers if p is not None}


def _measured(made: Draft, task: Task, found: Mapping[int, float], abstracts: Mapping[str, str]) -> Measured:
    sentences = [s for p in made.paragraphs for s in p]
    citations = [c for s in sentences for c in s.citations]
    exact = [abstracts[c.paper_id][c.start : c.end] == c.quote for c in citations]
    cited = {c.paper_id for c in citations}
    return Measured(
        found,
        made.status != "not_in_corpus",
        mean([bool(s.citations) for s in sentences]) if sentences else 0.0,
        mean(exact) if exact else 0.0,
        len(cited & task.gold) / len(task.gold),
        len(cited & task.gold) / len(cited) if cited else 0.0,
        len(cited),
        sum(len(s.text.split()) for s in sentences),
        len(made.dropped),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--words", type=int, default=600)
    parser.add_argument("--tasks", type=int, default=None)
    parser.add_argument("--library", type=Path, default=None, help="keep the library of the pool here")
    options = parser.parse_args()
    if not FOLDER.is_dir():
        print(f"no tasks at {FOLDER}")
        return
    with tempfile.TemporaryDirectory() as folder:
        root = options.library or Path(folder) / "library"
        fresh = not root.exists()
        review = build(Settings(library=root), create=True)
        if fresh:
            review.import_paths([FOLDER / "corpus.jsonl"])
        some = tasks()[: options.tasks]
        rows = [measure(review, t, words=options.words) for t in some]
        review.close()
    _print(rows)


def _print(rows: Sequence[Measured]) -> None:
    answered = [r for r in rows if r.answered]
    print(f"{len(rows)} tasks, {len(answered)} drafted")
    columns: dict[str, list[float]] = {
        **{f"recall of cited papers at {d}": [r.found[d] for r in rows] for d in DEPTHS},
        "gold papers cited in the draft": [r.gold_cited for r in rows],
        "cited papers that are gold": [r.precision for r in answered],
        "sentences with a citation": [r.cited for r in answered],
        "citations whose quote is exact": [r.exact for r in answered],
        "papers a draft": [r.papers for r in answered],
        "words a draft": [r.words for r in answered],
        "left out and reported": [r.dropped for r in answered],
    }
    for name, values in columns.items():
        error = stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
        print(f"{name:34s} {mean(values):8.3f} ± {error:.3f}")


if __name__ == "__main__":
    main()
