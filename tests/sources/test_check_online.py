"""`check --online`: references that the library does not have, looked up at a server that stands for all services."""

from __future__ import annotations

from pathlib import Path

from command_run import Run
from invented import crossref_page, crossref_single, openalex_page, title
from reply_server import Canned

CROSSREF = "/api.crossref.org/works"
SECRET = "My unpublished result is that kites are better than herons."
BIB = "".join(
    f"@article{{{key}, title = {{{title(0)}}}, author = {{Okonjo, Mira}}, journal = {{Journal of Birds}}, "
    f"year = {{{year}}}, doi = {{10.1234/bird.0}}}}\n"
    for key, year in (("right", 2024), ("late", 2019))
)


def texts(folder: Path) -> list[str]:
    (folder / "refs.bib").write_text(BIB)
    (folder / "text.md").write_text(f"{SECRET} Models are aligned [@right]. They were before [@late].\n")
    papers = folder / "own.jsonl"
    papers.write_text('{"title": "On nets", "abstract": "A net holds fish. It is made of cord."}\n')
    return [str(folder / "text.md"), "--bib", str(folder / "refs.bib")]


def test_references_are_checked_online_only_when_asked(run: Run, tmp_path: Path) -> None:
    """Nothing of the text but the citation is sent, and nothing at all without --online."""
    arguments = texts(tmp_path)
    run("import", str(tmp_path / "own.jsonl"))
    server = run.serve(
        {
            f"{CROSSREF}/10.1234%2Fbird.0": [Canned(crossref_single(0))],
            CROSSREF: [Canned(crossref_page([0], ""))],
            "/api.openalex.org/works": [Canned(openalex_page([0], None))],
        }
    )
    _, document, _ = run("check", *arguments)
    assert server.asked == []
    assert {entry["verdict"] for entry in document["bibliography"]} == {"unverified"}
    code, document, _ = run("check", *arguments, "--online")
    entries = {entry["key"]: entry for entry in document["bibliography"]}
    assert (entries["right"]["verdict"], entries["right"]["checked_against"]) == ("valid", "online")
    assert (entries["late"]["verdict"], entries["late"]["paper_id"]) == ("wrong", None)
    (fault,) = entries["late"]["fields"]
    assert (fault["field"], fault["was"], fault["should_be"], fault["note"]) == ("year", "2019", "2024", None)
    assert code == 1
    assert server.asked
    sent = " ".join(str(asked) for asked in server.asked)
    assert "unpublished" not in sent
    assert "were before" not in sent


def test_a_service_that_is_down_leaves_references_open(run: Run, tmp_path: Path) -> None:
    arguments = texts(tmp_path)
    run("import", str(tmp_path / "own.jsonl"))
    run.serve({f"{CROSSREF}/10.1234%2Fbird.0": [Canned(b"no", 403)], CROSSREF: [Canned(b"no", 403)]})
    _, document, told = run("check", *arguments, "--online")
    assert {entry["verdict"] for entry in document["bibliography"]} == {"unverified"}
    assert "Not all references were looked up online" in told
