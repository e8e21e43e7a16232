"""`ask` without a question: a session over the sample, and over a scripted core."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from service.cli.main import main


@pytest.fixture(scope="module")
def library(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sample_library(tmp_path_factory.mktemp("session") / "library")


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))


def test_a_follow_up_means_papers_of_the_answer_before(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(
        monkeypatch,
        "How do TideWalk and Gusset-4 differ?",
        "What does the fifth paper say?",
        "",
        "What results does [2] report?",
        "quit",
        "never asked",
    )
    assert main(["ask", "--library", str(library), "--json"]) == 0
    streams = capsys.readouterr()
    first, second = (json.loads(line) for line in streams.out.splitlines())
    assert len(first["references"]) == 2
    assert second["question"] == "What results does [2] report?"
    assert second["filters"]["paper_ids"] == [first["references"][1]["paper_id"]]
    cited = {citation["paper_id"] for sentence in second["sentences"] for citation in sentence["citations"]}
    assert cited <= {first["references"][1]["paper_id"]}


def test_a_follow_up_keeps_the_topic_and_says_how_it_was_read(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "How is the rank of an adapter chosen in TideWalk?", "and in Gusset-4?", "Why?")
    assert main(["ask", "--library", str(library), "--json"]) == 0
    first, second, third = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert "read_as" not in first
    assert (second["question"], second["read_as"]) == (
        "and in Gusset-4?",
        "How is the rank of an adapter chosen in Gusset-4?",
    )
    assert third["read_as"] == "Why is the rank of an adapter chosen in Gusset-4?"
    typed(monkeypatch, "How is the rank of an adapter chosen in TideWalk?", "and in Gusset-4?")
    assert main(["ask", "--library", str(library)]) == 0
    assert "Read as: How is the rank of an adapter chosen in Gusset-4?" in capsys.readouterr().out


def test_a_reference_without_a_referent_is_told_and_the_session_goes_on(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "What does the second paper say?", "How do TideWalk and Gusset-4 differ?")
    assert main(["ask", "--library", str(library)]) == 0
    streams = capsys.readouterr()
    assert "the second paper" in streams.err
    assert "TideWalk" in streams.out


def test_what_is_for_one_answer_is_refused_in_a_session(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "anything")
    assert main(["ask", "--library", str(library), "--format", "latex"]) == 2
    assert "give the question on the command line" in capsys.readouterr().err


def test_help_explains_the_session_and_is_no_question(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, "help", "How do TideWalk and Gusset-4 differ?", "?", "quit")
    assert main(["ask", "--library", str(library), "--json"]) == 0
    streams = capsys.readouterr()
    assert len(streams.out.splitlines()) == 1
    assert streams.err.count('"quit" or Ctrl-D ends') == 2


def test_a_follow_up_says_the_paper_by_its_title(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stands before the answer names the paper as a reader knows it, not by its id."""
    typed(monkeypatch, "How do TideWalk and Gusset-4 differ?", "What results does [2] report?")
    assert main(["ask", "--library", str(library)]) == 0
    out = capsys.readouterr().out
    assert "Only papers named “Gusset-4”." in out
    assert "named “sample-" not in out


def test_a_table_that_is_not_there_says_what_makes_one(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a session, and after `--table`."""
    typed(monkeypatch, "How is the rank of an adapter chosen in TideWalk?", "table")
    assert main(["ask", "--library", str(library)]) == 0
    assert "`litweave compare` makes one" in capsys.readouterr().out
    asked = ["ask", "How is the rank of an adapter chosen in TideWalk?", "--table", "--library", str(library)]
    assert main(asked) == 0
    assert "`litweave compare` makes one" in capsys.readouterr().err


def test_no_question_at_all_is_told(
    library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch)
    assert main(["ask", "--library", str(library)]) == 2
    assert capsys.readouterr().err.startswith("There was no question")
