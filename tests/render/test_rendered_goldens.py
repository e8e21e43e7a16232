"""Rendered outputs, whole. `GOLDEN=write python -m pytest tests/render` writes them anew for review."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from scripted_review import (
    ANSWER,
    COMPARISON,
    DRAFT,
    JUDGED,
    LEADS,
    REFERENCES,
    REFUSAL,
    UNCERTAIN,
    ScriptedReview,
    hostile_answer,
)

from service.records import Answer
from service.render import (
    as_bibtex,
    as_csl_json,
    as_csv,
    as_docx,
    as_html,
    as_latex,
    as_markdown,
    as_ris,
    as_text,
    search_text,
    styled,
)
from service.requests import SearchRequest

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "render"


def word(member: str, document: Answer = ANSWER) -> str:
    """A member of the Word file of an answer, an element a line: what of it can be reviewed."""
    package = zipfile.ZipFile(io.BytesIO(as_docx(document)))
    return package.read(f"word/{member}").decode("utf-8").replace("><", ">\n<") + "\n"


APA = styled(REFERENCES, "apa")
RENDERED: dict[str, Callable[[], str]] = {
    "answer.txt": lambda: as_text(ANSWER),
    "answer-narrow.txt": lambda: as_text(ANSWER, width=60),
    "answer.md": lambda: as_markdown(ANSWER),
    "answer.tex": lambda: as_latex(ANSWER),
    "answer.bib": lambda: as_bibtex(REFERENCES),
    "draft.txt": lambda: as_text(DRAFT),
    "draft.md": lambda: as_markdown(DRAFT),
    "draft.tex": lambda: as_latex(DRAFT, bibliography="related"),
    "comparison.txt": lambda: as_text(COMPARISON, width=100),
    "comparison.md": lambda: as_markdown(COMPARISON),
    "comparison.tex": lambda: as_latex(COMPARISON),
    "comparison.csv": lambda: as_csv(COMPARISON),
    "refusal.txt": lambda: as_text(REFUSAL),
    "hostile.txt": lambda: as_text(hostile_answer()),
    "hostile.md": lambda: as_markdown(hostile_answer()),
    "hostile.tex": lambda: as_latex(hostile_answer()),
    "hostile.bib": lambda: as_bibtex(hostile_answer().references),
    "answer.html": lambda: as_html(ANSWER),
    "draft.html": lambda: as_html(DRAFT),
    "refusal.html": lambda: as_html(REFUSAL),
    "hostile.html": lambda: as_html(hostile_answer()),
    "answer.docx.document.xml": lambda: word("document.xml"),
    "answer.docx.comments.xml": lambda: word("comments.xml"),
    "answer.ris": lambda: as_ris(REFERENCES),
    "hostile.ris": lambda: as_ris(hostile_answer().references),
    "answer.csl.json": lambda: as_csl_json(REFERENCES),
    "hostile.csl.json": lambda: as_csl_json(hostile_answer().references),
    "draft-apa.txt": lambda: as_text(DRAFT, width=80, entries=APA),
    "draft-apa.md": lambda: as_markdown(DRAFT, entries=APA),
    "draft-apa.tex": lambda: as_latex(DRAFT, entries=APA),
    "draft-apa.html": lambda: as_html(DRAFT, entries=APA),
    "judged.txt": lambda: as_text(JUDGED),
    "judged.md": lambda: as_markdown(JUDGED),
    "judged.tex": lambda: as_latex(JUDGED),
    "judged.html": lambda: as_html(JUDGED),
    "judged.csv": lambda: as_csv(JUDGED),
    "judged.docx.document.xml": lambda: word("document.xml", JUDGED),
    "uncertain.txt": lambda: as_text(UNCERTAIN),
    "uncertain.html": lambda: as_html(UNCERTAIN),
    "leads.txt": lambda: as_text(LEADS),
    "leads.md": lambda: as_markdown(LEADS),
    "leads.tex": lambda: as_latex(LEADS),
    "leads.html": lambda: as_html(LEADS),
    "search.txt": lambda: search_text(ScriptedReview().search(SearchRequest("kites"))),
}


@pytest.mark.parametrize("name", RENDERED)
def test_rendering_is_as_reviewed(name: str) -> None:
    """Every format of the scripted records equals its reviewed file, character by character."""
    rendered = RENDERED[name]()
    path = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(rendered.encode("utf-8"))
    assert rendered == path.read_bytes().decode("utf-8")


def test_no_golden_file_is_orphaned() -> None:
    """A file that no test renders any more would be reviewed for nothing."""
    assert {path.name for path in GOLDEN.iterdir()} == set(RENDERED)
