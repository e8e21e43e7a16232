"""`litweave export` and `GET /v1/papers/export`: which papers, in which format, and where to."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from scripted_review import ANSWER, COMPARISON, DRAFT, KITE, REFUSAL, SURVEY, UNCERTAIN, ScriptedReview

from service.api import create_app
from service.cli.main import main
from service.records import Span
from service.requests import SearchRequest
from service.writers import writers
from service.writers.selecting import of_text, read_text_papers


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


def export(review: ScriptedReview, *arguments: str) -> int:
    return main(["export", *arguments], build=lambda settings, *, create, repair: review)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.jsonl", b'{"id": "p-kite"'),
        ("a.bib", b"@misc{"),
        ("a.biblatex", b"@misc{"),
        ("a.RIS", b"TY  - GEN"),
        ("a.json", b"["),
        ("a.csv", b"id,key,title,"),
        ("a.tsv", b"id\tkey\ttitle\t"),
        ("a.xlsx", b"PK"),
        ("a.zip", b"PK"),
    ],
)
def test_the_suffix_says_the_format(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, start: bytes
) -> None:
    """The file is written, stdout stays empty, stderr says how many."""
    assert export(review, "-o", str(tmp_path / name)) == 0
    printed = capsys.readouterr()
    assert (tmp_path / name).read_bytes().startswith(start)
    assert printed.out == ""
    assert "2 papers exported" in printed.err


def test_the_help_lists_every_format(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """With how its files end."""
    assert export(review, "--help") == 0
    shown = " ".join(capsys.readouterr().out.split())
    for writer in writers().values():
        assert f" {writer.key} " in shown
        assert all(suffix in shown for suffix in writer.suffixes)


def test_without_a_file_papers_go_to_stdout(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """JSONL unless asked otherwise."""
    assert export(review) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["p-kite", "p-heron"]


def test_a_workbook_can_be_piped(review: ScriptedReview, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """Its bytes as they are."""
    assert export(review, "--format", "xlsx") == 0
    assert zipfile.ZipFile(io.BytesIO(capfdbinary.readouterr().out)).testzip() is None


def test_json_is_one_document(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """The file's text stands in it, or the name of the file; ids that do not pass the other filters are named."""
    years = ("--year-from", "2024")
    assert export(review, "--json", "--format", "ris", "--id", "p-kite", "--id", "p-heron", *years) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["content"].startswith("TY  - GEN\r\n")
    del document["content"]
    assert document == {"format": "ris", "papers": 1, "output": None, "not_exported": ["p-heron"]}


