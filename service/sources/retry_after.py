"""How long a service asks to be left alone."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def asked_wait_s(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or an HTTP date (RFC 9110, section 10.2.3).

    0 for a date that is past; `None` where it is missing or neither.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, (date - (now or datetime.now(UTC))).total_seconds())
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
