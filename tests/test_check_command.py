"""`check` from the command line and over HTTP, over a real library of the sample."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app
from service.api.check_documents import CheckDocument
from service.app import build
from service.cli import main
from service.settings import Settings

PAGE = r"""\documentclass{article}
\newcommand{\tw}{TideWalk\xspace}
\begin{document}
\section{Related work}
% ask whether \cite{private2020} may be cited
In this section we review adapters.
\tw{} lets the rank of every adapter climb during the first third of training and then ebb
away~\citep[see][Sec.~3]{tidewalk2024}. On AbacusGrove it reaches $43.8\%$ accuracy with an
average rank of 8~\citep{tidewalk2024}.
Drystone picks layers before training begins~\citep{larkspur2019}.
Unlike \citet{tidewalk2024}, we adapt the rank after training; see \input{more}.
\end{document}
"""
TRUE = "TideWalk lets the rank of every adapter climb during the first third of training and then ebb away"


@pytest.fixture(scope="module")
def library(sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real library over the sample, closed, so that each test opens it as a user would."""
    return sample_library(tmp_path_factory.mktemp("checked") / "library")


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        (f"{TRUE} [@tidewalk2024].", (), 0),
        (f"{TRUE} [@tidewalk2024].", ("--strict",), 0),
        (f"{TRUE} [@zzyzx2024].", (), 1),
        (f"{TRUE}.", (), 0),
        (f"{TRUE}.", ("--strict",), 1),
        (f"{TRUE} [@tidewalk2024].\n\nRanks go up at first and down again later on [@tidewalk2024].", (), 0),
        (f"{TRUE} [@tidewalk2024].\n\nRanks go up at first and down again later on [@tidewalk2024].", ("--strict",), 1),
        ("Ranks go up at first and down again later on [@tidewalk2024].", (), 1),
        ("", (), 1),
    ],
    ids=["supported", "strictly", "unknown key", "uncited", "strictly uncited", "one undecided", "strictly undecided",
         "all undecided", "empty"],
)  # fmt: skip
def test_the_exit_code_says_whether_the_text_may_go_out(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, options: tuple[str, ...], code: int
) -> None:
    """What is undecided is no fault unless asked for, but a text of which all is undecided is not fine."""
    file = tmp_path / "text.md"
    file.write_text(text, encoding="utf-8")
    assert main(["check", str(file), "--library", str(library), "--json", *options]) == code
    document = json.loads(capsys.readouterr().out)
    if text:
        checked = CheckDocument.model_validate_json(json.dumps(document))
        assert checked.judge is not None
        assert checked.judge.name == "alignment"


