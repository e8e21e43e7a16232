"""The OpenAPI document is true: whatever is sent, each answer is one that it declares."""

from __future__ import annotations

import re
import tempfile
import uuid
from dataclasses import replace
from pathlib import Path

import schemathesis
from hash_embedder import HashEmbedder, invented
from hypothesis import HealthCheck, assume, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from scripted_review import ScriptedReview

from service.api import create_app
from service.library import Library
from service.review import Review
from service.settings import Settings


class HalfScripted(ScriptedReview):
    """A real library, with papers and shelves; texts are scripted, because no schema says what is a question."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        settings = Settings(library=folder)
        self.real = Review(Library.open(settings, create=True, embedder=HashEmbedder()), settings)
        papers = [invented(number) for number in range(3)]
        self.real.import_records([replace(paper, paper_id=f"kite/{n}") for n, paper in enumerate(papers)], embed=True)
        for name in LIBRARY_CALLS:
            setattr(self, name, getattr(self.real, name))


NAME = r"cannot name a collection|the name of a collection is empty|there is a collection .* already"
SELECTED = "the library has no (collection|tag|source|paper) "
UNSAID = {
    "POST /v1/papers": "is in no format that litweave reads",
    "GET /v1/papers": f"is no cursor|{SELECTED}",
    "GET /v1/papers/export": SELECTED,
    "POST /v1/collections": NAME,
    "GET /v1/collections/{name}": "is no cursor",
    "PATCH /v1/collections/{name}": NAME,
    "POST /v1/render": "the document is none of|the document is not of the shape",
    "POST /v1/texts": r"it is no \.docx",
    "POST /v1/chat/completions": "the messages hold none of the user|there is nothing to search for",
    "POST /v1/responses": "the messages hold none of the user|there is nothing to search for",
}
"""Why a request of the declared form is refused all the same, by what its error says: no schema can say what a file
holds, which names a library has, or whose message is the last. For any other reason none is refused."""
LIBRARY_CALLS = (
    "papers", "paper", "count", "shelves", "show_paper", "merges", "possible_merges", "delete_papers", "merge_papers",
    "split_paper", "distinguish_papers", "counts", "health", "papers_named", "year_counts",
)  # fmt: skip
SCHEMA = schemathesis.openapi.from_asgi(
    "/openapi.json", create_app(HalfScripted(Path(tempfile.mkdtemp(prefix="litweave-"))), max_upload_bytes=100_000)
)
# A body over the limit is refused before it is read, so whether it is of the declared form is not known.
SCHEMA.config.checks.negative_data_rejection.expected_statuses = ["400", "404", "413", "422"]


@SCHEMA.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_answer_is_declared(case: schemathesis.Case) -> None:
    assume(not contradicts_itself(case))
    own_key(case)
    reply = case.call(headers={"host": "localhost"})
    case.validate_response(reply, excluded_checks=[positive_data_acceptance] if unsaid(case, reply) else [])


def unsaid(case: schemathesis.Case, reply: schemathesis.Response) -> bool:
    """Whether the request is refused for a reason that no schema can say."""
    reason = UNSAID.get(case.operation.label)
    return reason is not None and reply.status_code == 422 and bool(re.search(reason, reply.json()["error"]["message"]))


def own_key(case: schemathesis.Case) -> None:
    """A valid key that another request was sent with is refused, as it is meant to be: each gets one of its own."""
    given = (case.headers or {}).get("Idempotency-Key")
    if isinstance(given, str) and re.fullmatch(r"[\x21-\x7e]{1,200}", given):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex


def contradicts_itself(case: schemathesis.Case) -> bool:
    """Years in the wrong order are refused, and plans that are none, which no schema can say."""
    body = case.body if isinstance(case.body, dict) else {}
    if body.get("plan") is not None:
        return True  # a plan has a form of its own
    filters = body.get("filters") if isinstance(body.get("filters"), dict) else case.query
    first, last = (filters or {}).get("year_from"), (filters or {}).get("year_to")
    try:
        return first is not None and last is not None and int(first) > int(last)
    except (TypeError, ValueError, OverflowError):
        return False
