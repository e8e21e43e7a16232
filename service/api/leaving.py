"""Work for a client that may go away: then what it waits for is stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from service.errors import ModelCancelled
from service.jobs import Cancellable

T = TypeVar("T")


class Stopping:
    """Work that goes step by step: cancelled, its next step raises `ModelCancelled`."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        self._cancelled.set()

    def check(self) -> None:
        if self._cancelled.is_set():
            raise ModelCancelled("the client has gone")


class Leaving:
    """Hears of what a request started, and cancels it once its client has gone; in either order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gone = False
        self._started: list[Cancellable] = []

    def started(self, work: Cancellable) -> None:
        with self._lock:
            gone = self._gone
            if not gone:
                self._started.append(work)
        if gone:
            work.cancel()

    def gone(self) -> None:
        with self._lock:
            self._gone = True
            started, self._started = self._started, []
        for work in started:
            work.cancel()


async def until_left(request: Request, work: Callable[[Callable[[Cancellable], None]], T]) -> T:
    """Run `work` in the thread pool; what it reports as started is cancelled when the client disconnects."""
    leaving = Leaving()
    watching = asyncio.ensure_future(_watch(request, leaving))
    try:
        return await run_in_threadpool(work, leaving.started)
    finally:
        watching.cancel()


async def _watch(request: Request, leaving: Leaving) -> None:
    """The body has been read, so the next message but an empty end of it is the disconnect."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    leaving.gone()
