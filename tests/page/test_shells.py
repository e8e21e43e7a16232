"""What the page is made of: shells without inline script, files under their content's address, a weight limit."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient
from scripted_review import ScriptedReview

from service.api import create_app
from service.page.assets import read_assets
from service.page.routes import PLACES

_MOST_BYTES = 60_000
_MOST_LINES = 300
PATHS = [place.path for place in PLACES] + ["/papers/p-kite", "/papers/10.1/a%2Fb"]


@pytest.fixture
def client() -> TestClient:
    return TestClient(create_app(ScriptedReview()), raise_server_exceptions=False)


@pytest.mark.parametrize("path", PATHS)
def test_a_shell_holds_no_script_and_no_style_of_its_own(client: TestClient, path: str) -> None:
    """The policy allows none, so none must be needed; every address on it is of this service."""
    reply = client.get(path)
    assert reply.status_code == 200
    policy = reply.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert reply.headers["x-content-type-options"] == "nosniff"
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", reply.text, re.DOTALL)
    assert scripts == [""]
    assert not re.search(r"\sstyle=|\son\w+=|<style", reply.text)
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', reply.text)
    assert all(re.match(r"/(?!/)|#", address) for address in addresses)


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nope", "/library/nope", "/nope?q=%3Cscript%3E"])
def test_a_browser_that_is_astray_gets_a_page_with_the_way_back(client: TestClient, path: str) -> None:
    reply = client.get(path, headers=BROWSER)
    assert (reply.status_code, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page" in reply.text
    assert '<a class="button" href="/">' in reply.text
    assert "<script>" not in reply.text
    assert "default-src 'self'" in reply.headers["content-security-policy"]
    module = re.findall(r'<script type="module" src="([^"]+)"', reply.text)
    assert [client.get(address).status_code for address in module] == [200]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [("GET", "/nope", {}), ("POST", "/nope", BROWSER), ("GET", "/v1/nope", BROWSER), ("GET", "/v1", BROWSER)],
    ids=["program", "POST", "API", "its root"],
)
def test_all_others_get_the_error_as_a_document(
    client: TestClient, method: str, path: str, headers: dict[str, str]
) -> None:
    reply = client.request(method, path, headers=headers)
    assert reply.status_code == 404
    assert reply.json()["error"]["type"] == "NotFound"


def test_files_are_kept_under_the_address_of_their_content(client: TestClient) -> None:
    """Each file that a shell names is there, for a year; under another digest nothing is."""
    named = set(re.findall(r"/static/[0-9a-f]+/[\w.]+", client.get("/").text))
    assert {address.rpartition(".")[2] for address in named} == {"css", "js", "svg"}
    for address in named:
        reply = client.get(address)
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert reply.headers["x-content-type-options"] == "nosniff"
    assert client.get("/static/0000/app.js").status_code == 404
    assert client.get(next(iter(named)).rpartition("/")[0] + "/routes.py").status_code == 404


def test_the_theme_that_was_chosen_is_in_the_shell(client: TestClient) -> None:
    """So that it doesn't flash; anything else a cookie holds is ignored."""
    client.cookies.set("theme", "dark")
    assert '<html lang="en" data-theme="dark">' in client.get("/").text
    client.cookies.set("theme", "x onload=1")
    assert '<html lang="en">' in client.get("/").text


def test_the_page_is_light() -> None:
    """All of its code and styles, as they are sent, in at most 60 kB; no file over 300 lines."""
    assets = read_assets().by_name
    assert sum(len(asset.content) for asset in assets.values()) <= _MOST_BYTES
    assert {name for name, asset in assets.items() if asset.content.count(b"\n") > _MOST_LINES} == set()


def test_modules_load_nothing_from_elsewhere() -> None:
    """Imports are of files beside them; no markup is ever parsed but the server's own drawing."""
    assets = read_assets().by_name
    for name, asset in assets.items():
        text = asset.content.decode()
        imported = re.findall(r"^import (?:.+ from )?\"([^\"]+)\"|import\(\"([^\"]+)\"", text, re.MULTILINE)
        imported = [one or other for one, other in imported]
        assert {i.removeprefix("./") for i in imported} <= set(assets), name
        assert all(i.startswith("./") for i in imported), name
        assert not re.search(r"\.(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            name
        )
