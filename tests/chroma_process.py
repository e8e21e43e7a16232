"""A Chroma server as a process of its own on loopback, started on a free port and ended by its process id."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import numpy as np
from numpy.typing import NDArray

_STARTS_WITHIN_S = 60


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class ChromaProcess:
    """`directory`: where it keeps what it holds. It can be killed and started again on the same port."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        chroma = Path(sys.executable).with_name("chroma")
        command = [str(chroma), "run", "--path", str(self.directory), "--host", "127.0.0.1", "--port", str(self.port)]
        environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        with (self.directory.parent / "chroma.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, env=environment, cwd=self.directory.parent, start_new_session=True
            )
        end = time.monotonic() + _STARTS_WITHIN_S
        while not self._answers():
            assert self.process.poll() is None, (self.directory.parent / "chroma.log").read_text(errors="replace")
            assert time.monotonic() < end, "the Chroma server does not start"
            time.sleep(0.1)

    def kill(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            reply = httpx.get(f"{self.address}/api/v2/heartbeat", timeout=5, trust_env=False)
            return reply.status_code == 200
        return False


@contextlib.contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaProcess]:
    """A running server over an empty directory."""
    (folder / "chroma").mkdir()
    server = ChromaProcess(folder / "chroma")
    try:
        server.start()
        yield server
    finally:
        server.kill()


def clustered(number: int, dimension: int = 32) -> NDArray[np.float32]:
    """Vectors in twenty clusters, of length 1."""
    random = np.random.default_rng(7)
    centres = random.standard_normal((20, dimension))
    made = centres[random.integers(0, 20, number)] + 0.4 * random.standard_normal((number, dimension))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
