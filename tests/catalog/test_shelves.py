"""Collections, tags, notes and reading status: what is kept about a paper, and that it goes with the paper."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.catalog import Catalog, PaperWrite, Units
from service.catalog.schema import MIGRATIONS, migrate
from service.catalog.shelves import Shelves, carry_over
from service.errors import UsageError
from service.identity import identity_keys
from service.records import Filters, Origin, Paper, Span
from service.records.shelves import Collection, Note, NoteText, ShelfChange, Shelving, Tag

PAPERS = (
    Paper("Kite", "A kite.", paper_id="kite", year=2023, doi="10.1234/KITE", origin=Origin("wind/Pubmed.nbib", 1)),
    Paper("Heron", "A heron.", paper_id="heron", year=2024, status="retracted", origin=Origin("birds.bib", 1)),
    Paper("Stork", "", paper_id="stork", status="corrected", origin=Origin("birds.bib", 9)),
    Paper("Owl", "An owl.", paper_id="a/owl 1", status="withdrawn"),
)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        units = Units((Span(0, 1),), None)
        opened.write([PaperWrite(paper, identity_keys(paper), "added", units) for paper in PAPERS])
        yield opened


@pytest.fixture
def shelves(catalog: Catalog) -> Shelves:
    times = (f"2026-01-01T00:00:{second:02}+00:00" for second in range(60))
    return Shelves(catalog._connections, now=lambda: next(times))


def test_a_collection_is_made_filled_renamed_and_deleted(shelves: Shelves, catalog: Catalog) -> None:
    """Its papers stay in the library."""
    made = shelves.collections.create("  Birds  of prey ")
    assert made == Collection("Birds of prey", "2026-01-01T00:00:00+00:00", 0)
    assert shelves.collections.add("birds OF prey", ["heron", "a/owl 1", "heron"]) == 2
    assert shelves.collections.add("Birds of prey", ["heron", "kite"]) == 1
    assert shelves.collections.remove("Birds of prey", ["kite", "stork"]) == 1
    assert shelves.collections.rename("birds of prey", "Birds") == Collection("Birds", made.created, 2)
    assert shelves.collections.rename("Birds", "BIRDS").name == "BIRDS"
    assert shelves.collections.delete("birds").count == 2
    assert shelves.collections.all() == []
    assert catalog.count() == len(PAPERS)


def test_names_of_collections_are_unique_whatever_the_case(shelves: Shelves) -> None:
    """The composed and the decomposed form of an accent are the same name too."""
    shelves.collections.create("Vögel")
    shelves.collections.create("Kites")
    with pytest.raises(UsageError, match="'Vögel' already"):
        shelves.collections.create("VO\u0308GEL")
    with pytest.raises(UsageError, match="'Kites' already"):
        shelves.collections.rename("vögel", "kites")


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..", "a\x1b[31m", "n" * 101, "\u202ename"])
def test_names_that_no_address_can_hold_are_refused(shelves: Shelves, name: str) -> None:
    for refused in (shelves.collections.create, lambda name: shelves.tags.add(name, ["kite"])):
        with pytest.raises(UsageError):
            refused(name)


def test_an_unknown_collection_names_those_there_are(shelves: Shelves) -> None:
    with pytest.raises(UsageError, match="no collection 'Brids'; there are none yet"):
        shelves.collections.named("Brids")
    shelves.collections.create("Birds")
    for refused in (
        lambda: shelves.collections.add("Brids", ["kite"]),
        lambda: shelves.collections.delete("Brids"),
        lambda: shelves.collections.rename("Brids", "x"),
        lambda: shelves.page(Filters(collections=("Brids",)), limit=5),
    ):
        with pytest.raises(UsageError, match="no collection 'Brids'; there are 'Birds'"):
            refused()


@pytest.mark.parametrize("name", ["kite", "10.1234/kite", "https://doi.org/10.1234/Kite", "doi:10.1234/KITE"])
def test_a_paper_is_named_by_id_or_doi(shelves: Shelves, name: str) -> None:
    assert shelves.resolved([name, "a/owl 1", name]) == ("kite", "a/owl 1")


@pytest.mark.parametrize("name", ["kite", " doi:10.1234/KITE", "{title}"])
def test_papers_are_called_by_title_too(shelves: Shelves, name: str) -> None:
    (kite,) = shelves.called("kite")
    assert shelves.called(name.format(title=kite.title.upper())) == [kite]
    assert shelves.called("\ud800") == []


def test_an_unknown_paper_names_the_nearest_and_nothing_is_done(shelves: Shelves) -> None:
    """Neither to those that are there."""
    shelves.collections.create("Birds")
    with pytest.raises(UsageError, match=r"no paper 'hreon' \(nearest: 'heron'\), '\?'; "):
        shelves.collections.add("Birds", ["kite", "hreon", "?"])
    assert shelves.collections.named("Birds").count == 0
    with pytest.raises(UsageError, match="and 15 more"):
        shelves.resolved([f"none-{number}" for number in range(20)])
    with pytest.raises(UsageError):
        shelves.resolved(["\ud800"])


def test_a_tag_keeps_its_first_spelling_and_goes_with_its_last_paper(shelves: Shelves) -> None:
    assert shelves.tags.add("To Cite", ["kite", "heron"]) == 2
    assert shelves.tags.add("to cite", ["heron", "stork"]) == 1
    assert shelves.tags.all() == [Tag("To Cite", 3)]
    assert shelves.paper("stork").shelf.tags == ("To Cite",)
    assert shelves.tags.remove("TO CITE", ["kite", "a/owl 1"]) == 1
    shelves.tags.remove("to cite", ["heron", "stork"])
    assert shelves.tags.all() == []
    with pytest.raises(UsageError, match="no tag 'to cite'; there are none yet"):
        shelves.tags.remove("to cite", ["kite"])


def test_notes_are_several_and_numbers_never_come_back(shelves: Shelves) -> None:
    first = shelves.notes.add("doi:10.1234/kite", " Flies\nhigh. ")
    second = shelves.notes.add("kite", "Not in rain.")
    assert first == Note(1, "kite", "Flies\nhigh.", "2026-01-01T00:00:00+00:00")
    edited = shelves.notes.edit(1, "Flies low.")
    assert (edited.text, edited.changed) == ("Flies low.", "2026-01-01T00:00:02+00:00")
    assert shelves.notes.all(["kite", "heron"]) == [edited, second]
    assert shelves.notes.remove([2, 2]) == [second]
    assert shelves.notes.add("heron", "Wades.").note_id == 3
    with pytest.raises(UsageError, match="no note 2, 99999999999999999999;"):
        shelves.notes.remove([1, 2, 10**20 - 1])
    assert len(shelves.notes.all()) == 2
    for text in ("", " \n", "x" * 20_001):
        with pytest.raises(UsageError, match="the note"):
            shelves.notes.add("kite", text)


def test_reading_status_is_set_changed_and_taken_away(shelves: Shelves) -> None:
    assert shelves.statuses.set("reading", ["kite", "heron"]) == 2
    assert shelves.statuses.set("read", ["kite", "kite"]) == 1
    assert shelves.statuses.set("read", ["kite"]) == 0
    assert [shelves.paper(name).shelf.reading_status for name in ("kite", "heron", "stork")] == [
        "read",
        "reading",
        None,
    ]
    assert shelves.statuses.set("none", ["heron", "stork"]) == 1
    assert shelves.paper("heron").shelf.reading_status is None
    with pytest.raises(UsageError, match="'skimmed' is no reading status: to_read, reading, read, none"):
        shelves.statuses.set("skimmed", ["kite"])


def test_a_change_is_made_whole_or_not_at_all(shelves: Shelves) -> None:
    """Only what it names is changed; notes without an id are new, those left out are gone."""
    first = shelves.notes.add("kite", "One.")
    shelves.notes.add("kite", "Two.")
    after = shelves.change("kite", ShelfChange(tags=("wind",), reading_status="read"))
    assert (after.shelf.tags, after.shelf.reading_status, len(after.shelf.notes)) == (("wind",), "read", 2)
    after = shelves.change("kite", ShelfChange(notes=(NoteText("One.", first.note_id), NoteText("Three."))))
    assert [(n.text, n.changed) for n in after.shelf.notes] == [("One.", None), ("Three.", None)]
    assert after.shelf.tags == ("wind",)
    with pytest.raises(UsageError, match="no note 2;"):
        shelves.change("kite", ShelfChange(tags=(), notes=(NoteText("Two.", 2),)))
    assert shelves.paper("kite") == after
    assert shelves.change("kite", ShelfChange(tags=(), reading_status="none", notes=())).shelf.notes == ()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(collections=("birds",)), {"heron", "stork"}),
        (Filters(collections=("BIRDS", "wind")), {"heron", "stork", "kite"}),
        (Filters(collections=("birds",), tags=("wader",)), {"heron"}),
        (Filters(tags=("wader", "flier")), {"heron", "kite"}),
        (Filters(sources=("birds.bib",)), {"heron", "stork"}),
        (Filters(sources=("pubmed",)), {"kite"}),
        (Filters(sources=("pubmed", "BIRDS")), {"kite", "heron", "stork"}),
        (Filters(has_abstract=True), {"kite", "heron", "a/owl 1"}),
        (Filters(has_abstract=False), {"stork"}),
        (Filters(reading_status=("read",)), {"kite"}),
        (Filters(reading_status=("read", "none")), {"kite", "stork", "a/owl 1"}),
        (Filters(reading_status=("none",), has_abstract=True), {"a/owl 1"}),
        (Filters(publication_status=("retracted", "corrected")), {"heron", "stork"}),
        (Filters(no_retracted=True), {"kite", "stork"}),
        (Filters(paper_ids=("kite", "heron"), tags=("wader",), year_from=2024), {"heron"}),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
def test_filters_by_shelf_let_through_what_they_say(
    shelves: Shelves, catalog: Catalog, filters: Filters, expected: set[str]
) -> None:
    """The same papers whichever way they are asked for: every filter holds, one of its values is enough."""
    shelves.shelve(["heron", "stork"], Shelving(("Birds",)))
    shelves.shelve(["kite"], Shelving(("Wind",), ("flier",)))
    shelves.tags.add("Wader", ["heron"])
    shelves.statuses.set("read", ["kite"])
    shelves.statuses.set("reading", ["heron"])
    assert catalog.matching(filters) == expected
    assert catalog.matching(filters, among=["kite", "heron"]) == expected & {"kite", "heron"}
    assert catalog.count(filters) == len(expected)
    assert {paper.paper_id for paper in catalog.papers(filters)} == expected
    assert {paper.paper.paper_id for paper in shelves.page(filters, limit=9).papers} == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(collections=("birds", "fish")), "no collection 'fish'; there are 'birds'"),
        (Filters(tags=("wader",)), "no tag 'wader'; there are none yet"),
        (Filters(sources=("scopus",)), "no source 'scopus'; there are 'birds.bib', 'wind/Pubmed.nbib'"),
    ],
    ids=str,
)
def test_a_filter_by_what_is_not_there_is_refused_wherever_it_is_used(
    shelves: Shelves, catalog: Catalog, filters: Filters, message: str
) -> None:
    """Not an empty answer."""
    shelves.collections.create("birds")
    for use in (
        catalog.matching,
        catalog.count,
        catalog.vectors_of,
        lambda filters: list(catalog.papers(filters)),
        lambda filters: catalog.matching(filters, among=[]),
    ):
        with pytest.raises(UsageError, match=message):
            use(filters)


def test_pages_follow_each_other_while_papers_come(shelves: Shelves, catalog: Catalog) -> None:
    first = shelves.page(None, limit=3)
    catalog.write([PaperWrite(Paper("New", "A.", paper_id="new"), (), "added", Units((Span(0, 1),), None))])
    second = shelves.page(None, limit=3, cursor=first.cursor)
    ids = [paper.paper.paper_id for page in (first, second) for paper in page.papers]
    assert ids == ["kite", "heron", "stork", "a/owl 1", "new"]
    assert (first.total, second.total, second.cursor) == (4, 5, None)
    assert shelves.page(None, limit=5).cursor is None
    for cursor in ("", "x", "-1", "9" * 30, "٣"):
        with pytest.raises(UsageError, match="no cursor"):
            shelves.page(None, limit=5, cursor=cursor)


def test_what_is_kept_goes_with_its_paper(shelves: Shelves, catalog: Catalog) -> None:
    """In the same transaction, whoever deletes it; nothing dangles."""
    shelves.shelve(["kite", "heron"], Shelving(("Birds",), ("wind",)))
    shelves.notes.add("kite", "Flies.")
    shelves.statuses.set("read", ["kite"])
    with catalog._connections.writing() as connection:
        connection.execute("DELETE FROM papers WHERE paper_id = 'kite'")
    assert shelves.collections.named("Birds").count == 1
    assert shelves.tags.all() == [Tag("wind", 1)]
    assert shelves.notes.all() == []
    assert shelves.page(Filters(reading_status=("read",)), limit=1).total == 0
    assert catalog.problems() == ()


def test_a_merged_paper_hands_over_what_was_kept_about_it(shelves: Shelves, catalog: Catalog) -> None:
    """Where both have a status, the kept paper's stays."""
    shelves.shelve(["kite", "heron"], Shelving(("Birds",), ("wind",)))
    shelves.shelve(["kite"], Shelving(("Toys",), ("paper",)))
    shelves.notes.add("kite", "Flies.")
    shelves.statuses.set("read", ["kite"])
    shelves.statuses.set("reading", ["heron"])
    rows = {paper: number for number, paper in enumerate(("kite", "heron", "stork"), start=1)}
    with catalog._connections.writing() as connection:
        carry_over(connection, rows["kite"], rows["heron"])
        carry_over(connection, rows["heron"], rows["stork"])
    shelf = shelves.paper("stork").shelf
    assert (shelf.collections, shelf.tags, shelf.reading_status) == (("Birds", "Toys"), ("paper", "wind"), "reading")
    assert [note.text for note in shelf.notes] == ["Flies."]


def test_an_older_library_gets_its_shelves(tmp_path: Path) -> None:
    """Its papers stay, and filters by what is new find them."""
    path = tmp_path / "catalog.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, migrations=MIGRATIONS[:5])
    connection.execute("INSERT INTO papers (paper_id, title, abstract, authors) VALUES ('old', 'Old', '', '[]')")
    connection.close()
    with Catalog(path) as catalog:
        assert catalog.matching(Filters(has_abstract=False)) == {"old"}
        assert catalog.shelves.tags.add("x", ["old"]) == 1
