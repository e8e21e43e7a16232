"""What records said is kept as it was said, once, and only where a paper's own row does not say it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import invented
from hypothesis import given
from hypothesis import strategies as st

from service.catalog import Catalog, PaperWrite, Units, digest
from service.catalog.rows import paper_of, to_fields
from service.catalog.schema import MIGRATIONS
from service.records import Origin, Paper, Span
from service.records.sources import SourceRecord

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_MAYBE = st.none() | _TEXT.filter(bool)
PAPERS = st.builds(
    Paper,
    title=_TEXT,
    abstract=_TEXT,
    paper_id=_TEXT,
    authors=st.lists(_TEXT, max_size=3).map(tuple),
    author_count=st.none() | st.integers(0, 9),
    organisation=_MAYBE,
    year=st.none() | st.integers(-5, 2030),
    date=_MAYBE,
    date_kind=st.sampled_from([None, "published", "listed"]),
    url=_MAYBE,
    doi=_MAYBE,
    venue=_MAYBE,
    upvotes=st.none() | st.integers(0, 9),
    origin=st.none() | st.builds(Origin, _TEXT, st.integers(0, 9)),
    status=st.sampled_from([None, "retracted"]),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def added(paper: Paper) -> PaperWrite:
    return PaperWrite(paper, (f"id:{paper.paper_id}",), "added", Units((Span(0, 4),), None))


def numbered(number: int) -> Paper:
    return replace(invented(number), paper_id=f"p{number}")


@given(PAPERS)
def test_a_record_comes_back_exactly(paper: Paper) -> None:
    """Zero upvotes, control characters, an author without a name: nothing is rounded or left out."""
    assert paper_of(to_fields(paper)) == paper


@given(PAPERS, PAPERS)
def test_a_digest_names_what_is_said(one: Paper, other: Paper) -> None:
    """Two records have one digest exactly where they differ in nothing but id and origin."""
    same = replace(one, paper_id="", origin=None) == replace(other, paper_id="", origin=None)
    assert (digest(one) == digest(other)) == same
    assert digest(one) == digest(replace(one, paper_id="x", origin=Origin("elsewhere", 1)))


def test_a_paper_of_one_record_needs_none_stored(catalog: Catalog) -> None:
    catalog.write([added(numbered(1))])
    (made,) = catalog.sources.made(["p1", "none"])
    assert made.records == (SourceRecord(numbered(1)),)
    assert (catalog.sources.merged(10, 0), catalog.sources.merged_count()) == ([], 0)
    assert catalog.sources.decided(["p1"]) == {}


def test_the_first_record_is_kept_once_and_each_other_once(catalog: Catalog) -> None:
    """A second first record, or the same words from another file, is passed over."""
    first, second = SourceRecord(numbered(1)), SourceRecord(numbered(2), "the same doi:10.1/x", 1_700_000_000)
    catalog.write([added(numbered(1))], {"p1": [first, second]})
    again = replace(second, paper=replace(numbered(2), origin=Origin("b", 2), paper_id="q"))
    catalog.write([], {"p1": [SourceRecord(numbered(3)), again]})
    (made,) = catalog.sources.merged(10, 0)
    assert made.records == (first, second)
    assert catalog.sources.decided(["p1"])["p1"].known == {digest(numbered(1)), digest(numbered(2))}


def test_records_of_no_paper_are_refused_with_the_whole_batch(catalog: Catalog) -> None:
    with pytest.raises(KeyError, match="p9"):
        catalog.write([added(numbered(1))], {"p9": [SourceRecord(numbered(9))]})
    assert catalog.count() == 0


def test_merges_are_listed_newest_first_and_in_pages(catalog: Catalog) -> None:
    for number in range(3):
        joined = SourceRecord(numbered(number + 10), "why", number)
        catalog.write([added(numbered(number))], {f"p{number}": [SourceRecord(numbered(number)), joined]})
    assert [made.paper.paper_id for made in catalog.sources.merged(2, 0)] == ["p2", "p1"]
    assert [made.paper.paper_id for made in catalog.sources.merged(2, 2)] == ["p0"]
    assert catalog.sources.merged_count() == 3


def test_a_library_from_before_has_papers_of_one_record(tmp_path: Path) -> None:
    """The migration adds tables only: what was merged before it stays one record."""
    path = tmp_path / "catalog.sqlite3"
    with Catalog(path) as catalog:
        catalog.write([added(numbered(1))])
    number = next(i for i, one in enumerate(MIGRATIONS) if "CREATE TABLE records" in one[0])
    connection = sqlite3.connect(path)
    connection.executescript(f"DROP TABLE records; DROP TABLE apart; PRAGMA user_version = {number}")
    connection.close()
    with Catalog(path) as catalog:
        assert [len(made.records) for made in catalog.sources.made(["p1"])] == [1]


def test_deleting_an_unknown_paper_deletes_none(catalog: Catalog) -> None:
    catalog.write([added(numbered(1))])
    with pytest.raises(KeyError, match="p9"):
        catalog.corrections.delete(["p1", "p9"])
    assert catalog.count() == len(list(catalog.papers())) == 1
