"""How many calls go to one provider at once, and how many may wait. Used on the model loop only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from service.errors import ModelBusy


class Lanes:
    """A limit a provider; providers are told apart by name and address."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._waiting = waiting
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._queued: dict[str, int] = {}

    @asynccontextmanager
    async def lane(self, provider: str) -> AsyncIterator[None]:
        """Waits for a turn. Raises `ModelBusy` at once where too many wait already."""
        lane = self._lanes.setdefault(provider, asyncio.Semaphore(self._at_once))
        queued = self._queued.get(provider, 0)
        if lane.locked() and queued >= self._waiting:
            raise ModelBusy(f"{queued} calls already wait for {provider!r}; try later, or raise LITWEAVE_MODEL_QUEUE")
        self._queued[provider] = queued + 1
        try:
            await lane.acquire()
        finally:
            self._queued[provider] -= 1
        try:
            yield
        finally:
            lane.release()
