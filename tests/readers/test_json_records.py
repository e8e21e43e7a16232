"""JSON of no particular service: arrays of records and tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.readers.json_records import JsonRecords
from service.readers.lines import open_text
from service.readers.opened import Opened
from service.readers.raw import RawRecord, papers_of
from service.records import Origin, Paper, Rejection

ROWS = [
    {"title": "Crusts", "abstract": "We bake.", "year": 2021.0, "doi": None},
    {"title": "Crumbs", "abstract": float("nan"), "year": float("nan"), "doi": "10.5555/c"},
]


def read(tmp_path: Path, content: object) -> list[Paper | Rejection]:
    path = tmp_path / "some.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    text = open_text(path)
    assert JsonRecords().recognises(text.head)
    found = JsonRecords().records(Opened(text, "some.json", 100_000))
    out = [p for r in found for p in (papers_of(r, "some.json") if isinstance(r, RawRecord) else (r,))]
    return [p for p in out if isinstance(p, Paper | Rejection)]


SHAPES = {
    "records": ROWS,
    "records over lines": json.dumps(ROWS, indent=2),
    "columns": {key: {str(n): row[key] for n, row in enumerate(ROWS)} for key in ROWS[0]},
    "lists": {key: [row[key] for row in ROWS] for key in ROWS[0]},
    "split": {"columns": list(ROWS[0]), "index": [0, 1], "data": [list(row.values()) for row in ROWS]},
    "index": {str(n): row for n, row in enumerate(ROWS)},
    "table": {"schema": {"fields": [{"name": "title"}]}, "data": ROWS},
    "in an object": {"count": 2, "papers": ROWS},
}


@pytest.mark.parametrize("content", SHAPES.values(), ids=SHAPES.keys())
def test_every_way_pandas_writes_a_table_is_read(tmp_path: Path, content: object) -> None:
    """2021.0 is a year, NaN is nothing, and the places are those of the rows."""
    assert read(tmp_path, content) == [
        Paper(
            title="Crusts", abstract="We bake.", year=2021, date_kind="published", origin=Origin("some.json", 1)
        ),
        Paper(title="Crumbs", abstract="", doi="10.5555/c", origin=Origin("some.json", 2)),
    ]  # fmt: skip


def test_one_record_over_several_lines_is_read(tmp_path: Path) -> None:
    assert [type(p) for p in read(tmp_path, json.dumps(ROWS[0], indent=2))] == [Paper]


def test_our_own_fields_mean_what_they_mean_in_jsonl(tmp_path: Path) -> None:
    """`source` is where a record came from, `id` its id."""
    own = {
        "id": 7,
        "title": "T",
        "abstract": "We bake.",
        "authors": [{"name": "Ada Oven"}, "Cy Crumb"],
        "source": "feed",
    }
    assert read(tmp_path, [own]) == [
        Paper(
            title="T", abstract="We bake.", paper_id="7", authors=("Ada Oven", "Cy Crumb"), author_count=2,
            origin=Origin("feed", 1),
        )
    ]  # fmt: skip


def test_other_names_for_the_fields_are_known(tmp_path: Path) -> None:
    """In any case and with any marks; lists of one text, and people's names in parts."""
    other = {
        "Article Title": ["Crusts"], "ABSTRACT": "We bake.", "Publication_Year": "2021", "DOI": "10.5555/c",
        "Creators": [{"firstName": "Ada", "lastName": "Oven"}, {"family": "Crumb", "given": "Cy"}],
        "arXiv ID": "2101.00001v2", "Journal": "Bakery", "Keywords": ["rye"],
    }  # fmt: skip
    assert read(tmp_path, [other]) == [
        Paper(
            title="Crusts", abstract="We bake.", paper_id="arxiv:2101.00001", authors=("Oven, Ada", "Crumb, Cy"),
            author_count=2, year=2021, date_kind="published", url="https://arxiv.org/abs/2101.00001",
            doi="10.5555/c", venue="Bakery", origin=Origin("some.json", 1),
        )
    ]  # fmt: skip


def test_authors_in_one_text_are_parted(tmp_path: Path) -> None:
    [found] = read(tmp_path, [{"Title": "T", "Authors": "Oven, Ada; Crumb, Cy"}])
    assert isinstance(found, Paper)
    assert found.authors == ("Oven, Ada", "Crumb, Cy")


def test_a_number_is_a_title(tmp_path: Path) -> None:
    [found] = read(tmp_path, [{"title": 1984, "abstract": "A book."}])
    assert isinstance(found, Paper)
    assert found.title == "1984"


def test_rows_that_are_no_records_are_told(tmp_path: Path) -> None:
    """As many come out as the array has."""
    _, *rejected = read(tmp_path, [ROWS[0], None, 7, {"year": 2021}, {}, {"title": " ", "year": 1}, {"title": "\x00"}])
    assert [(r.line, r.reason.partition(":")[0]) for r in rejected if isinstance(r, Rejection)] == [
        (2, "expected an object {...} of a paper, found null"),
        (3, "expected an object {...} of a paper, found a number"),
        (4, "it has no title, only year"),
        (5, "it is empty"),
        (6, "it has no title, only title, year"),
        (7, "holds a NUL character"),
    ]


def test_columns_of_unequal_length_lose_no_row(tmp_path: Path) -> None:
    """The rows are those of the longest one."""
    found = read(tmp_path, {"title": ["Crusts"], "abstract": ["We bake.", "We eat."]})
    assert [type(record) for record in found] == [Paper, Rejection]


def test_hostile_values_cost_their_record(tmp_path: Path) -> None:
    """The rest is imported."""
    deep = '{"title": "T", "abstract": ' + "[" * 200_000 + "]" * 200_000 + "}"
    huge = '{"title": "T", "year": ' + "9" * 10_000 + "}"
    half = '{"title": "T \\ud800"}'
    long = json.dumps({"title": "x" * 5_000_000})
    good = json.dumps(ROWS[0])
    found = read(tmp_path, "[" + ",".join((good, deep, good, huge, good, half, good, long, good)) + "]")
    assert [type(record) for record in found] == [Paper, Rejection] * 4 + [Paper]
