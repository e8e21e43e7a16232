"""The HTTP API over a scripted review: documents, refusals and limits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from scripted_review import ANSWER, DRAFT, JUDGED, KITE, LEADS, REFUSAL, UNCERTAIN, ScriptedReview, hostile_answer

from service.api import create_app, documents
from service.errors import (
    EmbeddingError,
    FingerprintMismatch,
    LibraryBusy,
    LitweaveError,
    ModelError,
    QueryError,
    SourceError,
    SourceTooLarge,
    UnknownFormat,
)
from service.records import Answer, Filters, Health
from service.requests import AskRequest, DraftRequest, SearchRequest

GOOD = b'{"title": "One"}\n{"title": "Two"}\n{"abstract": "no title"}\n'


@pytest.fixture
def review() -> ScriptedReview:
    return ScriptedReview()


@pytest.fixture
def client(review: ScriptedReview) -> TestClient:
    return TestClient(create_app(review, max_upload_bytes=2000), raise_server_exceptions=False)


def test_ask_returns_the_document_of_the_command(client: TestClient, review: ScriptedReview) -> None:
    """Same document as `ask --json`; question, limit and filters reach the core."""
    body = {"question": "How?", "max_sentences": 5, "filters": {"paper_ids": ["p-kite"], "year_from": 2020}}
    response = client.post("/v1/ask", json=body)
    assert response.status_code == 200
    assert response.json() == ANSWER.as_document()
    documents.AnswerDocument.model_validate_json(response.content)
    assert review.calls == [("ask", AskRequest("How?", 5, Filters(("p-kite",), 2020)))]


@pytest.mark.parametrize("answer", [JUDGED, UNCERTAIN, LEADS], ids=["judged", "uncertain", "leads"])
def test_judges_leads_and_undecided_sentences_are_of_the_stated_shape(
    client: TestClient, review: ScriptedReview, answer: Answer
) -> None:
    """Every support, an empty cell of each kind, a synthesis, what comes nearest: status 200."""
    review.answer = answer
    response = client.post("/v1/ask", json={"question": "How?"})
    assert response.status_code == 200
    document = documents.AnswerDocument.model_validate_json(response.content)
    assert (document.status, len(document.nearest or ())) == (answer.status, len(answer.nearest))


def test_an_answer_that_is_not_in_the_corpus_is_no_http_error(client: TestClient) -> None:
    """`not_in_corpus` is a finding: status 200, and the document says so."""
    response = client.post("/v1/ask", json={"question": "volcanoes?"})
    assert (response.status_code, response.json()) == (200, REFUSAL.as_document())


def test_search_hands_the_wish_for_a_models_order_on(client: TestClient, review: ScriptedReview) -> None:
    """Off unless the client says so."""
    assert client.post("/v1/search", json={"query": "kites", "rerank": True}).status_code == 200
    assert client.post("/v1/search", json={"query": "kites", "rerank": False}).status_code == 200
    assert review.calls == [("search", SearchRequest("kites", rerank=True)), ("search", SearchRequest("kites"))]


def test_search_returns_hits_with_exact_quotes(client: TestClient, review: ScriptedReview) -> None:
    """The quote equals the abstract at its offsets; defaults are ten hits and no filter."""
    response = client.post("/v1/search", json={"query": "kites"})
    document = documents.SearchDocument.model_validate_json(response.content)
    hit = document.hits[0]
    assert hit.quote == KITE.abstract[hit.start : hit.end]
    assert review.calls == [("search", SearchRequest("kites"))]
    assert client.post("/v1/search", json={"query": "volcano"}).json()["hits"] == []


def test_draft_returns_the_document_of_the_command(client: TestClient, review: ScriptedReview) -> None:
    """Same document as `draft --json`."""
    response = client.post("/v1/drafts", json={"topic": "alignment", "words": 250, "filters": {}})
    assert response.json() == DRAFT.as_document()
    documents.DraftDocument.model_validate_json(response.content)
    assert review.calls == [("draft", DraftRequest("alignment", 250))]


def test_hostile_text_survives_as_json(review: ScriptedReview) -> None:
    """Escape sequences and lone surrogates come through as JSON escapes, in ASCII."""
    review.answer = hostile_answer()
    response = TestClient(create_app(review)).post("/v1/ask", json={"question": "x"})
    assert response.content.isascii()
    assert b"\x1b" not in response.content
    assert response.headers["content-type"] == "application/json"
    assert json.loads(response.content) == hostile_answer().as_document()


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("/v1/ask", {"question": "q", "max_sentence": 3}, "max_sentence"),
        ("/v1/ask", {"question": "q", "filters": {"years": 1}}, "filters.years"),
        ("/v1/ask", {}, "question"),
        ("/v1/ask", {"question": 7}, "question"),
        ("/v1/ask", {"question": "q", "max_sentences": 0}, "max_sentences"),
        ("/v1/ask", {"question": "q", "max_sentences": True}, "max_sentences"),
        ("/v1/ask", {"question": "q", "filters": {"year_from": 2025, "year_to": 2020}}, "after year_to"),
        ("/v1/search", {"query": "q", "k": 100_000}, "k"),
        ("/v1/search", {"query": "q", "filters": {"min_upvotes": -1}}, "min_upvotes"),
        ("/v1/drafts", {"topic": "t", "words": 1}, "words"),
        ("/v1/drafts", ["t"], "body"),
        ("/v1/ask", {"question": ""}, "question"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(client: TestClient, path: str, body: object, said: str) -> None:
    """422, an error document, and the message names the field."""
    response = client.post(path, json=body)
    assert response.status_code == 422
    error = documents.ErrorDocument.model_validate_json(response.content).error
    assert said in error.message
    assert not error.retryable


@pytest.mark.parametrize(
    ("path", "body", "field", "said"),
    [
        ("/v1/ask", '{"question": x}', "body", "it is no JSON: Expecting value at character 13"),
        ("/v1/ask", "[1]", "body", "send a JSON object"),
        ("/v1/ask", "", "body", "it is empty"),
        ("/v1/ask", '{"question": "???"}', "question", "no letter and no digit"),
        ("/v1/ask", '{"qestion": "q"}', "question", "qestion: there is no such field"),
        ("/v1/responses", '{"model": "litweave-ask", "input": 5}', "input", "or Input should be a valid list"),
        ("/v1/responses", '{"model": "litweave-ask", "input": [{}]}', "input.0.role", "it is missing"),
    ],
)
def test_what_is_wrong_is_said_in_words(client: TestClient, path: str, body: str, field: str, said: str) -> None:
    """The field as the client wrote it, no pattern and no name of a type of the service's own."""
    response = client.post(path, content=body, headers={"content-type": "application/json"})
    error = documents.ErrorDocument.model_validate_json(response.content).error
    assert (response.status_code, error.field) == (422, field)
    assert said in error.message
    assert not re.search(r"\\p|function-after|list\[", error.message)


