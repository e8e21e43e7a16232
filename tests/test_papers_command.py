"""`litweave papers` and its routes over a real library: documents, texts, refusals."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hash_embedder import HashEmbedder
from pydantic import BaseModel

from service.api import correction_documents as shapes
from service.api import create_app
from service.api.documents import ErrorDocument, ImportDocument
from service.cli.main import main
from service.library import Library
from service.review import Review
from service.settings import Settings

KITES = {
    "id": "k/1", "title": "Steering kites by a rule of three", "abstract": "Kites are steered. It holds.", "year": 2023,
}  # fmt: skip
IN_PRINT = KITES | {"id": "", "abstract": "Kites are steered. It holds. So we say.", "doi": "10.1000/kites"}
JOURNAL = KITES | {"id": "j 2", "abstract": "Kites are steered, here in a journal.", "doi": "10.5555/kites"}
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=tmp_path / "library")


@pytest.fixture
def run(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command on the library; a new process each time, as far as the library is concerned."""

    def build(settings: Settings, *, create: bool, repair: bool) -> Review:
        return Review(Library.open(settings, create=create, embedder=HashEmbedder()), settings)

    def run_command(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(["--library", str(settings.library), *arguments], build=build)
        streams = capsys.readouterr()
        return code, streams.out, streams.err

    return run_command


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two files: one record each of the same paper, and another publisher's in the second."""
    for name, rows in (("a.jsonl", [KITES]), ("b.jsonl", [IN_PRINT, JOURNAL])):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]


@pytest.fixture
def client(settings: Settings, run: Run, files: list[str]) -> Iterator[TestClient]:
    run("import", *files)
    with Library.open(settings, create=False, embedder=HashEmbedder()) as library:
        yield TestClient(create_app(Review(library, settings)), raise_server_exceptions=False)


def document(out: str, shape: type[BaseModel]) -> dict[str, Any]:
    """The one document on stdout, of the stated shape."""
    shape.model_validate_json(out)
    read = json.loads(out)
    assert isinstance(read, dict)
    return read


def test_import_says_why_a_record_is_a_duplicate(run: Run, files: list[str]) -> None:
    """Counted by kind in the summary and document, one by one with --verbose."""
    code, out, _ = run("import", "--verbose", *files)
    assert code == 0
    assert "(the same title and abstract as k/1)" in out
    assert "Duplicates: 1 the same title and abstract. `litweave papers merges` lists what was merged." in out
    _, out, _ = run("import", "--json", "--verbose", *files)
    told = document(out, ImportDocument)
    assert (told["duplicates"], told["reasons"]) == (3, {"the same record": 3})
    assert {one["reason"] for one in told["papers"]} == {"the same record"}
    _, out, _ = run("import", *files)
    assert "Duplicates:" not in out


def test_papers_are_listed_and_shown(run: Run, files: list[str]) -> None:
    run("import", *files)
    _, out, err = run("papers", "list", "--limit", "1")
    assert out == "- Steering kites by a rule of three (2023, k/1)\n", "what else is said is no paper"
    assert err == "1 of 2 papers; the next page: --cursor 1\n"
    assert run("papers", "list")[2] == "", "who reads a pipe can count"
    _, out, _ = run("papers", "show", "k/1")
    assert "doi           10.1000/kites" in out
    assert "b.jsonl:1; the same title and abstract" in out
    assert "Kites are steered. It holds.\n" in out, "the abstract of the record that is not shown otherwise"
    _, out, _ = run("papers", "show", "k/1", "--json")
    told = document(out, shapes.MadePaperDocument)
    assert told["paper"]["abstract"] == IN_PRINT["abstract"]
    assert [one["abstract"] for one in told["records"]] == [KITES["abstract"], IN_PRINT["abstract"]]


def test_without_a_command_its_help_is_shown(run: Run) -> None:
    code, out, err = run("papers")
    assert (code, out) == (2, "")
    assert "split     Take records out" in err


