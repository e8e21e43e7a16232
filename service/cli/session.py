"""What every command shares: the library's place, the settings and the way to the core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol

import typer

from service.errors import QueryError, UsageError

if TYPE_CHECKING:
    from service.review.core import ReviewCore
    from service.settings import Settings


class ExitCode(IntEnum):
    """The exit codes of the contract; 130 (interrupted) follows the shell, as does 141 for a closed pipe."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_IN_CORPUS = 3
    INTERRUPTED = 130


LibraryOption = Annotated[
    Path | None,
    typer.Option("--library", metavar="DIR", help="Directory of the library [env LITWEAVE_LIBRARY]."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]


class Build(Protocol):
    """How the core is made: `service.app.build`, or a test's own."""

    def __call__(self, settings: Settings, *, create: bool, repair: bool) -> ReviewCore: ...


@dataclass(slots=True)
class Session:
    """The state of one run of the command: how to build the core, and options given before a command."""

    build: Build
    library: Path | None = None
    debug: bool = False

    def settings(self, library: Path | None) -> Settings:
        """Settings from the environment with the library of the option, if any."""
        from pydantic import ValidationError
        from pydantic_settings import SettingsError

        from service.settings import Settings

        chosen = library or self.library
        try:
            return Settings(library=chosen.expanduser()) if chosen is not None else Settings()
        except ValidationError as error:
            problems = "; ".join(f"LITWEAVE_{e['loc'][0]}".upper() + f": {e['msg']}" for e in error.errors())
            raise UsageError(f"a setting in the environment is wrong: {problems}") from error
        except SettingsError as error:
            raise UsageError(f"a setting in the environment is wrong: {error}; lists are written as JSON") from error

    @contextmanager
    def review(self, library: Path | None, *, create: bool = False, repair: bool = False) -> Iterator[ReviewCore]:
        """The core over the chosen library, closed at the end."""
        review = self.build(self.settings(library), create=create, repair=repair)
        try:
            yield review
        finally:
            review.close()


def build_core(settings: Settings, *, create: bool, repair: bool) -> ReviewCore:
    """The real core."""
    from service.app import build

    return build(settings, create=create, repair=repair)


def session_of(context: typer.Context) -> Session:
    """The session that `main` put into the context."""
    session = context.obj
    if not isinstance(session, Session):
        raise TypeError("the command must be run through service.cli.main")
    return session


def words_given(words: list[str], *, what: str) -> str:
    """The question or query; several arguments are joined, so quotes around it are optional."""
    text = " ".join(words)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryError(f"the {what} is not valid UTF-8: check the terminal's encoding") from error
    return text
