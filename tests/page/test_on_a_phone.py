"""The flows at 360 pixels: from an empty library to an answer and its evidence; nothing scrolls sideways."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from page_reader import Page

WIDTH = 360
PATHS = [
    "/",
    f"/?q={quote('How do TideWalk, R^2Tune and Gusset-4 differ?')}",
    f"/?q={quote('When do volcanoes erupt?')}",
    f"/compare?q={quote('TideWalk and SlackTide')}",
    f"/draft?kind=survey&topic={quote('adapting small language models')}",
    "/check",
    "/library",
    "/papers/sample-tidewalk-2024",
    "/evaluate",
]


def test_from_an_empty_library_to_the_evidence(visit: Callable[[str], Page], libraries: Callable[..., str]) -> None:
    """The sample, a question, the card as a sheet from below, its quote marked, back to the answer by Escape."""
    page = visit(libraries())
    page.size(WIDTH, 740)
    page.open("/")
    page.one("#sample").click()
    page.says("#size", "67 papers")
    page.one(".example a").click()
    page.one(".reference")
    page.one(".sentence button.cite").click()
    page.one("#card mark")
    box = page.run("return document.querySelector('#card').getBoundingClientRect().toJSON()")
    assert (box["left"], box["bottom"]) == (0, 740)
    assert box["width"] > WIDTH - 20, "all of the width but a scroll bar"
    page.press("\ue00c")
    page.until(
        lambda: not page.run("return document.querySelector('#card').matches(':popover-open')"), "the card to go"
    )
    page.run("[...document.querySelectorAll('.bar a')].find((a) => a.innerText === 'Compare')?.click()")
    page.until(lambda: page.all("#result table, .reference"), "the table or the answer")


@pytest.mark.parametrize("path", PATHS)
def test_nothing_but_tables_scrolls_sideways(page: Page, path: str) -> None:
    page.size(WIDTH, 740)
    page.open(path)
    page.until(
        lambda: page.run("return !document.querySelector('.spinner') && document.querySelector('#result > *, #text')"),
        path,
    )
    assert page.run("return document.documentElement.scrollWidth") <= WIDTH


BROKEN = """const found = [];
    const walk = document.createTreeWalker(document.querySelector('.page'), NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        for (const word of node.data.matchAll(/[\\p{L}\\d]+/gu)) {
            const range = document.createRange();
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const seen = node.parentElement.checkVisibility() && node.parentElement.offsetWidth > 1;
            if (seen && range.getClientRects().length > 1) found.push(word[0]);
        }
    return found"""
LONG = "methylmercaptoaminobutyrylglycyl" * 4


@pytest.mark.parametrize("path", PATHS)
def test_no_word_is_broken(page: Page, path: str) -> None:
    """Where it fits on a line of its own, in a narrow column too."""
    page.size(WIDTH, 740)
    page.open(path)
    page.until(lambda: page.run("return !document.querySelector('.spinner')"), path)
    page.run("document.querySelector('button.cite')?.click()")
    assert page.run(BROKEN) == []


def test_what_is_longer_than_the_line_breaks(
    visit: Callable[[str], Page], libraries: Callable[..., str], tmp_path: Path
) -> None:
    """A name of 128 letters in every field: nothing but tables scrolls sideways."""
    paper = {"id": "long", "title": f"{LONG} binds", "abstract": f"{LONG} binds copper. It is {LONG}.", "year": 2024}
    (tmp_path / "long.jsonl").write_text(json.dumps(paper | {"authors": [LONG], "venue": LONG, "doi": f"10.1/{LONG}"}))
    page = visit(libraries(tmp_path / "long.jsonl"))
    page.size(WIDTH, 740)
    for path in ("/library", "/library?q=copper", "/papers/long", "/?q=What%20binds%20copper%3F", "/compare?q=copper"):
        page.open(path)
        page.until(
            lambda: page.run("return !document.querySelector('.spinner') && document.querySelector('#result > *')"),
            path,
        )
        page.run("document.querySelector('button.cite')?.click()")
        assert page.run("return document.documentElement.scrollWidth") <= WIDTH, path
