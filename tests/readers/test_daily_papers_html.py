"""Saved pages of Daily Papers, made up after the structure that is publicly known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest

from service.errors import SourceError
from service.readers.daily_papers_html import DailyPapersPage
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Paper, Rejection

HEAD = '<!DOCTYPE html>\n<html><head><title>Daily Papers - Hugging Face</title></head><body class="huggingface">'


def entry(number: str, title: str, **more: object) -> dict[str, object]:
    paper: dict[str, object] = {
        "id": number, "title": title, "summary": f"We write about {title}.\nTwice & <i>well</i>, with a<b.",
        "authors": [{"_id": "1", "name": "Ada Oven", "hidden": False}, {"_id": "2", "name": "Ben Crust"}],
        "publishedAt": "2024-01-02T00:00:00.000Z", "submittedOnDailyAt": "2024-01-05T00:00:00.000Z", "upvotes": 7,
        "ai_summary": "A model wrote this.", **more,
    }  # fmt: skip
    return {"paper": paper, "title": paper["title"], "publishedAt": paper["publishedAt"], "numComments": 2}


def embedded(**lists: Sequence[object]) -> str:
    props = escape(json.dumps({"periodType": "day", "dateString": "2024-01-05", **lists}))
    return f'<main><div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{props}"></div></main>'


def card(number: str, title: str, host: str = "") -> str:
    return (
        f'<article class="relative flex"><a href="{host}/papers/{number}"><img alt=""></a><div>12</div><h3><a '
        f'href="{host}/papers/{number}" class="line-clamp-3 cursor-pointer text-balance">\n {title}\n </a></h3>'
        f'<div class="shadow-alternate"><div class="leading-none">31</div></div><p>A cut text …</p>'
        f'<time datetime="2024-01-05T10:00:00">Jan 5</time><ul><li>· 4 authors</li></ul>'
        f'<a href="{host}/papers/{number}#community">2</a></article>'
    )


def records(tmp_path: Path, page: str | bytes) -> list[RawRecord | Rejection]:
    path = tmp_path / "page.html"
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    file = Opened(open_text(path), path.name, 1_000_000)
    assert DailyPapersPage().recognises(file.head)
    return list(DailyPapersPage().records(file))


def titles(found: Sequence[RawRecord | Rejection]) -> list[object]:
    return [record.title if isinstance(record, RawRecord) else record.reason for record in found]


def test_the_papers_in_the_page_are_read_with_their_abstracts(tmp_path: Path) -> None:
    """The abstract is the paper's, not the summary that a model wrote."""
    [one, two] = records(tmp_path, HEAD + embedded(dailyPapers=[
        entry("2401.00001", "Crusts", organization={"name": "oven-lab", "fullname": "Oven Lab"}),
        entry("2401.00002", "Crumbs", summary=None),
    ]))  # fmt: skip
    assert isinstance(one, RawRecord)
    assert isinstance(two, RawRecord)
    [paper] = [made for made in papers_of(one, "page.html") if isinstance(made, Paper)]
    assert paper.abstract == "We write about Crusts.\nTwice & well, with a<b."
    assert (paper.title, paper.authors, paper.organisation) == ("Crusts", ("Ada Oven", "Ben Crust"), "Oven Lab")
    assert (paper.date, paper.date_kind, paper.upvotes) == ("2024-01-02", "published", 7)
    assert (paper.url, paper.paper_id) == ("https://arxiv.org/abs/2401.00001", "arxiv:2401.00001")
    assert (two.number, two.abstract) == (2, None)


def test_a_search_is_read_without_the_list_that_it_replaced(tmp_path: Path) -> None:
    """The page of a search still carries the list of the day."""
    page = embedded(dailyPapers=[entry("2401.00001", "Of the day")], searchResults=[entry("2401.00002", "Found")])
    assert titles(records(tmp_path, HEAD + page)) == ["Found"]
    page = embedded(dailyPapers=[entry("2401.00001", "Of the day")], searchResults=[])
    assert titles(records(tmp_path, HEAD + page)) == ["Of the day"]


@pytest.mark.parametrize("host", ["", "https://huggingface.co"], ids=["as sent", "as a browser saves it"])
def test_cards_alone_give_papers_without_abstracts(tmp_path: Path, host: str) -> None:
    """What a card shows of the abstract is cut, or a model's: it could be quoted as the paper's words."""
    page = HEAD + card("2401.00001", "Crusts <b>&amp;</b>\n Crumbs", host) + card("2401.00002v2", "Dough", host)
    crusts, dough = records(tmp_path, page)
    assert crusts == RawRecord(
        number=1, title="Crusts & Crumbs", date="2024-01-05T10:00:00", date_kind="listed",
        ids={"arxiv": "2401.00001"}, author_count=4, upvotes=31,
    )  # fmt: skip
    assert isinstance(dough, RawRecord)
    assert dough.ids == {"arxiv": "2401.00002"}


def test_a_paper_in_both_comes_once_and_later_cards_follow(tmp_path: Path) -> None:
    """A page that was scrolled before it was saved has more cards than it was sent with."""
    page = HEAD + embedded(dailyPapers=[entry("2401.00001", "Crusts")]) + card("2401.00001", "Crusts")
    assert titles(records(tmp_path, page + card("2401.00003", "Later"))) == ["Crusts", "Later"]


