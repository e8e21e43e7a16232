"""The layers around the routes, outermost first: headers, what is told, guard, keys, form, kept replies, tags.

Headers, that every answer carries, say what a browser may do with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.access.gate import Access, KeyGate
from service.api.bodies import ShallowJson
from service.api.etags import ETags
from service.api.guard import Guard
from service.api.idempotency import Idempotency
from service.api.observing.observed import Observed
from service.api.observing.telemetry import Telemetry
from service.jobs.replies import KeptReplies
from service.llm import Ledger

PAGE_POLICY: Final = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""For an answer that states no policy of its own."""
SECURITY: Final = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_JSON_BODY_BYTES = 1_000_000


class SecurityHeaders:
    """Adds `SECURITY` where the answer does not say otherwise. No header ever lets another origin read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, secured if scope["type"] == "http" else send)


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
