"""A server that does not answer: told once, and not asked again by every search."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Final

from service.errors import IndexDamaged, IndexUnavailable

RETRY_S: Final = 5.0
"""How long a server that was away, or was there, is taken to be so still."""
_LOG: Final = logging.getLogger(__name__)


class Outage:
    """Whether the place of the vectors is away. Safe for many threads."""

    def __init__(self, look: Callable[[], None]) -> None:
        """`look` raises `IndexUnavailable` where it is away; it takes a few seconds at most."""
        self._look = look
        self._guard = threading.Lock()
        self._why: IndexUnavailable | None = None
        self._until_s = 0.0

    def begin(self, error: IndexUnavailable | IndexDamaged) -> IndexUnavailable:
        """It is away from now on; `error` says why, and is logged if it was not. Returns what to raise."""
        why = error if isinstance(error, IndexUnavailable) else IndexUnavailable(str(error))
        with self._guard:
            first, self._why = self._why is None, why
            self._until_s = time.monotonic() + RETRY_S
        if first:
            _LOG.warning("%s. Meanwhile papers are found without it.", why)
        return why

    def end(self) -> None:
        """It answers."""
        with self._guard:
            self._why, self._until_s = None, time.monotonic() + RETRY_S

    def lasting(self) -> IndexUnavailable | None:
        """Why it was away a moment ago; `None`: it is worth asking."""
        with self._guard:
            return self._why if time.monotonic() < self._until_s else None

    def now(self) -> IndexUnavailable | None:
        """Why it is away, looked up every few seconds at most; `None` where it can be used."""
        with self._guard:
            if time.monotonic() < self._until_s:
                return self._why
        try:
            self._look()
        except IndexUnavailable as error:
            return self.begin(error)
        self.end()
        return None
