"""The real core over the sample corpus, through the command line and over HTTP."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.api import create_app, documents
from service.app import build
from service.cli import main
from service.review import Review
from service.sample import papers_path
from service.settings import Settings

COMPARISON = "How do TideWalk, R^2Tune and Gusset-4 differ?"
ELSEWHERE = "When do volcanoes erupt?"
TOPIC = "adapting small language models with few parameters"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that the command line filled with the sample."""
    folder = tmp_path_factory.mktemp("end-to-end") / "library"
    assert main(["import", str(papers_path()), "--library", str(folder)]) == 0
    return folder


@pytest.fixture(scope="module")
def abstracts() -> dict[str, str]:
    """Title -> abstract, as the sample file has it."""
    records = (json.loads(line) for line in papers_path().read_text(encoding="utf-8").splitlines())
    return {record["title"]: record["abstract"] for record in records}


def quotes_are_exact(document: dict[str, Any], abstracts: dict[str, str]) -> int:
    """Check every citation of a document against the file that was imported; how many there were."""
    titles = {reference["paper_id"]: reference["title"] for reference in document["references"]}
    paragraphs = document["paragraphs"] if "paragraphs" in document else [document["sentences"]]
    citations = [c for paragraph in paragraphs for sentence in paragraph for c in sentence["citations"]]
    for citation in citations:
        abstract = abstracts[titles[citation["paper_id"]]]
        assert citation["quote"] == abstract[citation["start"] : citation["end"]]
    return len(citations)


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and stdout of one command."""
    capsys.readouterr()
    code = main(arguments)
    return code, capsys.readouterr().out


def test_importing_again_adds_nothing(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every paper is recognised, and the document keeps its sum."""
    code, out = command(capsys, "import", str(papers_path()), "--library", str(library), "--json")
    document = documents.ImportDocument.model_validate_json(out)
    assert code == 0
    assert (document.added, document.duplicates, document.total) == (0, 67, 67)


def test_a_comparison_cites_every_system_it_names(
    library: Path, capsys: pytest.CaptureFixture[str], abstracts: dict[str, str]
) -> None:
    """All three papers, quotes exact to the character, and a document of the contract's shape."""
    code, out = command(capsys, "ask", COMPARISON, "--library", str(library), "--json")
    documents.AnswerDocument.model_validate_json(out)
    document = json.loads(out)
    assert code == 0
    cited = {reference["title"].partition(":")[0] for reference in document["references"]}
    assert {"TideWalk", "R^2Tune", "Gusset-4"} <= cited
    assert quotes_are_exact(document, abstracts) >= 3


