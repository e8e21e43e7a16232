"""What a reader does with the page in a real browser, and what can be seen of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

_WAIT_S = 30.0


@dataclass
class Page:
    """What a reader does with the page, and what can be seen of it."""

    browser: Chrome
    base: str
    downloads: Path

    def open(self, path: str) -> None:
        """Go there; what was requested before is forgotten."""
        self.requested()
        self.browser.get(self.base + path)

    def run(self, script: str, *arguments: object) -> Any:
        return self.browser.execute_script(script, *arguments)

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements("css selector", selector)

    def one(self, selector: str) -> WebElement:
        """The first that can be seen; waits for it."""
        return self.until(lambda: next((e for e in self.all(selector) if e.is_displayed()), None), selector)

    def until(self, found: Callable[[], Any], what: str) -> Any:
        """What `found` returns as soon as that is true."""
        from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
        from selenium.webdriver.support.ui import WebDriverWait

        waiting = WebDriverWait(self.browser, _WAIT_S, 0.05, (StaleElementReferenceException,))
        try:
            return waiting.until(lambda _: found())
        except TimeoutException:
            pytest.fail(f"waited in vain for {what}; the page says: {self.text('body')[:2000]}")

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector))

    def says(self, selector: str, part: str) -> None:
        """Wait until the text of an element holds this."""
        self.until(lambda: part in self.text(selector), f"{part!r} in {selector}")

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def size(self, width: int, height: int = 900, scheme: str = "light") -> None:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def requested(self) -> list[tuple[str, str]]:
        """(method, address) of every request since this was last called."""
        events = (json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance"))
        sent = (e["params"]["request"] for e in events if e["method"] == "Network.requestWillBeSent")
        return [(request["method"], request["url"]) for request in sent]

    def problems(self) -> list[str]:
        """Errors of the console since this was last called."""
        return [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]

    def downloaded_like(self, suffix: str) -> bytes:
        """The content of the file with this suffix that the page gave to be saved."""

        def found() -> list[Path]:
            return [path for path in self.downloads.glob(f"*{suffix}") if path.stat().st_size]

        (path,) = self.until(found, f"a download of {suffix}")
        content = path.read_bytes()
        path.unlink()
        return content
