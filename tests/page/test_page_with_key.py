"""The page where a key is needed: it asks for one in a dialog, and goes on with what was asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from page_reader import Page

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-at-least-32-characters-for-a-test"


@pytest.fixture
def guarded(tmp_path: Path, visit: Callable[[str], Page]) -> Iterator[Page]:
    """A reader of a service that asks for a key, over an empty library."""
    command = [sys.executable, "-m", "service.cli", "serve", "--port", "0", "--require-key", "--json"]
    process = subprocess.Popen(
        [*command, "--library", str(tmp_path / "library")],
        cwd=ROOT,
        env=os.environ | {"LITWEAVE_SERVICE_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield visit(json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["url"])
    finally:
        process.kill()
        process.wait()


def give(page: Page, key: str) -> None:
    """Answer the dialog."""
    page.one("#key input").send_keys(key, "\n")


def test_the_page_asks_for_the_key_and_goes_on(guarded: Page) -> None:
    """A wrong one is asked for again; it is kept in the tab alone, and nothing has to be done twice."""
    page = guarded
    page.open("/library")
    page.says("#key", "this service asks for an API key")
    assert page.one("#key input").get_attribute("type") == "password"
    give(page, "not-the-key")
    page.says("#key", "not known")
    give(page, KEY)
    page.says("#size", "The library is empty")
    page.one("#sample").click()
    page.says("#size", "67 papers")
    page.until(lambda: len(page.all("#years svg a")) == 6, "the timeline")
    page.run("sessionStorage.removeItem('key')")
    page.one("#more").click()
    give(page, KEY)
    page.until(lambda: len(page.all("#result .line")) == 67, "the second page")
    page.open("/evaluate")
    page.until(lambda: page.all("#suite option"), "what can be evaluated")
    assert KEY not in page.browser.current_url
    assert page.browser.get_cookies() == []
    assert page.run("return localStorage.length") == 0


def test_without_a_key_the_page_says_what_it_needs(guarded: Page) -> None:
    """The dialog may be left; then the reason is on the page."""
    page = guarded
    page.open("/?q=kites")
    page.one("#key input").send_keys("\ue00c")
    page.says("#result .notice", "this service asks for an API key")
