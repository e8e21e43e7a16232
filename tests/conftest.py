"""What every test gets: no network but loopback, no settings from outside, and the shared folder."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = Path(__file__).resolve().parent / "offline"
sys.path.insert(0, str(OFFLINE))

import loopback_only  # noqa: E402  (its folder is put on the path above, for child processes as well)

pytest_plugins = ["pytester"]


def _go_offline() -> None:
    """Set up this process and, through the environment, every process it starts."""
    for name in loopback_only.PROXY_VARIABLES:
        os.environ.pop(name, None)
        os.environ.pop(name.upper(), None)
    for name in [name for name in os.environ if name.startswith("LITWEAVE_")]:
        del os.environ[name]
    os.environ["LITWEAVE_MODEL_REQUESTS"] = "none"  # a test that runs a model's server on loopback says so
    os.environ.update(loopback_only.OFFLINE_ENVIRONMENT)
    paths = [str(OFFLINE), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    loopback_only.install()


_go_offline()


# Each of these folders goes to one worker whole: its tests share a browser, or a model's server that takes two cores.
WHOLE_FOLDERS = ("tests/page/", "tests/llm/real/")


def shared_out_as(test: str) -> str:
    """The name of what goes to one worker with a test: its file, or its folder."""
    return next((folder for folder in WHOLE_FOLDERS if test.startswith(folder)), test.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Several workers (`-n 2`) share the tests out by file, so that a module's fixtures are set up once."""
    from xdist.scheduler import LoadFileScheduling

    class ByFileOrFolder(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return shared_out_as(nodeid)

    return ByFileOrFolder(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of several tests with one id, workers would run the first only."""
    seen = Counter(item.nodeid for item in items)
    if doubles := [nodeid for nodeid, times in seen.items() if times > 1]:
        raise pytest.UsageError(f"give each test an id of its own: {', '.join(doubles)}")


@pytest.fixture(autouse=True)
def network_attempts() -> Iterator[list[str]]:
    """Fail a test that tried to reach another machine, even if the code under test swallowed the error.

    Yields the list of stopped attempts; a test that makes one on purpose clears it.
    """
    loopback_only.attempts.clear()
    yield loopback_only.attempts
    if loopback_only.attempts:
        pytest.fail("reached for the network: " + "; ".join(loopback_only.attempts))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The top of this checkout."""
    return ROOT


@pytest.fixture(scope="session")
def sample_library(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """`sample_library(folder)`: a library of the sample there, closed. The papers are imported once and then copied."""
    from service.app import build
    from service.sample import papers_path
    from service.settings import Settings

    kept = tmp_path_factory.mktemp("sample") / "library"
    review = build(Settings(library=kept), create=True)
    try:
        assert review.import_paths([papers_path()]).added == 67
    finally:
        review.close()
    return lambda folder: shutil.copytree(kept, folder)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real papers beside the checkout; skips the test where it is missing."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is not here")
    return folder
