"""Collections, tags, notes and reading status over HTTP: the documents of the command line, over a real library."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from shelf_library import filled, review_over, review_with_meaning

from service.api import create_app
from service.api.documents import AnswerDocument, ErrorDocument, SearchDocument
from service.api.shelf_documents import (
    CollectionChangeDocument,
    CollectionPapersDocument,
    CollectionsDocument,
    PaperDocument,
    PapersDocument,
    TagsDocument,
)
from service.cli.main import main
from service.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return filled(tmp_path / "library")


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    review = review_over(settings, create=True)
    with TestClient(create_app(review, max_upload_bytes=100_000, hosts={"testserver"})) as opened:
        yield opened
    review.close()


def test_a_collection_from_its_making_to_its_end(client: TestClient) -> None:
    made = client.post("/v1/collections", json={"name": "Birds of prey"})
    assert (made.status_code, made.json()["count"]) == (201, 0)
    put = client.put("/v1/collections/birds%20of%20prey/papers/heron")
    CollectionChangeDocument.model_validate_json(put.content)
    assert (put.json()["changed"], put.json()["collection"]["count"]) == (1, 1)
    assert client.put("/v1/collections/Birds of prey/papers/10.1234/kite").json()["changed"] == 1
    assert client.delete("/v1/collections/Birds of prey/papers/kite").json()["changed"] == 1
    shown = client.get("/v1/collections/birds of prey")
    CollectionPapersDocument.model_validate_json(shown.content)
    assert [paper["paper_id"] for paper in shown.json()["papers"]] == ["heron"]
    assert client.patch("/v1/collections/birds of prey", json={"name": "Waders"}).json()["name"] == "Waders"
    listed = client.get("/v1/collections")
    CollectionsDocument.model_validate_json(listed.content)
    assert [(c["name"], c["count"]) for c in listed.json()["collections"]] == [("Waders", 1)]
    assert client.delete("/v1/collections/waders").json()["deleted"]["count"] == 1
    assert client.get("/v1/papers").json()["total"] == 3


def test_a_change_of_a_paper_changes_only_what_is_sent(client: TestClient) -> None:
    changed = client.patch("/v1/papers/kite", json={"tags": ["wind", "a b"], "notes": [{"text": "Flies."}]})
    PaperDocument.model_validate_json(changed.content)
    note = changed.json()["notes"][0]
    assert (changed.json()["tags"], changed.json()["reading_status"]) == (["a b", "wind"], None)
    read = client.patch("/v1/papers/10.1234/KITE", json={"reading_status": "read"}).json()
    assert (read["paper_id"], read["reading_status"], read["notes"]) == ("kite", "read", [note])
    again = client.patch(
        "/v1/papers/kite",
        json={"reading_status": None, "notes": [{"note_id": note["note_id"], "text": "Flies high."}, {"text": "Two."}]},
    ).json()
    assert (again["reading_status"], [n["text"] for n in again["notes"]]) == (None, ["Flies high.", "Two."])
    assert again["tags"] == ["a b", "wind"]
    tags = client.get("/v1/tags")
    TagsDocument.model_validate_json(tags.content)
    assert tags.json() == {"tags": [{"name": "a b", "count": 1}, {"name": "wind", "count": 1}]}
    assert client.get("/v1/papers/kite").json() == again


def test_papers_come_in_pages_that_pass_the_filters(client: TestClient) -> None:
    first = client.get("/v1/papers", params={"limit": 2})
    PapersDocument.model_validate_json(first.content)
    second = client.get("/v1/papers", params={"limit": 2, "cursor": first.json()["cursor"]}).json()
    ids = [paper["paper_id"] for page in (first.json(), second) for paper in page["papers"]]
    assert (ids, second["cursor"], second["total"]) == (["kite", "heron", "stork"], None, 3)
    client.patch("/v1/papers/heron", json={"tags": ["untied"], "reading_status": "to_read"})
    for params, expected in (
        ({"source": "BIRDS"}, ["heron", "stork"]),
        ({"tag": "Untied", "year_from": 2024}, ["heron"]),
        ({"has_abstract": "false"}, ["stork"]),
        ({"reading_status": ["none", "to_read"], "source": "birds"}, ["heron", "stork"]),
        ({"id": ["kite", "kite"], "no_retracted": "true"}, ["kite"]),
    ):
        found = client.get("/v1/papers", params=params).json()
        assert [paper["paper_id"] for paper in found["papers"]] == expected
        exported = client.get("/v1/papers/export", params=params).text
        assert [json.loads(line)["id"] for line in exported.splitlines()] == expected


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/v1/collections/brids", None, 404, "no collection 'brids'; there are 'Birds'"),
        ("PUT", "/v1/collections/Birds/papers/heran", None, 404, "nearest: 'heron'"),
        ("PUT", "/v1/collections/brids/papers/heron", None, 404, "no collection 'brids'"),
        ("GET", "/v1/papers/nobody", None, 404, "no paper 'nobody'"),
        ("PATCH", "/v1/papers/nobody", {}, 404, "no paper 'nobody'"),
        ("PATCH", "/v1/papers/kite", {"notes": [{"text": "x", "note_id": 9}]}, 422, "no note 9"),
        ("PATCH", "/v1/papers/kite", {"title": "x"}, 422, "title"),
        ("PATCH", "/v1/papers/kite", {"reading_status": "none"}, 422, "reading_status"),
        ("PATCH", "/v1/papers/kite", {"tags": ["a/b"]}, 422, "cannot name a tag"),
        ("PATCH", "/v1/papers/kite", {"tags": ["x" * 101]}, 422, "tags"),
        ("PATCH", "/v1/papers/kite", {"tags": ["x"] * 101}, 422, "tags"),
        ("POST", "/v1/collections", {"name": "birds"}, 422, "'Birds' already"),
        ("POST", "/v1/collections", {"name": ""}, 422, "name"),
        ("POST", "/v1/collections", {"name": "a", "papers": []}, 422, "papers"),
        ("GET", "/v1/papers?collection=brids", None, 422, "no collection 'brids'"),
        ("GET", "/v1/papers?cursor=x", None, 422, "no cursor"),
        ("GET", "/v1/papers?limit=501", None, 422, "limit"),
        ("GET", "/v1/papers?year_from=2024&year_to=2023", None, 422, "no paper can match"),
        ("GET", "/v1/papers/export?tag=x", None, 422, "no tag 'x'"),
        ("POST", "/v1/search", {"query": "kites", "filters": {"collections": ["brids"]}}, 422, "no collection 'brids'"),
        ("POST", "/v1/ask", {"question": "kites?", "filters": {"tags": ["x"]}}, 422, "no tag 'x'"),
        ("POST", "/v1/ask", {"question": "kites?", "filters": {"reading_status": ["skimmed"]}}, 422, "reading_status"),
        ("POST", "/v1/ask", {"question": "kites?", "filters": {"tag": ["x"]}}, 422, "tag"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_why(
    client: TestClient, method: str, path: str, body: dict[str, Any] | None, status: int, message: str
) -> None:
    """What the address names and is not there: 404; all else that makes no sense: 422."""
    client.post("/v1/collections", json={"name": "Birds"})
    answer = client.request(method, path, json=body)
    ErrorDocument.model_validate_json(answer.content)
    assert answer.status_code == status
    assert message in answer.json()["error"]["message"]


def test_uploads_are_put_on_shelves(client: TestClient) -> None:
    paper = json.dumps({"title": "Owl at Night", "abstract": "Owls fly."}).encode()
    sent = {"files": ("night.jsonl", paper)}
    assert client.post("/v1/papers?collection=Night&tag=new&tag=owl", files=sent).json()["added"] == 1
    (found,) = client.get("/v1/papers?collection=night").json()["papers"]
    assert (found["source"], found["tags"]) == ("night.jsonl", ["new", "owl"])


FILTERS = {
    "paper_ids": ["kite", "heron"],
    "year_from": 2023,
    "year_to": 2024,
    "collections": ["Birds"],
    "tags": ["wind"],
    "sources": ["wind"],
    "has_abstract": True,
    "reading_status": ["read"],
    "no_retracted": True,
}
OPTIONS = (
    "--id kite --id heron --year 2023-2024 --collection Birds --tag wind --source wind --has-abstract --status read "
    "--no-retracted"
).split()


def test_a_request_has_one_document_on_both_ways(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The filters that were applied stand in it, as they were sent; only the time taken may differ."""
    review = review_over(settings, create=True)
    client = TestClient(create_app(review, max_upload_bytes=100_000, hosts={"testserver"}))
    client.post("/v1/collections", json={"name": "Birds"})
    client.put("/v1/collections/Birds/papers/kite")
    client.patch("/v1/papers/kite", json={"tags": ["wind"], "reading_status": "read"})
    asked = client.post("/v1/ask", json={"question": "How many tethers does KITE need?", "filters": FILTERS})
    found = client.post("/v1/search", json={"query": "kites with adapters", "filters": FILTERS})
    AnswerDocument.model_validate_json(asked.content)
    SearchDocument.model_validate_json(found.content)
    page = client.get("/v1/papers", params={"year_from": 2023, "tag": "wind"}).json()
    review.close()
    documents = []
    for arguments in (
        ["ask", "How many tethers does KITE need?", *OPTIONS],
        ["search", "kites with adapters", *OPTIONS],
        ["papers", "list", "--year", "2023-", "--tag", "wind"],
    ):
        main([*arguments, "--json", "--library", str(settings.library)], build=review_over)
        documents.append(json.loads(capsys.readouterr().out))
    assert documents[0] | {"elapsed_ms": 0} == asked.json() | {"elapsed_ms": 0}
    assert documents[1:] == [found.json(), page]
    assert asked.json()["filters"] == FILTERS
    assert [hit["paper_id"] for hit in found.json()["hits"]] == ["kite"]


