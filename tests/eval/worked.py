"""A small library and a correct answer over it, made by hand, for the scorers' tests."""

from __future__ import annotations

import copy
from typing import Any

from eval.datasets.cases import Case, Nugget
from eval.documents.reading import read_answer
from eval.scorers import SCORERS, Score, StoredPaper, Submission

HERON = StoredPaper(
    "p1", "Heron: Wading Through Noise", "Heron reaches 33.25 points on MarshBench. It needs no labels.", 2024
)
STORK = StoredPaper("p2", "Stork-2 Carries More", "We test Stork-2. It scores 31.4% with 1,200 examples.", 2023)
CRANE = StoredPaper("p3", "Crane, at Rest", "Crane does nothing of note.", None)
PAPERS = {p.paper_id: p for p in (HERON, STORK, CRANE)}

COMPARATIVE = Case(
    id="c1",
    corpus="sample",
    question="How do Heron and Stork-2 compare?",
    kind="comparative",
    answerable="yes",
    gold=(HERON.title, STORK.title),
    nuggets=(
        Nugget(alternatives=("33.25",), vital=True),
        Nugget(alternatives=("31.4%", "31.4 percent"), vital=True),
        Nugget(alternatives=("no labels",), vital=False),
    ),
    provenance="written for the tests",
)
UNANSWERABLE = Case(
    id="c2",
    corpus="sample",
    question="How tall is Etna?",
    kind="unanswerable",
    answerable="no",
    provenance="written for the tests",
)
HALF = Case(
    id="c3",
    corpus="sample",
    question="What does Heron score on MarshBench, and how much memory does its training take?",
    kind="half-answerable",
    answerable="partly",
    gold=(HERON.title,),
    nuggets=(Nugget(alternatives=("33.25",), vital=True),),
    missing=("memory of training",),
    provenance="written for the tests",
)


def citation(paper: StoredPaper, quote: str, label: str) -> dict[str, Any]:
    """A citation of a quote that must stand in the paper."""
    start = paper.abstract.index(quote)
    return {
        "label": label,
        "paper_id": paper.paper_id,
        "quote": quote,
        "start": start,
        "end": start + len(quote),
    }


def claim(text: str, *citations: dict[str, Any]) -> dict[str, Any]:
    return {"text": text, "kind": "claim", "support": "exact", "citations": list(citations)}


def reference(paper: StoredPaper, label: str) -> dict[str, Any]:
    return {"label": label, "paper_id": paper.paper_id, "title": paper.title, "authors": []}


def correct() -> dict[str, Any]:
    """A correct answer to `COMPARATIVE`: every score is at its best but nugget recall, which lacks one other."""
    return {
        "question": COMPARATIVE.question,
        "status": "answered",
        "missing": [],
        "sentences": [
            {"text": "Both report scores.", "kind": "connective", "support": "exact", "citations": []},
            claim(
                "Heron reaches 33.25 points on MarshBench.",
                citation(HERON, "Heron reaches 33.25 points on MarshBench.", "1"),
            ),
            claim(
                "Stork-2 scores 31.4% with 1,200 examples.",
                citation(STORK, "It scores 31.4% with 1,200 examples.", "2"),
            ),
        ],
        "matrix": None,
        "references": [reference(HERON, "1"), reference(STORK, "2")],
    }


def empty(status: str) -> dict[str, Any]:
    """An answer that says nothing."""
    return {"question": "?", "status": status, "missing": [], "sentences": [], "references": []}


def edited(**changes: Any) -> dict[str, Any]:
    """The correct answer with top-level fields replaced."""
    return {**correct(), **changes}


def with_citation(**changes: Any) -> dict[str, Any]:
    """The correct answer with fields of its first citation replaced."""
    document = copy.deepcopy(correct())
    document["sentences"][1]["citations"][0].update(changes)
    return document


def scores(document: dict[str, Any], case: Case = COMPARATIVE) -> dict[str, Score]:
    """Every score of a document."""
    submission = Submission(case, read_answer(document), PAPERS)
    return {s.name: s.measure(submission) for s in SCORERS}


def value(name: str, document: dict[str, Any], case: Case = COMPARATIVE) -> float | None:
    """One score of a document."""
    return scores(document, case)[name].value
