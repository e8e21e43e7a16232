"""A candidate that is opened only when something must be asked of it that isn't on the shelf already."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol

from eval.datasets import fingerprints
from eval.datasets.cases import Case
from eval.runs.journal import Journal, remembering, remembering_search
from eval.scorers import StoredPaper
from eval.solvers.candidates import Candidate
from service.records.texts import Documented


class Opens(Protocol):
    """Opens a candidate over the files of a corpus."""

    def __call__(self, files: tuple[Path, ...], /) -> AbstractContextManager[Candidate]: ...


@dataclass(frozen=True, slots=True)
class _Stock:
    """What a corpus became in a library: enough to score recorded answers without importing it again."""

    papers: Mapping[str, StoredPaper]
    problems: tuple[str, ...]


@contextmanager
def shelved(open_candidate: Opens, files: tuple[Path, ...], folder: Path | None) -> Iterator[Candidate]:
    """The candidate, with answers, hits and papers kept in `folder`; without one, the candidate itself."""
    if folder is None:
        with open_candidate(files) as candidate:
            yield candidate
        return
    corpus = fingerprints.of_files(files)
    settled = fingerprints.of_text(corpus, fingerprints.of_code(), fingerprints.of_settings())
    journal, stock_file = Journal(folder / "journal.jsonl"), folder / f"papers-{settled}.json"
    with ExitStack() as stack:
        lock, opened = Lock(), list[Candidate]()

        def asked() -> Candidate:
            with lock:
                if not opened:
                    opened.append(stack.enter_context(open_candidate(files)))
            return opened[0]

        def solve(case: Case) -> Documented | Mapping[str, object]:
            return asked().solve(case)

        def search(query: str, k: int) -> Documented | Mapping[str, object]:
            return asked().search(query, k)

        stock = _read(stock_file)
        if stock is None:
            stock = _Stock(asked().papers, asked().problems)
            _write(stock, stock_file)
        yield Candidate(
            remembering(solve, journal, corpus),
            remembering_search(search, journal, corpus),
            stock.papers,
            stock.problems,
        )


def _read(path: Path) -> _Stock | None:
    if not path.is_file():
        return None
    stored = json.loads(path.read_text(encoding="utf-8"))
    papers = [StoredPaper(**(p | {"authors": tuple(p.get("authors", ()))})) for p in stored["papers"]]
    return _Stock({p.paper_id: p for p in papers}, tuple(stored["problems"]))


def _write(stock: _Stock, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {"papers": [asdict(p) for p in stock.papers.values()], "problems": stock.problems}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(stored, ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
