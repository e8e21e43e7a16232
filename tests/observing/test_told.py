"""What a running service tells: log lines, metrics, traces, readiness, usage; and what it keeps to itself."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from scripted_review import JUDGED, ScriptedReview
from served import served

from service.api import create_app, documents
from service.api.access.gate import Access
from service.api.access.keyring import Keyring
from service.api.observing.logs import configure
from service.api.observing.telemetry import Telemetry
from service.api.operating import Operating
from service.errors import LibraryBusy
from service.jobs import JobRunner, SqliteJobs
from service.llm import Ledger, Payer
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.store import FILE_NAME, ModelStore
from service.records import Answer
from service.records.steps import Step
from service.requests import AS_USUAL, AskRequest, Run
from service.sample import papers_path

QUESTION = "Does the zymurgy of kvass speak to quokkas?"
SECRET = "s3cret-" * 6


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """The log of this process, as it is configured by `serve`."""
    root = logging.getLogger()
    before = (root.handlers, root.level, logging.getLogger("service").level)
    stream = io.StringIO()
    configure(stream)
    yield stream
    root.handlers, _, _ = before
    root.setLevel(before[1])
    logging.getLogger("service").setLevel(before[2])
    structlog.reset_defaults()


def records(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def samples(client: TestClient, **headers: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Each sample of /metrics by its name and labels."""
    reply = client.get("/metrics", headers=headers)
    assert reply.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }


class Stepping(ScriptedReview):
    """Tells two steps."""

    def ask(self, request: AskRequest, run: Run = AS_USUAL) -> Answer:
        run.observe(Step("searched", "searched 2 papers", {"papers": 2}))
        run.observe(Step("judged", "2 sentences stand", {"shown": 2, "of": 2}))
        return super().ask(request, run)


# logs


def test_a_line_a_request_without_what_was_asked(lines: io.StringIO, tmp_path: Path) -> None:
    """Id, route, status, time and the key's id; no question, no query string, no key."""
    keyring = Keyring(tmp_path)
    key, token = keyring.create("ada", "read")
    client = TestClient(create_app(ScriptedReview(), operating=Operating(Access(keyring, True))))
    client.post("/v1/ask", json={"question": QUESTION}, headers={"X-API-Key": token})
    client.post("/v1/ask", json={"question": QUESTION}, headers={"X-API-Key": token + "x"})
    client.get(f"/{QUESTION}?note=quokkas")
    first, second, third = records(lines)
    assert (first["event"], first["method"], first["route"], first["status"], first["key"]) == (
        "request",
        "POST",
        "/v1/ask",
        200,
        key.id,
    )
    assert first["ms"] >= 0
    assert re.fullmatch(r"[0-9a-f]{32}", first["request_id"])
    assert first["request_id"] != second["request_id"]
    assert (second["status"], second["key"]) == (401, None)
    assert (third["status"], third["route"]) == (404, "other")
    for secret in ("quokka", "zymurgy", token, token.split("_")[2][:20]):
        assert secret not in lines.getvalue()


@pytest.mark.parametrize("error", [RuntimeError(f"it choked on {QUESTION}"), ValueError(SECRET)])
def test_a_fault_is_logged_by_its_place(lines: io.StringIO, error: Exception) -> None:
    """Type and line of code; what the exception says may be the question. The client reads the id to ask about."""
    review = ScriptedReview(raises=error)
    client = TestClient(create_app(review), raise_server_exceptions=False)
    reply = client.post("/v1/ask", json={"question": QUESTION}, headers={"X-Request-ID": "mine-1"})
    assert (reply.status_code, reply.headers["x-request-id"]) == (500, "mine-1")
    assert documents.ErrorDocument.model_validate_json(reply.content).error.type == "InternalError"
    failed, request = records(lines)
    assert (failed["event"], failed["error"], failed["request_id"]) == (
        "request failed",
        type(error).__name__,
        "mine-1",
    )
    assert any("scripted_review.py" in place for place in failed["at"])
    assert (request["status"], request["request_id"]) == (500, "mine-1")
    assert "quokka" not in lines.getvalue()
    assert SECRET not in lines.getvalue()


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "é", "a;b"])
def test_an_id_that_is_none_is_replaced(given: str) -> None:
    client = TestClient(create_app(ScriptedReview()))
    reply = client.get("/docs", headers={"X-Request-ID": given.encode("latin-1")})  # type: ignore[dict-item]
    assert re.fullmatch(r"[0-9a-f]{32}", reply.headers["x-request-id"])


