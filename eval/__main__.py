"""`python -m eval`: what the answers are worth, and whether a change made them worse. Without a command: run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from eval.commands import COMMANDS
from eval.commands.command import Outlets
from eval.runs.suites import Open
from eval.solvers.candidates import litweave_over
from service.errors import LitweaveError, UsageError


def main(argv: Sequence[str] | None = None, *, open_candidate: Open = litweave_over) -> int:
    """Do it. Exit code 0 done, 1 something failed, 2 usage; `gate` also exits 1 when it doesn't pass."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0].startswith("-"):
        given.insert(0, "run")
    try:
        options = _parser().parse_args(given)
    except SystemExit as exit_:  # argparse has already said what is wrong, or printed the help
        return int(exit_.code or 0)
    command = next(c for c in COMMANDS if c.name == options.command)
    stderr = Console(stderr=True)
    try:
        return command.execute(options, Outlets(stderr, open_candidate))
    except UsageError as error:
        stderr.print(f"eval: {error}", markup=False, soft_wrap=True)
        return 2
    except (LitweaveError, OSError) as error:
        stderr.print(f"eval: {error}", markup=False, soft_wrap=True)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    below = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    others = "other commands: " + "; ".join(f"{c.name} ({c.summary})" for c in COMMANDS if c.name != "run")
    for command in COMMANDS:
        epilog = others if command.name == "run" else None
        command.arguments(
            below.add_parser(command.name, help=command.summary, description=command.summary, epilog=epilog)
        )
    return parser


if __name__ == "__main__":
    sys.exit(main())
