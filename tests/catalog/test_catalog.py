"""What goes into the catalog comes out as it was, whole batches only, and each index hears of it once."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import invented

from service.catalog import Catalog, Fingerprint, OutboxRow, PaperWrite, Units
from service.catalog.catalog import PAGE
from service.errors import LibraryError
from service.records import Filters, Origin, Paper, Span


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.sqlite3") as opened:
        yield opened


def units(*spans: tuple[int, int], vectors: list[list[float]] | None = None) -> Units:
    made = None if vectors is None else np.array(vectors, np.float32)
    return Units(tuple(Span(*span) for span in spans), made)


def added(paper: Paper, *, chunks: Units | None = None, keys: tuple[str, ...] = ()) -> PaperWrite:
    one = units((0, 4), vectors=[[1.0, 0.0]])
    return PaperWrite(paper, keys, "added", one if chunks is None else chunks, one)


def numbered(number: int) -> Paper:
    return replace(invented(number), paper_id=f"p{number}")


FULL = Paper(
    title='Nystr\\"om \u2028 LiPO-{\\lambda}',
    abstract="  78.2\\% of\x00 \U0001d54f ‘quotes’ \n",
    paper_id="a/b c:1",
    authors=("Ada Nobody", "Ö. Invented"),
    author_count=2,
    organisation="Institute of Kites",
    year=2024,
    date="2024-12-05",
    date_kind="listed",
    url="https://example.org/1",
    doi="10.1234/kite",
    venue="KiteConf",
    upvotes=0,
    origin=Origin("listing.txt", 7),
)


@pytest.mark.parametrize("paper", [FULL, Paper("T", "A.", paper_id="x")], ids=["every field", "only the least"])
def test_paper_comes_back_exactly(catalog: Catalog, paper: Paper) -> None:
    """Abstracts verbatim, down to NUL and trailing space; 0 stays 0 and absent stays None."""
    catalog.write([added(paper)])
    assert catalog.paper(paper.paper_id) == paper
    assert list(catalog.papers()) == [paper]


def test_all_papers_come_in_order_over_several_pages(catalog: Catalog) -> None:
    """Pages neither skip nor repeat: one more than two pages of papers."""
    total = 2 * PAGE + 1
    catalog.write([added(numbered(i)) for i in range(total)])
    assert [paper.paper_id for paper in catalog.papers()] == [f"p{i}" for i in range(total)]
    assert catalog.count() == total


def test_failing_batch_leaves_nothing(catalog: Catalog) -> None:
    """The second paper's id is taken: the first one, its chunks and its outbox row go as well."""
    catalog.write([added(numbered(1))])
    before = catalog.newest_change()
    with pytest.raises(LibraryError, match="UNIQUE"):
        catalog.write([added(numbered(2)), added(numbered(1))])
    assert catalog.count() == 1
    assert catalog.chunk_count() == 1
    assert catalog.newest_change() == before


def test_change_to_an_unknown_paper_is_an_error_and_rolls_back(catalog: Catalog) -> None:
    """A write that says "changed" about no paper is a fault of the caller, not a new paper."""
    with pytest.raises(KeyError, match="p9"):
        catalog.write([added(numbered(1)), PaperWrite(numbered(9), (), "fields")])
    assert catalog.count() == 0


def test_change_of_fields_leaves_text_vectors_and_indexes_alone(catalog: Catalog) -> None:
    """Neither index holds upvotes, so neither hears of them."""
    catalog.write([added(numbered(1), keys=("title:one",))])
    before = catalog.newest_change()
    catalog.write([PaperWrite(replace(numbered(1), upvotes=5), ("doi:1",), "fields")])
    changed = catalog.paper("p1")
    assert changed is not None
    assert changed.upvotes == 5
    assert catalog.vector_count() == 1
    assert catalog.newest_change() == before
    assert set(catalog.by_identity(["title:one", "doi:1", "doi:2"])) == {"title:one", "doi:1"}


def test_change_of_text_replaces_units_and_says_how_many_are_stale(catalog: Catalog) -> None:
    """Three chunks become one: the vector index must be told to look for three."""
    three = units((0, 1), (1, 2), (2, 3), vectors=[[1, 0], [0, 1], [1, 0]])
    catalog.write([added(numbered(1), chunks=three)])
    one = units((0, 9), vectors=[[0, 1]])
    catalog.write([PaperWrite(replace(numbered(1), abstract="Rewritten."), (), "text", one, one)])
    assert [row.stale_chunks for row in catalog.pending("vectors", 9)] == [0, 3]
    assert catalog.chunks(["p1"])["p1"].spans == (Span(0, 9),)
    assert catalog.sentences(["p1"])["p1"].spans == (Span(0, 9),)


def test_vectors_are_kept_to_half_precision(catalog: Catalog) -> None:
    """0.6 and 0.8 come back within 2^-11 of their value, the step of float16 between 0.5 and 1."""
    catalog.write([added(numbered(1), chunks=units((0, 4), vectors=[[0.6, 0.8]]))])
    stored = catalog.chunks(["p1"])["p1"].vectors
    assert stored is not None
    assert stored.dtype == np.float32
    assert np.abs(stored - [[0.6, 0.8]]).max() <= 2**-11