def test_lines_of_other_packages_lose_their_keys(lines: io.StringIO) -> None:
    """A key in a provider's message, and the traceback of one."""
    try:
        raise RuntimeError(QUESTION)
    except RuntimeError:
        logging.getLogger("openai").warning("401 for %s", "Bearer sk-abcdef0123456789", exc_info=True)
    [line] = records(lines)
    assert line["logger"] == "openai"
    assert "sk-abc" not in lines.getvalue()
    assert "quokka" not in lines.getvalue()


# metrics


def test_metrics_count_requests_stages_judgements_and_costs() -> None:
    """Of two questions whose document says 3 tokens in: 6."""
    review = Stepping(answer=JUDGED)
    client = TestClient(create_app(review))
    for headers in ({}, {"Prefer": "respond-async"}):
        client.post("/v1/ask", json={"question": QUESTION}, headers=headers)
    while client.get("/v1/jobs").json()["jobs"][0]["state"] != "done":
        time.sleep(0.01)
    client.get("/v1/jobs/nothing")
    found = samples(client)
    document = JUDGED.as_document()

    def value(name: str, **labels: str) -> float:
        return found[name, tuple(sorted(labels.items()))]

    asked = {"method": "POST", "route": "/v1/ask"}
    assert value("litweave_request_seconds_count", **asked, status="200") == 1
    assert value("litweave_request_seconds_count", **asked, status="202") == 1
    assert value("litweave_request_seconds_count", method="GET", route="/v1/jobs/{job_id}", status="404") == 1
    assert value("litweave_stage_seconds_count", stage="searched") == 2
    assert value("litweave_stage_seconds_count", stage="judged") == 2
    supports = [sentence["support"] for sentence in document["sentences"]]
    for support in set(supports):
        assert value("litweave_judged_sentences_total", support=support) == 2 * supports.count(support)
    assert value("litweave_judged_sentences_total", support="dropped") == 2 * len(document["dropped"])
    assert value("litweave_model_tokens_total", direction="in") == 2 * document["tokens_in"]
    assert value("litweave_model_cost_usd_total") == pytest.approx(2 * document["cost_usd"])
    assert value("litweave_answers_total", status=document["status"]) == 2
    assert value("litweave_papers") == review.state.papers
    assert value("litweave_chunks_waiting") == review.state.chunks - review.state.vectors
    assert value("litweave_library_up") == 1
    assert value("litweave_jobs", state="running") == 0
    assert "quokka" not in client.get("/metrics").text


def test_metrics_say_that_the_library_is_down() -> None:
    client = TestClient(create_app(ScriptedReview(raises=LibraryBusy("another has it"))))
    assert samples(client)["litweave_library_up", ()] == 0


def test_metrics_and_usage_are_the_administrators(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path)
    ledger = Ledger(tmp_path)
    client = TestClient(create_app(ScriptedReview(), operating=Operating(Access(keyring, True), ledger=ledger)))
    reader, admin = (keyring.create(scope, scope) for scope in ("read", "admin"))  # type: ignore[arg-type]
    for path in ("/metrics", "/v1/usage"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"X-API-Key": reader[1]}).status_code == 403
    assert client.get("/v1/usage", headers={"X-API-Key": admin[1]}).json() == {"days": []}
    DayBook(ModelStore(tmp_path / FILE_NAME), Limits(), payer=Payer(reader[0].id)).book(Spent(120, 0.25))
    DayBook(ModelStore(tmp_path / FILE_NAME), Limits()).book(Spent(30, 0.05))
    [day] = client.get("/v1/usage", headers={"X-API-Key": admin[1]}).json()["days"]
    assert (day["tokens"], day["cost_usd"]) == (150, 0.3)
    assert day["keys"] == [{"key": reader[0].id, "name": "read", "tokens": 120, "cost_usd": 0.25}]
    assert samples(client, **{"X-API-Key": admin[1]})["litweave_spent_today_usd", ()] == pytest.approx(0.3)


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/chat/completions", {"messages": [{"role": "user", "content": QUESTION}]}),
        ("/v1/responses", {"input": QUESTION}),
    ],
    ids=["completions", "responses"],
)
def test_what_a_chat_was_answered_is_counted(path: str, asked: dict[str, Any], stream: bool) -> None:
    """As for the service's own route: the document's status, its sentences, its tokens, its stages."""
    client, plain = (TestClient(create_app(Stepping())) for _ in range(2))
    assert client.post(path, json={"model": "litweave-ask", "stream": stream, **asked}).status_code == 200
    assert plain.post("/v1/ask", json={"question": QUESTION}).status_code == 200
    counted = {name: value for name, value in samples(client).items() if is_counted(name[0])}
    assert counted == {name: value for name, value in samples(plain).items() if is_counted(name[0])}
    assert sum(value for (name, _), value in counted.items() if name == "litweave_answers_total") == 1
    assert any(name == "litweave_judged_sentences_total" and value for (name, _), value in counted.items())