def test_json_that_does_not_say_so_is_told_of_its_header(client: TestClient) -> None:
    response = client.post("/v1/ask", content='{"question": "q"}', headers={"content-type": "text/plain"})
    assert response.status_code == 422
    assert "Content-Type: application/json" in response.json()["error"]["message"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"null", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(client: TestClient, body: bytes) -> None:
    """Malformed, empty, wrongly encoded, half a surrogate pair, nested beyond reason: never a 500."""
    response = client.post("/v1/ask", content=body, headers={"content-type": "application/json"})
    assert response.status_code in (400, 422)
    documents.ErrorDocument.model_validate_json(response.content)


@pytest.mark.parametrize(
    ("error", "status", "retryable"),
    [
        (QueryError("q"), 422, False),
        (SourceError("s"), 422, False),
        (UnknownFormat("u"), 422, False),
        (SourceTooLarge("l"), 413, False),
        (LibraryBusy("held by process 7"), 503, True),
        (FingerprintMismatch("m"), 503, False),
        (EmbeddingError("e"), 503, False),
        (ModelError("m"), 503, False),
        (LitweaveError("x"), 500, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_errors_of_the_tree_have_their_status(
    review: ScriptedReview, error: Exception, status: int, retryable: bool
) -> None:
    """Type, message and `retryable` of the error reach the client."""
    review.raises = error
    response = TestClient(create_app(review)).post("/v1/ask", json={"question": "q"})
    assert response.status_code == status
    told = documents.ErrorDocument.model_validate_json(response.content).error
    assert (told.type, told.message, told.retryable) == (type(error).__name__, str(error), retryable)
    assert bool(told.next) == (type(error) is not LitweaveError)


def test_an_unexpected_failure_tells_the_client_nothing(review: ScriptedReview, client: TestClient) -> None:
    """500 with an error document; what went wrong stays in the log."""
    review.raises = RuntimeError("secret path /home/x")
    response = client.post("/v1/ask", json={"question": "q"})
    assert response.status_code == 500
    assert response.json()["error"]["type"] == "InternalError"
    assert "secret" not in response.text


@pytest.mark.parametrize(("method", "path", "status"), [("get", "/nothing", 404), ("get", "/v1/ask", 405)])
def test_unknown_paths_and_methods_get_error_documents(client: TestClient, method: str, path: str, status: int) -> None:
    """Also the framework's own refusals have the one shape."""
    response = client.request(method, path)
    assert response.status_code == status
    documents.ErrorDocument.model_validate_json(response.content)


def test_upload_imports_every_file_under_its_own_name(client: TestClient, review: ScriptedReview) -> None:
    """Two files of one name are both imported; rejections name the upload, not a temporary path."""
    files = [("files", ("my papers.jsonl", GOOD)), ("other", ("my papers.jsonl", b'{"title": "Three"}'))]
    response = client.post("/v1/papers", files=files)
    assert response.status_code == 200
    document = documents.ImportDocument.model_validate_json(response.content)
    assert (document.added, document.duplicates, document.total) == (3, 0, 4)
    assert [(r.source, r.line) for r in document.rejected] == [("my papers.jsonl", 3)]
    assert document.papers is None
    assert review.calls == [("import", "my papers.jsonl")] * 2


def test_upload_lists_titles_when_asked(client: TestClient) -> None:
    """`?verbose=true` is `--verbose`."""
    response = client.post("/v1/papers?verbose=true", files={"files": ("p.jsonl", GOOD)})
    assert [paper["title"] for paper in response.json()["papers"]] == ["One", "Two"]


def test_one_unreadable_upload_does_not_lose_the_others(client: TestClient) -> None:
    """What could be read is imported and counted; the other file is listed under `errors`."""
    files = [("files", ("scan.pdf", b"%PDF-1.7")), ("files", ("p.jsonl", GOOD))]
    response = client.post("/v1/papers", files=files)
    document = documents.ImportDocument.model_validate_json(response.content)
    assert (response.status_code, document.added) == (200, 2)
    assert document.errors is not None
    assert [(e.source, e.type) for e in document.errors] == [("scan.pdf", "UnknownFormat")]
    assert document.errors[0].message == "'scan.pdf' is in no format that litweave reads"


def test_an_upload_of_which_nothing_can_be_read_is_refused(client: TestClient) -> None:
    """422 with the reader's own error."""
    response = client.post("/v1/papers", files={"files": ("scan.pdf", b"%PDF-1.7")})
    assert (response.status_code, response.json()["error"]["type"]) == (422, "UnknownFormat")


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x.jsonl", "..\\x.jsonl", "/x.jsonl", ".", "..", "a\x1b.jsonl", "\u6f22" * 150 + ".jsonl"]
)
def test_an_upload_cannot_choose_where_it_is_written(
    client: TestClient, review: ScriptedReview, name: str, tmp_path: Path
) -> None:
    """Only the last, printable part of a name is used."""
    response = client.post("/v1/papers", files={"files": (name, GOOD)})
    assert response.status_code == 200
    [(_, used)] = review.calls
    assert isinstance(used, str)
    assert "/" not in used
    assert "\\" not in used
    assert "\x1b" not in used
    assert used.strip(".")
    assert len(used.encode()) <= 140  # so long may a name be on every disk


@pytest.mark.parametrize("size", [2001, 200_000])
def test_an_upload_over_the_limit_is_refused_with_413(client: TestClient, review: ScriptedReview, size: int) -> None:
    """Just over the limit, and far over it; nothing is imported."""
    response = client.post("/v1/papers", files={"files": ("big.jsonl", b"x" * size)})
    assert response.status_code == 413
    assert response.json()["error"]["type"] == "SourceTooLarge"
    assert review.calls == []


def test_a_chunked_body_cannot_pass_the_limit(client: TestClient, review: ScriptedReview) -> None:
    """A body without a stated length is counted as it comes in."""
    head = b'--B\r\nContent-Disposition: form-data; name="files"; filename="big"\r\n\r\n'

    def chunks():  # type: ignore[no-untyped-def]
        yield head
        for _ in range(100):
            yield b"x" * 1000

    response = client.post("/v1/papers", content=chunks(), headers={"content-type": "multipart/form-data; boundary=B"})
    assert response.status_code == 413
    assert review.calls == []


def test_a_json_body_over_a_megabyte_is_refused(client: TestClient) -> None:
    """No question is that long."""
    reply = client.post("/v1/ask", json={"question": "x" * 1_100_000})
    error = documents.ErrorDocument.model_validate_json(reply.content).error
    assert (reply.status_code, error.field) == (413, "body")
    assert "a shorter text" in str(error.next)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"", "multipart/form-data; boundary=B"),
        (b"no parts", "multipart/form-data; boundary=B"),
        (b"--B--\r\n", "multipart/form-data"),
        (GOOD, "application/json"),
        (b"--B\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--\r\n", "multipart/form-data; boundary=B"),
    ],
    ids=["empty", "no parts", "no boundary", "not multipart", "no file"],
)
def test_an_upload_without_a_file_is_refused(client: TestClient, content: bytes, content_type: str) -> None:
    """A malformed form is the client's fault: 400 or 422 with an error document."""
    response = client.post("/v1/papers", content=content, headers={"content-type": content_type})
    assert response.status_code in (400, 422)
    documents.ErrorDocument.model_validate_json(response.content)


