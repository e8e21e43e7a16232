"""`eval`: the evaluation of a checkout, in a process of its own, because the service never imports it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from service.errors import UsageError

if TYPE_CHECKING:
    from service.jobs import JobRunner
    from service.tasks.evaluations import EvaluationRuns

PASS_THROUGH: dict[str, Any] = {
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
}


def eval_command(context: typer.Context) -> int:
    """Evaluate answers on cases, from a checkout. Arguments go to `python -m eval`."""
    checkout = checkout_with_eval()
    if checkout is None:
        raise UsageError("litweave eval needs a checkout of the project: the evaluation is not part of the package")
    command = [sys.executable, "-m", "eval", *context.args]
    path = os.pathsep.join(filter(None, (str(checkout), os.environ.get("PYTHONPATH"))))
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode


def checkout_with_eval() -> Path | None:
    """The checkout this runs from; `None` for an installed package, which has no `eval`."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "eval" / "__main__.py").is_file() else None


def evaluation_runs(library: Path, jobs: JobRunner) -> EvaluationRuns | None:
    """The evaluations kept in a library's folder; `None` where there is no `eval`."""
    from service.tasks.evaluations import EvaluationRuns

    checkout = checkout_with_eval()
    return None if checkout is None else EvaluationRuns(library / "evaluations", checkout, jobs)
