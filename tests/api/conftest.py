"""Names for the tests that schemathesis makes."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """An operation's test has it in its id, not only in its name: pytest 9.2 makes the id of the function alone."""
    for item in items:
        if item.parent is not None and not item.nodeid.endswith(item.name):
            item._id = item.parent.id.child(item.name)
