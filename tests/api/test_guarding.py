"""What a browser on a foreign page, and a body made to hurt, come to."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview

from service.api import create_app, documents
from service.api.bodies import DEEPEST, too_deep
from service.api.operating import PAGE_POLICY, SECURITY


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def client(review: ScriptedReview) -> TestClient:
    return TestClient(create_app(review, max_upload_bytes=2000), raise_server_exceptions=False)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "anything"])
def test_a_write_from_another_sites_page_is_refused(client: TestClient, review: ScriptedReview, site: str) -> None:
    """Another port of this machine is "same-site", and another page all the same."""
    reply = client.post("/v1/ask", json={"question": "q"}, headers={"Sec-Fetch-Site": site})
    assert reply.status_code == 403
    assert documents.ErrorDocument.model_validate_json(reply.content).error.type == "ForeignOrigin"
    assert review.calls == []


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_own_pages_and_programs_may_write(client: TestClient, site: str | None) -> None:
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    assert client.post("/v1/ask", json={"question": "q"}, headers=headers).status_code == 200


def test_a_link_from_another_site_still_opens_a_page(client: TestClient) -> None:
    for path in ("/docs", "/", "/papers/p-kite"):
        assert client.get(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("path", ["/v1/papers/export?search=kites", "/v1/overview", "/healthz", "/metrics"])
def test_another_sites_page_cannot_keep_the_service_busy(client: TestClient, review: ScriptedReview, path: str) -> None:
    """As the source of an image or a frame it would be asked for without a word of CORS."""
    reply = client.get(path, headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"})
    assert reply.status_code == 403
    assert review.calls == []
    assert client.get(path, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def _nested(levels: int) -> bytes:
    return b'{"question": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (_nested(DEEPEST), False),
        (_nested(DEEPEST + 1), True),
        (b"[" * 900_000, True),
        (b'{"a":' * 150_000, True),
        (json.dumps({"question": "[" * 1000}).encode(), False),
        (json.dumps({"question": '\\"[[' * 300}).encode(), False),
        (b"[]" * 1000, False),
        (b"[]" * 4_000_000, False),
        (b'"' + b"[" * 1000, False),
        (b"", False),
    ],
    ids=[
        "deepest",
        "deeper",
        "brackets",
        "braces",
        "in a string",
        "behind quotes",
        "beside",
        "many",
        "open string",
        "empty",
    ],
)
def test_json_that_is_nested_too_deep_is_told_apart(body: bytes, deep: bool) -> None:
    """Brackets in strings do not count. A string that never ends is no JSON, and for the parser to refuse."""
    assert too_deep(body) is deep


def test_deep_json_is_refused_in_words(client: TestClient, review: ScriptedReview) -> None:
    reply = client.post("/v1/ask", content=_nested(DEEPEST + 1), headers={"content-type": "application/json"})
    assert reply.status_code == 422
    error = documents.ErrorDocument.model_validate_json(reply.content).error
    assert (error.field, "64 levels" in error.message) == ("body", True)
    assert review.calls == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16", "utf-32-be"])
def test_json_in_another_encoding_is_refused(client: TestClient, review: ScriptedReview, encoding: str) -> None:
    """The parser would read it, and its strings end where no reader of UTF-8 sees it."""
    hidden = '{"question": "\\"", "filters": ' + "[" * 200 + "]" * 200 + "}"
    reply = client.post("/v1/ask", content=hidden.encode(encoding), headers={"content-type": "application/json"})
    assert reply.status_code == 422
    assert "UTF-8" in documents.ErrorDocument.model_validate_json(reply.content).error.message
    assert review.calls == []


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/octet-stream"])
def test_a_body_that_does_not_say_that_it_is_json_is_not_read_as_such(
    client: TestClient, review: ScriptedReview, media_type: str | None
) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    assert client.post("/v1/ask", content=_nested(DEEPEST + 1), headers=headers).status_code == 422
    assert client.post("/v1/ask", content=b'{"question": "q"}', headers=headers).status_code == 422
    assert review.calls == []


@pytest.mark.parametrize("path", ["/v1/papers", "/v1/texts"])
def test_json_is_bounded_wherever_it_is_sent(review: ScriptedReview, path: str) -> None:
    """A path that takes large files takes no large JSON: it would be looked through while others wait."""
    client = TestClient(create_app(review), raise_server_exceptions=False)
    reply = client.post(path, content=b"[]" * 600_000, headers={"content-type": "application/json"})
    assert reply.status_code == 413


def test_a_chunked_body_over_the_limit_is_refused(client: TestClient) -> None:
    """No length is stated beforehand; it is counted while it comes."""
    reply = client.post(
        "/v1/ask",
        content=(b" " * 100_000 for _ in range(11)),
        headers={"content-type": "application/json"},
    )
    assert reply.status_code == 413
    assert documents.ErrorDocument.model_validate_json(reply.content).error.type == "SourceTooLarge"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/healthz", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/v1/ask", 405),
        ("OPTIONS", "/v1/ask", 405),
        ("POST", "/v1/ask", 422),
        ("GET", "/v1/papers/export", 500),
    ],
)
def test_every_answer_tells_browsers_what_they_may_do(
    review: ScriptedReview, method: str, path: str, status: int
) -> None:
    """Also errors; and none has a CORS header, whatever is asked."""
    review.raises = RuntimeError("a fault") if status == 500 else None
    client = TestClient(create_app(review), raise_server_exceptions=False, follow_redirects=False)
    asking = {"Access-Control-Request-Method": "POST", "Origin": "http://testserver"}
    reply = client.request(method, path, headers=asking)
    assert reply.status_code == status
    assert {name: reply.headers.get(name) for name in SECURITY} == SECURITY
    assert not [name for name in reply.headers if name.startswith("access-control")]


def test_a_page_keeps_a_policy_of_its_own(client: TestClient) -> None:
    """/docs has a stricter one than the usual."""
    policy = client.get("/docs").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert policy != PAGE_POLICY