def test_health_says_what_is_wrong(client: TestClient, review: ScriptedReview) -> None:
    """200 with counts; 503 where something is wrong, with the same document."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, review.state.as_document())
    review.state = Health(2, 4, 4, 3, ("one vector is not indexed",))
    response = client.get("/healthz")
    assert response.status_code == 503
    assert documents.HealthDocument.model_validate_json(response.content).problems == ["one vector is not indexed"]


FOREIGN_HOSTS = [
    *("evil.example", "evil.example:8765", "localhost.evil.example", "127.0.0.1.evil.example"),
    *("user@localhost", "", "[::1", "localhost/x", "a b.c"),
]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_refused(client: TestClient, review: ScriptedReview, host: str) -> None:
    """A public name that points to this machine (DNS rebinding) gets nothing, not even the document list."""
    for path in ("/healthz", "/docs", "/openapi.json"):
        assert client.get(path, headers={"host": host}).status_code == 400
    assert review.calls == []


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:8765", "[::1]:8765", "LOCALHOST", "api:80"])
def test_local_hosts_are_answered(client: TestClient, host: str) -> None:
    """Addresses, and names that no public DNS can hold."""
    assert client.get("/healthz", headers={"host": host}).status_code == 200


def test_stated_hosts_are_the_only_ones(review: ScriptedReview) -> None:
    """With names given, everything else is foreign."""
    client = TestClient(create_app(review, hosts=["papers.example.org"]))
    assert client.get("/healthz", headers={"host": "papers.example.org:443"}).status_code == 200
    assert client.get("/healthz", headers={"host": "api"}).status_code == 400


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:9999"])
def test_a_page_of_another_site_cannot_post(client: TestClient, review: ScriptedReview, origin: str) -> None:
    """A form on a foreign page could otherwise add papers: a browser asks nobody before such a request."""
    headers = {"host": "localhost:8765", "origin": origin}
    response = client.post("/v1/papers", files={"files": ("p.jsonl", GOOD)}, headers=headers)
    assert response.status_code == 403
    assert review.calls == []
    headers["origin"] = "http://localhost:8765"
    assert client.post("/v1/ask", json={"question": "q"}, headers=headers).status_code == 200


def test_there_is_no_cors_by_default(client: TestClient) -> None:
    """No response invites other sites."""
    response = client.get("/healthz")
    assert not [name for name in response.headers if name.lower().startswith("access-control")]


def test_the_reference_page_works_offline(client: TestClient) -> None:
    """No script, and nothing to load from anywhere; every route of the contract is on it."""
    page = client.get("/docs")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    for path in ("/healthz", "/v1/papers", "/v1/search", "/v1/ask", "/v1/drafts"):
        assert path in page.text
    assert 'href="/docs"' in client.get("/").text


@pytest.mark.parametrize("path", ["/v1/papers/merges", "/v1/papers/merges/possible"])
def test_an_offset_beyond_every_list_is_refused(client: TestClient, path: str) -> None:
    """SQLite's integers end before JSON's do."""
    assert client.get(path, params={"offset": "9" * 20}).status_code == 422


def test_openapi_describes_every_route(client: TestClient) -> None:
    """Each operation names the schema of its document."""
    described = client.get("/openapi.json").json()
    schemas = {
        path: next(iter(operations.values()))["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
        for path, operations in described["paths"].items()
        # Files, streams, and what the kind of a job says.
        if not path.endswith(
            (
                "/export",
                "/report",
                "/events",
                "/result",
                "/render",
                ".svg",
                "/completions",
                "/responses",
                "/models",
                "/{model_id}",
            )
        )
    }
    assert {path: ref.rpartition("/")[2] for path, ref in schemas.items()} == {
        "/v1/search": "SearchDocument",
        "/v1/ask": "AnswerDocument",
        "/v1/comparisons": "ComparisonDocument",
        "/v1/checks": "CheckDocument",
        "/v1/surveys": "SurveyDocument",
        "/v1/evaluations": "EvaluationsDocument",
        "/v1/evaluations/{run_id}": "EvaluationDocument",
        "/v1/evaluations/{run_id}/cases": "CasesDocument",
        "/v1/overview": "OverviewDocument",
        "/v1/plans": "PlanDocument",
        "/v1/texts": "TextDocument",
        "/v1/corrections": "CorrectionsDocument",
        "/v1/drafts": "DraftDocument",
        "/v1/papers": "ImportDocument",
        "/v1/jobs": "JobsDocument",
        "/v1/jobs/{job_id}": "JobReply",
        "/v1/papers/{paper_id}": "DeletionDocument",
        "/v1/collections": "CollectionsDocument",
        "/v1/collections/{name}": "CollectionPapersDocument",
        "/v1/collections/{name}/papers/{paper_id}": "CollectionChangeDocument",
        "/v1/tags": "TagsDocument",
        "/v1/papers/merges": "MergeListDocument",
        "/v1/papers/merges/possible": "PossibleListDocument",
        "/v1/papers/merge": "HandMergeDocument",
        "/v1/papers/distinct": "HandDistinctionDocument",
        "/v1/papers/{paper_id}/split": "HandSplitDocument",
        "/v1/reindex": "HealthDocument",
        "/healthz": "HealthDocument",
        "/readyz": "ReadyDocument",
        "/v1/usage": "UsageDocument",
    }


def test_the_review_stays_the_callers(review: ScriptedReview) -> None:
    """The application neither opens nor closes what it was given."""
    with TestClient(create_app(review)) as client:
        client.get("/healthz")
    assert not review.closed


def test_the_result_of_a_failed_job_says_why_it_failed(client: TestClient, review: ScriptedReview) -> None:
    review.raises = SourceError("the pond is dry")
    started = client.post("/v1/ask", json={"question": "q"}, headers={"Prefer": "respond-async"})
    address = started.headers["location"]
    assert "the pond is dry" in client.get(f"{address}/events").text  # read to its end
    reply = client.get(f"{address}/result")
    error = documents.ErrorDocument.model_validate_json(reply.content).error
    assert (reply.status_code, error.type, error.retryable) == (409, "NoResult", False)
    assert error.message == "the job is failed and has no result: the pond is dry"
    assert error.next == client.get(address).json()["job"]["error"]["next"]


@pytest.mark.parametrize("path", ["/readyz", "/healthz"])
def test_whoever_watches_may_ask_for_the_status_alone(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == client.get(path).status_code == 200


@pytest.mark.parametrize(("text", "form"), [("See \\\\cite{kite}.", "latex"), ("See [@kite].", "markdown")])
def test_a_check_sees_itself_what_the_text_is(client: TestClient, review: ScriptedReview, text: str, form: str) -> None:
    assert client.post("/v1/checks", json={"text": text}).status_code == 200
    assert [asked.form for called, asked in review.calls if called == "check"] == [form]
