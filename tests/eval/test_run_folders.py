"""Runs as folders: kept, taken up again, compared and held against a baseline."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.commands.baseline import _figures
from eval.datasets import fingerprints
from eval.datasets.cases import Case
from eval.results.outcome import Results
from eval.results.report import as_document
from eval.runs.compare import compare
from eval.runs.folder import Run, read_run, run_of
from eval.runs.gate import Margins, gate
from eval.runs.journal import Journal, answer_key
from eval.runs.suites import Open, plans_of
from eval.solvers.candidates import Candidate, Unscripted, scripted
from eval.tasks.answering import evaluate
from tests.eval.worked import COMPARATIVE, HALF, PAPERS, UNANSWERABLE, correct, empty

CASES = (COMPARATIVE, UNANSWERABLE, HALF)
SCRIPT = {"c1": correct(), "c2": empty("not_in_corpus"), "c3": empty("not_in_corpus")}


class Counted:
    """A scripted candidate that notes what it was asked and how often it was opened."""

    def __init__(self, script: dict[str, dict[str, Any]]) -> None:
        self.script, self.asked, self.opened = script, list[str](), 0

    def solve(self, case: Case) -> Any:
        self.asked.append(case.id)
        if case.id not in self.script:
            raise Unscripted("no such answer")
        return self.script[case.id]

    @property
    def opening(self) -> Open:
        @contextmanager
        def open_candidate(files: tuple[Path, ...]) -> Iterator[Candidate]:
            self.opened += 1
            yield Candidate(self.solve, lambda q, k: {"hits": []}, PAPERS)

        return open_candidate


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(c.model_dump_json() for c in CASES), encoding="utf-8")
    return str(path)


def scored(script: dict[str, dict[str, Any]], cases: tuple[Case, ...] = CASES) -> Run:
    """The run of a script."""
    results = Results((evaluate("s", cases, scripted(script), PAPERS),))
    documents = {("s", o.id): o.document for o in results.suites[0].outcomes if o.document is not None}
    return run_of(as_document(results), name="run", answers=documents)


# Kept and taken up again


def test_a_run_is_taken_up_where_it_was_left(case_file: str, tmp_path: Path) -> None:
    """The second run asks only what failed in the first, and opens nothing once everything is there."""
    folder = str(tmp_path / "run")
    first = Counted({k: v for k, v in SCRIPT.items() if k != "c3"})
    assert main(["run", "--cases", case_file, "--out", folder], open_candidate=first.opening) == 1
    second = Counted(SCRIPT)
    assert main(["run", "--cases", case_file, "--out", folder], open_candidate=second.opening) == 0
    assert (first.asked, second.asked) == (["c1", "c2", "c3"], ["c3"])
    third = Counted({})
    assert main(["run", "--cases", case_file, "--out", folder], open_candidate=third.opening) == 0
    assert third.opened == 0
    assert [c.id for c in read_run(tmp_path / "run").cases.values()] == ["c1", "c2", "c3"]


def test_another_run_uses_the_cache(case_file: str, tmp_path: Path) -> None:
    """--cache is shared by runs in different folders."""
    cache, second = str(tmp_path / "cache"), Counted({})
    assert main(["--cases", case_file, "--cache", cache], open_candidate=Counted(SCRIPT).opening) == 0
    assert main(["--cases", case_file, "--cache", cache], open_candidate=second.opening) == 0
    assert second.asked == []


@pytest.mark.parametrize(
    "other",
    [{"question": "Other?"}, {"max_sentences": 3}],
    ids=["question", "limit"],
)
def test_an_answer_is_kept_for_its_question_and_limit_only(other: dict[str, Any]) -> None:
    """What an answer depends on is in its key; the case's id isn't."""
    assert answer_key("f", COMPARATIVE) == answer_key("f", COMPARATIVE.model_copy(update={"id": "x"}))
    assert answer_key("f", COMPARATIVE) != answer_key("f", COMPARATIVE.model_copy(update=other))
    assert answer_key("f", COMPARATIVE) != answer_key("g", COMPARATIVE)


def test_changed_code_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit of the service makes recorded answers stale."""
    before = answer_key("f", COMPARATIVE)
    monkeypatch.setattr(fingerprints, "of_code", lambda: "edited")
    assert answer_key("f", COMPARATIVE) != before


def test_a_line_cut_short_by_a_kill_is_ignored(tmp_path: Path) -> None:
    """The whole lines before it are kept, and writing goes on."""
    path = tmp_path / "journal.jsonl"
    Journal(path).put("a", {"x": 1})
    with path.open("a", encoding="utf-8") as file:
        file.write('{"key": "b", "docu\n[3]\n{"key": "c", "document": 3}\n')
    journal = Journal(path)
    journal.put("d", {"x": 2})
    assert (len(journal), journal.get("a"), journal.get("b")) == (2, {"x": 1}, None)
    assert Journal(path).get("d") == {"x": 2}


