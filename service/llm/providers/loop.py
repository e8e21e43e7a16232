"""One event loop in a thread of its own, for the life of the process.

A client made in a loop keeps its sockets there; a loop a call (`asyncio.run`) leaks them. Callers stay
synchronous and wait no longer than their deadline, even while the loop itself is held up.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from service.errors import ModelCancelled, ModelTimeout
from service.llm.core.model import Deadline

T = TypeVar("T")
_GRACE_S: Final = 0.25  # the coroutine has the same deadline and gives the better error, when it can


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a coroutine returned, or what it raised."""

    value: T | None = None
    error: BaseException | None = None


class LoopThread:
    """Runs coroutines for synchronous callers."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # Texts of failed background tasks may hold whole requests.
        self.loop.set_exception_handler(_forget)
        threading.Thread(target=self.loop.run_forever, name="litweave-model", daemon=True).start()

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
        """Start it; cancelling the future cancels the coroutine."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def run(self, coroutine: Coroutine[Any, Any, T], deadline: Deadline) -> T:
        """Its result. Raises what it raises; `ModelTimeout` or `ModelCancelled` when the deadline ends it."""
        future = self.submit(coroutine)
        try:
            with deadline.on_cancel(future.cancel):
                return future.result(deadline.remaining_s + _GRACE_S)
        except concurrent.futures.CancelledError:
            raise ModelCancelled("the caller went away, so the model's call was stopped") from None
        except concurrent.futures.TimeoutError:
            deadline.check()
            raise ModelTimeout("the model's call did not end in time") from None
        finally:
            future.cancel()


async def outcome(coroutine: Coroutine[Any, Any, T], seconds: float) -> Outcome[T]:
    """Run it, but no longer than `seconds`; what it raises is returned, so that nothing is chained to it.

    A provider's exception may hold the key it was sent: raised inside an `except`, ours would carry it along.
    """
    task = asyncio.ensure_future(coroutine)
    try:
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_GRACE_S)
            return Outcome(error=TimeoutError())
        if task.cancelled():
            return Outcome(error=TimeoutError())
        error = task.exception()
        return Outcome(error=error) if error is not None else Outcome(value=task.result())
    finally:
        task.cancel()


def _forget(_loop: asyncio.AbstractEventLoop, _context: dict[str, Any]) -> None:
    """Say nothing."""


_loops: dict[int, LoopThread] = {}
_making = threading.Lock()


def shared_loop() -> LoopThread:
    """The loop of this process; a forked child gets its own, because threads do not survive a fork."""
    with _making:
        if os.getpid() not in _loops:
            _loops[os.getpid()] = LoopThread()
        return _loops[os.getpid()]
