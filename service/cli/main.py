"""Entry point: run one command and turn what it raises into a message and an exit code."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from service.cli.commands import Commands
from service.cli.output import emit_json, note, prepare_streams
from service.cli.session import Build, ExitCode, Session, build_core
from service.errors import LitweaveError, UsageError

app = typer.Typer(
    name="litweave",
    cls=Commands,
    help="Literature review over paper abstracts in which every sentence carries a verified quote.",
    epilog="Begin with: litweave demo. Or: litweave import FILE, then: litweave ask QUESTION. "
    "Exit codes: 0 done, 1 failed, 2 usage, 3 nothing in the corpus answers it.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"litweave {version('litweave')}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _before_command(
    context: typer.Context,
    library: Annotated[
        Path | None, typer.Option("--library", metavar="DIR", help="Directory of the library [env LITWEAVE_LIBRARY].")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an unexpected error.")] = False,
    _version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    if isinstance(context.obj, Session):
        context.obj.library = library or context.obj.library
        context.obj.debug = debug
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(ExitCode.USAGE)


def main(arguments: Sequence[str] | None = None, *, build: Build = build_core) -> int:
    """Run one command line (default: the process's) and return its exit code.

    With `--json`, stdout holds exactly one JSON document, also for an error. `build` makes
    the core; tests pass their own.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in (given[: given.index("--")] if "--" in given else given)
    prepare_streams()
    session = Session(build)
    try:
        code = app(args=given, prog_name="litweave", standalone_mode=False, obj=session)
        sys.stdout.flush()
        if code == ExitCode.INTERRUPTED:  # Typer turns Ctrl-C into this code
            note("Interrupted.")
    except TyperException as error:
        said = error.format_message().replace(": Value error, ", ": ")
        if said.startswith("Usage: "):  # a group alone: its help
            sys.stderr.write(f"{said}\n")
        else:
            note(f"Usage error: {said} ({_command_of(error)} --help says more)")
        if as_json:
            _emit_failure(UsageError.__name__, said)
        return ExitCode.USAGE
    except (LitweaveError, OSError) as error:
        note(f"Error: {error}")
        if as_json:
            from service.error_documents import error_document

            emit_json(error_document(error))
        return ExitCode.USAGE if isinstance(error, UsageError) else ExitCode.FAILED
    except (KeyboardInterrupt, typer.Abort):
        note("Interrupted.")
        return ExitCode.INTERRUPTED
    except Exception as error:  # noqa: BLE001  a fault of litweave's own: a script still gets its one document
        return _unexpected(error, debug=session.debug, as_json=as_json)
    return code if isinstance(code, int) else ExitCode.DONE


def _command_of(error: TyperException) -> str:
    """The command whose usage is wrong, "litweave papers list"."""
    context: typer.Context | None = getattr(error, "ctx", None)
    return context.command_path if context is not None else "litweave"


def _unexpected(error: Exception, *, debug: bool, as_json: bool) -> ExitCode:
    """Tell of an error that nothing in litweave raises on purpose; its traceback only with `--debug`."""
    message = f"{type(error).__name__}: {error}"
    if debug:
        sys.stderr.write("".join(traceback.format_exception(error)))
    note(
        f"Internal error: {message}\nThis is a fault in litweave: please report it, with what `litweave --debug` shows."
    )
    if as_json:
        _emit_failure("InternalError", message)
    return ExitCode.FAILED


def _emit_failure(kind: str, message: str) -> None:
    from service.error_documents import failure

    emit_json(failure(kind, message))
