"""Answers that needn't be asked for again: by key, in one JSONL file that grows as they come in.

A key is made of everything an answer depends on (code, settings, corpus, question, limit), so an answer is
reused exactly when asking again would be asking the same. Failures are never kept.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from eval.datasets import fingerprints
from eval.datasets.cases import Case
from eval.solvers.candidates import Search, Solver
from eval.tasks.answering import as_json
from service.records.texts import Documented


class Journal:
    """Documents by key. Safe for threads of one process; a line cut short by a kill is ignored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._known = dict(_rows(path))

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: str) -> Mapping[str, object] | None:
        """The document kept under `key`."""
        return self._known.get(key)

    def put(self, key: str, document: Mapping[str, object]) -> None:
        """Keep it, on disk at once."""
        line = json.dumps({"key": key, "document": document}, ensure_ascii=False, allow_nan=False)
        with self._lock:
            self._known[key] = document
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def remembering(solve: Solver, journal: Journal, corpus: str) -> Solver:
    """`solve`, asked only what the journal doesn't hold. `corpus`: the corpus's fingerprint."""

    def answer(case: Case) -> Documented | Mapping[str, object]:
        key = answer_key(corpus, case)
        document = journal.get(key)
        if document is None:
            document = as_json(solve(case))
            journal.put(key, document)
        return document

    return answer


def remembering_search(search: Search, journal: Journal, corpus: str) -> Search:
    """`search`, asked only what the journal doesn't hold."""

    def found(query: str, k: int) -> Documented | Mapping[str, object]:
        key = fingerprints.of_text("search", fingerprints.of_code(), fingerprints.of_settings(), corpus, query, k)
        document = journal.get(key)
        if document is None:
            document = as_json(search(query, k))
            journal.put(key, document)
        return document

    return found


def answer_key(corpus: str, case: Case) -> str:
    """Of all that the answer to `case` over a corpus depends on."""
    settled = (fingerprints.of_code(), fingerprints.of_settings(), corpus)
    return fingerprints.of_text("ask", *settled, case.question, case.max_sentences)


def _rows(path: Path) -> list[tuple[str, Mapping[str, object]]]:
    if not path.is_file():
        return []
    rows = []
    for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
        try:
            row = json.loads(line) if line else None
        except json.JSONDecodeError:  # the line that a kill cut short
            continue
        if isinstance(row, dict) and isinstance(row.get("document"), dict):
            rows.append((str(row.get("key")), row["document"]))
    return rows
