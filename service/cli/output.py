"""What reaches stdout and stderr: one document or text on stdout, all else on stderr, on any terminal."""

from __future__ import annotations

import codecs
import io
import json
import os
import shutil
import sys
import tempfile
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import typer

from service.render.ink import Ink
from service.render.plain import visible

_NEAREST = "litweave.nearest"
_MAX_WIDTH = 100
_BROKEN_PIPE: Final = 141
_NAME_CHARS: Final = 40
_PLAIN_SIGNS = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "×": "x", "→": "->", "−": "-", "•": "*"}
    | {"✓": "(ok)"}
)


def prepare_streams() -> None:
    """Let stdout and stderr take any text: what the terminal cannot show becomes its nearest plain form."""
    codecs.register_error(_NEAREST, _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_NEAREST)


def emit(text: str) -> None:
    """Write rendered text to stdout and flush. A closed pipe ends the command quietly, as the shell expects."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        _silence_stdout()
        raise typer.Exit(_BROKEN_PIPE) from error


def emit_bytes(content: bytes) -> None:
    """Write a binary file to stdout, which is a pipe or a file then. Ends quietly as `emit`."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        _silence_stdout()
        raise typer.Exit(_BROKEN_PIPE) from error


def emit_json(document: dict[str, Any]) -> None:
    """The one JSON document of a command. ASCII: escape sequences in abstracts cannot reach the terminal."""
    emit(json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n")


def note(text: str) -> None:
    """One line for the person at the terminal, on stderr. May hold text of papers."""
    sys.stderr.write(visible(text) + "\n")
    sys.stderr.flush()


def text_width() -> int | None:
    """Where to wrap: the terminal's width, at most 100; `None` (no wrapping) into a pipe or file."""
    if not sys.stdout.isatty():
        return None
    return min(shutil.get_terminal_size().columns, _MAX_WIDTH)


def ink() -> Ink:
    """What stdout can show: nothing but text into a pipe or file, with NO_COLOR set, or on a dumb terminal."""
    kind = os.environ.get("TERM", "")
    shows = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and kind not in ("", "dumb")
    return Ink(styles=shows, links=shows and kind != "linux")


def folder_there(path: Path) -> None:
    """Raises `FileNotFoundError` where there is no directory to write `path` into."""
    folder = path.parent
    if not folder.is_dir():
        raise FileNotFoundError(f"{str(path)!r} cannot be written: there is no directory {str(folder)!r}; create it")


def write_file(path: Path, content: str | bytes) -> None:
    """Replace `path` by `content` (text as UTF-8) at once: an interrupted command leaves the old file whole."""
    write_pieces(path, [content])


def write_pieces(path: Path, pieces: Iterable[str | bytes]) -> None:
    """As `write_file`, with content that is made while it is written."""
    folder_there(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}."[:_NAME_CHARS])
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(temporary, 0o666 & ~umask)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _silence_stdout() -> None:
    """After a broken pipe: the interpreter's own flush at exit must not complain again."""
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError):  # a captured stream has no file descriptor
        return
    finally:
        os.close(null)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_plain(c, error.encoding) for c in error.object[error.start : error.end]), error.end


def _plain(character: str, encoding: str) -> str:
    for form in (character.translate(_PLAIN_SIGNS), _letters(character)):
        if form and form != character:
            try:
                form.encode(encoding)
            except UnicodeEncodeError:
                continue
            return form
    return character.encode("ascii", "backslashreplace").decode()


def _letters(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
