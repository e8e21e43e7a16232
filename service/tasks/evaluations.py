"""Evaluations as jobs: `python -m eval run` as a child process, because the service never imports `eval`.

One at a time: a run takes a processor for minutes, and with a model it costs money. A run is a folder that outlives
the service; `record.json` in it is ours, everything else was written by the child, which goes on where another ended.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from service.diskspace import write_atomically
from service.errors import LitweaveError, UsageError
from service.jobs import JobCancelled, JobRunner, Kind, Running

SUITES: Final = ("sample", "poisoned", "crowded", "listings", "blind")  # what `eval run --suite` takes, fast ones first
_KEPT: Final = 50  # runs; starting another deletes the oldest
_GRACE_S: Final = 5.0
_LOOK_EVERY_S: Final = 0.1
EVALUATION: Final = "evaluation"
_RECORD, _LOG = "record.json", "log.txt"
_ID = re.compile(r"\d{8}-\d{6}-[a-z]+-[0-9a-f]{6}")

Status = Literal["running", "done", "failed", "cancelled", "stopped"]


class EvaluationRunning(LitweaveError):
    """One evaluation runs already."""

    retryable = True


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the service knows of a run. `stopped`: its job is no more, though the run had not ended.

    `job`: the id of the job that makes it; `None` for a run of an older version.
    """

    id: str
    suite: str
    status: Status
    started: str
    finished: str | None = None
    error: str | None = None
    job: str | None = None


class EvaluationFailed(LitweaveError):
    """The child ended with an error; the message is the last line of what it printed."""


class EvaluationRuns:
    """The runs in one folder, and the jobs that make them. Safe for threads."""

    def __init__(self, folder: Path, checkout: Path, jobs: JobRunner) -> None:
        """`jobs` learns how to go on with a run that another process began."""
        self._folder, self._checkout, self._jobs = folder, checkout, jobs
        self._lock = threading.Lock()
        jobs.kinds[EVALUATION] = Kind(resumes=self._run)

    def start(self, suite: str) -> RunRecord:
        """Start a run of a suite. Raises `UsageError` for an unknown one, `EvaluationRunning` while one goes on."""
        if suite not in SUITES:
            raise UsageError(f"there is no suite {suite!r}: choose one of {', '.join(SUITES)}")
        with self._lock:
            going = next((record for record in self.records() if record.status == "running"), None)
            if going is not None:
                raise EvaluationRunning(f"evaluation {going.id} is running: wait for it or cancel it")
            now = datetime.now(UTC)
            run_id = f"{now:%Y%m%d-%H%M%S}-{suite}-{secrets.token_hex(3)}"

            def ready(job_id: str) -> None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                (self._folder / run_id).mkdir()
                self._write(RunRecord(run_id, suite, "running", _stamp(now), job=job_id))

            self._jobs.submit(EVALUATION, {"run": run_id}, self._run, ready=ready)
        self._forget_oldest()
        return self.record(run_id)

    def cancel(self, run_id: str) -> RunRecord:
        """End a run that goes on; one that has ended stays as it is. Raises `KeyError`."""
        record = self.record(run_id)
        if record.job is not None and record.status == "running":
            self._jobs.cancel(record.job)
        return self.record(run_id)

    def records(self) -> list[RunRecord]:
        """Every run, newest first."""
        ids = sorted((p.name for p in self._folder.iterdir()), reverse=True) if self._folder.is_dir() else []
        return [self.record(i) for i in ids if self._has(i)]

    def record(self, run_id: str) -> RunRecord:
        """One run. Raises `KeyError` where there is none of this id."""
        if not self._has(run_id):
            raise KeyError(run_id)
        record = self._kept(run_id)
        under_way = record.job is not None and self._jobs.is_running(record.job)
        return record if under_way or record.status != "running" else replace(record, status="stopped")

    def document(self, run_id: str) -> dict[str, Any]:
        """A run with what it has come to: `progress`, and when done its manifest and scores. Raises `KeyError`."""
        record = self.record(run_id)
        done = record.status == "done"
        return {
            **self.entry(record),
            "manifest": self._read(run_id, "manifest.json") if done else None,
            "scores": _without_cases(self._read(run_id, "scores.json")) if done else None,
        }

    def entry(self, record: RunRecord) -> dict[str, Any]:
        """A run as a list shows it."""
        report = f"/v1/evaluations/{record.id}/report" if self.report(record.id) is not None else None
        return {**asdict(record), "progress": self._read(record.id, "progress.json"), "report": report}

    def cases(self, run_id: str) -> dict[str, Any] | None:
        """Every question of a finished run with its scores; `None` where there is none."""
        scores = self._read(run_id, "scores.json") if self._has(run_id) else None
        if scores is None:
            return None
        return {"cases": [{"suite": s["suite"], **case} for s in scores["suites"] for case in s["cases"]]}

    def report(self, run_id: str) -> Path | None:
        """The file of the report; `None` before there is one."""
        path = self._folder / run_id / "report.html"
        return path if self._has(run_id) and path.is_file() else None

    def _run(self, running: Running) -> dict[str, Any]:
        """The document of the run that the job names, begun or gone on with: its child knows what is done."""
        run_id = str(running.request["run"])
        record = self._kept(run_id)
        child = self._child(record.suite, self._folder / run_id)
        try:
            while child.poll() is None:
                self._tell(running, run_id)
                time.sleep(_LOOK_EVERY_S)
        except LitweaveError as why:
            _end(child)
            if isinstance(why, JobCancelled):
                self._write(replace(record, status="cancelled", finished=_now()))
            raise
        if child.returncode == 0:
            self._write(replace(record, status="done", finished=_now()))
            return self.document(run_id)
        error = _last_line(self._folder / run_id / _LOG)
        self._write(replace(record, status="failed", finished=_now(), error=error))
        raise EvaluationFailed(error)

    def _tell(self, running: Running, run_id: str) -> None:
        running.check()
        if (told := self._read(run_id, "progress.json")) is not None:
            running.progress(told["asked"], told["total"], "questions")

    def _child(self, suite: str, folder: Path) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, (str(self._checkout), os.environ.get("PYTHONPATH"))))
        command = [sys.executable, "-m", "eval", "run", "--suite", suite, "--out", str(folder), "--page"]
        with (folder / _LOG).open("wb") as log:
            return subprocess.Popen(
                command,
                cwd=self._checkout,  # `-m` looks in the working directory first
                env={**os.environ, "PYTHONPATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that its own children are ended with it
            )

    def _kept(self, run_id: str) -> RunRecord:
        return RunRecord(**json.loads((self._folder / run_id / _RECORD).read_text(encoding="utf-8")))

    def _write(self, record: RunRecord) -> None:
        write_atomically(self._folder / record.id / _RECORD, json.dumps(asdict(record)))

    def _has(self, run_id: str) -> bool:
        return _ID.fullmatch(run_id) is not None and (self._folder / run_id / _RECORD).is_file()

    def _read(self, run_id: str, name: str) -> dict[str, Any] | None:
        path = self._folder / run_id / name
        found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
        return found if isinstance(found, dict) else None

    def _forget_oldest(self) -> None:
        for record in self.records()[_KEPT:]:
            if record.status != "running":
                shutil.rmtree(self._folder / record.id)


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(_GRACE_S)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def _without_cases(scores: dict[str, Any] | None) -> list[dict[str, Any]]:
    suites = scores["suites"] if scores else []
    return [{key: value for key, value in suite.items() if key != "cases"} for suite in suites]


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:500] if lines else "it ended without a word"


def _now() -> str:
    return _stamp(datetime.now(UTC))


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
