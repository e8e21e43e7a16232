"""Library: filling an empty one, what became of each record, searching, choosing; one paper."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

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
    page.one("#became > button").click()
    page.says("#size", "1 paper in your library")
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
    """The server's drawing is in the page, and its bars are links."""
    page.open("/library")
    page.until(lambda: len(page.all("#years svg a")) == 6, "the timeline")
    page.all("#years svg a")[2].click()
    page.until(lambda: "year_from=2023&year_to=2023" in page.browser.current_url, "the year's address")
    assert page.all("input[name=year_from]")[0].get_attribute("value") == "2023"


def test_papers_are_searched_chosen_and_asked(page: Page) -> None:
    """A choice of papers becomes the filter of a question."""
    page.open("/library?q=adapters")
    boxes = page.until(lambda: page.all(".line input"), "hits")
    boxes[0].click()
    boxes[1].click()
    page.says("#picked", "2 papers")
    boxes[1].click()
    page.says("#picked", "1 paper")
    boxes[1].click()
    page.one('#picked [name="ris"]').click()
    assert page.downloaded_like(".ris").count(b"TY  -") == 2
    page.one("#picked button").click()
    page.says("form", "Only 2 chosen papers")
    assert page.browser.current_url.count("id=") == 2


def test_the_whole_library_is_listed_page_by_page(page: Page) -> None:
    """Where the service lists papers: all of them, fifty at a time; else the page says so."""
    page.open("/library")
    page.until(lambda: page.all("#result .line"), "the list")
    assert len(page.all("#result .line")) == 50
    page.one("#more").click()
    page.until(lambda: len(page.all("#result .line")) == 67, "the second page")


def test_what_one_keeps_about_a_paper_is_kept(page: Page) -> None:
    """Tags, notes and reading status, where the service keeps them."""
    page.open("/papers/sample-wrenctc-2022")
    page.says("h1", "WrenCTC")
    page.one("#tags").send_keys("speech, to cite")
    for note in ("Small enough.", "Read the appendix."):
        before = len(page.all("#notes textarea"))
        page.all("#notes textarea")[-1].send_keys(note)
        page.one("#save").click()
        page.until(lambda before=before: len(page.all("#notes textarea")) == before + 1, "room for another note")
    page.run("const s = document.querySelector('select'); s.value = 'reading'; s.dispatchEvent(new Event('change'))")
    page.says("#said", "Saved")
    page.open("/papers/sample-wrenctc-2022")
    page.one("#own")
    values = page.run("return [...document.querySelectorAll('#notes textarea')].map((area) => area.value)")
    assert values == ["Small enough.", "Read the appendix.", ""]
    assert page.one("#tags").get_attribute("value") == "speech, to cite"
    assert page.one("select").get_attribute("value") == "reading"


def test_pairs_that_may_be_one_are_merged_or_told_apart(
    visit: Callable[[str], Page], libraries: Callable[..., str], tmp_path: Path
) -> None:
    """Either decision takes the pair away, and is remembered."""
    papers = [
        {"title": title, "abstract": f"{words} are counted.", "doi": f"10.{n}000/{title.split()[-1]}", "year": 2020}
        for title in ("Counting the kelp of a bay", "Counting the moss of a roof")
        for n, words in enumerate(("All stems", "Many spores, and in no other way,"), 1)
    ]
    file = tmp_path / "pairs.jsonl"
    file.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    page = visit(libraries(file))
    page.open("/library")
    page.until(lambda: len(page.all("#duplicates .claim")) == 2, "two pairs")
    apart, merge = "button:last-child", "button"
    page.one(f"#duplicates .claim {apart}").click()
    page.says("#said", "Kept apart")
    page.until(lambda: len(page.all("#duplicates .claim")) == 1, "one pair")
    page.one(f"#duplicates .claim {merge}").click()
    page.says("#said", "Merged")
    page.open("/library")
    page.until(lambda: len(page.all("#result .line")) == 3, "three papers")
    assert page.text("#duplicates") == ""


def test_a_paper_shows_its_abstract_and_its_neighbours(page: Page) -> None:
    """With links to ask about it and to compare it."""
    page.open("/papers/sample-tidewalk-2024")
    page.says("h1", "TideWalk: Rank Schedules")
    page.says("#result", "Low-rank adapters are usually given one rank")
    page.until(lambda: page.all("#near button.cite"), "papers near it")
    page.open("/papers/no%2Fsuch%3Fpaper")
    page.says("h1", "Not here")
    assert [a.text for a in page.all("#result a[href='/library'], main a[href='/library']")] == ["The library"]
