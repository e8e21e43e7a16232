"""When a provider wants to be asked again, and how long is waited."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from service.llm.providers.retry import Backoff, retry_after_s

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "Sun, 01 Mar 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 01 Mar 2026 11:59:59 GMT"}, None),
        ({"retry-after": "Sun, 01 Mar 2027 12:00:00 GMT"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "1e9"}, None),
        ({"retry-after": "3600"}, 3600.0),
        ({"retry-after": "3601"}, None),
        ({"retry-after": "Sun, 99 Foo"}, None),
        ({"retry-after": ""}, None),
    ],
    ids=str,
)
def test_a_wish_is_understood_or_ignored(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, milliseconds, an HTTP date; what is negative, past, not finite or over an hour counts as nothing."""
    assert retry_after_s(headers, NOW) == seconds


@pytest.mark.parametrize(("failures", "least", "most"), [(1, 0.25, 0.5), (2, 0.5, 1.0), (3, 1.0, 2.0), (9, 4.0, 8.0)])
def test_waits_double_up_to_a_limit_and_differ(failures: int, least: float, most: float) -> None:
    """Half to whole of 0.5, 1, 2 … 8 seconds."""
    waits = {Backoff(rng=random.Random(seed)).wait_s(failures, None) for seed in range(50)}
    assert len(waits) > 40
    assert least <= min(waits) < max(waits) <= most


def test_a_wish_is_kept_and_a_little_more() -> None:
    """Never earlier than asked, at most a tenth later, so that clients do not come back all at once."""
    waits = [Backoff(rng=random.Random(seed)).wait_s(1, 20.0) for seed in range(50)]
    assert 20.0 <= min(waits) < max(waits) <= 22.0