def test_ids_come_from_standard_input(
    review: ScriptedReview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One a line, blank ones left out; beside ids that are given."""
    typed(monkeypatch, "p-heron\r\n\n p-kite \n")
    assert export(review, "--id", "-", "--year-to", "2023", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [json.loads(line)["id"] for line in document["content"].splitlines()] == ["p-heron"]
    assert document["not_exported"] == ["p-kite"]


def test_no_ids_are_not_all_papers(
    review: ScriptedReview, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty list from a pipe would otherwise export the library."""
    typed(monkeypatch, "\n")
    assert export(review, "--id", "-") == 2
    assert "holds no ids" in capsys.readouterr().err


def test_a_search_is_exported_with_its_quotes(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """Best first, each with its best sentence."""
    assert export(review, "--search", "gentle models", "-k", "3", "--format", "csv") == 0
    assert review.calls == [("search", SearchRequest("gentle models", 3))]
    head, row = capsys.readouterr().out.splitlines()
    assert head.endswith(",quotes")
    assert row.endswith(f'"[26:79] {KITE.abstract[26:79]}"')


def test_a_search_without_hits_writes_nothing(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, as a search itself."""
    assert export(review, "--search", "volcano", "-o", str(tmp_path / "a.bib")) == 3
    assert not (tmp_path / "a.bib").exists()


@pytest.mark.parametrize("document", [ANSWER, DRAFT, COMPARISON, SURVEY], ids=["ask", "draft", "compare", "survey"])
def test_the_references_of_a_text_are_exported_by_its_keys(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str], document: Any
) -> None:
    """In the order of the references."""
    (tmp_path / "text.json").write_text(json.dumps(document.as_document()), encoding="utf-8")
    assert export(review, "--answer", str(tmp_path / "text.json"), "--format", "bibtex") == 0
    bib = capsys.readouterr().out
    keys = [line.partition("{")[2].rstrip(",") for line in bib.splitlines() if line.startswith("@")]
    assert keys == [reference.key for reference in document.references]


def test_the_references_of_an_answer_come_with_its_quotes(
    review: ScriptedReview, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From standard input into a folder of notes, whose list is named as the question."""
    typed(monkeypatch, json.dumps(ANSWER.as_document()))
    assert export(review, "--answer", "-", "--format", "obsidian", "-o", str(tmp_path / "notes")) == 0
    assert sorted(path.name for path in (tmp_path / "notes").iterdir()) == [
        "@heron2023.md", "@kite2024.md", "How do KITE and Heron differ.md",
    ]  # fmt: skip
    note = (tmp_path / "notes" / "@heron2023.md").read_text(encoding="utf-8")
    assert "> We train Heron without labels.\n\n^q0-30\n" in note
    assert "> Heron scores 74.0% on GustBench.\n\n^q31-63\n" in note


def test_a_refusal_has_no_references(review: ScriptedReview, tmp_path: Path) -> None:
    """What is only near is not exported."""
    for number, document in enumerate((REFUSAL, UNCERTAIN)):
        text = read_text_papers(json.dumps(document.as_document()), "it")
        assert [paper.paper.paper_id for paper in of_text(text, review.paper).papers] == [
            reference.paper_id for reference in document.references
        ]
        (tmp_path / f"{number}.json").write_text(json.dumps(document.as_document()), encoding="utf-8")
    assert export(review, "--answer", str(tmp_path / "0.json")) == 3


def test_hits_of_a_search_document_are_taken_too(review: ScriptedReview) -> None:
    """`litweave search --json` in another session, or on another machine."""
    text = read_text_papers(json.dumps(review.search(SearchRequest("kites")).as_document()), "it")
    (one,) = of_text(text, review.paper).papers
    assert (one.paper, one.key, one.quotes) == (KITE, None, (Span(26, 79),))


def test_what_changed_since_the_text_was_written_is_said(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Papers that are gone, and quotes that stand elsewhere now."""
    document = json.dumps(ANSWER.as_document()).replace("p-heron", "p-gone").replace('"start": 26', '"start": 25')
    (tmp_path / "text.json").write_text(document, encoding="utf-8")
    assert export(review, "--answer", str(tmp_path / "text.json"), "-o", str(tmp_path / "a.ris")) == 0
    said = capsys.readouterr().err
    assert "1 quotes of the text stand no longer" in said
    assert "'p-gone' is not in the library" in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no json", "is no JSON"),
        ("[1]", "no list of references"),
        ('{"references": 3}', "no list of references"),
        ('{"references": [{"key": "a"}]}', "reference without paper_id"),
        ("[" * 100_000, "is no JSON"),
    ],
)
def test_another_document_is_no_answer(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    """Said before the library is opened."""
    (tmp_path / "text.json").write_text(text, encoding="utf-8")
    assert export(review, "--answer", str(tmp_path / "text.json")) == 2
    assert why in capsys.readouterr().err
    assert review.calls == []


def test_an_export_of_nothing_replaces_no_file(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, as where the corpus holds no answer."""
    target = tmp_path / "a.bib"
    target.write_text("before")
    assert export(review, "--year-from", "2100", "-o", str(target)) == 3
    assert target.read_text() == "before"
    assert "nothing written" in capsys.readouterr().err


def test_a_folder_of_notes_is_written_again(review: ScriptedReview, tmp_path: Path) -> None:
    """What was added stays; a note that stays the same is not touched."""
    notes = tmp_path / "vault" / "papers"
    notes.parent.mkdir()
    assert export(review, "--format", "obsidian", "-o", str(notes)) == 0
    kite = notes / "@kite2024.md"
    (notes / "read").mkdir()
    kite.rename(notes / "read" / "Kites.md")
    with (notes / "read" / "Kites.md").open("a", encoding="utf-8") as file:
        file.write("My words.\n")
    before = {path: path.stat().st_mtime_ns for path in notes.rglob("*.md")}
    assert export(review, "-o", str(notes)) == 0
    after = {path: path.stat().st_mtime_ns for path in notes.rglob("*.md")}
    assert after.keys() == before.keys()
    assert [path.name for path in after if after[path] != before[path]] == ["Papers.md"]
    assert (notes / "read" / "Kites.md").read_text(encoding="utf-8").endswith("My words.\n")
    assert "[[Kites]]" in (notes / "Papers.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "a.docx"), 2, ".bib"),
        (("--format", "xml"), 2, "obsidian"),
        (("--year-from", "2024", "--year-to", "2023"), 2, "no paper can match"),
        (("-o", "no/a.bib"), 1, "no directory 'no'"),
        (("--format", "xlsx", "--json"), 2, "add --output FILE.xlsx"),
        (("--format", "bibtex", "-o", "."), 2, "name a file in it, such as papers.bib"),
        (("--format", "obsidian", "-o", "pyproject.toml"), 2, "is a file: name a folder"),
        (("--search", "a", "--answer", "-"), 2, "give one of them"),
        (("--answer", "none.json"), 1, "none.json"),
    ],
)
def test_what_cannot_be_written_is_refused_first(
    review: ScriptedReview,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    checkout: Path,
    arguments: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    """Before the library is read."""
    monkeypatch.chdir(checkout)
    assert export(review, *arguments) == code
    assert said in capsys.readouterr().err
    assert review.calls == []


@pytest.mark.parametrize(
    ("query", "kind", "start"),
    [
        ("", "application/x-ndjson", b'{"id": "p-kite"'),
        ("?format=bibtex&id=p-heron", "application/x-bibtex; charset=utf-8", b"@inproceedings{"),
        ("?format=biblatex&id=p-heron&ascii=true", "application/x-bibtex; charset=utf-8", b"@inproceedings{"),
        ("?format=ris&year_from=2024", "application/x-research-info-systems; charset=utf-8", b"TY  - GEN"),
        ("?format=csl-json", "application/vnd.citationstyles.csl+json", b"["),
        ("?format=csv&search=kites&k=1", "text/csv; charset=utf-8", b"id,key,title"),
        ("?format=tsv", "text/tab-separated-values; charset=utf-8", b"id\tkey\ttitle"),
        ("?format=xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("?format=obsidian&search=kites", "application/zip", b"PK"),
    ],
)
def test_the_service_sends_the_same_files(review: ScriptedReview, query: str, kind: str, start: bytes) -> None:
    """As an attachment, with the media type of its format."""
    with TestClient(create_app(review), base_url="http://localhost") as client:
        response = client.get(f"/v1/papers/export{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == kind
    assert response.headers["content-disposition"].startswith('attachment; filename="papers.')
    assert response.content.startswith(start)


def test_the_schema_of_the_service_names_every_format(review: ScriptedReview) -> None:
    """The formats of the parameter and the media types of the answer are those that there are."""
    operation = create_app(review).openapi()["paths"]["/v1/papers/export"]["get"]
    (form,) = (parameter for parameter in operation["parameters"] if parameter["name"] == "format")
    assert form["schema"]["enum"] == [*writers()]
    content = operation["responses"]["200"]["content"]
    assert content.keys() == {writer.media_type.partition(";")[0] for writer in writers().values()}
    assert {"search", "k", "ascii", "abstracts"} <= {parameter["name"] for parameter in operation["parameters"]}


@pytest.mark.parametrize("query", ["?format=xml", "?year_from=2024&year_to=2023", "?year_from=0", "?search=", "?k=0"])
def test_a_request_that_makes_no_sense_is_422(review: ScriptedReview, query: str) -> None:
    """With the error document of every route."""
    with TestClient(create_app(review), base_url="http://localhost") as client:
        response = client.get(f"/v1/papers/export{query}")
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "UsageError"