def test_each_paper_gets_its_own_vectors_where_others_wait(catalog: Catalog) -> None:
    """The middle one of three has a chunk without its vector, so none; the others keep theirs."""
    whole = units((0, 4), (5, 9), vectors=[[1.0, 0.0], [0.0, 1.0]])
    catalog.write([added(numbered(0), chunks=whole), added(numbered(1), chunks=whole), added(numbered(2))])
    with catalog._connections.writing() as connection:
        connection.execute("UPDATE chunks SET vector = NULL WHERE paper = 2 AND unit_no = 0")
    found = catalog.chunks(["p0", "p1", "p2", "nobody"])
    assert {p: None if u.vectors is None else u.vectors.tolist() for p, u in found.items()} == {
        "p0": [[1.0, 0.0], [0.0, 1.0]],
        "p1": None,
        "p2": [[1.0, 0.0]],
    }
    assert found["p1"].spans == (Span(0, 4), Span(5, 9))


def test_text_without_vectors_waits_for_them_but_is_told_to_the_words(catalog: Catalog) -> None:
    """Text is searchable before it is embedded; the vector index has nothing to take up yet."""
    waiting = units((0, 4), (5, 9))
    catalog.write([PaperWrite(numbered(1), (), "added", waiting, waiting)])
    assert (catalog.chunk_count(), catalog.vector_count()) == (2, 0)
    assert catalog.chunks(["p1"])["p1"].vectors is None
    assert [row.paper_id for row in catalog.pending("words", 9)] == ["p1"]
    assert catalog.pending("vectors", 9) == []
    assert list(catalog.chunk_vectors()) == []


def test_chunk_vectors_come_in_pages_of_at_most_what_was_asked(catalog: Catalog) -> None:
    """Five chunks of three papers in pages of two: each once, in order, across a paper's boundary."""
    two = units((0, 1), (1, 2), vectors=[[1, 0], [0, 1]])
    catalog.write([added(numbered(1), chunks=two), added(numbered(2), chunks=two), added(numbered(3))])
    pages = list(catalog.chunk_vectors(2))
    assert [ids for ids, _ in pages] == [["p1:0", "p1:1"], ["p2:0", "p2:1"], ["p3:0"]]
    assert pages[0][1].tolist() == [[1, 0], [0, 1]]


def test_each_index_has_its_own_watermark(catalog: Catalog) -> None:
    """What one has taken up, the other still sees; a watermark never goes back."""
    catalog.write([added(numbered(1)), added(numbered(2))])
    words = catalog.pending("words", 9)
    assert [row.paper_id for row in words] == ["p1", "p2"]
    catalog.advance("words", words[-1].seq)
    catalog.advance("words", words[0].seq)
    assert catalog.pending("words", 9) == []
    assert len(catalog.pending("vectors", 9)) == 2
    assert len(catalog.pending("vectors", 1)) == 1


def test_sample_leaves_out_what_the_index_has_yet_to_take_up(catalog: Catalog) -> None:
    """A probe that asks for a pending paper would find damage where there is none."""
    catalog.write([added(numbered(1))])
    catalog.advance("vectors", catalog.newest_change())
    catalog.write([added(numbered(2))])
    ids, vectors = catalog.sample_chunks(9)
    assert ids == ["p1:0"]
    assert vectors.tolist() == [[1.0, 0.0]]


def test_numbers_of_forgotten_changes_never_come_back(catalog: Catalog) -> None:
    """All changes applied and pruned: the next one must still lie above the watermark."""
    catalog.write([added(numbered(1))])
    newest = catalog.newest_change()
    catalog.advance("words", newest)
    catalog.advance("vectors", newest)
    catalog.write([added(numbered(2))])
    assert catalog.newest_change() > newest
    rows = catalog.pending("words", 9)
    assert rows == [OutboxRow(rows[0].seq, "p2", 0)]


def test_swap_switches_generation_and_watermark_together(catalog: Catalog) -> None:
    """A rebuilt index already holds the changes before it."""
    catalog.write([added(numbered(1))])
    catalog.swap("vectors", 4, catalog.newest_change())
    assert catalog.generation("vectors") == 4
    assert catalog.generation("words") == 0
    assert catalog.pending("vectors", 9) == []


