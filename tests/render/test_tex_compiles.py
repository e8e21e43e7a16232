"""What is written as LaTeX goes through pdflatex and bibtex of a base installation."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_review import ANSWER, DRAFT, REFUSAL, hostile_answer

from service.records import Answer, Draft
from service.render import as_bibtex, as_latex
from service.render.tex_characters import _ACCENTS, _COMMANDS

pytestmark = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("bibtex") is None, reason="pdflatex is not installed"
)
EVERY_CHARACTER = " ".join(_COMMANDS) + " " + " ".join(f"a{mark}" for mark in _ACCENTS) + " 中 𝒟 ² ₂ ½ ą"


def run(folder: Path, *command: str) -> str:
    """Run a TeX program in the folder; its output where it fails is the assertion's message."""
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    output = done.stdout.decode("latin-1")
    assert done.returncode == 0, output
    return output


@pytest.mark.parametrize(
    "document",
    [
        ANSWER,
        DRAFT,
        REFUSAL,
        hostile_answer(),
        replace(ANSWER, question=EVERY_CHARACTER, missing=(EVERY_CHARACTER,)),
    ],
    ids=["answer", "draft", "refusal", "hostile", "every character"],
)
def test_a_written_document_compiles(document: Answer | Draft, tmp_path: Path) -> None:
    """pdflatex, bibtex and twice pdflatex end without an error and without an undefined citation."""
    (tmp_path / "text.tex").write_text(as_latex(document, bibliography="text"), encoding="ascii")
    (tmp_path / "text.bib").write_text(as_bibtex(document.references), encoding="ascii")
    latex = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "text.tex")
    run(tmp_path, *latex)
    if document.references:
        assert "warning" not in run(tmp_path, "bibtex", "text").lower()
    run(tmp_path, *latex)
    output = run(tmp_path, *latex)
    assert "undefined" not in output.lower()
    assert (tmp_path / "text.pdf").stat().st_size > 1000


def test_tex_followed_by_its_bibliography_is_one_compilable_file(tmp_path: Path) -> None:
    """The form printed to stdout: TeX reads nothing after the end of the document."""
    text = f"{as_latex(DRAFT)}\n% references.bib\n{as_bibtex(DRAFT.references)}"
    (tmp_path / "text.tex").write_text(text, encoding="ascii")
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-halt-on-error", "text.tex")


@pytest.mark.parametrize("name", ["", "a b", "a{b", "ü", "a/b", "a%"])
def test_a_bibliography_name_that_tex_would_misread_is_refused(name: str) -> None:
    """Better refused here than a document that finds no references."""
    with pytest.raises(ValueError, match="cannot stand in"):
        as_latex(DRAFT, bibliography=name)
