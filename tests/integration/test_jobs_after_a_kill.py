"""Jobs other than imports, after the service was killed in the middle of them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from service.api import documents
from service.api.job_documents import JobDocument, JobReply
from service.library import Library
from service.settings import Settings
from tests.integration.bird_papers import PAPERS
from tests.integration.bird_scripts import NO_LABELS, TOPIC, paragraph, planning, script
from tests.loopback_model import loopback_model
from tests.served import Served, served

LATER = {"Prefer": "respond-async"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    settings = Settings(library=tmp_path / "library")
    with Library.open(settings, create=True) as made:
        made.import_papers(PAPERS)
    return settings.library


def ended(service: Served, job_id: str) -> JobDocument:
    until = time.monotonic() + 60
    while True:
        job = JobReply.model_validate_json(service.client.get(f"/v1/jobs/{job_id}").content).job
        if job.finished or time.monotonic() > until:
            return job
        time.sleep(0.1)


def test_a_survey_goes_on_behind_its_finished_sections(library: Path) -> None:
    """Killed while the model writes the second section: the first and the plan are not asked for again."""
    told = script(NO_LABELS, plan=planning, paragraph=paragraph)
    with loopback_model(told) as model:
        surveys = library / "surveys"
        with served(library, environment=model.environment) as first:
            reply = first.client.post("/v1/surveys", json={"topic": TOPIC, "words": 300}, headers=LATER)
            assert reply.status_code == 202, reply.text
            job = JobReply.model_validate_json(reply.content).job
            deadline = time.monotonic() + 60
            while not (told.calls("plan") and list(surveys.glob("*.json"))) and time.monotonic() < deadline:
                time.sleep(0.01)
            model.held["paragraph"] = threading.Event()
            first.process.kill()
            first.process.wait()
        model.held.pop("paragraph").set()
        plans = told.calls("plan")
        assert plans == 1
        with served(library, environment=model.environment) as second:
            assert ended(second, job.id).state == "done"
            result = second.client.get(f"/v1/jobs/{job.id}/result")
            survey = documents.SurveyDocument.model_validate_json(result.content)
            assert survey.sections
    assert told.calls("plan") == plans


def test_a_reindexing_goes_on(library: Path) -> None:
    """Embedding is what the model of the library does; whatever is embedded stays."""
    with served(library) as service:
        reply = service.client.post("/v1/reindex", json={"rebuild": True}, headers=LATER)
        assert reply.status_code == 202
        job = JobReply.model_validate_json(reply.content).job
        service.process.kill()
        service.process.wait()
    with served(library) as service:
        assert ended(service, job.id).state == "done"
        health = documents.HealthDocument.model_validate_json(service.client.get(f"/v1/jobs/{job.id}/result").content)
        assert health.ok
        assert health.papers == len(PAPERS)


def test_jobs_of_every_kind_are_known_to_the_next_service(library: Path) -> None:
    """What is sent is kept as it was, and read again: an answer, a comparison, a draft, a check."""
    sent = {
        "/v1/ask": {"question": "What needs no labels?", "filters": {"year_from": 2020}},
        "/v1/comparisons": {"question": "KITE and Heron", "columns": ["labels"], "sort": "year"},
        "/v1/drafts": {"topic": TOPIC, "style": "title-key"},
        "/v1/checks": {
            "text": "Heron needs no labels [@heron].",
            "format": "markdown",
            "bib": "@misc{heron, title={H}}",
        },
    }
    with served(library) as first:
        direct = {path: first.client.post(path, json=body).json() for path, body in sent.items()}
        jobs = {
            path: first.client.post(path, json=body, headers=LATER).json()["job"]["id"] for path, body in sent.items()
        }
        first.process.kill()
        first.process.wait()
    with served(library) as second:
        for path, job_id in jobs.items():
            assert ended(second, job_id).state == "done"
            result = second.client.get(f"/v1/jobs/{job_id}/result").json()
            assert {**result, "elapsed_ms": 0} == {**direct[path], "elapsed_ms": 0}, path
