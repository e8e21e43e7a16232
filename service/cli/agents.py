"""`mcp`: the library for agents, over the Model Context Protocol."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from service.cli.output import emit, note
from service.cli.serving import listening, served
from service.cli.session import ExitCode, LibraryOption, Session, session_of
from service.errors import UsageError

if TYPE_CHECKING:
    from service.review.core import ReviewCore
    from service.settings import Settings

_LOOPBACK = "127.0.0.1"


def mcp_command(
    context: typer.Context,
    http: Annotated[bool, typer.Option("--http", help="Serve streamable HTTP on 127.0.0.1 instead of stdio.")] = False,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="Port for --http; 0: any free one; else 8766.")
    ] = None,
    allow_import: Annotated[
        bool, typer.Option("--allow-import", help="Also offer the tool that adds papers, from text or local files.")
    ] = False,
    skill: Annotated[
        bool, typer.Option("--skill", help="Print SKILL.md, which teaches an agent to work with this, and end.")
    ] = False,
    library: LibraryOption = None,
) -> int:
    """Serve the library to an agent over MCP. It speaks on standard input and output.

    The library is held only while a call reads it, so other commands work beside it.
    """
    if skill:
        from service.promptfiles import skill_file

        emit(skill_file().read_text(encoding="utf-8"))
        return ExitCode.DONE
    if port is not None and not http:
        raise UsageError("--port is for --http: without it the server speaks on standard input and output")
    session = session_of(context)
    core = _Core(session, session.settings(library))
    try:
        _serve(core, http=http, port=8766 if port is None else port, allow_import=allow_import)
    finally:
        core.close()
    return ExitCode.DONE


def _serve(core: _Core, *, http: bool, port: int, allow_import: bool) -> None:
    from service.mcp.server import build_server
    from service.mcp.transports import PATH, http_app, serve_stdio

    server = build_server(core.opened, allow_import=allow_import)
    if not http:
        serve_stdio(server)
        return
    with listening(_LOOPBACK, port) as listener:
        note(f"Serving MCP on http://{_LOOPBACK}:{listener.getsockname()[1]}{PATH}. Ctrl-C stops.")
        served(http_app(server), listener)


class _Core:
    """The core, made when a call first needs it: an agent is told what is wrong with the library, not its host."""

    def __init__(self, session: Session, settings: Settings) -> None:
        self._session = session
        self._settings = settings
        self._guard = threading.Lock()
        self._core: ReviewCore | None = None

    def opened(self, create: bool) -> ReviewCore:
        """The core; with `create` over a new library where there is none. Raises as `service.app.build`."""
        with self._guard:
            if self._core is None:
                if create:
                    from service.library.lock import prepare

                    prepare(self._settings.library, create=True)
                self._core = self._session.build(self._settings, create=False, repair=False)
            return self._core

    def close(self) -> None:
        """Let go of the library and the models."""
        with self._guard:
            if self._core is not None:
                self._core.close()
