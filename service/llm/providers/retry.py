"""The one retry policy. litellm's and the clients' own retries are off, so nothing multiplies.

Only what can succeed later is tried again: 429, 408, 5xx, a lost connection, a timeout (`ModelUnavailable`).
At most three requests; between them the provider's Retry-After or an exponential wait, both with jitter;
never a wait that would end after the deadline.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from service.errors import ModelBusy, ModelUnavailable
from service.llm.core.model import Deadline

MAX_REQUESTS: Final = 3
LONGEST_RETRY_AFTER_S: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits between requests: `base_s` doubled each time up to `cap_s`, then a random half to whole of it."""

    base_s: float = 0.5
    cap_s: float = 8.0
    rng: random.Random = field(default_factory=random.SystemRandom)

    def wait_s(self, failures: int, retry_after_s: float | None) -> float:
        """Seconds to wait after `failures` (from 1). A provider's wish is kept, plus up to a tenth of it."""
        if retry_after_s is not None:
            return retry_after_s + self.rng.uniform(0, max(self.base_s / 4, retry_after_s / 10))
        return min(self.cap_s, math.ldexp(self.base_s, failures - 1)) * self.rng.uniform(0.5, 1.0)


def retrying(deadline: Deadline, backoff: Backoff) -> AsyncRetrying:
    """tenacity's loop with this policy; the last error is raised as it is."""

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, ModelUnavailable) else None
        return backoff.wait_s(state.attempt_number, asked)

    def no_time(state: RetryCallState) -> bool:
        return deadline.remaining_s <= state.upcoming_sleep

    enough = stop_after_attempt(MAX_REQUESTS)
    return AsyncRetrying(
        retry=retry_if_exception(worth_repeating),
        wait=wait,
        stop=lambda state: enough(state) or no_time(state),
        reraise=True,
    )


def worth_repeating(error: BaseException) -> bool:
    """Whether the same request may succeed within this call. A full queue of our own empties too slowly."""
    return isinstance(error, ModelUnavailable) and not isinstance(error, ModelBusy)


def retry_after_s(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """What `retry-after-ms` or `Retry-After` (seconds or HTTP date, RFC 9110 section 10.2.3) asks for.

    `None` where it is missing or makes no sense: not a number, negative, past, or over an hour.
    """
    found = {name.lower(): value.strip() for name, value in headers.items()}
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        seconds = _number(found.get(name))
        if seconds is not None and 0 <= seconds * scale <= LONGEST_RETRY_AFTER_S:
            return seconds * scale
    return _until(found.get("retry-after"), now or datetime.now(UTC))


def _number(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _until(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = ((date if date.tzinfo else date.replace(tzinfo=UTC)) - now).total_seconds()
    return seconds if 0 <= seconds <= LONGEST_RETRY_AFTER_S else None
