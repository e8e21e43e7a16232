"""The headers that the OpenAPI document names are those that are honoured, operation by operation."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from test_openapi_holds import HalfScripted

from service.api import create_app
from service.settings import Settings

STREAM = "text/event-stream"
ASK = [{"role": "user", "content": "What glides?"}]
BODIES: dict[str, dict[str, Any]] = {
    "/v1/search": {"query": "kites"},
    "/v1/ask": {"question": "What glides?"},
    "/v1/comparisons": {"question": "What glides?"},
    "/v1/drafts": {"topic": "kites"},
    "/v1/surveys": {"topic": "kites"},
    "/v1/checks": {"text": "Kites glide.", "format": "markdown"},
    "/v1/plans": {"topic": "kites"},
    "/v1/reindex": {},
    "/v1/chat/completions": {"model": "litweave-ask", "messages": ASK},
    "/v1/responses": {"model": "litweave-ask", "input": "What glides?"},
    "/v1/collections": {"name": "Other kites"},
}
UNASKED = {
    "/v1/papers/merge",
    "/v1/papers/distinct",
    "/v1/papers/{paper_id}/split",
    "/v1/render",
    "/v1/corrections",
    "/v1/texts",
}
"""POSTs whose bodies are documents or files: that they make no job is seen from their routes, which are plain."""
NOT_HERE = {"/v1/evaluations", "/v1/fetches"}
"""They need an evaluation, and the network."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    folder = tmp_path_factory.mktemp("headers")
    return create_app(HalfScripted(folder / "library"), settings=Settings(library=folder / "library"))


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as found:
        assert found.post("/v1/collections", json={"name": "Kites"}).status_code == 201
        yield found


@pytest.fixture(scope="module")
def job(client: TestClient) -> str:
    """The id of a job that is done."""
    begun = client.post("/v1/ask", json=BODIES["/v1/ask"], headers={"Prefer": "respond-async"}).json()["job"]["id"]
    while client.get(f"/v1/jobs/{begun}").json()["job"]["state"] in ("queued", "running"):
        pass
    return str(begun)


def operations(app: FastAPI, *methods: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each that is declared."""
    found = ((method, path, one) for path, ones in app.openapi()["paths"].items() for method, one in ones.items())
    return [one for one in found if not methods or one[0] in methods]


def declared(operation: dict[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}


def test_every_post_and_nothing_else_reads_an_idempotency_key(app: FastAPI, client: TestClient) -> None:
    """A key with a space in it is refused by name before anything else of the request is looked at."""
    for method, path, operation in operations(app):
        if method == "delete" or path.endswith("/events"):
            assert "Idempotency-Key" not in declared(operation)
            continue
        reply = client.request(method, path, headers={"Idempotency-Key": "two words"})
        refused = reply.status_code == 422 and reply.json()["error"]["field"] == "Idempotency-Key"
        assert refused is ("Idempotency-Key" in declared(operation)) is (method == "post"), (method, path)


def test_documents_that_are_tagged_say_so(app: FastAPI, client: TestClient, job: str) -> None:
    """Each GET that is 200 here: an ETag, and 304 for it, exactly where If-None-Match is declared, with its 304."""
    filled = {"{job_id}": job, "{paper_id}": "kite/0", "{name}": "Kites", "{model_id}": "litweave-ask"}
    unseen = set()
    for _, path, operation in operations(app, "get"):
        address = path
        for name, value in filled.items():
            address = address.replace(name, value)
        options = {"params": {"format": "csv"}} if path.endswith("export") else {}
        reply = client.get(address, **options)  # type: ignore[arg-type]
        if reply.status_code != 200:
            unseen.add(path)
            continue
        tag = reply.headers.get("etag")
        assert (tag is not None) is ("If-None-Match" in declared(operation)) is ("304" in operation["responses"]), path
        if tag is not None and path not in ("/healthz", "/readyz"):
            assert client.get(address, headers={"If-None-Match": tag}).status_code == 304, path
    assert {path for path in unseen if not path.startswith("/v1/evaluations")} == set()


def test_jobs_are_made_where_prefer_is_declared(app: FastAPI, client: TestClient) -> None:
    """202 for `respond-async` there, and a document everywhere else."""
    seen = set()
    for _, path, operation in operations(app, "post"):
        if path in NOT_HERE | UNASKED:
            assert ("Prefer" in declared(operation)) is (path == "/v1/fetches"), path
            continue
        reply = sent(client, path, {"Prefer": "respond-async"})
        assert reply.is_success, (path, reply.text)
        assert (reply.status_code == 202) is ("Prefer" in declared(operation)), path
        seen.add(path)
    assert seen == BODIES.keys() | {"/v1/papers"}


def test_streams_are_sent_where_the_200_has_one(app: FastAPI, client: TestClient) -> None:
    """By `Accept`; a chat streams by a key of its body, as its clients expect."""
    for _, path, operation in operations(app, "post"):
        if path in NOT_HERE | UNASKED or path == "/v1/collections":
            continue
        streamed = STREAM in operation["responses"]["200"].get("content", {})
        by_body = path.startswith(("/v1/chat", "/v1/responses"))
        reply = sent(client, path, {"Accept": STREAM, "Last-Event-ID": "none of any job"})
        assert reply.headers["content-type"].startswith(STREAM) is (streamed and not by_body), path


def test_a_stream_goes_on_where_last_event_id_is_declared(app: FastAPI, client: TestClient, job: str) -> None:
    (path,) = [path for _, path, one in operations(app) if "Last-Event-ID" in declared(one)]
    address = path.replace("{job_id}", job)
    assert client.get(address, headers={"Last-Event-ID": f"{job}:1"}).status_code == 200
    assert client.get(address, headers={"Last-Event-ID": "another:1"}).status_code == 422


def sent(client: TestClient, path: str, headers: dict[str, str]) -> Any:
    if path == "/v1/papers":
        return client.post(path, files={"file": ("a.jsonl", '{"title": "A", "abstract": "B."}')}, headers=headers)
    body = BODIES[path]
    if path == "/v1/collections":
        body = {"name": base64.b16encode(repr(headers).encode()).decode()[:40]}
    return client.post(path, json=body, headers=headers)