def test_what_is_no_paper_in_the_list_is_rejected_by_its_place(tmp_path: Path) -> None:
    """And the others are read."""
    page = embedded(dailyPapers=[None, [1], {}, {"paper": "x"}, entry("2401.00001", "Crusts"), {"paper": {"id": 1}}])
    found = records(tmp_path, HEAD + page)
    assert [type(record) for record in found] == [Rejection] * 4 + [RawRecord] * 2
    assert [record.line for record in found[:4] if isinstance(record, Rejection)] == [1, 2, 3, 4]
    assert isinstance(found[5], RawRecord)
    assert [made.reason for made in papers_of(found[5], "x") if isinstance(made, Rejection)] == ["it has no title"]


NOT_RECOGNISED = {
    "another page": "<!DOCTYPE html><html><head><title>Bread</title></head><body><h3>Crusts</h3></body></html>",
    "a blog that links": '<html><body>See <a href="https://huggingface.co/models">huggingface</a></body></html>',
    "JSON": '{"dailyPapers": []}',
    "a listing as text": "Daily Papers\n\nCrusts\n\nWe bake. huggingface.co/papers/2401.00001\n",
    "XML": '<?xml version="1.0"?><feed><a href="/papers/2401.00001">huggingface</a></feed>',
}


@pytest.mark.parametrize("head", NOT_RECOGNISED.values(), ids=NOT_RECOGNISED)
def test_other_files_are_not_recognised(head: str) -> None:
    """Only HTML that lists their papers."""
    assert not DailyPapersPage().recognises(head)


def test_comments_and_declarations_before_the_page_are_passed_over() -> None:
    """As browsers save pages."""
    before = '\n<?xml version="1.0" encoding="UTF-8"?>\n<!-- saved from url=(0028)https://huggingface.co/papers -->\n'
    assert DailyPapersPage().recognises(before + HEAD)


def test_a_page_without_papers_is_an_error_that_says_what_to_save(tmp_path: Path) -> None:
    """An empty day, or a page of theirs that is called so."""
    for page in (HEAD, HEAD + embedded(dailyPapers=[])):
        with pytest.raises(SourceError, match="lists no papers: save the listing itself"):
            records(tmp_path, page)


def test_damaged_json_is_told_and_leaves_the_cards(tmp_path: Path) -> None:
    """Without cards it is an error of the file as a whole, for all of its papers are in it."""
    page = HEAD + embedded(dailyPapers=[entry("2401.00001", "Crusts")]).replace("&quot;paper&quot;:", "", 1)
    with pytest.raises(SourceError, match="do not parse as JSON"):
        records(tmp_path, page)
    fault, crusts = records(tmp_path, page + card("2401.00001", "Crusts"))
    assert isinstance(fault, Rejection)
    assert "save the page again to have abstracts as well" in fault.reason
    assert titles([crusts]) == ["Crusts"]


def test_invalid_bytes_cost_their_paper(tmp_path: Path) -> None:
    """The reason names the byte."""
    page = (HEAD + embedded(dailyPapers=[entry("2401.00001", "CafE"), entry("2401.00002", "Crumbs")])).encode()
    one, two = records(tmp_path, page.replace(b"CafE", b"Caf\xe9"))
    assert isinstance(one, RawRecord)
    [rejection] = papers_of(one, "page.html")
    assert isinstance(rejection, Rejection)
    assert "byte 0xe9 is not valid UTF-8" in rejection.reason
    assert titles([two]) == ["Crumbs"]


HOSTILE = {
    "deep elements": HEAD + card("2401.00001", "Crusts") + "<div>" * 200_000,
    "deep JSON": HEAD + card("2401.00001", "Crusts") + f'<div data-props="{{&quot;dailyPapers&quot;: {"[" * 200_000}">',
    "entities": "<!DOCTYPE html [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>" + HEAD + card("2401.00001", "Crusts &b;"),
    "external entity": "<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + HEAD + card("2401.00001", "C &a;"),
    "spaces": HEAD + card("2401.00001", "Crusts") + " " * 5_000_000,
    "open tags": HEAD + card("2401.00001", "Crusts") + "<a b" * 500_000,
    "many cards": HEAD + card("2401.00001", "Crusts") * 5_000,
    "comments": "<!--" * 15_000 + HEAD,
}


@pytest.mark.parametrize("page", HOSTILE.values(), ids=HOSTILE)
def test_hostile_pages_end(tmp_path: Path, page: str) -> None:
    """In bounded time, nothing fetched or expanded."""
    path = tmp_path / "page.html"
    path.write_text(page)
    file = Opened(open_text(path), path.name, 1_000_000)
    DailyPapersPage().recognises(file.head)
    try:
        found = list(DailyPapersPage().records(file))
    except SourceError:
        return
    assert titles(found)[-1] is not None
    assert sum(isinstance(record, RawRecord) for record in found) == 1
    assert "root:" not in str(found)
    assert "aaaa" not in str(found)
