"""The layers around the routes, outermost first: headers, guard, keys, the form of the body."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from fastapi import FastAPI

from service.api.access.gate import Access, KeyGate
from service.api.guard import Guard
from service.api.headers import SecurityHeaders
from service.api.nesting import ShallowJson

_JSON_BODY_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Operating:
    """How a service is run. `access`: who may call it; `None`: whoever reaches it."""

    access: Access | None = None


def add_layers(
    app: FastAPI, operating: Operating, *, hosts: Collection[str] | None, body_limits: dict[str, int]
) -> None:
    """Put the layers around the app. `body_limits`: bytes by path, where it is not that of a JSON body."""
    app.add_middleware(ShallowJson)
    if operating.access is not None:
        app.add_middleware(KeyGate, access=operating.access)
    app.add_middleware(Guard, hosts=hosts, body_limit=_JSON_BODY_BYTES, body_limits=body_limits)
    app.add_middleware(SecurityHeaders)
