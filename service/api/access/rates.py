"""How many requests a minute a key may send: a bucket of that many, which fills evenly."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Rates:
    """Buckets by key id, of this process. Safe for threads."""

    clock: Callable[[], float] = time.monotonic
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait_s(self, key_id: str, per_minute: int) -> int:
        """0, and the request is counted; or the whole seconds after which one more would be taken.

        A bucket holds seconds, 60 when full, of which each request takes its share.
        """
        now, cost = self.clock(), 60 / per_minute
        with self._lock:
            left, since = self._buckets.get(key_id, (60.0, now))
            left = min(60.0, left + now - since)
            taken = left >= cost
            self._buckets[key_id] = (left - cost if taken else left, now)
        return 0 if taken else math.ceil(cost - left)
