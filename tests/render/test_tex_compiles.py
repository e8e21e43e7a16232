"""What is written as LaTeX goes through pdflatex and bibtex of a base installation."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from scripted_review import ANSWER, DRAFT, REFUSAL, hostile_answer, refer

from service.readers import read
from service.records import Accounting, Answer, Cell, Citation, Draft, Matrix, Paper, Row, Sentence
from service.render import as_bibtex, as_latex, styled
from service.render.entry import Entries
from service.render.tex_characters import _ACCENTS, _COMMANDS

pytestmark = pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("bibtex") is None, reason="pdflatex is not installed"
)
EVERY_CHARACTER = " ".join(_COMMANDS) + " " + " ".join(f"a{mark}" for mark in _ACCENTS) + " 中 𝒟 ² ₂ ½ ą"

HOSTILE_TITLES = (
    r"\end{document}\input{/etc/passwd}",
    "}}}{{{ % $ & # _ ^ ~",
    "[[]] \\\\ ]",
    "\"Quoted\" --- -- `x` '' ?` !`",
    "$\\alpha_{i}^{2} \\frac{1}{2}$ and $unclosed",
    "\\",
    "%",
    "A " * 400,
    "中文 العربية 🙂 ﷽",
)


def run(folder: Path, *command: str) -> str:
    """Run a TeX program in the folder; its output where it fails is the assertion's message."""
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    output = done.stdout.decode("latin-1")
    assert done.returncode == 0, output
    return output


def compile_document(document: Answer | Draft, folder: Path, entries: Entries | None = None) -> None:
    """Write .tex and .bib, run the usual four steps, and look for what TeX would only warn about."""
    (folder / "text.tex").write_text(as_latex(document, bibliography="text", entries=entries), encoding="ascii")
    (folder / "text.bib").write_text(as_bibtex(document.references, ascii_only=True), encoding="ascii")
    latex = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "text.tex")
    run(folder, *latex)
    if document.references and entries is None:
        assert "warning" not in run(folder, "bibtex", "text").lower()
    run(folder, *latex)
    output = run(folder, *latex)
    assert "undefined" not in output.lower()
    assert (folder / "text.pdf").stat().st_size > 1000


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
    compile_document(document, tmp_path)


STYLES = ("apa", "ieee", "acm", "nature", "chicago", "vancouver", "mla", "harvard", "lncs", "acl")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("document", [DRAFT, hostile_answer()], ids=["draft", "hostile"])
def test_a_reference_list_in_any_style_compiles(document: Answer | Draft, style: str, tmp_path: Path) -> None:
    """The list stands in the document, every cited key is in it, and no .bib is needed."""
    compile_document(document, tmp_path, styled(document.references, style))


def test_labels_that_are_no_numbers_compile(tmp_path: Path) -> None:
    """Author and year, or a title, as the label; brackets in it too."""
    labels = {"1": "KITE [2024]", "2": "Okonjo & Šťastný 2023"}
    paragraphs = tuple(
        tuple(replace(s, citations=tuple(replace(c, label=labels[c.label]) for c in s.citations)) for s in paragraph)
        for paragraph in DRAFT.paragraphs
    )
    references = tuple(replace(reference, label=labels[reference.label]) for reference in DRAFT.references)
    document = replace(DRAFT, paragraphs=paragraphs, references=references)
    compile_document(document, tmp_path)
    compile_document(document, tmp_path, styled(references, "apa"))


@pytest.mark.parametrize("title", HOSTILE_TITLES)
def test_hostile_titles_compile_as_heading_reference_and_table(title: str, tmp_path: Path) -> None:
    """What TeX acts on, unbalanced, at either end, in every place that a title has, with and without a style."""
    reference = replace(DRAFT.references[0], title=title, authors=(title,), venue=title)
    matrix = Matrix((title,), (Row(reference.paper_id, {title: Cell(title, ())}),))
    kept = tuple(s for s in DRAFT.paragraphs[0] if not s.citations or s.citations[0].label == reference.label)
    document = replace(DRAFT, topic=title, paragraphs=(kept,), references=(reference,), matrix=matrix)
    compile_document(document, tmp_path)
    compile_document(document, tmp_path, styled((reference,), "ieee"))


def test_tex_followed_by_its_bibliography_is_one_compilable_file(tmp_path: Path) -> None:
    """The form printed to stdout: TeX reads nothing after the end of the document."""
    text = f"{as_latex(DRAFT)}\n% references.bib\n{as_bibtex(DRAFT.references, ascii_only=True)}"
    (tmp_path / "text.tex").write_text(text, encoding="ascii")
    run(tmp_path, "pdflatex", "-interaction=nonstopmode", "-halt-on-error", "text.tex")


@pytest.mark.parametrize("name", ["", "a b", "a{b", "ü", "a/b", "a%"])
def test_a_bibliography_name_that_tex_would_misread_is_refused(name: str) -> None:
    """Better refused here than a document that finds no references."""
    with pytest.raises(ValueError, match="cannot stand in"):
        as_latex(DRAFT, bibliography=name)


def test_every_paper_of_the_real_listings_compiles(shared_data: Path, tmp_path: Path) -> None:
    """All abstracts of both listings, whole, in one document with one bibliography; none has to be left out."""
    listings = sorted((shared_data / "daily_papers").glob("*.txt"))
    if not listings:
        pytest.skip("the listings are not here")
    records = [record for path in listings for record in read(path, max_record_bytes=1_000_000)]
    papers = [replace(r, paper_id=str(n)) for n, r in enumerate(records) if isinstance(r, Paper)]
    assert len(papers) == 110
    references = tuple(refer(paper, paper.paper_id, f"key{paper.paper_id}") for paper in papers)
    paragraphs = tuple(
        (Sentence(p.abstract, "claim", "exact", (Citation(p.paper_id, p.paper_id, p.abstract, 0, len(p.abstract)),)),)
        for p in papers
    )
    document = Draft("all", "answered", (), paragraphs, None, references, Accounting("extractive"))
    compile_document(document, tmp_path)
    compile_document(document, tmp_path, styled(references, "ieee"))
