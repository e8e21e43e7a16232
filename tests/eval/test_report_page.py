"""The report: one file that loads nothing, in which nothing of an answer acts, with the worst cases first."""

from __future__ import annotations

import copy
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from eval.reports import as_html, as_markdown, contents_of
from eval.reports.contents import loss
from eval.results.outcome import Results
from eval.results.report import as_document
from eval.runs.folder import Run, run_of
from eval.solvers.candidates import scripted
from eval.tasks.answering import evaluate
from tests.eval.worked import COMPARATIVE, HALF, PAPERS, UNANSWERABLE, correct, empty

pytest.importorskip("matplotlib", reason="the eval extra isn't installed")

HOSTILE = "<script>alert(1)</script> ![x](http://e.org/x) <img src=http://e.org/y>"
JUDGED = {
    "judge": "lexical",
    "calibration": [{"set": "wice", "n": 9, "kappa": 0.31, "alpha": 0.3, "low": 0.2, "high": 0.4}],
    "scores": {"judged_faithfulness": {"mean": 0.9, "low": 0.8, "high": 1.0, "n": 3, "unscored": 0}},
}


def run(script: dict[str, dict[str, Any]], name: str = "now") -> Run:
    results = Results((evaluate("s", (COMPARATIVE, UNANSWERABLE, HALF), scripted(script), PAPERS),))
    documents = {("s", o.id): o.document for o in results.suites[0].outcomes if o.document is not None}
    return run_of(as_document(results), name=name, answers=documents)


SCRIPT = {"c1": {**correct(), "cost_usd": 0.02}, "c2": empty("not_in_corpus"), "c3": empty("not_in_corpus")}


class Loads(HTMLParser):
    """Collects tags, and every address that a browser would follow on its own."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href", "srcset", "data")]


def test_the_page_loads_nothing_and_nothing_in_it_acts(tmp_path: Path) -> None:
    """No script, image or link of an answer survives; addresses lead into the page only."""
    hostile = copy.deepcopy(correct())
    hostile["sentences"][1]["text"] = HOSTILE
    hostile["missing"] = [HOSTILE]
    page = Loads()
    html = as_html(contents_of(run({**SCRIPT, "c1": hostile}, name=HOSTILE)))
    page.feed(html)
    assert not {"script", "img", "link", "iframe", "object"} & set(page.tags)
    assert all(a.startswith("#") for a in page.addresses)
    assert "&lt;script&gt;" in html
    markdown = as_markdown(contents_of(run({**SCRIPT, "c1": hostile})))
    assert "<script>" not in markdown
    assert "![x]" not in markdown


def test_the_page_has_every_part(tmp_path: Path) -> None:
    """Scores with plots, the difference, calibration, cost, worst cases with quotes and reasons."""
    poorer = copy.deepcopy(correct())
    poorer["sentences"].pop()
    (tmp_path / "judged.json").write_text(json.dumps(JUDGED))
    contents = contents_of(run({**SCRIPT, "c1": poorer}), against=run(SCRIPT, "before"), folder=tmp_path)
    html = as_html(contents)
    assert html.count("<svg ") == 5  # intervals, kinds, differences, calibration, cost
    assert as_html(contents_of(run(SCRIPT))).count("Cost against quality") >= 1
    for part in ("Against before", "wice κ 0.310", "worst cases", "Heron reaches 33.25", "vital nugget: &#x27;31.4%"):
        assert part in html, part
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_the_same_run_gives_the_same_page() -> None:
    """No date, no random id."""
    assert as_html(contents_of(run(SCRIPT))) == as_html(contents_of(run(SCRIPT)))


def test_worst_cases_come_first_and_perfect_ones_not_at_all() -> None:
    """The refused half-answerable question; the right refusal isn't among them."""
    contents = contents_of(run(SCRIPT))
    assert [c.id for c in contents.worst] == ["c3", "c1"]
    better = contents.run.better["s"]
    assert loss(contents.run.cases["s", "c2"], better) == 0.0
    assert 0 < loss(contents.run.cases["s", "c1"], better) < loss(contents.run.cases["s", "c3"], better)


def test_a_run_of_scores_alone_has_a_page() -> None:
    """Baselines over real papers hold no answers: the page says so."""
    bare = run_of(as_document(Results((evaluate("s", (HALF,), scripted(SCRIPT), PAPERS),))), name="bare")
    assert "isn&#x27;t kept" in as_html(contents_of(bare)) or "isn't kept" in as_html(contents_of(bare))
    assert as_markdown(contents_of(bare))
