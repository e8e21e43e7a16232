"""`serve`: the HTTP API over one library, on loopback unless told otherwise."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from service.cli.evaluating import evaluation_runs
from service.cli.output import emit_json, note
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from service.jobs import JobRunner

_GRACE_S = 5  # how long requests may go on after SIGTERM; what an import has committed by then stays


def serve_command(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: any free one.")] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Also answer to this host name; repeatable."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Serve the HTTP API; its reference is at /docs."""
    from service.api import create_app
    from service.api.guard import LOOPBACK_NAMES

    session = session_of(context)
    settings = session.settings(library)
    with (
        listening(host, port) as listener,
        session.review(library, create=True) as review,
        evaluation_runs(settings.library) as evaluations,
        closing(job_runner(settings.library)) as jobs,
    ):
        loopback = listener.getsockname()[0] in LOOPBACK_NAMES
        names = {*LOOPBACK_NAMES, host, *(allow_host or ())}
        app = create_app(
            review,
            max_upload_bytes=settings.max_upload_bytes,
            hosts=names if loopback or allow_host else None,
            evaluations=evaluations,
            jobs=jobs,
            spool=settings.library / "spool",
            settings=settings,
        )
        _announce(listener, host, loopback=loopback, as_json=as_json)
        review.embed_in_background()
        review.warm_in_background()
        jobs.resume()

        def leave_off() -> None:
            jobs.end_all()
            review.stop()

        served(app, listener, leave_off=leave_off)
    note("Stopped.")
    return ExitCode.DONE


def job_runner(library: Path) -> JobRunner:
    """The jobs of a library."""
    from service.api.errors import described
    from service.jobs import JobRunner, SqliteJobs

    return JobRunner(SqliteJobs(library / "jobs.sqlite3"), described)


def served(app: ASGIApp, listener: socket.socket, *, leave_off: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or Ctrl-C; `leave_off` then ends long work, before the server waits for its requests."""
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            threading.Thread(target=leave_off, name="litweave-stop", daemon=True).start()
            super().handle_exit(sig, frame)

    # uvicorn shuts down gracefully, then raises the signal again: without a handler of ours the
    # process would die before the library is closed.
    signal.signal(signal.SIGTERM, _stop)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=_GRACE_S
    )
    with suppress(_Stopped):
        Server(config).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """A listening socket, or `UsageError` for an address that is unknown, taken or not allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, *_, address = found[0]
        return socket.create_server((str(address[0]), int(address[1])), family=family)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"cannot listen on {host!r} port {port}: {error}; choose another --host or --port") from error


def _announce(listener: socket.socket, host: str, *, loopback: bool, as_json: bool) -> None:
    port = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    if not loopback:
        note(
            f"Warning: {url} can be reached from other machines and asks for no password. "
            "Anyone who reaches it can read and add papers, and start evaluations."
        )
    note(f"Serving on {url} (reference at {url}/docs). Ctrl-C stops.")
    if as_json:
        emit_json({"url": url, "host": host, "port": port})


class _Stopped(Exception):
    """SIGTERM arrived."""


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Stopped
