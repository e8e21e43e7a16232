"""For whom the calls of a request are made, so that what they cost is counted for that one as well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Payer:
    """Whoever a request is made for: the public id of an API key. `usd_per_day`: `None`: no limit of its own."""

    id: str
    usd_per_day: float | None = None


_PAYER: ContextVar[Payer | None] = ContextVar("litweave_payer", default=None)


def current_payer() -> Payer | None:
    """Who pays for the request at hand, where that is known."""
    return _PAYER.get()


@contextmanager
def paying(payer: Payer | None) -> Iterator[None]:
    """Requests begun inside the block are made for that payer, also in threads that take the context along."""
    token = _PAYER.set(payer)
    try:
        yield
    finally:
        _PAYER.reset(token)
