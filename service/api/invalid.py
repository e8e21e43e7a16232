"""Parameters of an address that its route does not know: refused, as unknown keys of a body are."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

REFUSED = "unknown_parameter"
"""The type of the problem in a `RequestValidationError`."""


async def declared_only(request: Request) -> None:
    """A dependency of all routes. Raises `RequestValidationError` for what a route under /v1 does not declare."""
    route = request.scope.get("route")
    if not isinstance(route, APIRoute) or not route.path.startswith("/v1/"):
        return
    declared = dict(_declared(route.dependant))
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in declared.values()]
    if unknown:
        raise RequestValidationError(
            [{"type": REFUSED, "loc": ("query", name), "msg": _told(name, declared)} for name in unknown]
        )


def _declared(dependant: Dependant) -> Iterator[tuple[str, str]]:
    """What a route reads of its address: each name in an address under itself, and under its name in a body."""
    for field in dependant.query_params:
        yield field.name, field.alias
        yield field.alias, field.alias
    for inner in dependant.dependencies:
        yield from _declared(inner)


def _told(name: str, declared: dict[str, str]) -> str:
    near = difflib.get_close_matches(name, declared, n=1)
    if near:
        return f"no parameter of this address; {declared[near[0]]!r} is"
    return f"no parameter of this address; {_known(sorted(set(declared.values())))}"


def _known(names: list[str]) -> str:
    return f"there are {', '.join(names)}" if names else "it has none"
