"""The page where a key is needed: it asks for one, and goes on with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parents[2]
KEY = "a-key-of-at-least-32-characters-for-a-test"


def test_the_page_asks_for_the_key_and_goes_on(chromium: tuple[Chrome, Path], tmp_path: Path) -> None:
    """Without it nothing of the library is shown; it is kept in the tab alone."""
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait
    conditions = pytest.importorskip("selenium.webdriver.support.expected_conditions")
    browser, _ = chromium
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
        url = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")["url"]
        browser.get(f"{url}/library")
        asked = wait(browser, 20).until(conditions.alert_is_present())
        asked.send_keys(KEY)
        asked.accept()
        for _ in range(5):  # requests that were under way ask as well
            time.sleep(0.3)
            if conditions.alert_is_present()(browser):
                browser.switch_to.alert.dismiss()
        browser.get(f"{url}/library")
        wait(browser, 20).until(lambda b: "sample" in b.find_element("tag name", "main").text.casefold())
        assert KEY not in browser.current_url
    finally:
        if conditions.alert_is_present()(browser):
            browser.switch_to.alert.dismiss()
        browser.execute_script("sessionStorage.clear()")
        browser.get("about:blank")
        process.kill()
        process.wait()
