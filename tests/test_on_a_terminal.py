"""What a person sees: the command in a real process on a pseudo-terminal, against what it writes into a pipe."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import on_terminal

from service.cli import main
from service.cli.asking import asks_for_table
from service.sample import papers_path

QUESTION = "How do TideWalk and Gusset-4 differ?"
STEPS = re.compile(r"\x1b\[\?25[lh]|\r|\x1b\[\d[AK]")
STYLES = re.compile(r"\x1b\[\d*m|\x1b\]8;;[^\x1b]*\x1b\\")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("terminal") / "library"
    assert main(["import", str(papers_path()), "--library", str(folder)]) == 0
    return folder


def piped(checkout: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments], cwd=checkout, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_an_answer_on_a_terminal_is_that_of_a_pipe_with_styles(library: Path, checkout: Path) -> None:
    """Steps come first and are gone; then the same words, once, under a bold heading."""
    arguments = ["ask", QUESTION, "--library", str(library)]
    code, seen = on_terminal(arguments, cwd=checkout)
    assert code == 0
    assert seen.startswith("opening the library …")
    shown = seen[seen.index(f"\x1b[1m{QUESTION}") :]
    assert "\x1b[35m[1]\x1b[0m" in shown
    words = STYLES.sub("", shown).split()
    assert " ".join(words).replace(" The same with --table shows a table of these papers too.", "") == " ".join(
        piped(checkout, *arguments).split()
    )
    assert max(len(line) for line in STYLES.sub("", shown).splitlines()) <= 80


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_who_wants_no_styles_gets_none(environment: dict[str, str], library: Path, checkout: Path) -> None:
    _, seen = on_terminal(["ask", QUESTION, "--library", str(library)], cwd=checkout, environment=environment)
    shown = seen[seen.rindex(QUESTION) :]
    assert "\x1b" not in shown


def test_links_lead_to_the_doi(tmp_path: Path, checkout: Path) -> None:
    """The label and the line of the DOI are links; what else a record holds cannot write to the terminal."""
    paper = tmp_path / "one.jsonl"
    paper.write_text(
        '{"title": "Kites \\u001b]0;owned\\u0007 fly", "abstract": "Kites fly at 4 metres a second. \\u001b[31mred", '
        '"doi": "10.1000/kites.1", "year": 2024}\n'
    )
    assert main(["import", str(paper), "--library", str(tmp_path / "library")]) == 0
    _, seen = on_terminal(["ask", "How fast do kites fly?", "--library", str(tmp_path / "library")], cwd=checkout)
    assert "\x1b]8;;https://doi.org/10.1000/kites.1\x1b\\doi:10.1000/kites.1\x1b]8;;\x1b\\" in seen
    assert "\x1b" not in STEPS.sub("", STYLES.sub("", seen))
    assert "\x1b]0;" not in seen
    assert "\x1b[31mred" not in seen


def test_the_table_comes_where_it_is_asked_for(library: Path, checkout: Path) -> None:
    at = ["--library", str(library)]
    assert "\nComparison\n" not in piped(checkout, "ask", QUESTION, *at)
    for asked in (
        ["ask", QUESTION, "--table"],
        ["ask", QUESTION, "--format", "text"],
        ["ask", "Compare TideWalk and Gusset-4"],
        ["compare", QUESTION],
    ):
        assert "\nComparison\n" in piped(checkout, *asked, *at), asked


def test_a_table_that_is_asked_for_and_is_not_there_is_told(library: Path, checkout: Path) -> None:
    """Only one of the two is in the library: no table, and why."""
    asked = ["ask", "Compare TideWalk and BERT", "--library", str(library)]
    _, seen = on_terminal(asked, cwd=checkout)
    assert "BERT: no paper of the library speaks of it" in seen
    assert "There is no table to this answer" in seen
    assert "\nComparison\n" not in piped(checkout, *asked)


def test_a_list_of_papers_ends_with_their_count(library: Path, checkout: Path) -> None:
    listed = ["papers", "list", "--library", str(library)]
    _, seen = on_terminal([*listed, "--limit", "100"], cwd=checkout)
    assert seen.endswith("\n67 papers\n")
    _, seen = on_terminal([*listed, "--limit", "5"], cwd=checkout)
    assert seen.endswith("\n5 of 67 papers; the next page: --cursor 5\n")


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Compare A and B", True),
        ("A and B side by side", True),
        ("Give me a table of A and B", True),
        ("How do A and B differ?", False),
        ("Is it suitable and stable compared with B?", False),
    ],
)
def test_a_question_asks_for_a_table_in_words(question: str, asks: bool) -> None:
    assert asks_for_table(question) is asks
