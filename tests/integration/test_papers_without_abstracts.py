"""A library in which papers have no abstract, as reference managers export them: nothing fails on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.app import build
from service.cli import main
from service.settings import Settings

WITH = "We measure how water runs through bones of whales. Water runs at 3 mm per second through the bones."
REFERENCES = f"""@article{{real, title={{The hydraulic properties of real bones}}, year=2001, abstract={{{WITH}}}}}
@article{{bare, title={{The hydraulic properties of imaginary bones}}, author={{Nemo, A}}, year=2000}}
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    (folder / "refs.bib").write_text(REFERENCES, encoding="utf-8")
    review = build(Settings(library=folder / "library"), create=True)
    review.import_paths([folder / "refs.bib"])
    review.close()
    return folder / "library"


@pytest.mark.parametrize("command", ["ask", "compare", "draft", "survey"])
def test_a_paper_without_an_abstract_is_found_and_never_quoted(
    library: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "hydraulic properties of bones", "--library", str(library)]) == 0
    streams = capsys.readouterr()
    assert "Water runs at 3 mm per second" in streams.out
    assert "Internal error" not in streams.err


def test_nothing_is_said_of_a_paper_that_alone_is_asked_for(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "What do bones do?", "--id", "bare", "--library", str(library)]) == 3
    assert "Internal error" not in capsys.readouterr().err


def test_a_claim_that_cites_it_is_not_decided_and_says_why(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not called unsupported: the paper itself may say it."""
    text = tmp_path / "a.md"
    text.write_text("Imaginary bones let all water through [@bare].", encoding="utf-8")
    bib = library.parent / "refs.bib"
    assert main(["check", str(text), "--bib", str(bib), "--library", str(library)]) == 1
    out = capsys.readouterr().out
    assert "has no abstract in the library: look in the paper itself" in " ".join(out.split())
    assert "Not in the abstract" not in out
