"""`POST /v1/comparisons`: the document of `compare`, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from scripted_review import COMPARISON, ScriptedReview

from service.api import create_app, documents
from service.requests import CompareRequest


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def client(review: ScriptedReview) -> Iterator[TestClient]:
    with TestClient(create_app(review, hosts=None), base_url="http://localhost") as client:
        yield client


def test_it_returns_the_document_of_the_command(client: TestClient, review: ScriptedReview) -> None:
    """Of the stated shape, with everything that was asked passed on."""
    body = {"question": "KITE and Heron", "columns": ["data"], "rows": 3, "sort": "year"}
    response = client.post("/v1/comparisons", json=body)
    assert response.status_code == 200
    assert response.json() == COMPARISON.as_document()
    documents.ComparisonDocument.model_validate_json(response.content)
    assert review.calls == [("compare", CompareRequest("KITE and Heron", ("data",), 3, True))]


def test_nothing_in_the_corpus_is_an_answer_too(client: TestClient) -> None:
    """HTTP 200, no matrix, and what is missing."""
    document = client.post("/v1/comparisons", json={"question": "volcanoes"}).json()
    assert (document["status"], document["matrix"], document["agreement"]) == ("not_in_corpus", None, [])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"question": "x", "rows": 0},
        {"question": "x", "rows": 51},
        {"question": "x", "sort": "upvotes"},
        {"question": "x", "columns": ["c"] * 13},
        {"question": "x", "columnns": ["data"]},
    ],
)
def test_what_makes_no_sense_is_refused(client: TestClient, body: dict[str, object]) -> None:
    """422, and nothing is compared."""
    assert client.post("/v1/comparisons", json=body).status_code == 422