def test_threads_change_nothing_but_the_time(case_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Four workers, the same document in the same order."""
    found = []
    for workers in ("1", "4"):
        argv = ["--cases", case_file, "--json", "--workers", workers]
        assert main(argv, open_candidate=Counted(SCRIPT).opening) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


def test_the_manifest_says_what_was_run(case_file: str, tmp_path: Path) -> None:
    """Composer, prompt versions and cost come from the answers; the corpus is named by its hash."""
    priced = {**correct(), "composer": "m", "prompt_versions": {"p": 2}, "cost_usd": 0.25, "tokens_in": 7}
    script = {**SCRIPT, "c1": priced, "c2": {**empty("not_in_corpus"), "composer": "m", "cost_usd": 0.5}}
    argv = ["run", "--cases", case_file, "--out", str(tmp_path / "run")]
    assert main(argv, open_candidate=Counted(script).opening) == 0
    manifest = read_run(tmp_path / "run").manifest
    assert manifest is not None
    assert (manifest.composers, manifest.prompt_versions) == (("m",), {"p": "2"})
    assert (manifest.cost_usd, manifest.tokens_in, manifest.suites) == (0.75, 7, ("sample",))
    assert set(manifest.corpora) == {"sample"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"suites": [{}], "problems": []}', "null"])
def test_what_is_no_run_is_refused(text: str, tmp_path: Path) -> None:
    """With exit code 1 and a sentence."""
    path = tmp_path / "scores.json"
    path.write_text(text, encoding="utf-8")
    assert main(["diff", str(path), str(path)]) == 1
    assert main(["diff", str(tmp_path / "none"), str(path)]) == 1


# Compared


def test_a_comparison_says_what_changed_and_why() -> None:
    """c1 loses its Stork sentence: one of two vital nuggets and one of two gold papers; c2 and c3 are as they were."""
    poorer = correct()
    lost = poorer["sentences"].pop()
    found = compare(scored(SCRIPT), scored({**SCRIPT, "c1": poorer}))
    (change,) = found.changes
    assert change.scores["nugget_recall_vital"] == (1.0, 0.5)
    assert {"gold_recall", "nugget_recall_vital", "nugget_recall"} <= set(change.worse)
    assert "length_words" not in change.worse
    assert f"- {lost['text']}" in change.why
    assert "nugget_recall_vital: now vital nugget: '31.4%'" in change.why
    vital = next(c for c in found.comparisons if c.measure == "nugget_recall_vital")
    assert (vital.before, vital.after, vital.difference.mean) == (0.5, 0.25, -0.25)  # c1 and c3


def test_cases_that_come_go_or_are_reworded_are_named_and_not_compared() -> None:
    """Scores of different questions say nothing of a change."""
    after = (COMPARATIVE.model_copy(update={"question": "Else?"}), HALF, UNANSWERABLE.model_copy(update={"id": "c9"}))
    found = compare(scored(SCRIPT), scored({**SCRIPT, "c9": empty("answered")}, after))
    assert (found.gone, found.new, found.reworded) == (("s: c2",), ("s: c9",), ("s: c1",))
    assert found.changes == ()


def test_the_diff_command_prints_it(case_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Measure, case and reason; exit code 0."""
    poorer = copy.deepcopy(correct())
    poorer["sentences"].pop()
    for name, script in (("a", SCRIPT), ("b", {**SCRIPT, "c1": poorer})):
        main(["run", "--cases", case_file, "--out", str(tmp_path / name)], open_candidate=Counted(script).opening)
    capsys.readouterr()
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    out = capsys.readouterr().out
    assert "nugget_recall_vital: 1.000 -> 0.500" in out
    assert "now vital nugget: '31.4%'" in out
    assert main(["diff", str(tmp_path / "a"), str(tmp_path / "a")]) == 0
    assert "no score changed" in capsys.readouterr().out


# The gate


def failed(baseline: Run, run: Run, margins: Margins | None = None) -> set[str]:
    return {c.what for c in gate(baseline, run, margins) if not c.passed}


def test_an_equal_run_passes() -> None:
    """Also where it isn't perfect."""
    assert failed(scored(SCRIPT), scored(SCRIPT)) == set()


def test_a_better_run_passes() -> None:
    """c3 is answered at last."""
    answered = {**correct(), "status": "partial", "missing": ["memory of training"]}
    assert failed(scored(SCRIPT), scored({**SCRIPT, "c3": answered}), Margins(0.5)) == set()


def test_a_broken_promise_fails_whatever_the_baseline_was() -> None:
    """One fabricated quote: three invariants, though the baseline had it as well."""
    broken = copy.deepcopy(correct())
    broken["sentences"][1]["citations"][0]["quote"] = "Heron reaches 99.99 points."
    run = scored({**SCRIPT, "c1": broken})
    assert failed(run, run) >= {"citation_validity", "claim_coverage", "quote_exactness", "numbers_kept"}


def test_a_loss_beyond_the_margin_fails_and_within_it_passes() -> None:
    """Vital recall falls by .25 on average; the bound over two questions is -.5."""
    poorer = correct()
    poorer["sentences"].pop()
    run = scored({**SCRIPT, "c1": poorer})
    assert "nugget_recall_vital" in failed(scored(SCRIPT), run)
    assert "nugget_recall_vital" in failed(scored(SCRIPT), run, Margins(0.3))
    assert "nugget_recall_vital" not in failed(scored(SCRIPT), run, Margins(0.3, {"nugget_recall_vital": 0.5}))


def test_a_measure_that_is_better_when_lower_is_turned_round() -> None:
    """Refusing c1 raises false refusals by .5."""
    assert "false_refusals" in failed(scored(SCRIPT), scored({**SCRIPT, "c1": empty("not_in_corpus")}))


def test_a_case_that_wasnt_run_or_failed_fails_the_gate() -> None:
    """Leaving out what is hard isn't an improvement."""
    assert failed(scored(SCRIPT), scored(SCRIPT, CASES[:2])) == {"case"}
    assert "failed" in failed(scored(SCRIPT), scored({k: v for k, v in SCRIPT.items() if k != "c2"}))


def test_the_gate_command_exits_1_and_says_what_to_do(
    case_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Held against a run of its own; 2 for a margin that is none."""
    for name, script in (("a", SCRIPT), ("b", {**SCRIPT, "c1": empty("not_in_corpus")})):
        main(["run", "--cases", case_file, "--out", str(tmp_path / name)], open_candidate=Counted(script).opening)
    argv = ["gate", "--baseline", str(tmp_path / "a"), "--run"]
    assert main([*argv, str(tmp_path / "a")]) == 0
    capsys.readouterr()
    assert main([*argv, str(tmp_path / "b")]) == 1
    out = capsys.readouterr().out
    assert "FAIL sample: false_refusals" in out
    assert "eval baseline" in out
    assert main([*argv, str(tmp_path / "a"), "--margin", "x=much"]) == 2


@pytest.mark.parametrize(("baselines", "code"), [("bb", 0), ("ab", 1), ("ba", 1)])
def test_one_baseline_that_is_missed_fails_the_gate(
    case_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], baselines: str, code: int
) -> None:
    """Wherever it stands among several; all verdicts are printed. A run of several can't be kept."""
    for name, script in (("a", SCRIPT), ("b", {**SCRIPT, "c1": empty("not_in_corpus")})):
        main(["run", "--cases", case_file, "--out", str(tmp_path / name)], open_candidate=Counted(script).opening)
    argv = ["gate", "--baseline", *(str(tmp_path / name) for name in baselines), "--run", str(tmp_path / "b")]
    capsys.readouterr()
    assert main(argv) == code
    assert capsys.readouterr().out.count("checks passed") == 2
    assert main([*argv, "--out", str(tmp_path / "kept")]) == 2


def test_a_baseline_over_real_abstracts_keeps_figures_only() -> None:
    """Neither documents nor reasons, which quote them."""
    bare = _figures(evaluate("s", CASES, scripted(SCRIPT), PAPERS))
    stored = json.dumps(as_document(Results((bare,))))
    assert "MarshBench" not in stored.replace(HALF.question, "").replace(COMPARATIVE.question, "")
    assert all(o.document is None for o in bare.outcomes)
    assert run_of(json.loads(stored), name="b").cases["s", "c1"].scores["nugget_recall_vital"] == 1.0


def test_suites_are_chosen_as_results_name_them() -> None:
    """Exactly those, over their corpora."""
    planned = plans_of(["sample", "titles/listings"])
    assert [p.suites for p in planned] == [("sample",), ("titles/listings",)]
    assert plans_of(["odd"]) == ()


def test_problems_of_a_run_fail_the_gate() -> None:
    """A corpus read in part."""
    run = scored(SCRIPT)
    assert failed(run, replace(run, problems=("papers.jsonl:3: no abstract",))) == {"problem"}
