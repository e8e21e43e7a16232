"""One item of Zotero as a paper."""

from __future__ import annotations

from typing import Any

import pytest
from zotero_library import author, heron

from service.records import Paper, Rejection
from service.sources.source import MalformedReply
from service.sources.zotero_items import item_of


def test_an_item_as_a_paper() -> None:
    """Editors are no authors of a work that has some."""
    paper = item_of(heron(), "zotero").paper
    assert paper is not None
    assert (paper.paper_id, paper.authors, paper.author_count) == ("okonjo2023", ("Okonjo, Mira",), 1)
    assert (paper.year, paper.date, paper.doi, paper.venue) == (2023, "2023-05-01", "10.1234/heron", "Journal of Birds")


@pytest.mark.parametrize(
    ("creators", "authors"),
    [
        ([author("Ed", "Itor", "editor")], ("Itor, Ed",)),
        ([author("Ed", "Itor", "editor"), author("Pre", "Senter", "presenter")], ("Senter, Pre",)),
        ([{"creatorType": "author", "name": "The Kite Team"}], ("The Kite Team",)),
        ([{"creatorType": "author", "lastName": "Plato", "firstName": ""}], ("Plato",)),
        (["?", {}, {"creatorType": "author"}], ()),
    ],
)
def test_who_made_an_item(creators: list[Any], authors: tuple[str, ...]) -> None:
    paper = item_of(heron(creators=creators), "zotero").paper
    assert paper is not None
    assert paper.authors == authors


def test_an_item_without_a_title_is_rejected_by_its_key() -> None:
    (record,) = item_of(heron(title=" "), "zotero").records
    assert isinstance(record, Rejection)
    assert record.reason.startswith("item HERON: ")


@pytest.mark.parametrize("extra", ["", "Citation Key:", "see Citation Key: none", "Citation Key: " + "k" * 301])
def test_an_item_without_a_citation_key(extra: str) -> None:
    found = item_of(heron(extra=extra), "zotero")
    assert isinstance(found.paper, Paper)
    assert found.paper.paper_id == "" or len(found.paper.paper_id) <= 200


@pytest.mark.parametrize("parsed", [None, [], {}, {"key": "K"}, {"key": "K", "version": "1", "data": {}}])
def test_what_is_no_item(parsed: object) -> None:
    with pytest.raises(MalformedReply):
        item_of(parsed, "zotero")
