"""Where a written text goes: by suffix or by format, whole or not at all, and refused before any work."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from scripted_review import ScriptedReview

from service.cli.main import main


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder to write into."""
    made = tmp_path / "out"
    made.mkdir()
    return made


def run(review: ScriptedReview, *arguments: str) -> int:
    return main(list(arguments), build=lambda settings, *, create, repair: review)


@pytest.mark.parametrize(
    ("given", "files", "start"),
    [
        ("a.html", {"a.html"}, "<!doctype html>"),
        ("a.HTM", {"a.HTM"}, "<!doctype html>"),
        ("a.tex", {"a.tex", "a.bib"}, "% Composed by"),
        ("a.latex", {"a.latex", "a.bib"}, "% Composed by"),
        ("a.md", {"a.md", "a.bib"}, "# alignment"),
        ("a.bib", {"a.bib"}, "@misc{kite2024,"),
        ("a.ris", {"a.ris"}, "TY  - GEN"),
        ("a.txt", {"a.txt"}, "alignment"),
        ("a", {"a"}, "alignment"),
        ("v1.2", {"v1.2"}, "alignment"),
    ],
)
def test_the_suffix_says_the_format(
    review: ScriptedReview, folder: Path, given: str, files: set[str], start: str
) -> None:
    """Without --format; nothing is appended to a suffix that is right already."""
    assert run(review, "draft", "t", "-o", str(folder / given)) == 0
    assert {path.name for path in folder.iterdir()} == files
    assert (folder / given).read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("form", "given", "written"),
    [
        ("html", "a.txt", "a.txt.html"),
        ("latex", "a.latex", "a.latex"),
        ("md", "notes.v2", "notes.v2.md"),
        ("csl-json", "a.json", "a.json"),
        ("docx", "a", "a.docx"),
        ("text", "a.html", "a.html"),
    ],
)
def test_a_given_format_wins_over_the_suffix(
    review: ScriptedReview, folder: Path, form: str, given: str, written: str
) -> None:
    """Its own suffix is put behind a name that says otherwise, but for plain text."""
    assert run(review, "draft", "t", "--format", form, "-o", str(folder / given)) == 0
    assert written in {path.name for path in folder.iterdir()}


def test_a_word_file_opens(review: ScriptedReview, folder: Path) -> None:
    """Binary all the way."""
    assert run(review, "ask", "q", "-o", str(folder / "a.docx")) == 0
    assert docx.Document(str(folder / "a.docx")).paragraphs[0].text == "How do KITE and Heron differ?"


def test_a_word_file_goes_into_a_pipe_but_not_to_a_terminal(
    review: ScriptedReview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A terminal would be sent control characters; the next step is said instead, before any work."""
    pipe = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", pipe)
    assert run(review, "ask", "q", "--format", "docx") == 0
    assert docx.Document(io.BytesIO(pipe.buffer.getvalue())).paragraphs  # type: ignore[attr-defined]
    review.calls.clear()
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", terminal)
    assert run(review, "ask", "q", "--format", "docx") == 2
    assert "--output FILE.docx" in capsys.readouterr().err
    assert review.calls == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "a.pdf"), 2, "run pdflatex"),
        (("-o", "a.json"), 2, "--json"),
        (("-o", "no/a.html"), 1, "there is no directory 'no'"),
        (("--csl", "no-such-style"), 2, "no reference style 'no-such-style'"),
        (("--csl", "no.csl"), 2, "No such file"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "draft"])
def test_what_cannot_be_delivered_is_refused_before_any_work(
    review: ScriptedReview,
    capsys: pytest.CaptureFixture[str],
    command: str,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """Nobody waits for a model to hear that a directory is missing."""
    assert run(review, command, "q", *arguments) == code
    assert said in capsys.readouterr().err
    assert review.calls == []


@pytest.mark.parametrize("form", ["text", "md", "latex", "html"])
def test_a_style_sets_the_references_of_every_text(
    review: ScriptedReview, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    """APA's "&" and its date in brackets, in each format's own spelling."""
    assert run(review, "ask", "q", "--format", form, "--csl", "apa") == 0
    printed = capsys.readouterr().out
    assert "(2023, May 1). Heron Without Labels." in printed
    assert ("thebibliography" in printed) == (form == "latex")


def test_json_beside_a_file_is_the_document(
    review: ScriptedReview, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is written and stdout holds one document."""
    assert run(review, "ask", "q", "--json", "-o", str(folder / "a.html")) == 0
    assert json.loads(capsys.readouterr().out)["question"] == "How do KITE and Heron differ?"
    assert (folder / "a.html").exists()


def test_a_refusal_writes_no_file(review: ScriptedReview, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In no format; what is missing is said on stdout."""
    for name in ("a.html", "a.docx", "a.ris"):
        assert run(review, "ask", "volcano", "-o", str(folder / name)) == 3
    assert list(folder.iterdir()) == []
    assert "Nothing written" in capsys.readouterr().err


def test_a_failure_while_writing_leaves_the_old_file(review: ScriptedReview, folder: Path) -> None:
    """A reference that dangles is our own fault: the file of yesterday is whole, and no half file lies beside it."""
    target = folder / "a.html"
    target.write_text("before")
    review.answer = replace(review.answer, references=())
    assert run(review, "ask", "q", "-o", str(target)) == 1
    assert target.read_text() == "before"
    assert [path.name for path in folder.iterdir()] == ["a.html"]
