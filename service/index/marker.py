"""Was the library closed cleanly? A file that lists the indexes' files as they were at the last close.

An index whose files are exactly as they were left needs no probe at open, which would cost more than a
second. After a kill, a crash or a stray hand in the directory the list does not fit, and the probe runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from service.diskspace import write_atomically

_NAME: Final = "CLEAN"


@dataclass(frozen=True, slots=True)
class CleanClose:
    """What the last clean close left: `tail` is how many vectors Chroma has yet to persist."""

    tail: int


def read(root: Path) -> CleanClose | None:
    """The last close, if it was clean and the index files are as it left them; else `None`."""
    try:
        document = json.loads((root / _NAME).read_text("utf-8"))
        tail, files = int(document["tail"]), document["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return CleanClose(tail) if files == _files(root) else None


def write(root: Path, close: CleanClose) -> None:
    """Record a clean close. Replaces the old file in one step, so that a kill leaves none or a whole one."""
    write_atomically(root / _NAME, json.dumps({"tail": close.tail, "files": _files(root)}))


def remove(root: Path) -> None:
    """From now on the indexes may change: until the next clean close, nothing is known about them."""
    (root / _NAME).unlink(missing_ok=True)


def _files(root: Path) -> dict[str, list[int]]:
    """Size and time of change (ns) of each file, by path inside the library; lock files left out."""
    found = {}
    for directory in ("words", "vectors"):
        for path in sorted((root / directory).rglob("*")):
            if path.is_file() and not path.name.endswith(".lock"):
                status = path.stat()
                found[path.relative_to(root).as_posix()] = [status.st_size, status.st_mtime_ns]
    return found