def test_an_empty_library_and_a_page_beyond_the_last_say_so(run: Run, files: list[str], tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("{}\n")
    run("import", str(tmp_path / "none.jsonl"))
    assert run("papers", "list")[1] == "No paper passes.\n"
    assert run("papers", "merges")[1] == "No paper was made of several records.\n"
    assert run("papers", "merges", "--possible")[1] == "No two papers look like one.\n"
    run("import", *files)
    assert run("papers", "merges", "--offset", "9")[1] == "No merges from 10 on.\n"
    assert run("papers", "merges", "--possible", "--offset", "9")[1] == "No pairs from 10 on.\n"
    assert run("papers", "merges", "--offset", "9" * 20)[0] == 2  # SQLite's integers end before


def test_a_merge_is_refused_forced_and_undone(run: Run, files: list[str]) -> None:
    run("import", *files)
    _, out, _ = run("papers", "merges", "--possible")
    assert "the same title; not merged: two publishers' DOIs, 10.1000/kites and 10.5555/kites" in out
    code, out, err = run("papers", "merge", "k/1", "j 2", "--json")
    assert (code, document(out, ErrorDocument)["error"]["type"]) == (2, "MergeRefused")
    assert "--force" in err
    code, out, _ = run("papers", "merge", "k/1", "j 2", "--keep", "j 2", "--force")
    assert code == 0
    assert out.startswith("k/1 is now part of:\nj 2  Steering kites")
    assert "Set aside: two publishers' DOIs" in out
    _, out, _ = run("papers", "merges", "--json")
    (told,) = document(out, shapes.MergeListDocument)["merges"]
    assert [(one["number"], one["by_hand"]) for one in told["records"]] == [(1, False), (2, True), (3, False)]
    code, out, _ = run("papers", "split", "j 2", "--record", "2", "--record", "3")
    assert code == 0
    assert out.startswith("Taken out:\nk/1  Steering kites")
    assert "The next import keeps them apart." in out
    _, out, _ = run("import", *files, "--json")
    assert document(out, ImportDocument)["added"] == 0
    assert run("doctor")[0] == 0


def test_two_papers_are_told_apart_for_good(run: Run, files: list[str], settings: Settings) -> None:
    """By the command and over HTTP alike; the pair is gone from the possible merges."""
    run("import", *files)
    code, out, _ = run("papers", "distinct", "k/1", "j 2")
    assert code == 0
    assert out.startswith("Not the same paper:\nk/1  Steering kites")
    assert run("papers", "merges", "--possible")[1] == "No two papers look like one.\n"
    _, out, _ = run("papers", "distinct", "k/1", "j 2", "--json")
    told = document(out, shapes.HandDistinctionDocument)
    with Library.open(settings, create=False, embedder=HashEmbedder()) as library:
        client = TestClient(create_app(Review(library, settings)), raise_server_exceptions=False)
        assert client.post("/v1/papers/distinct", json={"paper_ids": ["k/1", "j 2"]}).json() == told
        assert client.post("/v1/papers/distinct", json={"paper_ids": ["k/1", "none"]}).status_code == 404
        assert client.post("/v1/papers/distinct", json={"paper_ids": ["k/1"]}).status_code == 422
    run("import", *files)
    assert json.loads(run("papers", "list", "--json")[1])["total"] == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "none"], "no paper 'none'"),
        (["delete", "--yes", "k/1", "none"], "no paper 'none'"),
        (["delete", "k/1"], "say --yes"),
        (["split", "j 2"], "made of one record"),
        (["merge", "k/1", "k/1"], "one paper already"),
        (["distinct", "k/1", "none"], "no paper 'none'"),
        (["merge", "k/1", "j 2", "--keep", "x"], "--keep 'x' is neither"),
        (["list", "--limit", "0"], "--limit"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_what_cannot_be_done_is_a_usage_error_and_changes_nothing(
    run: Run, files: list[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    run("import", *files)
    before = run("papers", "list", "--json")[1]
    code, out, err = run("papers", *arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert run("papers", "list", "--json")[1] == before


@pytest.mark.parametrize(("answer", "left"), [("y\n", 1), ("n\n", 2)])
def test_deleting_asks_on_a_terminal(
    run: Run, files: list[str], monkeypatch: pytest.MonkeyPatch, answer: str, left: int
) -> None:
    """With the title, on stderr; a no changes nothing."""
    run("import", *files)
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    code, out, err = run("papers", "delete", "k/1", "doi:10.1000/kites")
    assert "k/1 Steering kites by a rule of three\nDelete this paper?" in err
    assert (code, out) == ((0, "Deleted k/1  Steering kites by a rule of three\n") if left == 1 else (1, ""))
    assert json.loads(run("papers", "list", "--json")[1])["total"] == left


def test_a_deleted_paper_is_not_searched(run: Run, files: list[str]) -> None:
    run("import", *files)
    code, out, _ = run("papers", "delete", "--yes", "--json", "k/1", "j 2")
    gone = document(out, shapes.DeletionDocument)["deleted"]
    assert [(code, one["paper_id"], one["records"]) for one in gone] == [(0, "k/1", 2), (0, "j 2", 1)]
    assert run("search", "kites")[0] == 3
    assert run("doctor")[0] == 0


def test_routes_return_the_documents_of_the_commands(client: TestClient) -> None:
    """List, merge, split and delete, with ids that hold a slash or a space."""
    listed = client.get("/v1/papers/merges")
    assert document(listed.text, shapes.MergeListDocument)["merges"][0]["paper_id"] == "k/1"
    pairs = document(client.get("/v1/papers/merges/possible").text, shapes.PossibleListDocument)
    assert pairs["total"] == 1
    body = {"paper_ids": ["k/1", "j 2"]}
    refused = client.post("/v1/papers/merge", json=body)
    assert (refused.status_code, refused.json()["error"]["type"]) == (409, "MergeRefused")
    merged = client.post("/v1/papers/merge", json=body | {"force": True})
    assert document(merged.text, shapes.HandMergeDocument)["absorbed"] == "j 2"
    parted = client.post("/v1/papers/k%2F1/split", json={"record": 3})
    assert document(parted.text, shapes.HandSplitDocument)["taken"] == "j 2"
    assert client.post("/v1/papers/k/1/split", json={}).status_code == 200
    assert client.post("/v1/papers/10.1000/kites/split", json={"record": 9}).status_code == 422
    deleted = client.delete("/v1/papers/https://doi.org/10.5555%2Fkites")
    assert document(deleted.text, shapes.DeletionDocument)["deleted"][0]["title"] == KITES["title"]
    assert client.get("/healthz").json()["papers"] == 2


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "kind"),
    [
        ("DELETE", "/v1/papers/none", None, 404, "UnknownPaper"),
        ("POST", "/v1/papers/none/split", {"record": 1}, 404, "UnknownPaper"),
        ("POST", "/v1/papers/merge", {"paper_ids": ["k/1", "none"]}, 404, "UnknownPaper"),
        ("POST", "/v1/papers/merge", {"paper_ids": ["k/1"]}, 422, "UsageError"),
        ("POST", "/v1/papers/merge", {"paper_ids": ["k/1", "k/1"]}, 422, "UsageError"),
        ("POST", "/v1/papers/k%2F1/split", {"record": 7}, 422, "UsageError"),
        ("POST", "/v1/papers/k%2F1/split", {"record": "1"}, 422, "UsageError"),
        ("POST", "/v1/papers/k%2F1/split", {"records": 1}, 422, "UsageError"),
        ("GET", "/v1/papers/merges?limit=0", None, 422, "UsageError"),
        ("GET", "/v1/papers/merges?limit=1001", None, 422, "UsageError"),
    ],
)
def test_routes_refuse_in_the_contracts_form(
    client: TestClient, method: str, path: str, body: object, status: int, kind: str
) -> None:
    response = client.request(method, path, json=body)
    assert response.status_code == status
    assert ErrorDocument.model_validate_json(response.content).error.type == kind
    assert client.get("/healthz").json()["papers"] == 2
