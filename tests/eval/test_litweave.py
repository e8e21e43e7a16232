"""litweave itself under evaluation, over a corpus of three invented papers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.answering import evaluate
from eval.retrieval import of_titles, retrieve
from eval.solvers import litweave_over
from tests.eval.worked import COMPARATIVE, PAPERS, UNANSWERABLE

pytest.importorskip("service.app")


def test_litweave_is_asked_over_a_library_of_its_own(tmp_path: Path) -> None:
    """Papers come back as stored, every citation of an answer holds, and each title finds its paper."""
    file = tmp_path / "papers.jsonl"
    rows = [{"title": p.title, "abstract": p.abstract, "year": p.year} for p in PAPERS.values()]
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with litweave_over((file,)) as candidate:
        assert {p.abstract for p in candidate.papers.values()} == {p.abstract for p in PAPERS.values()}
        asked = evaluate("s", [COMPARATIVE, UNANSWERABLE], candidate.solve, candidate.papers)
        found = retrieve("t", of_titles(candidate.papers.values()), candidate.search, candidate.papers)
    assert asked.failed == ()
    assert asked.answered >= 1
    for invariant in ("citation_validity", "quote_exactness", "claim_coverage"):
        assert asked.summary(invariant).mean == 1.0
    assert found.summary("hit@1").mean == 1.0
