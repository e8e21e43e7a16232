"""`/v1/evaluations`: start a run of a suite, watch it, read its scores, its cases and its report."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from service.api.documents import ErrorDocument
from service.api.page import STYLE_POLICY
from service.api.replies import REFUSALS, file_content
from service.error_documents import error_document, failure
from service.tasks.evaluations import SUITES, EvaluationRunning, EvaluationRuns

_ABSENT = "evaluation needs a checkout of the project: it is not part of the installed package"
_REFUSALS: dict[int | str, dict[str, Any]] = {
    **REFUSALS,
    404: {
        "model": ErrorDocument,
        "description": "No such evaluation, no report as yet, or none installed here",
    },
    409: {"model": ErrorDocument, "description": "Another evaluation is running"},
}


class EvaluationRequest(BaseModel):
    """`POST /v1/evaluations`"""

    model_config = ConfigDict(extra="forbid", strict=True)
    suite: str


class EvaluationProgress(BaseModel):
    """`asked` of `total` questions of a suite have been asked."""

    suite: str
    asked: int
    total: int


class EvaluationEntry(BaseModel):
    """`job`: what makes the run, for `/v1/jobs`. `stopped`: that job is no more, though the run had not ended.

    `error`: why it failed, in one line.
    """

    id: str
    suite: str
    status: Literal["running", "done", "failed", "cancelled", "stopped"]
    started: str
    finished: str | None
    error: str | None
    job: str | None
    progress: EvaluationProgress | None
    report: str | None


class EvaluationDocument(EvaluationEntry):
    """`manifest` and `scores` (one entry a suite, with 95% intervals) are null until it is done."""

    manifest: dict[str, Any] | None
    scores: list[dict[str, Any]] | None


class CasesDocument(BaseModel):
    """Every question of a finished run with its scores; `suite` tells apart questions of one id."""

    cases: list[dict[str, Any]]


class EvaluationsDocument(BaseModel):
    """Newest first; `suites` are those that can be started."""

    evaluations: list[EvaluationEntry]
    suites: list[str]


def add_evaluations(app: FastAPI, runs: EvaluationRuns | None) -> None:
    """Add the routes; without `runs` each of them says that evaluation is not installed (404)."""
    _add_list(app, runs)
    _add_one(app, runs)


def _add_list(app: FastAPI, runs: EvaluationRuns | None) -> None:
    @app.get(
        "/v1/evaluations",
        summary="The evaluations so far, newest first",
        responses={200: {"model": EvaluationsDocument}, **_REFUSALS},
    )
    def list_evaluations() -> Response:
        if runs is None:
            return _absent()
        return JSONResponse({"evaluations": [runs.entry(r) for r in runs.records()], "suites": list(SUITES)})

    @app.post(
        "/v1/evaluations",
        summary="Start an evaluation of a suite in the background; one at a time",
        status_code=202,
        responses={202: {"model": EvaluationDocument}, **_REFUSALS},
    )
    def start_evaluation(asked: EvaluationRequest) -> Response:
        if runs is None:
            return _absent()
        try:
            return JSONResponse(runs.document(runs.start(asked.suite).id), 202)
        except EvaluationRunning as error:
            return JSONResponse(error_document(error), 409)


def _add_one(app: FastAPI, runs: EvaluationRuns | None) -> None:
    @app.get(
        "/v1/evaluations/{run_id}",
        summary="One evaluation: its progress; once done its manifest and scores",
        responses={200: {"model": EvaluationDocument}, **_REFUSALS},
    )
    def get_evaluation(run_id: str) -> Response:
        return _absent() if runs is None else _found(runs, run_id)

    @app.get(
        "/v1/evaluations/{run_id}/cases",
        summary="The questions of an evaluation, each with its scores",
        responses={200: {"model": CasesDocument}, **_REFUSALS},
    )
    def list_evaluation_cases(run_id: str) -> Response:
        if runs is None:
            return _absent()
        found = runs.cases(run_id)
        return _unknown("there are no cases of this evaluation (as yet)") if found is None else JSONResponse(found)

    @app.delete(
        "/v1/evaluations/{run_id}",
        summary="Cancel an evaluation that is running",
        responses={200: {"model": EvaluationDocument}, **_REFUSALS},
    )
    def cancel_evaluation(run_id: str) -> Response:
        return _absent() if runs is None else _found(runs, run_id, cancel=True)

    @app.get(
        "/v1/evaluations/{run_id}/report",
        summary="The report of an evaluation, as one HTML file without scripts",
        response_class=Response,
        responses={200: {"content": file_content("text/html", text=True)}, **_REFUSALS},
    )
    def get_evaluation_report(run_id: str) -> Response:
        path = None if runs is None else runs.report(run_id)
        if runs is None or path is None:
            return _absent() if runs is None else _unknown("there is no report of this evaluation (as yet)")
        return HTMLResponse(path.read_bytes(), headers={"Content-Security-Policy": STYLE_POLICY})


def _found(runs: EvaluationRuns, run_id: str, *, cancel: bool = False) -> Response:
    try:
        if cancel:
            runs.cancel(run_id)
        return JSONResponse(runs.document(run_id))
    except KeyError:
        return _unknown(f"there is no evaluation {run_id[:100]!r}")


def _unknown(told: str) -> Response:
    return JSONResponse(failure("NotFound", told), 404)


def _absent() -> Response:
    return JSONResponse(failure("NotInstalled", _ABSENT), 404)
