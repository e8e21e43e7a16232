"""The whole composition with a scripted candidate: suites, reports, exit codes."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.documents.reading import MalformedDocument
from eval.runs.suites import Open
from eval.solvers.candidates import Candidate, scripted
from eval.tasks.answering import evaluate
from eval.tasks.retrieval import Lookup, of_titles, retrieve
from service.errors import QueryError
from service.records import Accounting, Answer
from tests.eval.worked import COMPARATIVE, HALF, HERON, PAPERS, STORK, UNANSWERABLE, correct, empty

CASES = (COMPARATIVE, UNANSWERABLE, HALF)
SCRIPT = {"c1": correct(), "c2": empty("not_in_corpus"), "c3": empty("not_in_corpus")}


def search(query: str, k: int) -> dict[str, Any]:
    """Finds Stork first and Heron second, whatever is asked."""
    return {"query": query, "hits": [{"paper_id": "p2"}, {"paper_id": "p1"}][:k]}


def opening(script: dict[str, dict[str, Any]] = SCRIPT) -> Open:
    """A stand-in for litweave: any corpus opens as the worked library with scripted answers."""

    @contextmanager
    def open_candidate(files: tuple[Path, ...]) -> Iterator[Candidate]:
        yield Candidate(scripted(script), search, PAPERS)

    return open_candidate


@pytest.fixture
def case_file(tmp_path: Path) -> str:
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(c.model_dump_json() for c in CASES), encoding="utf-8")
    return str(path)


@pytest.fixture
def paraphrase_file(tmp_path: Path) -> str:
    rows = [{"id": f"q{i}", "corpus": "sample", "query": "?", "gold": p.title} for i, p in enumerate((HERON, STORK))]
    path = tmp_path / "paraphrases.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


# Answering


def test_every_case_is_asked_once_and_scored() -> None:
    """Two of three are right; the half-answerable one was refused."""
    asked: list[str] = []
    result = evaluate("s", CASES, scripted(SCRIPT), PAPERS, on_case=asked.append)
    assert asked == ["c1", "c2", "c3"]
    assert (result.answered, len(result.failed), result.problems) == (1, 0, ())
    assert result.summary("refusal_recall").mean == 1.0
    assert result.summary("false_refusals").mean == 0.5  # of the two that could be answered
    assert result.summary("nugget_recall_vital", kind="comparative").mean == 1.0
    assert result.summary("citation_validity").unscored == 2


def test_a_record_is_scored_as_its_document() -> None:
    """A solver may return the product's own record."""
    refusal = Answer("?", "not_in_corpus", (), (), None, (), Accounting("extractive"))
    (outcome,) = evaluate("s", [UNANSWERABLE], lambda _: refusal, PAPERS).outcomes
    assert outcome.scores["refusal_recall"].value == 1.0
    assert outcome.document == refusal.as_document()


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="empty object"),
        pytest.param({"status": "answered", "sentences": "text"}, id="sentences aren't a list"),
        pytest.param({"status": "answered", "sentences": [{"text": 3}]}, id="text isn't text"),
        pytest.param({"sentences": []}, id="no status"),
        pytest.param({**empty("answered"), "cost_usd": math.nan}, id="NaN isn't JSON"),
        pytest.param({**empty("answered"), "extra": {1, 2}}, id="a set isn't JSON"),
        pytest.param({**empty("answered"), "missing": [None]}, id="missing isn't text"),
    ],
)
def test_a_malformed_document_fails_its_case_and_is_scored_as_silence(document: dict[str, Any]) -> None:
    """One broken answer is reported; it neither stops the run nor counts as a refusal."""
    result = evaluate("s", CASES, lambda _: document, PAPERS)
    assert len(result.failed) == 3
    assert all(o.failure and o.failure.startswith(MalformedDocument.__name__) for o in result.outcomes)
    assert result.summary("nugget_recall").mean == 0.0
    assert result.summary("refusal_recall").mean == 0.0


def test_a_gold_paper_missing_from_the_library_is_a_problem() -> None:
    """It can't be cited, so the case or the import is at fault: said, and still counted as missed."""
    result = evaluate("s", [COMPARATIVE], scripted(SCRIPT), {"p1": HERON})
    assert result.problems == (f"c1: the corpus has no paper {STORK.title!r}",)
    assert result.summary("gold_recall").mean == 0.5


# Retrieval


def test_ranks_become_hits_and_reciprocal_ranks() -> None:
    """Stork is first, Heron second, Crane not found: hit@1 1/3, hit@5 2/3, MRR (1 + 1/2 + 0) / 3."""
    result = retrieve("r", of_titles(PAPERS.values()), search, PAPERS)
    assert result.summary("hit@1").mean == pytest.approx(1 / 3)
    assert result.summary("hit@5").mean == pytest.approx(2 / 3)
    assert result.summary("mrr").mean == pytest.approx(0.5)


def test_any_of_several_gold_titles_will_do() -> None:
    """The best of them counts."""
    result = retrieve("r", [Lookup("a", "paraphrase", "?", (HERON.title, STORK.title))], search, PAPERS)
    assert result.summary("hit@1").mean == 1.0


@pytest.mark.parametrize(
    "document",
    [{"hits": []}, {"hits": [None, 3, {"paper_id": None}, {"paper_id": "p99"}]}],
    ids=["no hits", "hits that are none"],
)
def test_what_is_not_found_scores_nothing(document: dict[str, Any]) -> None:
    """Zero, and not a failure."""
    result = retrieve("r", of_titles([HERON]), lambda q, k: document, PAPERS)
    assert (result.summary("mrr").mean, result.failed) == (0.0, ())


