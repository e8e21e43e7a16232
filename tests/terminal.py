"""A real process of the command on a pseudo-terminal, as a person sees it."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path


def on_terminal(
    arguments: Sequence[str], *, cwd: Path, columns: int = 80, environment: Mapping[str, str] | None = None
) -> tuple[int, str]:
    """Exit code, and all that came out on stdout and stderr together, lines ended by a newline alone."""
    child, terminal = pty.fork()
    if child == 0:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
            os.chdir(cwd)
            os.environ.pop("COLUMNS", None)
            os.environ.pop("NO_COLOR", None)
            os.environ.update({"TERM": "xterm-256color"} | dict(environment or {}))
            os.execv(sys.executable, [sys.executable, "-m", "service.cli", *arguments])
        finally:
            os._exit(127)
    pieces: list[bytes] = []
    try:
        while piece := os.read(terminal, 65_536):
            pieces.append(piece)
    except OSError:  # the other end is closed
        pass
    finally:
        os.close(terminal)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), b"".join(pieces).decode("utf-8").replace("\r\n", "\n")