def test_fingerprint_is_kept(tmp_path: Path) -> None:
    """None at first, then what was set, also after reopening."""
    path = tmp_path / "catalog.sqlite3"
    with Catalog(path) as catalog:
        assert catalog.fingerprint() is None
        catalog.set_fingerprint(Fingerprint("hash", 64, "v1"))
    with Catalog(path) as catalog:
        assert catalog.fingerprint() == Fingerprint("hash", 64, "v1")


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {"old", "new", "unknown"}),
        (Filters(year_from=2021), {"new"}),
        (Filters(year_to=2020), {"old"}),
        (Filters(year_from=2020, year_to=2024), {"old", "new"}),
        (Filters(min_upvotes=0), {"old", "new"}),
        (Filters(min_upvotes=3), {"new"}),
        (Filters(paper_ids=("old", "unknown", "nobody", "\ud800")), {"old", "unknown"}),
        (Filters(paper_ids=("old", "unknown"), year_from=1), {"old"}),
        (Filters(paper_ids=("nobody",)), set()),
        (Filters(paper_ids=("\ud800",)), set()),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, set) else str(value),
)
def test_filters_let_through_what_they_say(catalog: Catalog, filters: Filters, expected: set[str]) -> None:
    """Bounds are inclusive, an unknown year or count passes no bound, unknown ids match nothing."""
    catalog.write(
        [
            added(Paper("Old", "A.", paper_id="old", year=2020, upvotes=0)),
            added(Paper("New", "A.", paper_id="new", year=2024, upvotes=3)),
            added(Paper("Unknown", "A.", paper_id="unknown")),
        ]
    )
    assert catalog.matching(filters) == expected
    assert catalog.count(filters) == len(expected)
    assert catalog.matching(filters, among=["new", "nobody"]) == expected & {"new"}
    assert catalog.matching(filters, among=[]) == frozenset()


def test_more_ids_than_one_statement_takes_are_all_found(catalog: Catalog) -> None:
    """SQLite limits parameters; 1,200 ids with repeats and unknown ones go through in parts, order kept."""
    catalog.write([added(numbered(i)) for i in range(1200)])
    asked = [f"p{i}" for i in reversed(range(1200))] + ["p5", "nobody", "\udfff"]
    assert list(catalog.papers_by_id(asked)) == [f"p{i}" for i in reversed(range(1200))]


def test_reader_sees_the_last_commit_while_a_batch_is_written(tmp_path: Path) -> None:
    """Write-ahead logging: a search neither waits for an import nor sees half of its batch."""
    catalog = Catalog(tmp_path / "catalog.sqlite3")
    counts: list[int] = []

    class Watching(tuple[PaperWrite, ...]):
        def __iter__(self) -> Iterator[PaperWrite]:
            for item in super().__iter__():
                yield item
                reader = threading.Thread(target=lambda: counts.append(catalog.count()))
                reader.start()
                reader.join()

    catalog.write(Watching([added(numbered(1)), added(numbered(2))]))
    assert counts == [0, 0]
    assert catalog.count() == 2
    catalog.close()


def test_closed_catalog_says_so(catalog: Catalog) -> None:
    """Not an SQLite error, and closing twice is harmless."""
    catalog.close()
    catalog.close()
    with pytest.raises(LibraryError, match="is closed"):
        catalog.count()


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_damaged_file_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    """Overwritten or truncated: the message names the file and says what to do."""
    path = tmp_path / "catalog.sqlite3"
    path.write_bytes(content)
    with pytest.raises(LibraryError, match=r"catalog\.sqlite3"):
        Catalog(path)


def test_sound_catalog_has_no_problems_and_a_dangling_row_is_one(catalog: Catalog, tmp_path: Path) -> None:
    """What another program has broken is found by the examination."""
    catalog.write([added(numbered(1))])
    assert catalog.problems() == ()
    stranger = sqlite3.connect(tmp_path / "catalog.sqlite3")
    stranger.execute("DELETE FROM papers")
    stranger.commit()
    stranger.close()
    assert catalog.problems() == ("catalog: 2 rows refer to a paper that is not there",)


@pytest.mark.parametrize("vectors", [[[1.0, 0.0]], [[1.0, 0.0]] * 3], ids=["too few", "too many"])
def test_spans_and_vectors_must_agree(vectors: list[list[float]]) -> None:
    """A vector under the wrong sentence would be a wrong quote."""
    with pytest.raises(ValueError, match="2 spans but"):
        units((0, 1), (1, 2), vectors=vectors)


def test_vectors_of_a_filter_come_paper_by_paper(catalog: Catalog) -> None:
    """Two chunks of the paper of 2021, one of the paper of 2022; what waits and what does not pass is left out."""
    two = units((0, 1), (1, 2), vectors=[[1, 0], [0, 1]])
    waiting = units((0, 4))
    catalog.write(
        [
            added(Paper("Old", "A.", paper_id="old", year=2020)),
            added(Paper("New", "A.", paper_id="new", year=2021), chunks=two),
            added(Paper("Newer", "A.", paper_id="newer", year=2022)),
            PaperWrite(Paper("Waits", "A.", paper_id="waits", year=2023), (), "added", waiting),
        ]
    )
    papers, vectors = catalog.vectors_of(Filters(year_from=2021))
    assert papers == ["new", "new", "newer"]
    assert vectors.tolist() == [[1, 0], [0, 1], [1, 0]]
    assert catalog.vectors_of(Filters(paper_ids=("newer", "old"), year_from=2021))[0] == ["newer"]
    assert catalog.vectors_of(Filters(paper_ids=("nobody",)))[0] == []


def test_every_write_is_a_new_revision(catalog: Catalog) -> None:
    """Also one of fields alone, which no index hears of."""
    catalog.write([added(numbered(1))])
    before = catalog.revision()
    assert catalog.revision() == before
    catalog.write([PaperWrite(replace(numbered(1), upvotes=5), (), "fields")])
    assert catalog.revision() > before