def is_counted(name: str) -> bool:
    kinds = ("litweave_answers", "litweave_judged", "litweave_model", "litweave_stage_seconds_count")
    return name.startswith(kinds) and not name.endswith("_created")


# readiness


def test_ready_where_the_library_can_be_read_and_jobs_kept(tmp_path: Path) -> None:
    review = ScriptedReview()
    jobs = JobRunner(SqliteJobs(tmp_path / "jobs.sqlite3"), lambda _: {})
    client = TestClient(create_app(review, jobs=jobs))
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()) == (200, {"ready": True, "library": None, "jobs": None, "vectors": None})
    review.raises = LibraryBusy(f"the library in {tmp_path} is in use")
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json()["ready"], reply.json()["library"]) == (503, False, "LibraryBusy")
    review.raises = None
    jobs.jobs.close()
    assert client.get("/readyz").json()["jobs"] == "LibraryError"


def test_ready_but_told_where_the_vector_server_is_away() -> None:
    """Searching goes on by words, so the service takes requests; the address is for who has a key."""
    review = ScriptedReview()
    review.vectors_away = "the Chroma server at http://chroma:8000 does not answer"
    reply = TestClient(create_app(review)).get("/readyz")
    assert (reply.status_code, reply.json()["ready"]) == (200, True)
    assert reply.json()["vectors"] == "IndexUnavailable"
    assert "chroma:8000" not in reply.text


# traces


def test_a_span_a_request_and_a_span_a_stage_below_it() -> None:
    """With route, status and id; the question is in none of their attributes. In a job's thread too."""
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from service.api.observing.tracing import Tracing

    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    telemetry = Telemetry(tracing=Tracing(provider))
    client = TestClient(create_app(Stepping(), operating=Operating(telemetry=telemetry)))
    for headers in ({"X-Request-ID": "one"}, {"X-Request-ID": "two", "Accept": "text/event-stream"}):
        assert client.post("/v1/ask", json={"question": QUESTION}, headers=headers).status_code == 200
    spans = kept.get_finished_spans()
    requests = {span.attributes["litweave.request_id"]: span for span in spans if span.name == "POST /v1/ask"}
    assert set(requests) == {"one", "two"}
    assert requests["one"].attributes["http.response.status_code"] == 200
    for request in requests.values():
        below = [span for span in spans if span.parent and span.parent.span_id == request.context.span_id]
        assert [span.name for span in below] == ["stage searched", "stage judged"]
        assert all(span.end_time >= span.start_time for span in below)
    assert "quokka" not in "".join(span.to_json() for span in spans)


# the real thing


def test_a_service_tells_of_itself(tmp_path: Path) -> None:
    """A real process: ready, lines of JSON, metrics of its library."""
    library = tmp_path / "library"
    with served(library) as running:
        client = running.client
        assert client.get("/readyz").json()["ready"] is True
        files = {"files": ("sample.jsonl", papers_path().read_bytes())}
        assert client.post("/v1/papers", files=files).status_code == 200
        assert client.post("/v1/ask", json={"question": "How do TideWalk and Gusset-4 differ?"}).status_code == 200
        metrics = client.get("/metrics").text
        assert client.get("/v1/usage").json() == {"days": []}
        until = time.monotonic() + 20  # a line is written once its answer has gone
        while "/v1/usage" not in running.log.read_text() and time.monotonic() < until:
            time.sleep(0.05)
    papers = len(papers_path().read_text().splitlines())
    assert f"litweave_papers {papers:.1f}" in metrics
    assert 'litweave_stage_seconds_count{stage="searched"} 1.0' in metrics
    told = [json.loads(line) for line in running.log.read_text().splitlines() if line.startswith("{")]
    assert [line["route"] for line in told if line["event"] == "request"] == [
        "/readyz",
        "/v1/papers",
        "/v1/ask",
        "/metrics",
        "/v1/usage",
    ]
    assert "TideWalk" not in running.log.read_text()
