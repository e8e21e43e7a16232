"""What of a request is not as it is declared, in words; parameters of an address that its route does not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from service.api.requests import WORD

REFUSED = "unknown_parameter"
"""The type of the problem in a `RequestValidationError`."""


async def declared_only(request: Request) -> None:
    """A dependency of all routes. Raises `RequestValidationError` for what a route under /v1 does not declare."""
    route = request.scope.get("route")
    if not request.query_params or not isinstance(route, APIRoute) or not route.path.startswith("/v1/"):
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


def problems_of(error: RequestValidationError) -> dict[str, str]:
    """What is wrong with each field of the request ("filters.year_from"; "body": with all of it), in order.

    Of the forms that a field may have, each says what it lacks: they are joined, and left out where one came further.
    """
    told: dict[str, list[str]] = {}
    for problem in error.errors():
        said = told.setdefault(_field(problem, error.body), [])
        said += [words for words in (_words(problem),) if words not in said]
    inner = [field for field in told if not any(other.startswith(f"{field}.") for other in told)]
    return {field: ", or ".join(told[field]) for field in inner}


def _field(problem: Mapping[str, Any], body: object) -> str:
    """The names on the way to it, without those of the forms that a field may have ("str", "list[…]")."""
    place, *way = problem["loc"]
    if place != "body" or problem["type"] == "json_invalid":
        return ".".join(map(str, way)) if place != "body" else "body"
    names: list[str] = []
    for part in way:
        if isinstance(body, list) and isinstance(part, int):
            body = body[part] if part < len(body) else None
        elif isinstance(body, dict) and (part in body or problem["type"] == "missing"):
            body = body.get(part)
        else:
            continue
        names.append(str(part))
    return ".".join(names) or "body"


def _words(problem: Mapping[str, Any]) -> str:
    match problem["type"], tuple(problem["loc"]):
        case "json_invalid", _:
            return f"it is no JSON: {problem['ctx']['error']} at character {problem['loc'][-1]}"
        case "missing", ("body",):
            return "it is empty: send a JSON object"
        case "missing", _:
            return "it is missing"
        case "extra_forbidden", _:
            return "there is no such field"
        case "model_attributes_type" | "model_type" | "dict_type", ("body",):
            return "send a JSON object, with the header Content-Type: application/json"
        case "string_pattern_mismatch", _ if problem["ctx"]["pattern"] == WORD:
            return "it holds no letter and no digit"
        case "string_pattern_mismatch", _:
            return f"it is not of the form {problem['ctx']['pattern']}"
    return str(problem["msg"]).removeprefix("Value error, ")
