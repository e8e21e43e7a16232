"""The subcommands of `python -m eval`, one file each: its arguments and what it does."""

from __future__ import annotations

from eval.commands import (
    baseline,
    cases,
    claims,
    diff,
    from_answers,
    gate,
    judge,
    mutants,
    new_case,
    page,
    power,
    questions,
    retrieval,
    robust,
    run,
)
from eval.commands.command import Command

COMMANDS: tuple[Command, ...] = (
    run.COMMAND,
    diff.COMMAND,
    gate.COMMAND,
    baseline.COMMAND,
    power.COMMAND,
    robust.COMMAND,
    page.COMMAND,
    mutants.COMMAND,
    new_case.COMMAND,
    from_answers.COMMAND,
    cases.COMMAND,
    retrieval.COMMAND,
    judge.COMMAND,
    claims.COMMAND,
    questions.COMMAND,
)

__all__ = ["COMMANDS", "Command"]
