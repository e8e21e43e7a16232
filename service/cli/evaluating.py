"""`eval`: the evaluation of a checkout, in a process of its own, because the service never imports it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from service.errors import UsageError

PASS_THROUGH: dict[str, Any] = {
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
}


def eval_command(context: typer.Context) -> int:
    """Evaluate answers on cases (from a checkout); arguments go to `python -m eval`."""
    checkout = Path(__file__).resolve().parents[2]
    if not (checkout / "eval" / "__main__.py").is_file():
        raise UsageError("litweave eval needs a checkout of the project: the evaluation is not part of the package")
    command = [sys.executable, "-m", "eval", *context.args]
    path = os.pathsep.join(filter(None, (str(checkout), os.environ.get("PYTHONPATH"))))
    return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode
