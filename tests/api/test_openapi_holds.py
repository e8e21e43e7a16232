"""The OpenAPI document is true: whatever is sent, each answer is one that it declares."""

from __future__ import annotations

import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from scripted_review import ScriptedReview

from service.api import create_app

SCHEMA = schemathesis.openapi.from_asgi("/openapi.json", create_app(ScriptedReview(), max_upload_bytes=100_000))
# A body over the limit is refused before it is read, so whether it is of the declared form is not known.
SCHEMA.config.checks.negative_data_rejection.expected_statuses = ["400", "404", "413", "422"]


@SCHEMA.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_declared(case: schemathesis.Case) -> None:
    assume(not contradicts_itself(case))
    # That a file is in a known format no schema can say.
    excluded = [positive_data_acceptance] if case.path == "/v1/papers" else []
    case.call_and_validate(headers={"host": "localhost"}, excluded_checks=excluded)


def contradicts_itself(case: schemathesis.Case) -> bool:
    """Years in the wrong order are refused, which no schema can say."""
    body = case.body if isinstance(case.body, dict) else {}
    filters = body.get("filters") if isinstance(body.get("filters"), dict) else case.query
    first, last = (filters or {}).get("year_from"), (filters or {}).get("year_to")
    try:
        return first is not None and last is not None and int(first) > int(last)
    except (TypeError, ValueError, OverflowError):
        return False
