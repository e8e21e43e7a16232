"""The examples of docs/contract.md are documents of the stated shape."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from service.api import documents
from service.api.correction_documents import MergeListDocument
from service.api.evaluations import EvaluationDocument

EXAMPLES: list[tuple[str, type[BaseModel]]] = [
    ("## Errors", documents.ErrorDocument),
    ("## Answer", documents.AnswerDocument),
    ("## Search", documents.SearchDocument),
    ("## Import", documents.ImportDocument),
    ("## Papers", MergeListDocument),
    ("## Health", documents.HealthDocument),
    ("## Evaluation", EvaluationDocument),
]


@pytest.mark.parametrize(("heading", "shape"), EXAMPLES, ids=[heading for heading, _ in EXAMPLES])
def test_the_example_has_the_stated_shape(checkout: Path, heading: str, shape: type[BaseModel]) -> None:
    """The first JSON block under the heading is valid, with no key too many."""
    page = (checkout / "docs" / "contract.md").read_text(encoding="utf-8")
    section = page[page.index(heading) :]
    block = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert block is not None
    shape.model_validate_json(block[1])


def test_quotes_of_the_example_have_the_length_of_their_offsets(checkout: Path) -> None:
    """`end - start` is the number of characters of the quote."""
    page = (checkout / "docs" / "contract.md").read_text(encoding="utf-8")
    found = re.findall(r'"quote": "([^"]+)",\s+"start": (\d+), "end": (\d+)', page)
    assert len(found) == 4
    assert [len(quote) for quote, _, _ in found] == [int(end) - int(start) for _, start, end in found]
