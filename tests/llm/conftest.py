"""Fixtures of the model tests: calls to a server on loopback, and a fault server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fault_server import FaultServer


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this test call models on this machine."""
    monkeypatch.setenv("LITWEAVE_MODEL_REQUESTS", "loopback")


@pytest.fixture
def serve(loopback: None) -> Iterator[Callable[..., FaultServer]]:
    """`serve("status:500", "ok")` starts a server that answers so."""
    with ExitStack() as stack:
        yield lambda *script: stack.enter_context(FaultServer(script))
