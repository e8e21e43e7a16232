"""Cases written by interview or made from reviewed answers."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.commands.from_answers import case_from
from eval.datasets.cases import read_cases
from service.errors import UsageError
from tests.eval.worked import HERON, STORK, correct, empty


def interviewed(lines: list[str], into: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    return main(["new-case", "--into", str(into), "--author", "M. Okonjo"])


def test_an_interview_makes_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A used id, an unknown kind, an ambiguous title and a fact that stands nowhere are asked again."""
    into = tmp_path / "own.jsonl"
    lines = [
        "sample-001", "mine-1", "What does TideWalk reach?", "odd", "factual",
        "T", "TideWalk: Rank", "", "99.9", "41.8 | 41.8 percent", "y", "",
    ]  # fmt: skip
    assert interviewed(lines, into, monkeypatch) == 0
    (case,) = read_cases([into])
    assert (case.id, case.kind, case.answerable) == ("mine-1", "factual", "yes")
    assert case.gold[0].startswith("TideWalk: Rank Schedules")
    assert case.nuggets[0].alternatives == ("41.8", "41.8 percent")
    assert case.nuggets[0].vital
    assert "M. Okonjo" in case.provenance


def test_a_second_case_goes_on_a_line_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a file that doesn't end with one; its id can't be used again."""
    into = tmp_path / "own.jsonl"
    assert interviewed(["mine-1", "How tall is Etna?", "unanswerable"], into, monkeypatch) == 0
    into.write_bytes(into.read_bytes().rstrip(b"\n"))
    assert interviewed(["mine-1", "mine-2", "How old is Etna?", "unanswerable"], into, monkeypatch) == 0
    assert [c.id for c in read_cases([into])] == ["mine-1", "mine-2"]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["mine-1", "Q?"],
        ["mine-1", "Q?", "factual", "", ""],
        ["mine-1", "Q?", "half-answerable", "TideWalk", "", "", ""],
    ],
    ids=["nothing", "ends early", "nothing to score", "nothing missing"],
)
def test_what_makes_no_case_writes_nothing(lines: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2."""
    into = tmp_path / "own.jsonl"
    assert interviewed(lines, into, monkeypatch) == 2
    assert not into.exists()


def made(document: dict[str, Any]) -> Any:
    return case_from(document, case_id="a", kind="comparative", corpus="sample", reviewer="M. Okonjo")


def test_a_reviewed_answer_becomes_a_case() -> None:
    """Cited papers are gold, the figures that stand in quotes are nuggets, once each."""
    case = made(correct())
    assert (case.kind, case.gold) == ("comparative", (HERON.title, STORK.title))
    assert [n.alternatives[0] for n in case.nuggets] == ["33.25", "31.4%", "1,200"]
    assert "M. Okonjo" in case.provenance


def test_refusals_and_partial_answers_make_their_kinds() -> None:
    """Whatever kind was asked for."""
    assert made({**empty("not_in_corpus"), "question": "Q?"}).kind == "unanswerable"
    half = made({**correct(), "status": "partial", "missing": ["memory"]})
    assert (half.kind, half.missing) == ("half-answerable", ("memory",))


def test_an_answer_that_says_nothing_makes_no_case() -> None:
    """Answered, but without a claim."""
    with pytest.raises(UsageError):
        made(empty("answered"))


@pytest.mark.parametrize(("text", "code"), [("{", 1), ("[]", 1), ("{}", 1), (json.dumps(correct()), 0)])
def test_the_command_reads_one_answer(text: str, code: int, tmp_path: Path) -> None:
    """As `litweave ask --json` prints it."""
    answer, into = tmp_path / "answer.json", tmp_path / "own.jsonl"
    answer.write_text(text)
    argv = ["from-answers", str(answer), "--reviewer", "M", "--id", "mine-3", "--into", str(into)]
    assert main(argv) == code
    assert into.exists() == (code == 0)
