"""`serve`: the HTTP API over one library, on loopback unless told otherwise."""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final, NoReturn, TypeVar

import typer

from service.cli.evaluating import evaluation_runs
from service.cli.output import emit_json, note
from service.cli.session import ExitCode, JsonOption, LibraryOption, session_of
from service.errors import DiskFull, LibraryReadOnly, UsageError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from service.api.access.gate import Access
    from service.api.observing.telemetry import Telemetry
    from service.jobs import JobRunner
    from service.settings import Settings

JOBS_FILE: Final = "jobs.sqlite3"
_GRACE_S = 5  # how long requests may go on after SIGTERM; what an import has committed by then stays


def serve_command(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen on; 0: any free one.")] = 8765,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Also answer to this host name; repeatable."),
    ] = None,
    require_key: Annotated[
        bool, typer.Option("--require-key", help="Ask for an API key on this machine too (see `litweave keys`).")
    ] = False,
    log: Annotated[
        bool | None,
        typer.Option("--log/--no-log", help="A JSON line a request on stderr [default: unless a terminal]."),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Serve the HTTP API; its reference is at /docs. Other machines are served only with API keys."""
    from service.api import create_app
    from service.api.guard import LOOPBACK_NAMES
    from service.api.observing.logs import configure
    from service.api.operating import Operating
    from service.jobs.replies import KeptReplies

    session = session_of(context)
    settings = session.settings(library)
    with (
        listening(host, port) as listener,
        nullcontext(who_may(settings, listener, required=require_key)) as access,
        session.review(library, create=True) as review,
        job_runner(settings.library) as jobs,
        closing(_kept(KeptReplies, settings.library)) as replies,
        _telemetry() as telemetry,
    ):
        names = {*LOOPBACK_NAMES, host, *(allow_host or ())}
        app = create_app(
            review,
            max_upload_bytes=settings.max_upload_bytes,
            hosts=names if only_this_machine(listener) or allow_host else None,
            evaluations=evaluation_runs(settings.library, jobs),
            jobs=jobs,
            spool=settings.library / "spool",
            settings=settings,
            operating=Operating(access, replies, telemetry, access.ledger),
        )
        _announce(listener, host, keys=access.required, as_json=as_json)
        review.embed_in_background()
        review.warm_in_background()
        jobs.resume()

        def leave_off() -> None:
            jobs.end_all()
            review.stop()

        configure(level=logging.INFO if log or (log is None and not sys.stderr.isatty()) else logging.WARNING)
        served(app, listener, leave_off=leave_off)
    note("Stopped.")
    return ExitCode.DONE


T = TypeVar("T")


def _kept(store: Callable[[Path | None], T], library: Path) -> T:
    """A store in the library's file for jobs; in memory where that cannot be written, so that what reads goes on."""
    try:
        return store(library / JOBS_FILE)
    except (LibraryReadOnly, DiskFull) as error:
        from service.jobs import SqliteJobs

        if store is SqliteJobs:
            note(f"{error}. Jobs are forgotten when the service ends.")
        return store(None)


@contextmanager
def job_runner(library: Path) -> Iterator[JobRunner]:
    """The jobs of a library; where all of them have ended in time, nobody owns them any more."""
    from service.error_documents import described
    from service.jobs import JobRunner, SqliteJobs

    with closing(JobRunner(_kept(SqliteJobs, library), described)) as runner:
        yield runner
    if not runner.busy:
        runner.jobs.close()


@contextmanager
def _telemetry() -> Iterator[Telemetry]:
    """Metrics, and traces where the environment says where to."""
    from service.api.observing.telemetry import Telemetry
    from service.api.observing.tracing import tracing

    telemetry = Telemetry(tracing=tracing())
    try:
        yield telemetry
    finally:
        if telemetry.tracing is not None:
            telemetry.tracing.close()


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
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
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


def who_may(settings: Settings, listener: socket.socket, *, required: bool) -> Access:
    """Who may call a service on that socket. Raises `UsageError` where others reach it and there is no key."""
    from service.api.access.gate import Access
    from service.api.access.keyring import Keyring
    from service.llm import Ledger

    secret = settings.service_key
    keyring = Keyring(settings.library, bootstrap=None if secret is None else secret.get_secret_value())
    needed = required or not only_this_machine(listener)
    if needed and not keyring.in_force():
        why = "--require-key asks for one" if required else f"other machines can reach {listener.getsockname()[0]}"
        raise UsageError(
            f"there is no API key, and {why}: make one with `litweave keys create NAME`, or set LITWEAVE_SERVICE_KEY "
            "to a secret of your own; docs/operating.md says more"
        )
    return Access(keyring, needed, Ledger(settings.library))


def only_this_machine(listener: socket.socket) -> bool:
    """Whether nobody but this machine reaches the socket."""
    return ipaddress.ip_address(str(listener.getsockname()[0]).partition("%")[0]).is_loopback


def _announce(listener: socket.socket, host: str, *, keys: bool, as_json: bool) -> None:
    port = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    note(f"Serving on {url} (reference at {url}/docs){', for API keys only' if keys else ''}. Ctrl-C stops.")
    if as_json:
        emit_json({"url": url, "host": host, "port": port})


class _Stopped(Exception):
    """SIGTERM arrived."""


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise _Stopped