def test_a_question_from_elsewhere_exits_3(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No sentence is offered instead of an answer."""
    code, out = command(capsys, "ask", ELSEWHERE, "--library", str(library), "--json")
    document = documents.AnswerDocument.model_validate_json(out)
    assert (code, document.status, document.sentences) == (3, "not_in_corpus", [])


def test_searching_a_title_finds_its_paper_first(
    library: Path, capsys: pytest.CaptureFixture[str], abstracts: dict[str, str]
) -> None:
    """The hit's quote is exact."""
    title = "WrenCTC: A 31-Million-Parameter Recogniser for Single-Board Computers"
    code, out = command(capsys, "search", title, "--library", str(library), "--json")
    hit = documents.SearchDocument.model_validate_json(out).hits[0]
    assert (code, hit.title) == (0, title)
    assert hit.quote == abstracts[title][hit.start : hit.end]


def test_doctor_finds_the_library_sound(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both indexes hold what the catalog holds, before and after a rebuild."""
    for extra in ((), ("--rebuild",)):
        code, out = command(capsys, "doctor", *extra, "--library", str(library), "--json")
        health = documents.HealthDocument.model_validate_json(out)
        assert (code, health.ok, health.papers) == (0, True, 67)
        assert health.chunks == health.vectors == health.indexed > 0


def test_asking_without_a_library_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, an error document, and no library is made by asking."""
    missing = tmp_path / "none"
    code, out = command(capsys, "ask", "anything", "--library", str(missing), "--json")
    assert (code, json.loads(out)["error"]["type"]) == (1, "LibraryMissing")
    assert not missing.exists()


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
@pytest.mark.parametrize("arguments", [("draft", TOPIC), ("ask", COMPARISON)], ids=["draft", "answer"])
def test_a_real_text_compiles(library: Path, tmp_path: Path, arguments: tuple[str, str]) -> None:
    """The written .tex and .bib go through pdflatex and bibtex; no citation is undefined."""
    target = tmp_path / "text.tex"
    assert main([*arguments, "--library", str(library), "--format", "latex", "--output", str(target)]) == 0
    latex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "text.tex"]
    for step in (latex, ["bibtex", "text"], latex, latex):
        done = subprocess.run(step, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stdout.decode("latin-1")
    assert b"undefined" not in done.stdout


@pytest.fixture(scope="module")
def client(library: Path) -> Iterator[TestClient]:
    """The API over the same library."""
    review: Review = build(Settings(library=library), create=False)
    with TestClient(create_app(review)) as opened:
        yield opened
    review.close()


def test_the_api_answers_as_the_command_does(client: TestClient, abstracts: dict[str, str]) -> None:
    """Ask, draft and search over HTTP keep the shapes and the quotes."""
    answer = client.post("/v1/ask", json={"question": COMPARISON})
    documents.AnswerDocument.model_validate_json(answer.content)
    assert quotes_are_exact(answer.json(), abstracts) >= 3
    draft = client.post("/v1/drafts", json={"topic": TOPIC})
    documents.DraftDocument.model_validate_json(draft.content)
    assert quotes_are_exact(draft.json(), abstracts) >= 1
    search = client.post("/v1/search", json={"query": "speech", "k": 3, "filters": {"year_from": 2024}})
    hits = documents.SearchDocument.model_validate_json(search.content).hits
    assert 0 < len(hits) <= 3
    assert all(hit.year is not None and hit.year >= 2024 for hit in hits)
    assert client.post("/v1/ask", json={"question": ELSEWHERE}).json()["status"] == "not_in_corpus"
    assert client.get("/healthz").status_code == 200


def test_questions_and_uploads_at_the_same_time_do_not_disturb_each_other(
    client: TestClient, abstracts: dict[str, str]
) -> None:
    """Eight threads ask and upload the sample again: every request is answered, nothing is added twice."""
    sample = papers_path().read_bytes()

    def upload(_: int) -> int:
        response = client.post("/v1/papers", files={"files": ("papers.jsonl", sample)})
        assert response.status_code == 200, response.text
        return int(response.json()["added"])

    def ask(_: int) -> int:
        response = client.post("/v1/ask", json={"question": COMPARISON})
        assert response.status_code == 200, response.text
        return quotes_are_exact(response.json(), abstracts)

    with ThreadPoolExecutor(8) as pool:
        uploads = [pool.submit(upload, n) for n in range(3)]
        answers = [pool.submit(ask, n) for n in range(8)]
        assert [future.result() for future in uploads] == [0, 0, 0]
        assert min(future.result() for future in answers) >= 3


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.jsonl", b""), ("scan.pdf", b"%PDF-1.7\x00\xff"), ("noise.txt", bytes(range(256)) * 20)],
)
def test_an_upload_that_is_no_paper_file_is_refused(client: TestClient, name: str, content: bytes) -> None:
    """422 with the file's own name and no path of the server."""
    response = client.post("/v1/papers", files={"files": (name, content)})
    assert response.status_code == 422
    message = response.json()["error"]["message"]
    assert name in message
    assert "litweave-upload" not in message


def test_a_bad_record_of_an_upload_is_counted_with_its_line(client: TestClient) -> None:
    """The rest of the file is imported; the rejection names file and line."""
    content = b'{"title": "Invented Kites", "abstract": "Kites are invented here for a test."}\n{"abstract": "Bare."}\n'
    response = client.post("/v1/papers", files={"files": ("two.jsonl", content)})
    document = response.json()
    assert (document["added"] + document["duplicates"], document["total"]) == (1, 2)
    assert [(r["source"], r["line"]) for r in document["rejected"]] == [("two.jsonl", 2)]
