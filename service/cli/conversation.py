"""`ask` without a question: a session in which a question may go on from the answer before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from service.cli.output import emit, ink, note, text_width
from service.cli.session import ExitCode
from service.cli.working import working
from service.errors import LitweaveError
from service.render import as_text, tables_text
from service.requests import AskRequest, Run

if TYPE_CHECKING:
    from service.records import Answer
    from service.review.core import ReviewCore

NO_TABLE = "There is no table to this answer; `litweave compare` makes one of the papers that it finds."
_ENDS = frozenset({"quit", "exit", ":q"})
_HELP = frozenset({"help", "?", "/help", ":help", ":h"})
_TABLE = frozenset({"table", "the table", "as a table", "show the table"})


def converse(
    review: ReviewCore, asked: AskRequest, run: Run, *, as_json: bool, tables: Callable[[str], bool]
) -> ExitCode:
    """Answer every line of standard input as `asked` and `run` say; with `as_json` a document a line. A line that is
    refused ends nothing.

    `tables` says of a question whether its answer is shown with its table; the line "table" shows that of the last. The
    library is let go of between two questions.
    """
    earlier: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    lines = 0
    answer: Answer | None = None
    for line in _lines():
        if answer is not None and not as_json and line.casefold() in _TABLE:
            emit((tables_text(answer, width=text_width(), ink=ink()) or f"{NO_TABLE}\n") + "\n")
            continue
        lines += 1
        try:
            with working("searching") as observe:
                question = replace(asked, question=line, earlier=earlier, before=before)
                answer = review.ask(question, replace(run, observe=observe))
        except LitweaveError as error:
            note(f"Error: {error}")
            continue
        finally:
            review.release()
        if as_json:
            emit(json.dumps(answer.as_document(), ensure_ascii=True) + "\n")
        else:
            emit(as_text(answer, width=text_width(), ink=ink(), tables=tables(line)) + "\n")
        before = (answer.read_as or line,)
        earlier = tuple(reference.paper_id for reference in answer.references) or earlier
    if not lines and not sys.stdin.isatty():
        note("There was no question: give one on the command line, or one a line on standard input.")
    return ExitCode.DONE if lines else ExitCode.USAGE


def _lines() -> Iterator[str]:
    """The questions: prompted for at a terminal, else the lines of standard input that hold something."""
    at_terminal = sys.stdin.isatty()
    if at_terminal:
        import contextlib

        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  the line can be edited, and earlier ones come back

        _explain()
    while True:
        try:
            line = input("? ") if at_terminal else sys.stdin.readline()
        except EOFError:
            return
        if not at_terminal and not line:
            return
        line = line.strip()
        if line.casefold() in _ENDS:
            return
        if line.casefold() in _HELP:
            _explain()
        elif line:
            yield line


def _explain() -> None:
    note('A question a line. "the second paper" and [2] mean papers of the answer before, "table" shows its table.')
    note(
        '"and in humans?", "Why?" or "Does it last?" go on from the question before, and the answer says how they were'
    )
    note('read. Any other line is a question of its own. "help" says this again, "quit" or Ctrl-D ends.')
