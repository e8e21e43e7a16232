"""`litweave serve` as a process of its own, with a client of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Served:
    """A running service. `log` is its stderr, complete once it has ended."""

    client: httpx.Client
    process: subprocess.Popen[str]
    log: Path


@contextmanager
def served(
    library: Path, *options: str, environment: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """Start it on a free port, and end it."""
    log = library.parent / f"{library.name}.log"
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--library", str(library), "--json"]
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, **(environment or {})},
        )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or lines[-1] != "}\n":
            lines.append(process.stdout.readline())
            assert lines[-1], log.read_text()
        port = json.loads("".join(lines))["port"]
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False, headers=dict(headers or {})
        ) as client:
            yield Served(client, process, log)
    finally:
        process.kill()
        process.wait()
