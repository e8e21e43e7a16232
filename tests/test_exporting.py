"""`litweave export` and `GET /v1/papers/export`: the papers for other programs, and back into a library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import rispy
from fastapi.testclient import TestClient
from hash_embedder import HashEmbedder
from scripted_review import HERON, HOSTILE, KITE, ScriptedReview

from service.api import create_app
from service.cli.main import main
from service.library import Library
from service.readers import read
from service.records import Origin, Paper
from service.render.papers import PaperFormat, exported
from service.sample import papers_path
from service.settings import Settings


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


def export(review: ScriptedReview, *arguments: str) -> int:
    return main(["export", *arguments], build=lambda settings, *, create, repair: review)


def test_an_exported_library_imports_into_an_equal_one(tmp_path: Path) -> None:
    """JSONL holds every field: the second library has the same papers under the same ids, in the same order."""
    first, second = (
        Library.open(Settings(library=tmp_path / name), create=True, embedder=HashEmbedder()) for name in ("a", "b")
    )
    whole = replace(
        HERON, organisation="Kite Lab", upvotes=3, author_count=5, doi="10.1234/heron_1", origin=Origin("feed", 7)
    )
    records = [*read(papers_path(), max_record_bytes=1_000_000), replace(KITE, origin=Origin("listing", 1)), whole]
    first.import_papers(iter(records), embed=False)
    target = tmp_path / "all.jsonl"
    target.write_text("".join(exported(first.papers(), PaperFormat.jsonl)), encoding="utf-8")
    second.import_papers(read(target, max_record_bytes=1_000_000), embed=False)

    def kept(paper: Paper) -> Paper:
        """All but the line of the record in its file, which is another."""
        return replace(paper, origin=None if paper.origin is None else replace(paper.origin, line=0))

    papers = [kept(paper) for paper in first.papers()]
    assert len(papers) == 69
    assert [kept(paper) for paper in second.papers()] == papers
    first.close()
    second.close()


def test_papers_are_exported_one_at_a_time() -> None:
    """The first piece is there before the second paper is asked for, whatever the format."""
    for form in PaperFormat:
        asked: list[int] = []

        def papers(asked: list[int] = asked) -> Iterator[Paper]:
            for number in range(100_000):
                asked.append(number)
                yield replace(KITE, paper_id=f"p{number}")

        pieces = list(islice(exported(papers(), form), 3))
        assert len(pieces) == 3
        assert len(asked) <= 3


def test_keys_are_unique_however_many_papers_share_one() -> None:
    """Three papers named alike, in each format that has keys."""
    papers = [replace(HERON, paper_id=f"p{n}") for n in range(3)]
    records = rispy.loads("".join(exported(papers, PaperFormat.ris)))
    items = json.loads("".join(exported(papers, PaperFormat.csl_json)))
    keys = [record["id"] for record in records]
    assert len(set(keys)) == 3
    assert [item["id"] for item in items] == keys
    bib = "".join(exported(papers, PaperFormat.bibtex))
    assert [bib.count(f"@misc{{{key},") for key in keys] == [1, 1, 1]


@pytest.mark.parametrize("form", PaperFormat)
def test_hostile_papers_are_exported_whole(form: PaperFormat) -> None:
    """One record each, and nothing that acts on a terminal."""
    text = "".join(exported([replace(HOSTILE, abstract="a\x1b[31m\nER  - \nTY  - JOUR"), KITE], form))
    assert "\x1b" not in text
    counts = {
        PaperFormat.jsonl: lambda: len(text.splitlines()),
        PaperFormat.csl_json: lambda: len(json.loads(text)),
        PaperFormat.ris: lambda: len(rispy.loads(text)),
        PaperFormat.bibtex: lambda: text.count("\n@misc{") + text.startswith("@misc{"),
    }
    assert counts[form]() == 2


def test_no_papers_are_an_empty_file() -> None:
    """Still well-formed."""
    assert {form.value: "".join(exported([], form)) for form in PaperFormat} == {
        "jsonl": "", "bibtex": "", "ris": "", "csl-json": "[\n]\n",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "start"), [("a.jsonl", '{"id": "p-kite"'), ("a.bib", "@misc{"), ("a.ris", "TY  - GEN"), ("a.json", "[")]
)
def test_the_suffix_says_the_format(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, start: str
) -> None:
    """The file is written, stdout stays empty, stderr says how many."""
    assert export(review, "-o", str(tmp_path / name)) == 0
    printed = capsys.readouterr()
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert printed.out == ""
    assert "2 papers exported" in printed.err


def test_without_a_file_papers_go_to_stdout(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """JSONL unless asked otherwise."""
    assert export(review) == 0
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["p-kite", "p-heron"]


def test_json_is_one_document(review: ScriptedReview, capsys: pytest.CaptureFixture[str]) -> None:
    """The file's text stands in it, or the name of the file; ids that were not found are named."""
    assert export(review, "--json", "--format", "ris", "--id", "p-kite", "--id", "p-none") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["content"].startswith("TY  - GEN\r\n")
    del document["content"]
    assert document == {"format": "ris", "papers": 1, "output": None, "not_exported": ["p-none"]}


def test_an_export_of_nothing_replaces_no_file(
    review: ScriptedReview, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 3, as where the corpus holds no answer."""
    target = tmp_path / "a.bib"
    target.write_text("before")
    assert export(review, "--year-from", "2100", "-o", str(target)) == 3
    assert target.read_text() == "before"
    assert "nothing written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-o", "a.xlsx"), 2, ".bib"),
        (("--format", "xml"), 2, "xml"),
        (("--year-from", "2024", "--year-to", "2023"), 2, "no paper can match"),
        (("-o", "no/a.bib"), 1, "no directory 'no'"),
    ],
)
def test_what_cannot_be_written_is_refused_first(
    review: ScriptedReview, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    """Before the library is read."""
    assert export(review, *arguments) == code
    assert said in capsys.readouterr().err
    assert review.calls == []


@pytest.mark.parametrize(
    ("query", "kind", "start"),
    [
        ("", "application/x-ndjson", '{"id": "p-kite"'),
        ("?format=bibtex&id=p-heron", "application/x-bibtex; charset=utf-8", "@misc{"),
        ("?format=ris&year_from=2024", "application/x-research-info-systems; charset=utf-8", "TY  - GEN"),
        ("?format=csl-json", "application/vnd.citationstyles.csl+json", "["),
    ],
)
def test_the_service_sends_the_same_files(review: ScriptedReview, query: str, kind: str, start: str) -> None:
    """As an attachment, with the media type of its format."""
    with TestClient(create_app(review), base_url="http://localhost") as client:
        response = client.get(f"/v1/papers/export{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == kind
    assert response.headers["content-disposition"].startswith('attachment; filename="papers.')
    assert response.text.startswith(start)


@pytest.mark.parametrize("query", ["?format=xml", "?year_from=2024&year_to=2023", "?year_from=0"])
def test_a_request_that_makes_no_sense_is_422(review: ScriptedReview, query: str) -> None:
    """With the error document of every route."""
    with TestClient(create_app(review), base_url="http://localhost") as client:
        response = client.get(f"/v1/papers/export{query}")
    assert response.status_code == 422
    assert response.json()["error"]["type"] == "UsageError"
