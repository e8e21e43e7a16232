"""Real Chromium against a real server over real libraries. Skips where there is no Chromium or no selenium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from page_reader import Page
from page_server import serving

from service.api import create_app
from service.app import build
from service.settings import Settings

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-proxy-server",
    "--force-prefers-reduced-motion",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chrome, Path]]:
    """One browser for all tests, with a folder for downloads."""
    webdriver = pytest.importorskip("selenium.webdriver")
    binary = next(filter(None, map(shutil.which, _BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        pytest.skip("Chromium and its driver are not installed")
    downloads = tmp_path_factory.mktemp("downloads")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in _FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield browser, downloads
    finally:
        browser.quit()


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Serve a new library with these files, or the one in `folder`: its address. It is closed after all tests."""
    with ExitStack() as closing:

        def served(*files: Path, folder: Path | None = None) -> str:
            folder = folder or tmp_path_factory.mktemp("page") / "library"
            review = build(Settings(library=folder), create=True)
            closing.callback(review.close)
            if files:
                review.import_paths(files)
            return closing.enter_context(serving(create_app(review)))

        yield served


@pytest.fixture(scope="session")
def sample(
    libraries: Callable[..., str], sample_library: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The sample library's address."""
    return libraries(folder=sample_library(tmp_path_factory.mktemp("page") / "library"))


@pytest.fixture
def visit(chromium: tuple[Chrome, Path]) -> Callable[[str], Page]:
    """A reader of the service at an address, with an empty memory, on a wide screen."""
    browser, downloads = chromium

    def visitor(base: str) -> Page:
        page = Page(browser, base, downloads)
        page.size(1440)
        browser.get(f"{base}/docs")
        page.run("localStorage.clear(); sessionStorage.clear()")
        browser.delete_all_cookies()
        page.problems()
        return page

    return visitor


@pytest.fixture
def page(visit: Callable[[str], Page], sample: str) -> Page:
    """A reader of the sample library."""
    return visit(sample)
