"""Points and timelines, the parts of comparisons and surveys, are shown by every renderer."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import html5lib
import pytest
from scripted_review import ANSWER, HERON_TRAINS, KITE_NEEDS, REFERENCES

from service.records import Accounting, Answer, Draft, Sentence
from service.render import (
    as_bibtex,
    as_docx,
    as_html,
    as_latex,
    as_markdown,
    as_text,
    html,
    latex,
    markdown,
    terminal,
    word,
)
from service.render.written import Event, Point, Points, Section, Timeline, Written, all_citations, quotes_to_show

KITE_CLAIM = Sentence("KITE needs 1,200 pairs.", "claim", "supported", (KITE_NEEDS,))
HERON_CLAIM = Sentence("Heron needs no labels & no pairs.", "claim", "partial", (HERON_TRAINS,))
VIEW = Written(
    kind="survey",
    heading="labels",
    status="answered",
    missing=("costs",),
    paragraphs=(),
    sections=(
        Section("Training", ((KITE_CLAIM,), (HERON_CLAIM,))),
        Section("Agreement", (Points("how many labels", (Point("contradicts]", HERON_CLAIM),)),)),
        Section("Timeline", (Timeline((Event("listed 2024-12-05", "1", "KITE"), Event("2023", "", "Heron_x"))),)),
    ),
    references=REFERENCES,
    accounting=Accounting("extractive"),
    dropped=(),
)


def word_text(document: Answer | Draft) -> str:
    return "\n".join(line.text for line in docx.Document(io.BytesIO(as_docx(document))).paragraphs)


def page_text(document: Answer | Draft) -> str:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(as_html(document))
    return " ".join("".join(page.itertext()).split())


@pytest.fixture(autouse=True)
def view(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever document comes, this view of it is rendered: no command makes all parts in one text."""
    for renderer in (html, latex, markdown, terminal, word):
        monkeypatch.setattr(renderer, "written", lambda _document: VIEW)


SHOWN: dict[str, tuple[Callable[[Answer], str], tuple[str, ...]]] = {
    "text": (
        as_text,
        (
            "Agreement",
            "how many labels",
            "- contradicts]: Heron needs no labels & no pairs. [2] (partly supported)",
            "listed 2024-12-05: KITE [1]",
            "2023: Heron_x",
        ),
    ),
    "markdown": (
        as_markdown,
        (
            "## Agreement",
            "### how many labels",
            "- contradicts\\]: Heron needs no labels &amp; no pairs. \\[2\\]",
            "- listed 2024-12-05: KITE \\[1\\]",
            "- 2023: Heron\\_x",
        ),
    ),
    "latex": (
        as_latex,
        (
            r"\subsection*{Agreement}",
            r"\paragraph{how many labels}",
            r"\item[{contradicts]}] {}Heron needs no labels \& no pairs",
            r"\item[{listed 2024-12-05}] {}KITE~\cite{kite2024}",
            r"\item[{2023}] {}Heron\_x",
        ),
    ),
    "html": (
        page_text,
        (
            "Survey",
            "Agreement",
            "how many labels",
            "contradicts]: Heron needs no labels & no",
            "listed 2024-12-05 KITE [1]",
        ),
    ),
    "word": (
        word_text,
        (
            "Agreement",
            "how many labels",
            "contradicts]: Heron needs no labels & no pairs.",
            "listed 2024-12-05: KITE [1]",
        ),
    ),
}


@pytest.mark.parametrize(("render", "parts"), SHOWN.values(), ids=SHOWN)
def test_every_part_is_shown(render: Callable[[Answer], str], parts: tuple[str, ...]) -> None:
    """In order, escaped as everything is."""
    text = render(ANSWER)
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


def test_a_page_of_three_sections_has_contents() -> None:
    """Links to each section; two would not need them."""
    page = as_html(ANSWER)
    assert [f'<a href="#s{n}">' in page for n in (1, 2, 3)] == [True, True, True]


def test_sentences_of_points_count_as_text() -> None:
    """Their quotes are shown below the references like any other."""
    assert [citation.label for citation in all_citations(VIEW)] == ["1", "2", "2"]
    assert {label: len(quotes) for label, quotes in quotes_to_show(VIEW).items()} == {"1": 1, "2": 1}


@pytest.mark.skipif(
    shutil.which("pdflatex") is None or shutil.which("bibtex") is None, reason="pdflatex is not installed"
)
def test_points_and_timelines_compile(tmp_path: Path) -> None:
    """A bracket in a term ends no argument."""
    (tmp_path / "references.bib").write_text(as_bibtex(REFERENCES, ascii_only=True), encoding="ascii")
    (tmp_path / "text.tex").write_text(as_latex(ANSWER), encoding="ascii")
    for command in (["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "text"], ["bibtex", "text"]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stdout.decode("latin-1")
