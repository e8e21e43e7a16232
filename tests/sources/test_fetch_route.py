"""`POST /v1/fetches`: the same as the command, in a library that is being served."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hash_embedder import HashEmbedder
from invented import crossref_page, crossref_single, title
from reply_server import Canned, ReplyServer

from service.api import create_app, documents
from service.api.fetch_routes import FetchDocument
from service.library import Library
from service.review import Review
from service.settings import Settings

CROSSREF = "/api.crossref.org/works"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    server = ReplyServer(
        {
            f"{CROSSREF}/10.1234%2Fbird.0": Canned(crossref_single(0)),
            CROSSREF: [Canned(crossref_page([1, 2], "")), Canned(b"no", 403)],
        }
    )
    settings = Settings(library=tmp_path, sources_at=server.address)
    with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
        app = create_app(Review(library, settings), settings=settings, spool=tmp_path / "spool")
        yield TestClient(app, raise_server_exceptions=False)
    server.close()


def test_a_list_of_identifiers_is_fetched(client: TestClient) -> None:
    reply = client.post("/v1/fetches", json={"ids": ["https://doi.org/10.1234/BIRD.0"]})
    assert reply.status_code == 200, reply.text
    document = FetchDocument.model_validate_json(reply.content)
    assert (document.added, document.total, document.source["name"]) == (1, 1, "ids")
    (paper,) = client.get("/v1/papers").json()["papers"]
    assert (paper["title"], paper["doi"]) == (title(0), "10.1234/bird.0")
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_a_query_is_fetched_and_a_refusal_is_an_error(client: TestClient) -> None:
    asked = {"source": "crossref", "query": "birds", "max": 2}
    assert client.post("/v1/fetches", json=asked).json()["added"] == 2
    reply = client.post("/v1/fetches", json={**asked, "query": "others"})
    assert reply.status_code == 422
    assert documents.ErrorDocument.model_validate_json(reply.content).error.type == "ServiceRefused"


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"ids": ["10.1/x"], "source": "arxiv"},
        {"source": "arxiv"},
        {"source": "arxiv", "query": "x", "since": "2024-02-31"},
    ],
)
def test_what_makes_no_sense_is_refused(client: TestClient, asked: dict[str, object]) -> None:
    reply = client.post("/v1/fetches", json=asked)
    assert reply.status_code == 422
    documents.ErrorDocument.model_validate_json(reply.content)


def test_a_source_that_is_away_is_asked_again(tmp_path: Path) -> None:
    """503 with the wait, and no Idempotency-Key keeps it: sent again once the source is back, the request is done."""
    away = Canned(b"busy", 503, {"Retry-After": "3600"})
    server = ReplyServer({CROSSREF: [away, Canned(crossref_page([1], ""))]})
    settings = Settings(library=tmp_path, sources_at=server.address)
    asked = {"source": "crossref", "query": "birds", "max": 1}
    with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
        app = create_app(Review(library, settings), settings=settings, spool=tmp_path / "spool")
        client = TestClient(app, raise_server_exceptions=False, headers={"Idempotency-Key": "fetch-once"})
        first, second = (client.post("/v1/fetches", json=asked) for _ in range(2))
    server.close()
    error = documents.ErrorDocument.model_validate_json(first.content).error
    assert (first.status_code, first.headers["retry-after"]) == (503, "3600")
    assert (error.type, error.retryable) == ("ServiceUnavailable", True)
    assert "send the request again" in str(error.next)
    assert (second.status_code, second.json()["added"]) == (200, 1)
    assert "idempotency-replayed" not in second.headers
