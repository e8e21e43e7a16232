"""`eval retrieval FOLDER...`: nDCG@10, recall and reciprocal rank on test collections in BEIR's layout."""

from __future__ import annotations

import json
import tempfile
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.commands.command import Command, Outlets, bars_over, shown
from eval.documents.folding import title_identity
from eval.results import report
from eval.results.outcome import Results, SuiteResult
from eval.solvers.candidates import Candidate
from eval.tasks.beir import Collection, importable, read_collection, rows, score
from service.errors import UsageError


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER", help="e.g. ../shared/data/scifact")
    parser.add_argument("--split", default="test", help="of qrels/ (default: test)")
    parser.add_argument("--queries", type=int, metavar="N", help="only the first N queries")
    parser.add_argument("--papers", type=int, metavar="N", help="only N papers beside the judged (not comparable)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write scores.json there, for eval diff and eval gate")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")


def execute(options: Namespace, outlets: Outlets) -> int:
    """Exit code 0 done, 1 where a search failed or a folder is no collection."""
    done = []
    for folder in options.folders:
        collection = read_collection(folder, split=options.split)
        if options.queries is not None:
            if options.queries < 1:
                raise UsageError("--queries must be at least 1.")
            kept = dict(list(collection.queries.items())[: options.queries])
            collection = replace(collection, queries=kept, qrels={q: collection.qrels[q] for q in kept})
        done.append(_run(collection, options.papers, outlets))
    results = Results(tuple(done))
    if options.out is not None:
        report.write(results, options.out)
    if options.json:
        print(json.dumps(report.as_document(results), ensure_ascii=False, allow_nan=False))
    else:
        report.print_tables(results, outlets.stdout)
    return 0 if results.ok else 1


def _run(collection: Collection, papers: int | None, outlets: Outlets) -> SuiteResult:
    with tempfile.TemporaryDirectory(prefix="litweave-beir-") as folder, bars_over(outlets.stderr) as bars:
        progress = shown(bars)
        path = importable(collection, Path(folder))
        if papers is not None:
            _thin(path, collection, papers)
        progress.on_corpus(collection.name)
        with outlets.open_candidate((path,)) as candidate:
            progress.on_suite(collection.name, len(collection.queries))
            known = _documents(path, candidate)
            return score(collection, candidate.search, known.get, on_query=progress.on_case)


def _thin(path: Path, collection: Collection, papers: int) -> None:
    """Keep the judged documents and the first `papers` others."""
    judged = {d for of in collection.qrels.values() for d in of}
    lines, left = [], papers
    for row in rows(path):
        if row["id"] in judged or left > 0:
            left -= row["id"] not in judged
            lines.append(json.dumps(row, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _documents(path: Path, candidate: Candidate) -> dict[str, str]:
    """Stored paper id -> the collection's id: the same, or that of a record with its title, where it was renamed."""
    by_title: dict[str, str] = {}
    ids: set[str] = set()
    for row in rows(path):
        fields: dict[str, Any] = row
        ids.add(fields["id"])
        by_title.setdefault(title_identity(fields["title"]), fields["id"])
    found = {}
    for paper in candidate.papers.values():
        own = paper.paper_id if paper.paper_id in ids else by_title.get(title_identity(paper.title))
        if own is not None:
            found[paper.paper_id] = own
    return found


COMMAND = Command("retrieval", "nDCG, recall and MRR on BEIR-layout folders", arguments, execute)
