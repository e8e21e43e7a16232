"""The section Evaluate, made by the server: runs with their scores, and two of them case by case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.concurrency import run_in_threadpool

from service.errors import LitweaveError
from service.page.shells import Place, Shells

_SHOWN: Final = (
    "gold_recall",
    "gold_precision",
    "nugget_recall_vital",
    "refusal_recall",
    "false_refusals",
    "citation_validity",
    "injection_success",
)
_ABSENT: Final = "Evaluation needs a checkout of the project: it is not part of the installed package."


class Runs(Protocol):
    """What the page needs of `service.tasks.evaluations.EvaluationRuns`."""

    @property
    def suites(self) -> Sequence[str]: ...

    def start(self, suite: str) -> object: ...

    def cancel(self, run_id: str) -> object: ...

    def documents(self) -> list[dict[str, Any]]: ...

    def cases(self, run_id: str) -> dict[str, Any] | None: ...


def add_evaluation_page(app: FastAPI, place: Place, shells: Shells, runs: Runs | None) -> None:
    """Add the section; without `runs` it answers 404 and says what evaluation needs."""

    def shown(request: Request, told: str | None = None, status: int = 200) -> HTMLResponse:
        values = _values(runs, request.query_params.get("a"), request.query_params.get("b"), told)
        return shells.shell(place, request, values, status=404 if runs is None else status)

    @app.get(place.path, include_in_schema=False)
    def page(request: Request) -> Response:
        return shown(request)

    @app.post(place.path, include_in_schema=False)
    async def pressed(request: Request) -> Response:
        fields = parse_qs((await request.body()).decode("utf-8", "replace"))
        return await run_in_threadpool(answer, request, fields)

    def answer(request: Request, fields: Mapping[str, Sequence[str]]) -> Response:
        if runs is None:
            return shown(request)
        try:
            if "cancel" in fields:
                runs.cancel(fields["cancel"][0])
            else:
                runs.start(fields.get("suite", [""])[0])
        except LitweaveError as error:
            return shown(request, str(error), 422)
        except KeyError:
            return shown(request, "There is no such evaluation.", 404)
        return Response(status_code=303, headers={"Location": place.path})


def _values(runs: Runs | None, first: str | None, second: str | None, told: str | None) -> dict[str, object]:
    """What the template shows."""
    documents = [] if runs is None else [{**d, "overall": _overall(d)} for d in runs.documents()]
    by_id = {d["id"]: d for d in documents}
    chosen = [by_id[run_id] for run_id in (first, second) if run_id in by_id]
    return {
        "runs": documents,
        "suites": () if runs is None else runs.suites,
        "running": any(d["status"] == "running" for d in documents),
        "measures": [name for name in _SHOWN if any(d["overall"].get(name) for d in documents)],
        "pair": _pair(runs, chosen) if runs is not None and len(chosen) == 2 else None,
        "told": told or (_ABSENT if runs is None else None),
    }


def _overall(document: Mapping[str, Any]) -> dict[str, Any]:
    """The means and intervals of a run's own suite, by measure."""
    found = next((s for s in document["scores"] or [] if s["suite"] == document["suite"]), None)
    return dict(found["overall"]) if found else {}


def _pair(runs: Runs, chosen: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    first, second = (_by_question(runs.cases(run["id"])) for run in chosen)
    return {
        "runs": chosen,
        "measures": list(dict.fromkeys(name for run in chosen for name in run["overall"])),
        "changes": list(_changes(first, second)),
    }


def _by_question(cases: Mapping[str, Any] | None) -> dict[tuple[str, str], dict[str, Any]]:
    return {(c["suite"], c["id"]): c for c in (cases or {"cases": []})["cases"]}


def _changes(
    first: Mapping[tuple[str, str], Mapping[str, Any]], second: Mapping[tuple[str, str], Mapping[str, Any]]
) -> Iterator[dict[str, object]]:
    """The questions of both whose scores differ, each with what differs and the reasons."""
    for key, before in first.items():
        after = second.get(key)
        if after is None or before["question"] != after["question"]:
            continue
        names = dict.fromkeys([*before["scores"], *after["scores"]])
        moved = [n for n in names if before["scores"].get(n) != after["scores"].get(n)]
        if moved:
            scores = [_moved(name, before, after) for name in moved]
            yield {"question": before["question"], "kind": before["kind"], "scores": scores}


def _moved(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, str]:
    reasons = [reason for case in (before, after) for reason in case["reasons"].get(name, [])]
    return {
        "name": name,
        "before": _number(before["scores"].get(name)),
        "after": _number(after["scores"].get(name)),
        "why": "; ".join(dict.fromkeys(reasons)),
    }


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
