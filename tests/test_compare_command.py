"""`litweave compare`: options, formats and exit codes."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from scripted_review import COMPARISON, ScriptedReview

from service.cli.main import main
from service.requests import CompareRequest
from service.settings import Settings


def run(review: ScriptedReview, *arguments: str) -> int:
    def build(settings: Settings, *, create: bool, repair: bool) -> ScriptedReview:
        return review

    return main(["compare", *arguments], build=build)


def test_json_is_the_document(capsys: pytest.CaptureFixture[str]) -> None:
    """One document on stdout; words need no quotes around them."""
    review = ScriptedReview()
    assert (
        run(review, "KITE", "and", "Heron", "--columns", "data, limit", "--rows", "3", "--sort", "year", "--json") == 0
    )
    assert json.loads(capsys.readouterr().out) == COMPARISON.as_document()
    assert review.calls == [("compare", CompareRequest("KITE and Heron", ("data", "limit"), 3, True))]


@pytest.mark.parametrize(
    ("form", "begins"),
    [("text", "KITE and Heron"), ("md", "# KITE and Heron"), ("latex", "% Composed by"), ("html", "<!doctype html>")],
)
def test_it_is_written_in_each_format(form: str, begins: str, capsys: pytest.CaptureFixture[str]) -> None:
    """To stdout, with the point the papers disagree on."""
    assert run(ScriptedReview(), "KITE and Heron", "--format", form) == 0
    out = capsys.readouterr().out
    assert out.startswith(begins)
    assert "contradicts" in out


def test_csv_goes_to_a_file_by_its_suffix(tmp_path: Path) -> None:
    """Read back, it has a row a paper."""
    target = tmp_path / "table.csv"
    assert run(ScriptedReview(), "KITE and Heron", "-o", str(target)) == 0
    with io.StringIO(target.read_bytes().decode("utf-8"), newline="") as text:
        assert [row[0] for row in csv.reader(text)] == ["label", "1", "2"]


def test_nothing_in_the_corpus_is_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    """And says so."""
    assert run(ScriptedReview(), "volcanoes") == 3
    assert "does not hold" in capsys.readouterr().out


@pytest.mark.parametrize("options", [["--columns", " , "], ["--rows", "0"], ["--rows", "51"], ["--sort", "upvotes"]])
def test_what_makes_no_sense_is_a_usage_error(options: list[str]) -> None:
    """Exit code 2, and nothing is compared."""
    review = ScriptedReview()
    assert run(review, "KITE", *options) == 2
    assert review.calls == []


def test_a_dry_run_lists_the_calls(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is compared."""
    review = ScriptedReview()
    assert run(review, "KITE", "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["calls"][0]["tokens_in"] == 1200
    assert review.calls == [("planned", CompareRequest("KITE"))]
    assert run(review, "KITE", "--dry-run") == 0
    assert capsys.readouterr().out == (
        "scripted: about 1,200 tokens in, at most 500 out, at most $0.2500\nNothing was sent.\n"
    )


def test_papers_named_by_id_are_all_rows() -> None:
    """Ten ids make ten rows, though eight is the default."""
    review = ScriptedReview()
    ids = [part for n in range(10) for part in ("--id", f"p{n}")]
    assert run(review, "KITE", *ids) == 0
    (_, asked), *_ = review.calls
    assert isinstance(asked, CompareRequest)
    assert asked.rows == 10
