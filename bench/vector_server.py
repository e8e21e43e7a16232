"""What a Chroma server costs beside the embedded index: filling, and one question, as ratios of one run.

    python bench/vector_server.py [--vectors 10000] [--repeats 2]

Vectors of 384 dimensions in clusters, as those of abstracts are; the server is a process of its own on loopback, with
the same graph. Fills and questions are interleaved, and how often both sides find the same chunks is printed.
"""

from __future__ import annotations

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import numpy as np
from numpy.typing import NDArray

from service.index.vector_server import ChromaServer
from service.index.vectors import BULK_BATCH, VectorIndex, Vectors

DIMENSION = 384
QUESTIONS = 200
FETCHED = 500
NEAREST = 10


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a server that keeps its files there."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    process = subprocess.Popen([*command, "--host", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/v2/heartbeat", trust_env=False)
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def clustered(number: int) -> NDArray[np.float32]:
    """Unit rows in clusters of about fifty."""
    random = np.random.default_rng(3)
    centres = random.standard_normal((max(1, number // 50), DIMENSION))
    made = centres[random.integers(0, len(centres), number)] + 0.7 * random.standard_normal((number, DIMENSION))
    rows: NDArray[np.float32] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return rows


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, default=10_000)
    parser.add_argument("--repeats", type=int, default=2)
    options = parser.parse_args()
    made = clustered(options.vectors + QUESTIONS)
    vectors, questions = made[: options.vectors], made[options.vectors :]
    ids = [f"p{i}:0" for i in range(options.vectors)]
    fills: dict[str, list[float]] = {"embedded": [], "server": []}
    asked: dict[str, list[float]] = {"embedded": [], "server": []}
    same = 0.0
    with tempfile.TemporaryDirectory() as top, server(Path(top) / "chroma") as address:
        for repeat in range(options.repeats):
            sides: dict[str, Vectors] = {
                "embedded": VectorIndex.create(Path(top) / f"own{repeat}", "bench", expected=options.vectors),
                "server": ChromaServer(address).create(f"bench-{repeat}", expected=options.vectors, about={"by": "it"}),
            }
            for name, index in sides.items():
                fills[name].append(seconds(partial(index.add, ids, vectors, batch=BULK_BATCH)))
                index.load()
            for question in questions:
                for name, index in sides.items():
                    asked[name].append(seconds(partial(index.query, question, FETCHED)))
                found = [{i for i, _ in index.query(question, NEAREST)} for index in sides.values()]
                same += len(found[0] & found[1]) / NEAREST
            sides["embedded"].close()
    print(f"{options.vectors} vectors of {DIMENSION}, {options.repeats} repeats, {os.cpu_count()} cores")
    print(f"of the {NEAREST} nearest both find the same {same / options.repeats / QUESTIONS:.1%}")
    for what, measured, unit in (("fill", fills, 1.0), (f"one question, {FETCHED} chunks", asked, 1000.0)):
        own, far = (statistics.median(measured[name]) * unit for name in ("embedded", "server"))
        print(f"{what}: embedded {own:.1f}, server {far:.1f} {'s' if unit == 1 else 'ms'}, {far / own:.2f}x")


if __name__ == "__main__":
    main()
