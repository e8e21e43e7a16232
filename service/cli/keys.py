"""`keys`: who may call `litweave serve`. A key is printed once, when it is made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from service.api.access.keys import Scope
from service.cli.output import emit, emit_json, note
from service.cli.session import ExitCode, JsonOption, LibraryOption, Session, session_of
from service.errors import UsageError
from service.render.plain import visible

if TYPE_CHECKING:
    from pathlib import Path

    from service.api.access.keyring import Keyring
    from service.api.access.keys import ApiKey

app = typer.Typer(help="API keys of `litweave serve`: make, list, revoke, rotate.", rich_markup_mode=None)
_Named = Annotated[str, typer.Argument(metavar="NAME", help="Name or id of the key.")]


@app.command("create")
def create_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is for, e.g. the person or program.")],
    scope: Annotated[
        Scope,
        typer.Option("--scope", help="read: search and ask; write: also import; admin: also keys, usage, DELETE."),
    ] = "read",
    per_minute: Annotated[
        int | None, typer.Option("--per-minute", min=1, max=100_000, help="Requests a minute at most.")
    ] = None,
    usd_per_day: Annotated[
        float | None, typer.Option("--usd-per-day", min=0, help="What its requests may cost a day (UTC).")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Make a key and print it, once: only its hash is kept."""
    made = keyring(session_of(context), library, create=True)
    return _told(*made.create(name, scope, per_minute=per_minute, usd_per_day=usd_per_day), as_json=as_json)


@app.command("list")
def list_command(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> int:
    """List the keys that are in force."""
    keys = keyring(session_of(context), library).in_force()
    if as_json:
        emit_json({"keys": [key.as_document() for key in keys]})
    elif keys:
        emit("".join(f"{_line(key)}\n" for key in keys))
    else:
        note("There is no key. `litweave keys create NAME` makes one.")
    return ExitCode.DONE


@app.command("revoke")
def revoke_command(
    context: typer.Context, named: _Named, library: LibraryOption = None, as_json: JsonOption = False
) -> int:
    """End a key at once, also for a service that is running."""
    ended = keyring(session_of(context), library).revoke(named)
    if as_json:
        emit_json({"revoked": [key.as_document() for key in ended]})
    for key in ended:
        note(f"Revoked {key.name!r} ({key.id}).")
    return ExitCode.DONE


@app.command("rotate")
def rotate_command(
    context: typer.Context,
    named: _Named,
    old_for: Annotated[
        float, typer.Option("--old-for", metavar="HOURS", min=0, max=24 * 90, help="How long the old key still holds.")
    ] = 0,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> int:
    """Replace a key by a new one, and print that. It has the same name, scope and limits."""
    key, token = keyring(session_of(context), library).rotate(named, old_holds=timedelta(hours=old_for))
    note(f"The old key holds for {old_for:g} more hours." if old_for else "The old key no longer holds.")
    return _told(key, token, as_json=as_json)


def keyring(session: Session, library: Path | None, *, create: bool = False) -> Keyring:
    """The keys of the chosen library and of the environment. Raises `UsageError` where there is no such directory."""
    from service.api.access.keyring import Keyring

    settings = session.settings(library)
    if create:
        settings.library.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.library.is_dir():
        raise UsageError(
            f"there is no library at {str(settings.library)!r}: `litweave keys create NAME` makes one, "
            "--library chooses another"
        )
    secret = settings.service_key
    return Keyring(settings.library, bootstrap=None if secret is None else secret.get_secret_value())


def _told(key: ApiKey, token: str, *, as_json: bool) -> int:
    if as_json:
        emit_json({"key": token, **key.as_document()})
    else:
        emit(f"{token}\n")
    note(f"This is the key {key.name!r} (scope {key.scope}); it is shown only now.")
    return ExitCode.DONE


def _line(key: ApiKey) -> str:
    limits: dict[str, Any] = {"a minute": key.per_minute, "USD a day": key.usd_per_day}
    said = [f"{value:g} {what}" for what, value in limits.items() if value is not None]
    until = [] if key.expires is None else [f"until {key.expires}"]
    return visible("  ".join([key.id, f"{key.scope:5}", key.created[:10].ljust(10), key.name, *said, *until]))
