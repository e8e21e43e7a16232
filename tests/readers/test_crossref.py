"""What only Crossref has: updates and notices, dates in parts, titles in lists."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from service.readers.crossref import Crossref
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord

WORK: dict[str, Any] = {
    "indexed": {}, "reference-count": 3, "prefix": "10.5555", "DOI": "10.5555/Rye.1", "title": ["Crusts of rye"],
    "created": {"date-parts": [[2010, 5, 18]]}, "issued": {"date-parts": [[2021, 3]]},
}  # fmt: skip


def record(tmp_path: Path, more: dict[str, Any]) -> RawRecord:
    path = tmp_path / "work.json"
    path.write_text(json.dumps(WORK | more))
    text = open_text(path)
    assert Crossref().recognises(text.head)
    [found] = Crossref().records(Opened(text, "work.json", 100_000))
    assert isinstance(found, RawRecord)
    return found


STATUS = {
    "updated by a retraction": ({"updated-by": [{"type": "correction"}, {"type": "retraction"}]}, "retracted"),
    "updated by a concern": ({"updated-by": [{"type": "expression_of_concern"}]}, "concern"),
    "updated by an erratum": ({"updated-by": [{"type": "erratum"}]}, "corrected"),
    "updated by a version": ({"updated-by": [{"type": "new_version"}]}, None),
    "updates another": ({"update-to": [{"type": "retraction", "DOI": "10.5555/other"}]}, None),
    "notice called as its paper": (
        {"title": ["Retracted: Crusts"], "update-to": [{"type": "retraction", "DOI": "10.5555/other"}]}, None
    ),
    "updates itself": ({"update-to": [{"type": "withdrawal", "DOI": "10.5555/rye.1"}]}, "withdrawn"),
    "relation": ({"relation": {"is-retracted-by": [{"id": "10.5555/n"}]}}, "retracted"),
    "assertion of the title": ({"assertion": [{"name": "articletitle", "value": "RETRACTED: Crusts"}]}, "retracted"),
    "assertion of a change": ({"assertion": [{"name": "change_type", "value": "Correction"}]}, "corrected"),
    "none": ({"assertion": [{"name": "publisher", "value": "Retraction Press"}], "relation": {}}, None),
}  # fmt: skip


@pytest.mark.parametrize(("more", "status"), STATUS.values(), ids=STATUS.keys())
def test_crossref_tells_what_became_of_a_paper(tmp_path: Path, more: dict[str, Any], status: str | None) -> None:
    """Of the paper itself; a notice is a sound paper of its own."""
    assert record(tmp_path, more).status == status


DATES = {
    "unknown": ({"issued": {"date-parts": [[None]]}}, None),
    "missing": ({"issued": None}, None),
    "online only": (
        {"issued": {"date-parts": [[None]]}, "published-online": {"date-parts": [[2020, 2, 3]]}}, [2020, 2, 3]
    ),
    "odd": ({"issued": {"date-parts": 7}}, None),
}  # fmt: skip


@pytest.mark.parametrize(("more", "date"), DATES.values(), ids=DATES.keys())
def test_dates_that_are_not_known_are_none(tmp_path: Path, more: dict[str, Any], date: list[int] | None) -> None:
    assert record(tmp_path, more).date == date


TITLES = {
    "Rye": (["Rye"], [], "Rye"),
    "with subtitle": (["Rye"], ["a survey"], "Rye: a survey"),
    "question": (["Why rye?"], ["A survey"], "Why rye? A survey"),
    "repeated": (["Rye: a survey"], ["A survey"], "Rye: a survey"),
    "deck": (["Rye"], ["New data yield new insights."], "Rye"),
    "text": ("Rye", None, "Rye"),
}


@pytest.mark.parametrize(("title", "subtitle", "read"), TITLES.values(), ids=TITLES.keys())
def test_crossref_subtitles_belong_to_the_title(tmp_path: Path, title: object, subtitle: object, read: str) -> None:
    assert record(tmp_path, {"title": title, "subtitle": subtitle}).title == read


VENUES = {
    "journal": ({"container-title": ["Bakery", "Bak."]}, "Bakery"),
    "conference": ({"container-title": [], "event": {"name": "Bread 2021"}}, "Bread 2021"),
    "preprint": ({"type": "posted-content", "institution": [{"name": "bakeRxiv"}]}, "bakeRxiv"),
    "report": ({"type": "report", "institution": [{"name": "Oven Lab"}]}, None),
}


@pytest.mark.parametrize(("more", "venue"), VENUES.values(), ids=VENUES.keys())
def test_the_venue_is_where_it_appeared(tmp_path: Path, more: dict[str, Any], venue: str | None) -> None:
    assert record(tmp_path, more).venue == venue


def test_its_own_preprint_is_an_id(tmp_path: Path) -> None:
    """Only one on arXiv."""
    related = [{"id-type": "doi", "id": "10.5555/p"}, {"id-type": "arxiv", "id": "2101.00001"}]
    assert record(tmp_path, {"relation": {"has-preprint": related}}).ids == {"arxiv": "2101.00001"}
    assert record(tmp_path, {"relation": {"has-preprint": related[:1]}}).ids == {"arxiv": None}
