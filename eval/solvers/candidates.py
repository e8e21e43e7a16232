"""Solvers: what answers a case. Normally litweave's own `Review` over a temporary library of the corpus."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from eval.datasets import fingerprints
from eval.datasets.cases import Case
from eval.scorers import StoredPaper
from eval.scorers.length import DEFAULT_MAX_SENTENCES
from service.errors import LitweaveError
from service.records import Rejection
from service.records.texts import Documented
from service.requests import AskRequest, SearchRequest

READY: Final = "ready"
"""A file in a kept library whose import was finished; it says from what, where it is not empty."""
Solver: TypeAlias = Callable[[Case], Documented | Mapping[str, object]]
Search: TypeAlias = Callable[[str, int], Documented | Mapping[str, object]]  # query, k


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is evaluated: something that answers and searches, and the papers (by id) it does that over."""

    solve: Solver
    search: Search
    papers: Mapping[str, StoredPaper]
    problems: tuple[str, ...] = ()  # records that the import refused: the shipped corpora have none


class Unscripted(LitweaveError):
    """A scripted solver was asked a case that its script doesn't hold."""


class OtherPapers(LitweaveError):
    """A kept library does not hold what is asked about."""


def scripted(documents: Mapping[str, Mapping[str, object]]) -> Solver:
    """A solver that plays back recorded answer documents by case id, for tests and for recorded answers."""

    def solve(case: Case) -> Mapping[str, object]:
        if case.id not in documents:
            raise Unscripted(f"The script has no answer to case {case.id!r}.")
        return documents[case.id]

    return solve


@contextmanager
def litweave_over(files: tuple[Path, ...], kept: Path | None = None) -> Iterator[Candidate]:
    """litweave over a library into which `files` have been imported: a temporary one, gone when the block ends.

    With `kept`, a folder, the library stays there, and is not made again where an earlier run finished it. Raises
    `OtherPapers` for one that was made from other files.
    """
    from service.app import build
    from service.library import Library
    from service.settings import Settings

    with _folder(kept) as folder:
        # Its vectors stay with it: in a server nobody would delete them.
        settings = Settings(library=folder, chroma_url=None)
        ready, print_of_files = folder / READY, fingerprints.of_files(files)
        rejected: tuple[Rejection, ...] = ()
        if not ready.exists():
            review = build(settings, create=True)
            try:
                rejected = review.import_paths(files).rejected
            finally:
                review.close()
            ready.write_text(print_of_files, encoding="utf-8")
        elif ready.read_text(encoding="utf-8") not in ("", print_of_files):
            raise OtherPapers(f"the library kept at {str(folder)!r} was made from other papers: delete it")
        with Library.open(settings, create=False) as library:
            papers = {
                p.paper_id: StoredPaper(p.paper_id, p.title, p.abstract, p.year, p.authors) for p in library.papers()
            }
        review = build(settings)
        try:
            yield Candidate(
                lambda case: review.ask(
                    AskRequest(case.question, max_sentences=case.max_sentences or DEFAULT_MAX_SENTENCES)
                ),
                lambda query, k: review.search(SearchRequest(query, k=k)),
                papers,
                tuple(f"{r.source}:{r.line}: {r.reason}" for r in rejected),
            )
        finally:
            review.close()


@contextmanager
def _folder(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="litweave-eval-", ignore_cleanup_errors=True) as folder:
        yield Path(folder) / "library"
