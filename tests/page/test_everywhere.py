"""What holds on every section: nothing of a paper runs, nothing is loaded from elsewhere, everybody can use it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from page_reader import Page

HOSTILE = (
    "<HYBNEXT> <img src=//evil.example/x onerror=top.owned=1> <script>top.owned=1</script> <svg onload=top.owned=1>"
)
ATTACK = f"{HOSTILE} kestrel navigation"
SECTIONS = {
    "ask": f"/?q={quote('How do TideWalk, R^2Tune and Gusset-4 differ?')}",
    "welcome": "/",
    "refusal": f"/?q={quote('When do volcanoes erupt?')}",
    "compare": f"/compare?q={quote('TideWalk and SlackTide')}",
    "draft": f"/draft?topic={quote('adapting small language models with few parameters')}",
    "check": "/check",
    "library": "/library?q=adapters",
    "paper": "/papers/sample-tidewalk-2024",
    "evaluate": "/evaluate",
}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def settled(page: Page, path: str) -> None:
    """Open a section and wait until it has shown what it shows."""
    page.open(path)
    page.until(
        lambda: page.run(
            "return document.readyState === 'complete' && !document.querySelector('.spinner')"
            " && document.querySelector('#text, main > .notice, #result > *')"
        ),
        f"{path} to settle",
    )


@pytest.fixture(scope="session")
def hostile(libraries: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A library of papers whose every field attacks."""
    file = tmp_path_factory.mktemp("hostile") / "hostile.jsonl"
    papers = [
        {
            "id": f"hostile-{n}",
            "title": f"Kestrel{n}: {ATTACK} {n}",
            "abstract": f"Kestrel{n} is a method of kestrel navigation. {ATTACK} reaches {40 + n}% on Owls. {HOSTILE}",
            "authors": [f"A{n} {HOSTILE}"],
            "year": 2020 + n,
            "url": "javascript:top.owned=1",
            "venue": HOSTILE,
        }
        for n in range(3)
    ]
    file.write_text("\n".join(map(json.dumps, papers)))
    return libraries(file)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/?q={quote('How do Kestrel0 and Kestrel1 differ?')}",
        f"/?q={quote(ATTACK)}",
        f"/compare?q={quote('Kestrel0 and Kestrel1 ' + HOSTILE)}&columns={quote('result,' + HOSTILE.replace(',', ''))}",
        f"/draft?topic={quote('kestrel navigation')}&abstract={quote(HOSTILE)}",
        f"/library?q={quote('kestrel navigation')}&tag=",
        "/papers/hostile-0",
        f"/papers/{quote(HOSTILE, safe='')}",
        f"/evaluate?a={quote(HOSTILE)}",
    ],
    ids=["welcome", "ask", "asked attack", "compare", "draft", "library", "paper", "no paper", "evaluate"],
)
def test_nothing_of_a_paper_runs_or_loads(visit: Callable[[str], Page], hostile: str, path: str) -> None:
    """Markup in a title, an abstract, a name or an address is text; no request leaves the service."""
    page = visit(hostile)
    settled(page, path)
    if page.all("button.cite"):
        page.run("document.querySelector('button.cite').click()")
        page.one("#card blockquote")
        page.says("#card", "Abstract")
    foreign = [url for _, url in page.requested() if not url.startswith((hostile, "data:", "blob:", "chrome"))]
    assert not foreign
    assert page.run("return top.owned") is None
    assert page.run("return document.querySelectorAll('main img, main script, aside img, aside script').length") == 0
    assert page.run("return [...document.links].filter((a) => a.protocol === 'javascript:').length") == 0
    assert not [p for p in page.problems() if "Content Security Policy" in p]
    if path.startswith("/papers/hostile"):
        assert "<HYBNEXT>" in page.text("h1")


@pytest.fixture(scope="session")
def axe(checkout: Path) -> str:
    """The source of axe-core; `make axe` fetches it."""
    found = [checkout / folder / "axe-core" / "axe.min.js" for folder in (".venv", "node_modules")]
    path = next((p for p in found if p.is_file()), None)
    if path is None:
        pytest.skip("axe-core is not here: make axe")
    return path.read_text(encoding="utf-8")


def violations(page: Page, axe: str) -> list[str]:
    """What axe objects to, with where."""
    page.run(axe)
    run = """const [tags, done] = arguments;
        axe.run(document, {runOnly: tags}).then((found) => done(found.violations.flatMap((v) =>
            v.nodes.map((n) => `${v.id}: ${n.target} ${n.failureSummary}`))))"""
    return list(page.browser.execute_async_script(run, AXE_TAGS))


@pytest.mark.parametrize("section", SECTIONS)
def test_everybody_can_use_it(page: Page, axe: str, section: str) -> None:
    """No violation of WCAG 2.2 AA, wide and narrow, light and dark, with a card open and a dialog."""
    page.browser.set_script_timeout(60)
    for width, scheme in ((1440, "light"), (360, "dark")):
        page.size(width, 740, scheme)
        settled(page, SECTIONS[section])
        page.run("document.querySelector('button.cite')?.click()")
        assert violations(page, axe) == []
        page.run("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.run("return document.documentElement.scrollWidth - innerWidth") <= 0
    if section == "welcome":
        page.run("document.querySelector('#keys-help').click()")
        assert violations(page, axe) == []


def test_the_theme_stays_as_chosen(page: Page) -> None:
    """Across sections, whatever the system prefers."""
    page.size(900, 900, "light")
    page.open("/")
    page.one("#theme").click()
    dark = "return getComputedStyle(document.body).backgroundColor"
    chosen = page.run(dark)
    assert chosen == "rgb(22, 24, 23)"
    page.open("/check")
    assert page.run(dark) == chosen
    assert page.one("#theme").get_attribute("aria-pressed") == "true"


def test_everything_pressed_is_large_enough(page: Page) -> None:
    """WCAG 2.2 target size: 24 CSS pixels, links in a sentence excepted."""
    page.size(360, 740)
    for section in SECTIONS:
        settled(page, SECTIONS[section])
        small = page.run(
            "return [...document.querySelectorAll('button, select, summary, nav a, a.button, label.check, input')]"
            ".filter((e) => e.checkVisibility() && !e.matches('.unseen, label > [type=checkbox]'))"
            ".filter((e) => { const box = e.getBoundingClientRect(); return Math.min(box.height, box.width) < 23.5; })"
            ".map((e) => e.outerHTML.slice(0, 90))"
        )
        assert small == [], section
