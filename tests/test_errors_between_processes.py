"""What one process raises reads the same in the one that asked: errors pass through the library's door."""

from __future__ import annotations

import pickle

import pytest

from service.errors import (
    BadCompletion,
    LibraryBusy,
    LitweaveError,
    MergeRefused,
    ServiceRefused,
    ServiceUnavailable,
    UnknownPaper,
    UsageError,
)

RAISED = [
    UnknownPaper(["nosuch", "other"]),
    MergeRefused("a", "b", "the years differ"),
    BadCompletion("cut_off", "the reply ends within a sentence", reply="And"),
    ServiceUnavailable("Crossref does not answer", retry_after_s=4.0),
    ServiceRefused("Crossref refuses it", status=403),
    LibraryBusy("another process has it", command="litweave import"),
    UsageError("no such thing"),
]


@pytest.mark.parametrize("error", RAISED, ids=lambda error: type(error).__name__)
def test_an_error_says_the_same_in_another_process(error: LitweaveError) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert type(there) is type(error)
    assert (str(there), there.args, vars(there)) == (str(error), error.args, vars(error))
