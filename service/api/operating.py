"""The layers around the routes, outermost first: headers, what is told, guard, keys, form, kept replies, tags."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from fastapi import FastAPI

from service.api.access.gate import Access, KeyGate
from service.api.etags import ETags
from service.api.guard import Guard
from service.api.headers import SecurityHeaders
from service.api.idempotency import Idempotency
from service.api.nesting import ShallowJson
from service.api.observing.observed import Observed
from service.api.observing.telemetry import Telemetry
from service.jobs.replies import KeptReplies
from service.llm import Ledger

_JSON_BODY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Operating:
    """How a service is run. `access`: who may call it; `None`: whoever reaches it.

    `replies` and `telemetry` are the caller's to close. `ledger`: where to look up what was spent.
    """

    access: Access | None = None
    replies: KeptReplies = field(default_factory=lambda: KeptReplies(None))
    telemetry: Telemetry = field(default_factory=Telemetry)
    ledger: Ledger | None = None


def add_layers(
    app: FastAPI, operating: Operating, *, hosts: Collection[str] | None, body_limits: dict[str, int]
) -> None:
    """Put the layers around the app. `body_limits`: bytes by path, where it is not that of a JSON body."""
    app.add_middleware(ETags)
    app.add_middleware(Idempotency, replies=operating.replies)
    app.add_middleware(ShallowJson)
    if operating.access is not None:
        app.add_middleware(KeyGate, access=operating.access)
    app.add_middleware(Guard, hosts=hosts, body_limit=_JSON_BODY_BYTES, body_limits=body_limits)
    app.add_middleware(Observed, telemetry=operating.telemetry)
    app.add_middleware(SecurityHeaders)
