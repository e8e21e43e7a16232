"""Library: filling an empty one, what became of each record, searching, choosing; one paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from page_reader import Page

LISTING = '{"title": "Invented Kelp Forecasts", "abstract": "Kelp is forecast here, for a test.", "year": 2021}\n'


def upload(page: Page, *files: Path) -> None:
    page.run("const files = document.querySelector('#files'); files.closest('details')?.setAttribute('open', '')")
    page.all("#files")[0].send_keys("\n".join(map(str, files)))


def test_an_empty_library_offers_ways_to_fill_it(
    visit: Callable[[str], Page], libraries: Callable[..., str], tmp_path: Path
) -> None:
    """Files with rejections and their reasons, a pasted list, DOIs, the sample; then there is something to ask."""
    page = visit(libraries())
    page.open("/")
    page.says("#size", "The library is empty.")
    good, bad = tmp_path / "kelp.jsonl", tmp_path / "noise.txt"
    good.write_text(LISTING + '{"abstract": "Bare."}\n')
    bad.write_bytes(bytes(range(256)) * 20)
    upload(page, good, bad)
    page.says("#became", "1 paper added, 0 duplicates, 2 rejected.")
    page.says("#became details", "kelp.jsonl, line 2")
    page.says("#became details", "noise.txt")
    page.open("/library")
    page.says("#size", "1 paper")
    page.one("#adding summary").click()
    page.all("summary")[-1].click()
    page.one("#pasted").send_keys("10.1234/nowhere")
    page.one("#paste").click()
    page.says("#became .notice", "")
    page.one("#pasted").clear()
    page.run("document.querySelector('#pasted').value = arguments[0]", LISTING.replace("Kelp", "Moss"))
    page.one("#paste").click()
    page.says("#size", "2 papers")
    page.one("#adding summary").click()
    page.one("#sample").click()
    page.says("#size", "69 papers")


def test_the_timeline_leads_to_the_papers_of_a_year(page: Page) -> None:
    """The server's drawing is in the page, and its bars are links out of it."""
    page.open("/library")
    page.browser.switch_to.frame(page.one("iframe"))
    page.until(lambda: len(page.all("svg a")) == 6, "the timeline")
    bars = page.all("svg a")
    page.run("arguments[0].dispatchEvent(new MouseEvent('click', {bubbles: true}))", bars[2])
    page.browser.switch_to.default_content()
    page.until(lambda: "year_from=2023&year_to=2023" in page.browser.current_url, "the year's address")
    assert page.all("input[name=year_from]")[0].get_attribute("value") == "2023"


def test_papers_are_searched_chosen_and_asked(page: Page) -> None:
    """A choice of papers becomes the filter of a question."""
    page.open("/library?q=adapters")
    boxes = page.until(lambda: page.all(".line input"), "hits")
    boxes[0].click()
    boxes[1].click()
    page.says("#picked", "2 papers")
    ask = page.one("#picked a")
    assert str(ask.get_attribute("href")).count("id=") == 2
    ask.click()
    page.says("form", "Only 2 chosen papers")


def test_the_whole_library_is_listed_page_by_page(page: Page) -> None:
    """Where the service lists papers: all of them, fifty at a time; else the page says so."""
    page.open("/library")
    page.until(lambda: page.all("#result .line, #result .notice"), "the list")
    if page.all("#result .notice"):
        assert "does not offer" in page.text("#result")
        pytest.skip("this service does not list papers")
    assert len(page.all("#result .line")) == 50
    page.one("#more").click()
    page.until(lambda: len(page.all("#result .line")) == 67, "the second page")


def test_what_one_keeps_about_a_paper_is_kept(page: Page) -> None:
    """Tags, notes and reading status, where the service keeps them."""
    page.open("/papers/sample-wrenctc-2022")
    page.says("h1", "WrenCTC")
    if not page.all("#result textarea"):
        pytest.skip("this service keeps nothing about papers")
    page.one("label.wide input").send_keys("speech, to cite")
    page.one("label.wide textarea").send_keys("Small enough.")
    page.run("[...document.querySelectorAll('button')].find(b => b.innerText === 'Save').click()")
    page.says("#said", "Saved")
    page.run("const s = document.querySelector('select'); s.value = 'reading'; s.dispatchEvent(new Event('change'))")
    page.open("/papers/sample-wrenctc-2022")
    page.one("label.wide textarea")
    assert page.one("label.wide textarea").get_attribute("value") == "Small enough."
    assert page.one("label.wide input").get_attribute("value") == "speech, to cite"
    assert page.one("select").get_attribute("value") == "reading"


def test_a_paper_shows_its_abstract_and_its_neighbours(page: Page) -> None:
    """With links to ask about it and to compare it."""
    page.open("/papers/sample-tidewalk-2024")
    page.says("h1", "TideWalk: Rank Schedules")
    page.says("#result", "Low-rank adapters are usually given one rank")
    page.until(lambda: page.all("#result p button.cite"), "papers near it")
    page.open("/papers/no%2Fsuch%3Fpaper")
    page.says("h1", "Not here")
