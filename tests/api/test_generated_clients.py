"""What programs that write a client from the OpenAPI document need of it, beyond that it is true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from scripted_review import ScriptedReview

from service.api import create_app

SCHEMA: dict[str, Any] = create_app(ScriptedReview()).openapi()


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it."""
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if isinstance(value, dict):
        yield value
    for child in children:
        yield from nodes(child)


def test_every_model_has_a_name_of_its_own() -> None:
    """Two classes of one name become `module__Name`, under one title: a generator drops what uses either."""
    models = SCHEMA["components"]["schemas"]
    assert [name for name in models if "__" in name or name.endswith(("-Input", "-Output"))] == []
    assert [name for name, model in models.items() if model.get("title", name) != name] == []


def test_every_array_says_what_is_in_it() -> None:
    arrays = [node for node in nodes(SCHEMA["components"]["schemas"]) if node.get("type") == "array"]
    arrays += [node for node in nodes(SCHEMA["paths"]) if node.get("type") == "array"]
    assert arrays
    assert [a for a in arrays if not a.keys() & {"items", "prefixItems"}] == []


def test_every_answer_with_a_body_says_of_what_type_it_is() -> None:
    """A range such as `*/*` is no type, and one without a schema has no shape; streams are told of in words."""
    contents = [node["content"] for node in nodes(SCHEMA["paths"]) if isinstance(node.get("content"), dict)]
    types = [(kind, media) for content in contents for kind, media in content.items()]
    assert len(types) > 100
    assert [kind for kind, _ in types if "*" in kind] == []
    assert [kind for kind, media in types if not media.get("schema") and kind != "text/event-stream"] == []


@pytest.mark.parametrize("keyword", ["operationId", "summary"])
def test_every_operation_has_its_own_name(keyword: str) -> None:
    names = [op.get(keyword) for path in SCHEMA["paths"].values() for op in path.values()]
    assert all(names)
    assert not [name for name in names if "_v1_" in name]
    if keyword == "operationId":
        assert len(names) == len(set(names))


def test_the_key_and_every_refusal_are_declared() -> None:
    """A key is a bearer, and may be left out where none is asked for; a 409 and a drawing have their types."""
    assert SCHEMA["components"]["securitySchemes"] == {"ApiKey": {"type": "http", "scheme": "bearer"}}
    assert {} in SCHEMA["security"]
    paths = SCHEMA["paths"]
    assert paths["/v1/jobs/{job_id}/result"]["get"]["responses"]["409"]["content"]
    assert list(paths["/v1/timeline.svg"]["get"]["responses"]["200"]["content"]) == ["image/svg+xml"]
    for path in ("/healthz", "/v1/papers/export"):
        assert {"400", "401", "403", "503"} <= paths[path]["get"]["responses"].keys()
