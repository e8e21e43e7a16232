"""The JSON schema of a reply, from the pydantic form that reads it: declared once, for models that follow schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

_KEPT: Final = frozenset(("type", "enum", "const", "required"))


def json_schema(form: type[BaseModel], allowed: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """The schema without references, titles and limits; a field named in `allowed` is held to those strings."""
    whole = form.model_json_schema()
    return _node(whole, whole.get("$defs", {}), allowed or {})


def _node(node: Mapping[str, Any], defs: Mapping[str, Any], allowed: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if "$ref" in node:
        return _node(defs[node["$ref"].rpartition("/")[2]], defs, allowed)
    made: dict[str, Any] = {key: value for key, value in node.items() if key in _KEPT}
    if "items" in node:
        made["items"] = _node(node["items"], defs, allowed)
    if "anyOf" in node:
        made["anyOf"] = [_node(part, defs, allowed) for part in node["anyOf"]]
    if "properties" in node:
        made["properties"] = {
            name: _held(_node(part, defs, allowed), allowed.get(name)) for name, part in node["properties"].items()
        }
    return made


def _held(node: dict[str, Any], values: Sequence[str] | None) -> dict[str, Any]:
    """A string, or a list or choice with strings in it, held to the values."""
    if not values:
        return node
    if node.get("type") == "string":
        return node | {"enum": list(values)}
    if "items" in node:
        return node | {"items": _held(node["items"], values)}
    return node | {"anyOf": [_held(part, values) for part in node["anyOf"]]} if "anyOf" in node else node
