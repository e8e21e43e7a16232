"""JSON schemas as an agent needs them: short, because a host may show all of them with every request."""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

_MAPS: Final = ("properties", "$defs")
_LITERAL: Final = ("default", "examples", "enum", "const", "required")
_NULL: Final = {"type": "null"}


def input_schema(model: type[BaseModel]) -> dict[str, Any]:
    """What may be sent: closed, with descriptions. What may be left out is not also described as `null`."""
    slim: dict[str, Any] = _slim(model.model_json_schema(), sent=True)
    return slim


def output_schema(model: type[BaseModel]) -> dict[str, Any]:
    """What comes back: open, because keys may be added to a document."""
    slim: dict[str, Any] = _slim(model.model_json_schema(), sent=False)
    return slim


def _slim(schema: Any, *, sent: bool) -> Any:
    """The schema without titles, which repeat the names, and without nulls as defaults."""
    if isinstance(schema, list):
        return [_slim(part, sent=sent) for part in schema]
    if not isinstance(schema, dict):
        return schema
    slim = {}
    for key, value in _without_null(schema, sent=sent).items():
        if key in _MAPS:
            slim[key] = {name: _slim(part, sent=sent) for name, part in value.items()}
        elif key == "title" or (key == "additionalProperties" and value is False and not sent):
            continue
        elif not (key == "default" and value is None):
            slim[key] = value if key in _LITERAL else _slim(value, sent=sent)
    return slim


def _without_null(schema: dict[str, Any], *, sent: bool) -> dict[str, Any]:
    """`anyOf` of one plain type and null as that type: alone where it is sent, else as a pair of types."""
    options = schema.get("anyOf", [])
    plain = [option for option in options if option != _NULL]
    if len(options) != 2 or len(plain) != 1 or (not sent and ("enum" in plain[0] or "$ref" in plain[0])):
        return schema
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    joined: dict[str, Any] = rest | plain[0] | ({} if sent else {"type": [plain[0]["type"], "null"]})
    return joined
