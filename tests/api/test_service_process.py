"""`litweave serve` as a process: streams, jobs, being stopped and being killed in the middle of an import."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.api import documents
from service.api.job_documents import JobDocument, JobReply, JobsDocument
from service.sample import papers_path

ROOT = Path(__file__).resolve().parents[2]
STREAM = {"Accept": "text/event-stream"}
QUESTION = "How do TideWalk and Gusset-4 differ?"


@contextmanager
def serving(library: Path) -> Iterator[tuple[httpx.Client, subprocess.Popen[str]]]:
    """A running service and a client of it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--library", str(library), "--json"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        announced = "".join(iter(process.stdout.readline, "}\n")) + "}"
        url = json.loads(announced)["url"]
        with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
            yield client, process
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "library"


@pytest.fixture(scope="module")
def service(library: Path) -> Iterator[httpx.Client]:
    with serving(library) as (client, _):
        reply = client.post("/v1/papers", files={"files": ("sample.jsonl", papers_path().read_bytes())})
        assert reply.status_code == 200, reply.text
        yield client


def events_of(lines: Iterator[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(id, kind, data) of each event of a stream."""
    given: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            given[name] = value
        elif "data" in given:
            yield given["id"], given["event"], json.loads(given["data"])
            given = {}


def test_a_stream_tells_steps_evidence_judged_sentences_and_the_document(service: httpx.Client) -> None:
    plain = service.post("/v1/ask", json={"question": QUESTION}).json()
    with service.stream(
        "POST", "/v1/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    ) as reply:
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        events = list(events_of(reply.iter_lines()))
    kinds = [kind for _, kind, _ in events]
    assert kinds[0] == "job"
    assert list(dict.fromkeys(kinds)) == ["job", "step", "evidence", "sentence", "document"]
    searched = next(data for _, kind, data in events if kind == "step")
    assert searched["counts"] == {"papers": service.get("/healthz").json()["papers"]}
    document = events[-1][2]
    assert {**document, "elapsed_ms": 0} == {**plain, "elapsed_ms": 0}
    documents.AnswerDocument.model_validate(document)
    assert [data["sentence"] for _, kind, data in events if kind == "sentence"] == document["sentences"]

    last = events[2][0]
    job = last.partition(":")[0]
    with service.stream("GET", f"/v1/jobs/{job}/events", headers={"Last-Event-ID": last}) as reply:
        assert list(events_of(reply.iter_lines())) == events[3:]
    wrong = service.get(f"/v1/jobs/{job}/events", headers={"Last-Event-ID": "other:1"})
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (422, "UsageError")


def test_an_error_ends_a_stream(service: httpx.Client) -> None:
    unsaid = {"question": "What does the second paper say?"}
    with service.stream("POST", "/v1/ask", json=unsaid, headers=STREAM) as reply:
        events = list(events_of(reply.iter_lines()))
    assert [kind for _, kind, _ in events] == ["job", "error"]
    documents.ErrorDocument.model_validate(events[-1][2])


def test_a_job_is_seen_and_its_result_fetched(service: httpx.Client) -> None:
    reply = service.post("/v1/drafts", json={"topic": "adapters"}, headers={"Prefer": "respond-async"})
    assert reply.status_code == 202
    job = JobReply.model_validate_json(reply.content).job
    assert reply.headers["location"] == f"/v1/jobs/{job.id}"
    ended = until(
        lambda: JobReply.model_validate_json(service.get(f"/v1/jobs/{job.id}").content).job, lambda j: j.finished
    )
    assert ended.state == "done"
    assert ended.result_url is not None
    documents.DraftDocument.model_validate_json(service.get(ended.result_url).content)
    first = JobsDocument.model_validate_json(service.get("/v1/jobs?limit=1").content)
    assert first.next_cursor is not None
    second = JobsDocument.model_validate_json(service.get(f"/v1/jobs?limit=1&cursor={first.next_cursor}").content)
    assert first.jobs[0].id > second.jobs[0].id
    assert service.get("/v1/jobs/unknown").status_code == 404
    assert service.get("/v1/jobs/unknown/events").status_code == 404


def test_a_reader_that_leaves_ends_the_job(service: httpx.Client) -> None:
    """The stream of an import of many records is left at once: its job is cancelled, and says so."""
    body = many(20_000)
    with service.stream("POST", "/v1/papers", files={"files": ("many.jsonl", body)}, headers=STREAM) as reply:
        job = next(events_of(reply.iter_lines()))[0].partition(":")[0]
    service.delete(f"/v1/jobs/{job}")
    ended = until(
        lambda: JobReply.model_validate_json(service.get(f"/v1/jobs/{job}").content).job, lambda j: j.finished
    )
    assert ended.state == "cancelled"


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_an_import_goes_on_after_the_service_was_ended(tmp_path: Path, end: signal.Signals) -> None:
    """Nothing counted twice beyond the batch in hand, nothing spooled is left behind."""
    library = tmp_path / "library"
    with serving(library) as (client, process):
        reply = client.post(
            "/v1/papers", files={"files": ("many.jsonl", many(6_000))}, headers={"Prefer": "respond-async"}
        )
        job = JobReply.model_validate_json(reply.content).job
        until(lambda: client.get("/healthz").json()["papers"], lambda papers: papers >= 1_000)
        process.send_signal(end)
        process.wait(120)
    assert (library / "spool" / job.id).is_dir()  # it did not wait for the import to be done
    with serving(library) as (client, _):
        ended = until(lambda: job_of(client, job.id), lambda j: j.finished)
        assert ended.state == "done", ended
        report = documents.ImportDocument.model_validate_json(client.get(f"/v1/jobs/{job.id}/result").content)
        assert report.total == 6_000
        assert report.duplicates <= 500
        assert client.get("/healthz").json()["papers"] == 6_000
    assert list((library / "spool").iterdir()) == []


def test_an_upload_that_is_waited_for_ends_with_the_service(tmp_path: Path) -> None:
    """Its client reads the JSON error, 503 and retryable."""
    library = tmp_path / "library"
    with serving(library) as (client, process):
        replies: list[httpx.Response] = []
        files = {"files": ("many.jsonl", many(6_000))}
        waiting = threading.Thread(target=lambda: replies.append(client.post("/v1/papers", files=files)))
        waiting.start()
        with httpx.Client(base_url=client.base_url, trust_env=False) as other:
            until(lambda: other.get("/healthz").json()["papers"], lambda papers: papers >= 500)
        process.send_signal(signal.SIGTERM)
        waiting.join(120)
        process.wait(120)
    [reply] = replies
    assert reply.status_code == 503
    assert documents.ErrorDocument.model_validate_json(reply.content).error.retryable


def test_a_service_leaves_no_owner_behind(tmp_path: Path) -> None:
    """What a killed one left of itself is gone with the next that is stopped in order."""
    library = tmp_path / "library"
    left = []
    for end in (signal.SIGKILL, signal.SIGTERM):
        with serving(library) as (client, process):
            client.get("/readyz")  # from the first answer on a signal is an orderly end
            assert len(list(library.glob("*-owner-*"))) == 2  # of jobs and of kept replies
            process.send_signal(end)
            process.wait(60)
        left.append(len(list(library.glob("*-owner-*"))))
    assert left == [2, 0]


def job_of(client: httpx.Client, job_id: str) -> JobDocument:
    return JobReply.model_validate_json(client.get(f"/v1/jobs/{job_id}").content).job


def many(count: int) -> bytes:
    lines = (
        json.dumps({"title": f"Kite {n} steered by rule {n}", "abstract": f"Rule {n} steers kite {n} in wind {n}."})
        for n in range(count)
    )
    return "\n".join(lines).encode()


def until(read: Callable[[], Any], holds: Callable[[Any], Any], *, seconds: float = 120) -> Any:
    """The value once it holds."""
    end = time.monotonic() + seconds
    while not holds(value := read()):
        assert time.monotonic() < end, value
        time.sleep(0.05)
    return value
