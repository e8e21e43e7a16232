"""litweave itself under evaluation, over a corner of the sample corpus."""

from __future__ import annotations

from pathlib import Path

from eval.datasets import corpora
from eval.datasets.cases import read_cases, shipped
from eval.documents.folding import title_identity
from eval.solvers.candidates import litweave_over
from eval.tasks.answering import evaluate
from eval.tasks.retrieval import of_titles, retrieve


def test_litweave_is_asked_over_a_library_of_its_own(tmp_path: Path) -> None:
    """Papers come back as stored, what is answered holds, each title finds its paper."""
    (sample,) = corpora.files("sample")
    file = tmp_path / "papers.jsonl"
    file.write_text("\n".join(sample.read_text(encoding="utf-8").splitlines()[:16]), encoding="utf-8")
    with litweave_over((file,)) as candidate:
        papers = candidate.papers
        known = {title_identity(p.title) for p in papers.values()}
        cases = [
            c
            for c in read_cases(shipped(paraphrases=False))
            if c.corpus == "sample" and c.kind == "factual" and {title_identity(t) for t in c.gold} <= known
        ]
        asked = evaluate("s", cases, candidate.solve, papers)
        found = retrieve("t", of_titles(papers.values()), candidate.search, papers)
    assert len(papers) == 16
    assert (asked.failed, asked.problems, candidate.problems) == ((), (), ())
    assert len(cases) >= 3
    assert asked.answered >= 1
    for invariant in ("citation_validity", "quote_exactness", "claim_coverage", "numbers_kept"):
        assert asked.summary(invariant).mean == 1.0
    assert found.summary("hit@1").mean == 1.0
