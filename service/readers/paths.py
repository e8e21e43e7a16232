"""Which files a command line names: globs that no shell expanded, and standard input."""

from __future__ import annotations

import glob
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from service.errors import SourceError, SourceTooLarge

STANDARD_INPUT: Final = Path("-")
MOST_INPUT: Final = 2_000_000_000
"""Bytes of standard input."""
_CHUNK: Final = 1 << 20


def expanded(paths: Iterable[Path]) -> Iterator[Path]:
    """The paths, and in name order those that a pattern with *, ?, [] or ** stands for, hidden ones left out.

    A path that exists is no pattern. Raises `SourceError` for a pattern that nothing matches.
    """
    for path in paths:
        pattern = str(path)
        if not glob.has_magic(pattern) or "\x00" in pattern or _exists(path):
            yield path
            continue
        found = sorted(glob.iglob(pattern, recursive=True))
        if not found:
            raise SourceError(f"no file matches {pattern!r}: check the pattern")
        yield from map(Path, found)


@contextmanager
def spooled_input(stream: IO[bytes], *, most_bytes: int = MOST_INPUT) -> Iterator[Path]:
    """What comes from standard input as a file named `standard-input`, which is deleted afterwards.

    Raises `SourceError` when a person sits at it, and `SourceTooLarge` over `most_bytes`.
    """
    if stream.isatty():
        raise SourceError("nothing is sent to standard input: pipe a file into the command, or name one")
    with tempfile.TemporaryDirectory(prefix="litweave-") as folder:
        path = Path(folder) / "standard-input"
        left = most_bytes
        with path.open("wb") as file:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise SourceTooLarge(f"standard input is longer than {most_bytes:,} bytes: name files instead")
                file.write(chunk)
        yield path


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have; its reader says so
        return True