def test_a_failing_search_is_a_failed_case() -> None:
    """An error or a document without hits is reported and found nothing."""

    def refuse(query: str, k: int) -> dict[str, Any]:
        raise QueryError("nothing to search for")

    assert len(retrieve("r", of_titles([HERON]), refuse, PAPERS).failed) == 1
    result = retrieve("r", of_titles([HERON]), lambda q, k: {}, PAPERS)
    assert (len(result.failed), result.summary("hit@1").mean) == (1, 0.0)


# The command


def test_json_is_one_document_on_stdout(case_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is printed there, not even with --show; an unscored mean is null, with its count."""
    assert main(["--cases", case_file, "--json", "--show"], open_candidate=opening()) == 0
    out, err = capsys.readouterr()
    document = json.loads(out)
    (suite,) = document["suites"]
    assert (suite["suite"], suite["questions"], suite["answered"], suite["failed"]) == ("sample", 3, 1, 0)
    assert suite["overall"]["partial_detection"] == {"mean": 0.0, "n": 1, "unscored": 2, "low": None, "high": None}
    assert suite["by_kind"]["unanswerable"]["citation_validity"]["mean"] is None
    assert "How tall is Etna?" in err


def test_the_table_shows_means_and_counts(case_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One row a measure: the mean and how many of the questions were scored."""
    assert main(["--cases", case_file], open_candidate=opening()) == 0
    out = capsys.readouterr().out
    assert "3 questions, 1 answered, 0 failed" in out
    row = next(line for line in out.splitlines() if "citation_validity" in line)
    assert "1.000" in row
    assert "1/3" in row


def test_show_prints_question_answer_and_reasons(case_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Markup in a text is text."""
    script = {**SCRIPT, "c1": {**correct(), "missing": ["[bold]x[/nope]"]}}
    assert main(["--cases", case_file, "--show", "--case", "c1"], open_candidate=opening(script)) == 0
    out = capsys.readouterr().out
    assert COMPARATIVE.question in out
    assert "Heron reaches 33.25 points on MarshBench. [1]" in out
    assert "nugget_recall: other nugget: 'no labels'" in out
    assert "[bold]x[/nope]" in out
    assert "Etna" not in out


def test_out_writes_answers_and_scores(case_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every document as it came, in order, and the same scores as --json prints."""
    folder = tmp_path / "deep" / "run"
    assert main(["--cases", case_file, "--json", "--out", str(folder)], open_candidate=opening()) == 0
    rows = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    assert [r["id"] for r in rows] == ["c1", "c2", "c3"]
    assert rows[0]["document"] == correct()
    assert json.loads((folder / "scores.json").read_text()) == json.loads(capsys.readouterr().out)


def test_a_failed_case_exits_1_and_is_named(case_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The other cases are scored all the same."""
    script = {k: v for k, v in SCRIPT.items() if k != "c3"}
    assert main(["--cases", case_file], open_candidate=opening(script)) == 1
    out = capsys.readouterr().out
    assert "failed: c3: Unscripted" in out
    assert "1 failed" in out


def test_own_paraphrases_run_by_file_name(paraphrase_file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Heron second, Stork first: hit@1 1/2."""
    assert main(["--cases", paraphrase_file, "--json"], open_candidate=opening()) == 0
    (suite,) = json.loads(capsys.readouterr().out)["suites"]
    assert (suite["suite"], suite["overall"]["hit@1"]["mean"]) == ("paraphrases/sample", 0.5)


def test_titles_are_searched(capsys: pytest.CaptureFixture[str]) -> None:
    """Each title of the corpus once."""
    assert main(["--suite", "titles", "--json"], open_candidate=opening()) == 0
    assert "titles/sample" in {s["suite"] for s in json.loads(capsys.readouterr().out)["suites"]}


def test_missing_listings_are_skipped_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0, no suite run, the reason and the way out on the terminal."""
    monkeypatch.setenv("LITWEAVE_SHARED", str(tmp_path))
    assert main(["--suite", "listings"], open_candidate=opening()) == 0
    out = capsys.readouterr().out
    assert "skipped: listings" in out
    assert "LITWEAVE_SHARED" in out


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param(["--suite", "odd"], id="unknown suite"),
        pytest.param(["--odd"], id="unknown option"),
        pytest.param(["--cases", "no/such/file.jsonl"], id="missing file"),
        pytest.param(["--suite", "sample", "--case", "no-such-case"], id="unknown case"),
        pytest.param(["--suite", "all", "--cases", "x.jsonl"], id="suite and file"),
    ],
)
def test_usage_errors_exit_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Said on stderr, nothing on stdout."""
    assert main(argv, open_candidate=opening()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err


def test_a_bad_case_file_exits_1_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is run over cases that can't be trusted."""
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a"}', encoding="utf-8")
    assert main(["--cases", str(path)], open_candidate=opening()) == 1
    assert "bad.jsonl:1" in capsys.readouterr().err


def test_help_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    """And tells the suites."""
    assert main(["--help"]) == 0
    assert "paraphrases" in capsys.readouterr().out


def test_a_record_that_the_import_refused_makes_the_run_fail(
    case_file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A corpus read in part would be scored as if it were whole."""

    @contextmanager
    def open_candidate(files: tuple[Path, ...]) -> Iterator[Candidate]:
        yield Candidate(scripted(SCRIPT), search, PAPERS, ("papers.jsonl:3: no abstract",))

    assert main(["--cases", case_file], open_candidate=open_candidate) == 1
    assert "problem: papers.jsonl:3: no abstract" in capsys.readouterr().out