def test_a_page_of_latex_is_accounted_for_sentence_by_sentence(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A true sentence, a wrong figure, an unknown key; the rest named with why; what was not read is said."""
    file = tmp_path / "page.tex"
    file.write_text(PAGE, encoding="utf-8")
    assert main(["check", str(file), "--library", str(library), "--json"]) == 1
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert [(c["line"], c["verdict"] == "supported") for c in document["claims"]] == [
        (7, True),
        (8, False),
        (10, False),
    ]
    assert "43.8" in document["claims"][1]["part"] + document["claims"][1]["reason"]
    assert [u["line"] for u in document["unjudged"]] == [6, 11]
    assert document["asides"] == [r"line 11: \input{more} is not followed; check that file too"]
    assert main(["check", str(file), "--library", str(library)]) == 1
    report = capsys.readouterr().out
    assert report.index("page.tex:10") < report.index("Supported (1): line 7")


def test_the_library_that_has_nothing_to_do_with_a_text_exits_3(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The .bib beside the text is read."""
    (tmp_path / "refs.bib").write_text("@article{k, title={Steel Nets at Sea}}", encoding="utf-8")
    (tmp_path / "far.tex").write_text(r"Nets of steel fly over the sea \cite{k}. \bibliography{refs}", encoding="utf-8")
    assert main(["check", str(tmp_path / "far.tex"), "--library", str(library)]) == 3
    assert "k (Steel Nets at Sea): line 1" in capsys.readouterr().out


def test_the_command_opens_no_bibliography_outside_the_folder(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    r"""`\bibliography{../secret}` of a stranger's text is named, not read; `--bib` reads it."""
    (tmp_path / "secret.bib").write_text("@article{k, title={Steel Nets at Sea}}", encoding="utf-8")
    (tmp_path / "in").mkdir()
    text = tmp_path / "in" / "a.tex"
    text.write_text(r"Nets of steel fly over the sea \cite{k}. \bibliography{../secret}", encoding="utf-8")
    arguments = ["check", str(text), "--library", str(library), "--json"]
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["claims"][0]["cited"][0]["status"] == "unknown_key"
    assert "was not opened" in err
    assert main([*arguments, "--bib", str(tmp_path / "secret.bib")]) == 3


def test_the_route_checks_a_text_and_opens_nothing(library: Path, tmp_path: Path) -> None:
    """The text and its .bib come in the body; a path in the text is only a word."""
    secret = tmp_path / "secret.bib"
    secret.write_text("@article{tidewalk2024, title={Other}}", encoding="utf-8")
    review = build(Settings(library=library))
    try:
        with TestClient(create_app(review), base_url="http://localhost") as client:
            body = {"text": PAGE.replace("more", str(secret)), "format": "latex", "file": "../../page.tex"}
            done = client.post("/v1/checks", json=body)
            assert done.status_code == 200
            document = CheckDocument.model_validate_json(done.content)
            assert (document.file, document.counts["supported"], document.ok) == ("../../page.tex", 1, False)
            assert client.post("/v1/checks", json={"text": "", "format": "latex"}).status_code == 422
    finally:
        review.close()


def test_several_sentences_of_one_text_each_have_a_verdict_at_its_place(library: Path) -> None:
    """A page that sends its edited sentences in one text, a paragraph each, finds each again by its offsets."""
    sentences = [
        f"{TRUE} [@tidewalk2024].",
        "We tried this ourselves 🐟.",
        "It is 3 times as tall [@nobody].",
        f"{TRUE}.",
    ]
    text = "\n\n".join(sentences)
    review = build(Settings(library=library))
    try:
        with TestClient(create_app(review), base_url="http://localhost") as client:
            made = client.post("/v1/checks", json={"text": text, "format": "markdown", "file": "draft"}).json()
    finally:
        review.close()
    told = sorted([*made["claims"], *made["unjudged"]], key=lambda s: s["start"])
    assert [text[s["start"] : s["end"]] for s in told] == sentences
    assert [s["line"] for s in told] == [1, 3, 5, 7]
    assert [s.get("verdict") for s in told] == ["supported", None, "not_in_corpus", "supported"]


def test_a_wrong_reference_fails_and_can_be_corrected(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The corrected .bib keeps the rest, and the text passes with it; several files, or none, are refused."""
    (text := tmp_path / "text.md").write_text(f"{TRUE} [@tide].", encoding="utf-8")
    title = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"
    venue = "Workshop on Frugal Language Modelling"
    names = "Marrowby, I. and Quellan, T. and Brindlecombe, A."
    given = f"@article{{tide, title={{{title}}}, author={{{names}}}, journal={{{venue}}}, year=2021, note={{mine}}}}\n"
    (bib := tmp_path / "mine.bib").write_text(given, encoding="utf-8")
    options = ["check", str(text), "--library", str(library), "--json"]
    assert main([*options, "--bib", str(bib), "--fix", str(tmp_path / "fixed.bib")]) == 1
    (entry,) = CheckDocument.model_validate_json(capsys.readouterr().out).bibliography
    assert (entry.verdict, entry.file, entry.line) == ("wrong", str(bib), 1)
    assert [(f.field, f.was, f.should_be) for f in entry.fields] == [("year", "2021", "2024")]
    assert (tmp_path / "fixed.bib").read_text(encoding="utf-8") == given.replace("=2021", "={2024}")
    assert bib.read_text(encoding="utf-8") == given
    assert main([*options, "--bib", str(tmp_path / "fixed.bib")]) == 0
    for files in ([], ["--bib", str(bib), "--bib", str(bib)]):
        assert main([*options, *files, "--fix", str(tmp_path / "other.bib")]) == 2
        assert not (tmp_path / "other.bib").exists()


@pytest.mark.parametrize("kind", ["ris", "bbl", "md"])
def test_references_of_other_kinds_are_checked_and_not_rewritten(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """The command and the route take the same content and give the same verdict; `--fix` says what it can write."""
    title = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"
    content = {
        "ris": f"TY  - JOUR\nID  - tide\nTI  - {title}\nPY  - 2024\nER  - \n",
        "bbl": f"\\bibitem{{tide}} I. Marrowby. {title}. 2024.\n",
        "md": f"[tide] I. Marrowby. {title}. 2024.\n",
    }[kind]
    (text := tmp_path / "text.md").write_text(f"{TRUE} [@tide].", encoding="utf-8")
    (references := tmp_path / f"refs.{kind}").write_text(content, encoding="utf-8")
    options = ["check", str(text), "--library", str(library), "--json", "--bib", str(references)]
    assert main(options) == 0
    document = json.loads(capsys.readouterr().out)
    assert [(e["key"], e["verdict"]) for e in document["bibliography"]] == [("tide", "valid")]
    assert main([*options, "--fix", str(tmp_path / "out.bib")]) == 2
    assert "BibTeX only" in capsys.readouterr().err
    assert not (tmp_path / "out.bib").exists()
    review = build(Settings(library=library))
    try:
        with TestClient(create_app(review), base_url="http://localhost") as client:
            body = {"text": f"{TRUE} [@tide].", "format": "markdown", "bib": content, "file": str(text)}
            posted = client.post("/v1/checks", json=body).json()
            assert [e["verdict"] for e in posted["bibliography"]] == ["valid"]
            assert posted["claims"] == document["claims"]
    finally:
        review.close()


def test_the_bbl_beside_a_latex_text_stands_in_for_its_bib(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in the sources of a preprint, which have no .bib."""
    title = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"
    (tmp_path / "paper.tex").write_text(f"{TRUE} \\cite{{tide}}. \\bibliography{{refs}}", encoding="utf-8")
    (tmp_path / "paper.bbl").write_text(f"\\bibitem{{tide}} I. Marrowby. {title}. 2024.\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "paper.tex"), "--library", str(library), "--json"]) == 0
    (entry,) = json.loads(capsys.readouterr().out)["bibliography"]
    assert (entry["verdict"], entry["file"]) == ("valid", str(tmp_path / "paper.bbl"))


def test_references_can_be_looked_up_in_files(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of what the library does not have; the document says where, and what was not read is said."""
    (tmp_path / "text.md").write_text(f"{TRUE} [@tidewalk2024]. Reeds slow rivers [@reed].", encoding="utf-8")
    entry = "@article{reed, title={Reeds and Their Rivers}, author={Mira Holm}, year=YEAR, journal={Rivers}}"
    (bib := tmp_path / "refs.bib").write_text(entry.replace("YEAR", "2019"), encoding="utf-8")
    (folder := tmp_path / "snapshot").mkdir()
    row = {"title": "Reeds and Their Rivers", "authors": ["Mira Holm"], "year": 2019, "venue": "Rivers"}
    (folder / "papers.jsonl").write_text(json.dumps(row), encoding="utf-8")
    (folder / "LICENSE").write_text("All of it may be used.", encoding="utf-8")
    options = ["check", str(tmp_path / "text.md"), "--library", str(library), "--bib", str(bib)]
    assert main([*options, "--strict"]) == 1
    assert "0 of 1 references are as cited, 1 unverified" in capsys.readouterr().out
    assert main([*options, "--strict", "--against", str(folder), "--json"]) == 0
    out, err = capsys.readouterr()
    (checked,) = CheckDocument.model_validate_json(out).bibliography
    assert (checked.verdict, checked.checked_against, checked.paper_id) == ("valid", "snapshot", None)
    assert "LICENSE" in err
    bib.write_text(entry.replace("YEAR", "2012"), encoding="utf-8")
    assert main([*options, "--against", str(folder)]) == 1
    assert "[reed] year “2012” should be “2019” (by the snapshot)" in capsys.readouterr().out
    assert main([*options, "--against", str(folder / "LICENSE")]) == 1
    assert main([*options, "--against", str(tmp_path / "nothing*")]) == 1


def test_several_texts_are_checked_together_and_each_reference_is_told_once(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The gravest of their exit codes counts; one document or log is about one text."""
    title = "TideWalk: Rank Schedules That Rise and Fall for Adapting Small Language Models"
    venue = "Workshop on Frugal Language Modelling"
    bib = f"@article{{tide, title={{{title}}}, author={{Marrowby, I. and others}}, journal={{{venue}}}, year=2020}}"
    (tmp_path / "refs.bib").write_text(bib, encoding="utf-8")
    texts = [tmp_path / name for name in ("a.md", "b.md", "c.md")]
    for text in texts[:2]:
        text.write_text(f"{TRUE} [@tide].", encoding="utf-8")
    texts[2].write_text("It cites nothing and says nothing that anybody knows of.", encoding="utf-8")
    options = ["check", *map(str, texts), "--library", str(library), "--bib", str(tmp_path / "refs.bib")]
    assert main([*options, "--format", "github", "--skip-uncited"]) == 1
    out, err = capsys.readouterr()
    assert out.count("should be “2024”") == 1
    assert "c.md is passed over" in err
    assert main([*options, "--json"]) == 2
    assert main([*options, "--format", "sarif"]) == 2
    assert main([*options[:4], "--library", str(library), "--fix", str(tmp_path / "out.bib")]) == 2


def test_an_unknown_key_says_how_to_give_the_references(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without any, `--bib`; with some, to add the work; no reason ends in a full stop and a semicolon."""
    text, bib = tmp_path / "a.md", tmp_path / "mine.bib"
    text.write_text("TideWalk hastens the ebb of every sea [@tidewalk2024; @nowhere2020].", encoding="utf-8")
    bib.write_text("@article{tidewalk2024, title={Steel Nets at Sea}}", encoding="utf-8")
    assert main(["check", str(text), "--library", str(library)]) == 1
    out = capsys.readouterr().out
    assert "Do: correct the key, or give the references with --bib FILE." in out
    assert ".;" not in out
    assert main(["check", str(text), "--bib", str(bib), "--library", str(library)]) == 1
    assert "Do: correct the key, or add the work to the references." in capsys.readouterr().out


def test_references_named_as_a_text_are_refused_with_the_option_they_belong_to(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, bib = tmp_path / "a.md", tmp_path / "mine.bib"
    text.write_text(f"{TRUE} [@tidewalk2024].", encoding="utf-8")
    bib.write_text("@article{tidewalk2024, title={TideWalk}}", encoding="utf-8")
    assert main(["check", str(text), str(bib), "--library", str(library)]) == 2
    streams = capsys.readouterr()
    assert f"--bib {bib}" in streams.err
    assert streams.out == ""