@pytest.mark.parametrize(("year", "cited"), [(2024, {"heron"}), (2023, {"kite"})])
def test_a_year_in_the_question_is_a_filter_that_the_document_names(tmp_path: Path, year: int, cited: set[str]) -> None:
    """Papers of other years, and those without a year, are not cited."""
    review = review_with_meaning(tmp_path)
    client = TestClient(create_app(review, max_upload_bytes=100_000, hosts={"testserver"}))
    question = f"Which papers were published in {year} about adapters of kites?"
    answer = client.post("/v1/ask", json={"question": question}).json()
    said = {"years_said": f"published in {year}", "without_year": 1}
    assert answer["filters"] == {"year_from": year, "year_to": year, **said}
    assert {reference["paper_id"] for reference in answer["references"]} == cited
    draft = client.post("/v1/drafts", json={"topic": f"adapters of kites in papers from {year}"}).json()
    assert draft["filters"]["years_said"] == f"from {year}"
    compared = client.post("/v1/comparisons", json={"question": f"{year} papers on kites with adapters"}).json()
    assert {row["paper_id"] for row in compared["matrix"]["rows"]} <= cited
    found = client.post("/v1/search", json={"query": f"papers of {year} on kites"}).json()
    assert {hit["paper_id"] for hit in found["hits"]} == cited
    assert found["query"] == f"papers of {year} on kites"
    review.close()


