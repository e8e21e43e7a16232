"""How tests are shared out where several processes run them: `make test`, `pytest -n 2`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def conftest(request: pytest.FixtureRequest, checkout: Path) -> Any:
    """The module tests/conftest.py as pytest loaded it."""
    return request.config.pluginmanager.get_plugin(str(checkout / "tests" / "conftest.py"))


def test_a_file_or_a_folder_of_costly_fixtures_goes_to_one_worker(conftest: Any) -> None:
    """Each of them is set up once, not once a worker."""
    assert conftest.shared_out_as("tests/api/test_chat.py::test_a[x::y]") == "tests/api/test_chat.py"
    assert conftest.shared_out_as("tests/page/test_asking.py::test_a") == "tests/page/"
    assert conftest.shared_out_as("tests/page/test_shells.py::test_b") == "tests/page/"


def test_the_folders_are_those_with_fixtures_of_their_own(conftest: Any, checkout: Path) -> None:
    """A folder that is renamed would be shared out by file again."""
    for folder in conftest.WHOLE_FOLDERS:
        assert 'scope="session"' in (checkout / folder / "conftest.py").read_text(encoding="utf-8"), folder
