"""A client of the HTTP API that goes away stops the call to its model: real sockets on both sides."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fault_server import FaultServer

from service.api import create_app
from service.app import build
from service.settings import Settings


@contextmanager
def api(settings: Settings) -> Iterator[str]:
    review = build(settings, create=True)
    server = uvicorn.Server(uvicorn.Config(create_app(review), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.05)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        review.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "How do TideWalk and Gusset-4 differ?"}),
        ("/v1/drafts", {"topic": "adapters for small language models"}),
        ("/v1/responses", {"model": "litweave-ask", "input": "How do TideWalk and Gusset-4 differ?"}),
    ],
)
def test_a_client_that_leaves_stops_the_call(
    serve: Callable[..., FaultServer],
    sample_library: Callable[[Path], Path],
    tmp_path: Path,
    path: str,
    body: dict[str, str],
) -> None:
    """The model's server never answers and notes a client that goes before its patience ends."""
    server = serve("hang")
    settings = Settings(library=sample_library(tmp_path / "library"), model="openai/m", api_base=server.api_base)
    with api(settings) as url:
        host = url.removeprefix("http://")
        client = http.client.HTTPConnection(host, timeout=60)
        client.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        assert until(lambda: len(server.requests) == 1, 60)
        client.close()
        assert until(lambda: len(server.left) == 1, server.patience_s)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Whether something came to hold in that time."""
    ends = time.monotonic() + seconds
    while not holds() and time.monotonic() < ends:
        threading.Event().wait(0.02)
    return holds()