@pytest.mark.parametrize(
    ("method", "address", "field", "meant"),
    [
        ("GET", "/v1/papers?collections=Birds", "collections", "'collection'"),
        ("GET", "/v1/papers?paper_ids=heron", "paper_ids", "'id'"),
        ("GET", "/v1/papers/export?ids=heron", "ids", "'id'"),
        ("GET", "/v1/papers/export?bogus=1", "bogus", "has_abstract"),
        ("GET", "/v1/tags?limit=1", "limit", "none"),
        ("DELETE", "/v1/papers/heron?force=1", "force", "none"),
        ("POST", "/v1/papers?collections=Birds", "collections", "'collection'"),
    ],
)
def test_an_unknown_parameter_is_refused(client: TestClient, method: str, address: str, field: str, meant: str) -> None:
    """As an unknown key of a body is: it is named, and the near one, or else those that there are."""
    reply = client.request(method, address, files={"files": b"{}"} if method == "POST" else None)
    assert reply.status_code == 422
    error = ErrorDocument.model_validate_json(reply.content).error
    assert (error.type, error.field) == ("UsageError", field)
    assert meant in error.message
    assert client.get("/v1/papers").json()["total"] == 3


def test_a_filter_names_papers_as_an_address_does(client: TestClient) -> None:
    """By DOI too, in every request that has filters."""
    named = "10.1234/kite"
    assert [p["paper_id"] for p in client.get("/v1/papers", params={"id": named}).json()["papers"]] == ["kite"]
    exported = client.get("/v1/papers/export", params={"id": named}).text
    assert [json.loads(line)["id"] for line in exported.splitlines()] == ["kite"]
    found = client.post("/v1/search", json={"query": "steers kites", "filters": {"paper_ids": [named]}}).json()
    assert [hit["paper_id"] for hit in found["hits"]] == ["kite"]
    compared = client.post("/v1/comparisons", json={"question": "tethers", "filters": {"paper_ids": [named]}}).json()
    assert [reference["paper_id"] for reference in compared["references"]] == ["kite"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/search", {"query": "kites"}),
        ("/v1/ask", {"question": "What steers kites?"}),
        ("/v1/comparisons", {"question": "kites"}),
        ("/v1/drafts", {"topic": "kites"}),
        ("/v1/plans", {"topic": "kites"}),
        ("/v1/surveys", {"topic": "kites"}),
        ("/v1/checks", {"text": "Kites are steered [1].", "format": "markdown"}),
        ("/v1/papers", None),
        ("/v1/papers/export", None),
    ],
)
def test_a_filter_by_an_unknown_paper_is_refused(client: TestClient, path: str, body: dict[str, Any] | None) -> None:
    """Where nothing would be found with it, the reader is told why, with the nearest id."""
    if body is None:
        reply = client.get(path, params={"id": "heronn"})
    else:
        reply = client.post(path, json={**body, "filters": {"paper_ids": ["heronn"]}})
    error = ErrorDocument.model_validate_json(reply.content).error
    assert (reply.status_code, error.type) == (404, "UnknownPaper")
    assert "nearest: 'heron'" in error.message


@pytest.mark.parametrize(
    ("method", "address", "field"),
    [
        ("GET", "/v1/papers?year_from=2024&year_to=2020", "year_from"),
        ("GET", "/v1/papers?cursor=x", "cursor"),
        ("POST", "/v1/collections", "name"),
    ],
)
def test_a_refusal_names_the_part_that_is_wrong(client: TestClient, method: str, address: str, field: str) -> None:
    client.post("/v1/collections", json={"name": "Birds"})
    reply = client.request(method, address, json={"name": "BIRDS"} if method == "POST" else None)
    assert reply.status_code == 422
    assert ErrorDocument.model_validate_json(reply.content).error.field == field
