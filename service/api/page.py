"""The API reference at /docs: one page without scripts, so that it also works offline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

STYLE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; font-family: ui-monospace, monospace; }
pre { background: #f4f4f4; color: #222; padding: .8rem; overflow-x: auto; font-size: 14px; }
""".strip()


def reference_page(openapi: Mapping[str, Any]) -> str:
    """HTML that lists every operation of an OpenAPI document with the schemas it takes and returns."""
    info = openapi["info"]
    body = "\n".join(
        _operation(method, path, operation, openapi.get("components", {}).get("schemas", {}))
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
    )
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{escape(info["title"])} API</title><style>{_STYLE}</style></head>
<body>
<h1>{escape(info["title"])} API</h1>
<p>{escape(info.get("description", ""))}</p>
<p>Machine-readable: <a href="/openapi.json">/openapi.json</a>. Evaluations: <a href="/evaluate">/evaluate</a></p>
{body}
</body>
</html>
"""


def _operation(method: str, path: str, operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    parts = [f"<h2>{escape(method.upper())} {escape(path)}</h2>", f"<p>{escape(operation.get('summary', ''))}</p>"]
    request = _schema(operation.get("requestBody", {}))
    if request is not None:
        parts.append(_block("Request", _resolved(request, schemas)))
    for status, response in operation.get("responses", {}).items():
        answer = _schema(response)
        if answer is not None and status == "200":
            parts.append(_block("Response 200", _resolved(answer, schemas)))
        else:
            parts.append(f"<p>{escape(status)}: {escape(response.get('description', ''))}</p>")
    return "\n".join(parts)


def _schema(message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((content.get("schema") for content in message.get("content", {}).values()), None)


def _block(title: str, shape: object) -> str:
    return f"<h3>{escape(title)}</h3>\n<pre>{escape(json.dumps(shape, indent=2))}</pre>"


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> object:
    """An outline of a value: keys with types, references followed (the documents do not recurse)."""
    if "$ref" in schema:
        return _resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "anyOf" in schema:
        return _either([_resolved(option, schemas) for option in schema["anyOf"]])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return [_resolved(schema.get("items", {}), schemas)]
    if "properties" in schema:
        return {name: _resolved(part, schemas) for name, part in schema["properties"].items()}
    if isinstance(schema.get("additionalProperties"), Mapping):
        return {"<name>": _resolved(schema["additionalProperties"], schemas)}
    return " ".join(_described(schema))


def _either(options: list[object]) -> object:
    names = [option for option in options if isinstance(option, str)]
    shapes = [option for option in options if not isinstance(option, str)]
    return shapes[0] if shapes else " | ".join(names)


def _described(schema: Mapping[str, Any]) -> Iterator[str]:
    yield schema.get("format") or schema.get("type", "any")
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')}..{schema.get('maximum', '')}"
    if "default" in schema:
        yield f"(default {json.dumps(schema['default'])})"
