"""A library over real SQLite, Chroma and tantivy: what is imported is found, merged, kept and repaired."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder, invented

from service.errors import FingerprintMismatch, LibraryBusy, LibraryError, LibraryMissing, LitweaveError
from service.index.chunking import Chunker
from service.library import Library
from service.library.lock import LibraryLock
from service.records import Origin, Paper, Rejection
from service.settings import Settings


class Opener:
    """Opens one directory again and again; `embedder` is the one of the last opening."""

    def __init__(self, directory: Path) -> None:
        self.settings = Settings(library=directory, import_batch_papers=4)
        self.embedder = HashEmbedder()

    def __call__(self, *, create: bool = True, repair: bool = False, embedder: HashEmbedder | None = None) -> Library:
        self.embedder = embedder or HashEmbedder()
        return Library.open(self.settings, create=create, repair=repair, embedder=self.embedder, chunker=Chunker())


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    return Opener(tmp_path / "library")


@pytest.fixture
def library(opened: Opener) -> Iterator[Library]:
    made = opened()
    yield made
    made.close()


def titles(library: Library, query: str, k: int = 3) -> list[str]:
    return [hit.paper.title for hit in library.search(query, k=k).hits]


def twenty() -> Iterator[Paper]:
    return (invented(i) for i in range(20))


# importing ---------------------------------------------------------------------------------------------


def test_every_record_is_counted_and_found(library: Library) -> None:
    """Added, duplicate and rejected add up, the titles are named, and progress hears of every batch of four."""
    done: list[int] = []
    records = [invented(0), Rejection("f", 3, "no abstract"), invented(1), invented(0), invented(2)]
    report = library.import_papers(records, progress=done.append)
    assert (report.added, report.duplicates, report.total) == (3, 1, 5)
    assert report.rejected == (Rejection("f", 3, "no abstract"),)
    assert [(p.title.split(":")[0], p.outcome) for p in report.papers] == [
        ("Kite0", "added"),
        ("Kite1", "added"),
        ("Kite0", "duplicate"),
        ("Kite2", "added"),
    ]
    assert report.papers[0].paper_id == report.papers[2].paper_id
    assert done == [4, 5]
    assert titles(library, "tether2", 1) == [invented(2).title]
    assert library.count() == 3


def test_nothing_to_import_is_an_empty_report(library: Library) -> None:
    """And an empty library is healthy and answers with a reason."""
    report = library.import_papers([], progress=None)
    assert (report.total, report.papers) == (0, ())
    assert library.health().ok
    result = library.search("kites", k=3)
    assert result.hits == ()
    assert result.note


def test_second_import_adds_and_embeds_nothing(opened: Opener) -> None:
    """Also from a file of another name, in another order, by another process."""
    with opened() as library:
        library.import_papers(twenty(), progress=None)
        before = list(library.papers())
    again = [replace(paper, origin=Origin("other.jsonl", 1)) for paper in reversed(list(twenty()))]
    with opened() as library:
        report = library.import_papers(again, progress=None)
        assert (report.added, report.duplicates) == (0, 20)
        assert opened.embedder.texts == []
        assert list(library.papers()) == before


def test_duplicate_adds_the_fields_that_were_missing_without_embedding(library: Library, opened: Opener) -> None:
    """Votes and a DOI come later; neither is part of a vector."""
    library.import_papers([invented(1)], progress=None)
    embedded = len(opened.embedder.texts)
    report = library.import_papers([replace(invented(1), upvotes=7, doi="10.1234/kite")], progress=None)
    assert report.duplicates == 1
    (paper,) = library.papers()
    assert (paper.upvotes, paper.doi) == (7, "10.1234/kite")
    assert len(opened.embedder.texts) == embedded
    found = library.import_papers(
        [Paper(f"{invented(1).title}, renamed", "Nothing alike at all.", doi="10.1234/kite")], progress=None
    )
    assert found.duplicates == 1, "a DOI that came by merging must identify the paper from then on"


@pytest.mark.parametrize("batch", [1, 4], ids=["over batches", "inside one batch"])
def test_longer_abstract_replaces_a_shorter_one_everywhere(opened: Opener, batch: int) -> None:
    """The cut abstract's text, offsets and vectors go; its identity stays."""
    whole = invented(1)
    cut = replace(whole, abstract=whole.abstract[:40] + " obsoleteword")
    opened.settings = opened.settings.model_copy(update={"import_batch_papers": batch})
    with opened() as library:
        report = library.import_papers([cut, whole], progress=None)
        assert (report.added, report.duplicates) == (1, 1)
        (paper,) = library.papers()
        assert paper.abstract == whole.abstract
        (hit,) = library.search("obsoleteword tether1", k=5).hits
        assert hit.best.quote in whole.abstract
        health = library.health()
        assert health.ok
        assert health.indexed == health.chunks == 1


def test_different_papers_with_one_given_id_are_both_kept(library: Library) -> None:
    """Two files that number from 1: the first keeps "1", the second gets an id from its content, every time."""
    first, second = replace(invented(1), paper_id="1"), Paper("Kite2", "Balloons differ.", paper_id="1")
    report = library.import_papers([first, second], progress=None)
    assert report.added == 2
    ids = [paper.paper_id for paper in report.papers]
    assert ids[0] == "1"
    assert ids[1].startswith("kite2-")
    again = library.import_papers([second, first], progress=None)
    assert [paper.paper_id for paper in again.papers] == [ids[1], "1"]
    assert again.added == 0


def test_a_paper_without_an_abstract_is_found_by_its_title_and_never_quoted(library: Library) -> None:
    """It is stored with its status, waits for no vector, and a second import says nothing new."""
    bare = Paper("Zeppelins over Oslo", "", status="retracted")
    assert library.import_papers([invented(1), bare]).added == 2
    assert library.import_papers([bare]).duplicates == 1
    (hit,) = library.search("zeppelins", k=1).hits
    assert (hit.paper.title, hit.paper.status, hit.best.quote) == (bare.title, "retracted", "")
    health = library.health()
    assert health.ok
    assert health.vectors == health.chunks


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (Paper("A\ud800", "Text.", origin=Origin("f", 4)), "surrogate"),
        (Paper("A", "Text.", authors=("\udfff",), origin=Origin("f", 4)), "surrogate"),
        (Paper(" \n", "Text.", origin=Origin("f", 4)), "title is empty"),
        (Paper("A", "Text.", upvotes=2**70, origin=Origin("f", 4)), "too large"),
    ],
    ids=["half a character", "in an author", "blank title", "huge number"],
)
def test_record_that_cannot_be_stored_is_rejected_and_the_rest_goes_on(
    library: Library, record: Paper, reason: str
) -> None:
    """With its file and line."""
    report = library.import_papers([invented(1), record, invented(2)], progress=None)
    assert report.added == 2
    (rejection,) = report.rejected
    assert (rejection.source, rejection.line) == ("f", 4)
    assert reason in rejection.reason


def test_file_name_that_is_no_text_is_stored_readably(library: Library) -> None:
    """File names are bytes; Python hands undecodable ones over as lone surrogates."""
    library.import_papers([replace(invented(1), origin=Origin("caf\udce9.txt", 1))], progress=None)
    (paper,) = library.papers()
    assert paper.origin == Origin("caf\\udce9.txt", 1)


def test_hostile_and_huge_texts_are_kept_verbatim(library: Library) -> None:
    """NUL, direction marks, markup, one word of 100,000 letters: stored and quoted exactly, found by the rest."""
    abstract = "  A\x00 \u202ekite\u202c <script>x</script> '; DROP TABLE papers; -- findme. " + "z" * 100_000
    library.import_papers([Paper("Hostile", abstract), invented(1)], progress=None)
    hit = library.search("findme", k=1).hits[0]
    assert hit.paper.abstract == abstract
    assert hit.best.quote == abstract[hit.best.start : hit.best.end]
    assert library.count() == 2


def test_failing_source_leaves_whole_batches(library: Library) -> None:
    """Ten records, then the reader fails: two batches of four stay, the two read after them do not."""

    def failing() -> Iterator[Paper]:
        yield from (invented(i) for i in range(10))
        raise LitweaveError("the second file cannot be read")

    with pytest.raises(LitweaveError, match="second file"):
        library.import_papers(failing(), progress=None)
    health = library.health()
    assert (health.papers, health.vectors, health.ok) == (8, 0, True)
    assert titles(library, "tether7", 1) == [invented(7).title]
    assert library.import_papers(twenty(), progress=None).added == 12
    assert library.health().indexed == 20


def test_records_are_pulled_a_batch_at_a_time(library: Library) -> None:
    """Memory stays bounded: when progress hears of 4 records, no fifth has been read."""
    read: list[int] = []

    def source() -> Iterator[Paper]:
        for i in range(12):
            read.append(i)
            yield invented(i)

    seen: list[tuple[int, int]] = []
    library.import_papers(source(), progress=lambda done: seen.append((done, len(read))))
    assert seen == [(4, 4), (8, 8), (12, 12)]


def test_two_threads_importing_the_same_papers_add_each_once(library: Library) -> None:
    """Each finds that a paper is new only while the other is not looking."""
    added: list[int] = []
    threads = [
        threading.Thread(target=lambda: added.append(library.import_papers(twenty(), progress=None).added))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(added) == 20
    assert library.count() == 20
    assert library.health().ok


def test_eight_threads_search_while_papers_come_in(library: Library) -> None:
    """Every search finds the paper that was there before, and no thread fails."""
    library.import_papers([invented(999)], progress=None)
    wrong: list[object] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                if titles(library, "tether999", 1) != [invented(999).title]:
                    wrong.append("not found")
        except LitweaveError as error:
            wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    library.import_papers((invented(i) for i in range(24)), progress=None)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert library.health().indexed == 25


# opening -----------------------------------------------------------------------------------------------


def test_missing_library_says_how_to_make_one(opened: Opener) -> None:
    """And looking for it does not make the directory."""
    with pytest.raises(LibraryMissing, match="litweave import PATH"):
        opened(create=False)
    assert not opened.settings.library.exists()


def test_file_in_the_librarys_place_is_a_clear_error(opened: Opener) -> None:
    """Not a stack trace out of the operating system."""
    opened.settings.library.write_text("not a directory")
    with pytest.raises(LibraryError, match="not a directory"):
        opened()


def test_failed_opening_lets_go_of_the_lock(opened: Opener) -> None:
    """Otherwise the user who follows the advice would find the library busy."""
    opened().close()
    with pytest.raises(FingerprintMismatch):
        opened(embedder=HashEmbedder("other"))
    opened().close()


def test_library_of_another_model_is_refused_with_both_names_and_the_command(opened: Opener) -> None:
    """The message is what the user acts on."""
    opened().close()
    with pytest.raises(FingerprintMismatch) as refused:
        opened(embedder=HashEmbedder("other", 32))
    message = str(refused.value)
    assert "'hash', dimension 64" in message
    assert "'other', dimension 32" in message
    assert "litweave doctor --rebuild" in message


def test_rebuilding_for_another_model_embeds_everything_again(opened: Opener) -> None:
    """Until then it can only be examined and repaired; afterwards it opens as any other."""
    with opened() as library:
        library.import_papers(twenty(), progress=None)
    with opened(repair=True, embedder=HashEmbedder("other", 32)) as library:
        with pytest.raises(FingerprintMismatch):
            library.search("kites", k=1)
        with pytest.raises(FingerprintMismatch):
            library.import_papers(twenty(), progress=None)
        assert not library.health().ok
        health = library.health(rebuild=True)
        assert (health.vectors, health.indexed, health.problems) == (20, 20, ())
        assert titles(library, "tether7", 1) == [invented(7).title]
    with opened(create=False, embedder=HashEmbedder("other", 32)) as library:
        assert titles(library, "tether7", 1) == [invented(7).title]


# damage and repair -------------------------------------------------------------------------------------


def damage_graph(root: Path) -> None:
    for name in ("data_level0.bin", "header.bin", "index_metadata.pickle"):
        for path in root.glob(f"vectors/*/*/{name}"):
            path.write_bytes(b"\x00" * 7)


def truncate_chroma(root: Path) -> None:
    path = next(root.glob("vectors/*/chroma.sqlite3"))
    path.write_bytes(path.read_bytes()[:5000])


def empty_chroma(root: Path) -> None:
    with sqlite3.connect(next(root.glob("vectors/*/chroma.sqlite3"))) as connection:
        connection.execute("DELETE FROM embeddings")
        connection.execute("DELETE FROM embeddings_queue")
    connection.close()


@pytest.mark.parametrize(
    "damage",
    [
        damage_graph,
        truncate_chroma,
        empty_chroma,
        lambda root: shutil.rmtree(root / "vectors"),
        lambda root: shutil.rmtree(root / "words"),
        lambda root: next(root.glob("words/*/meta.json")).unlink(),
        lambda root: next(root.glob("words/*/*.term")).write_bytes(b""),
        lambda root: next(root.glob("words/*")).rename(root / "words" / "v1-g1"),
    ],
    ids=["graph", "store cut", "store emptied", "no store", "no words", "no word list", "terms cut", "older version"],
)
def test_damaged_index_is_rebuilt_at_open_without_embedding(
    opened: Opener, caplog: pytest.LogCaptureFixture, damage: Callable[[Path], object]
) -> None:
    """Whatever was hit, the same searches give the same results, a log line says so, and nothing is embedded."""
    opened.settings = opened.settings.model_copy(update={"import_batch_papers": 100})
    with opened() as library:
        # More than Chroma keeps out of its graph file until it is told to settle.
        library.import_papers((invented(i) for i in range(100)), progress=None)
        library._derived.vectors.settle()
        before = [library.search(query, k=5) for query in ("tether7", "kites in wind3 frame3")]
    root = opened.settings.library
    damage(root)
    with caplog.at_level(logging.WARNING), opened(create=False) as library:
        after = [library.search(query, k=5) for query in ("tether7", "kites in wind3 frame3")]
        health = library.health()
        assert [hit.paper.paper_id for r in after for hit in r.hits] == [
            hit.paper.paper_id for r in before for hit in r.hits
        ]
        assert (health.problems, health.indexed) == ((), 100)
        assert opened.embedder.texts == ["tether7", "kites in wind3 frame3"]
    assert "rebuilding the" in caplog.text
    with opened(create=False) as library:
        assert titles(library, "tether7", 1) == [invented(7).title]


def test_undamaged_library_is_opened_without_a_probe(opened: Opener, caplog: pytest.LogCaptureFixture) -> None:
    """Neither a clean close nor a kill of a mere reader leads to a rebuild."""
    with opened() as library:
        library.import_papers(twenty(), progress=None)
    with caplog.at_level(logging.WARNING), opened() as library:
        assert titles(library, "tether7", 1) == [invented(7).title]
    (opened.settings.library / "CLEAN").unlink()
    with caplog.at_level(logging.WARNING), opened() as library:
        assert titles(library, "tether7", 1) == [invented(7).title]
    assert caplog.text == ""


def test_what_a_kill_left_unpersisted_is_persisted_by_the_probe(opened: Opener) -> None:
    """The probe had to insert it anyway: neither this open nor the next, nor the close between, does it again."""
    opened.settings = opened.settings.model_copy(update={"import_batch_papers": 100})
    with opened() as library:
        library.import_papers((invented(i) for i in range(300)), progress=None)
    root = opened.settings.library
    graph = next(root.glob("vectors/*/*/data_level0.bin"))
    (root / "CLEAN").unlink()
    before = graph.stat().st_size
    with opened(create=False) as library:
        assert before < 300 * 64 * 4 <= graph.stat().st_size  # bytes of the vectors
        assert library._derived._tail == 0
        assert titles(library, "tether7", 1) == [invented(7).title]


def test_probe_keeps_the_lock_of_a_library_whose_owner_is_killed(opened: Opener) -> None:
    """Two processes on one Chroma store damage it: a child that inherits the lock keeps others out until it ends."""
    with opened() as library:
        library.import_papers(twenty(), progress=None)
    lock = LibraryLock(opened.settings.library)
    descriptor = lock.descriptor
    assert descriptor is not None
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=(descriptor,)) as child:
        os.close(descriptor)  # what the kernel does for a killed owner
        with pytest.raises(LibraryBusy):
            LibraryLock(opened.settings.library)
        child.communicate(b"\n")
    LibraryLock(opened.settings.library).release()


def test_rebuild_on_demand_keeps_results_and_embeds_nothing(library: Library, opened: Opener) -> None:
    """`doctor --rebuild` on a sound library of the same fingerprint costs no embedding; old files go at close."""
    library.import_papers(twenty(), progress=None)
    before = titles(library, "tether7 kites", 5)
    embedded = len(opened.embedder.texts)
    assert library.health(rebuild=True).problems == ()
    assert len(opened.embedder.texts) == embedded
    assert titles(library, "tether7 kites", 5) == before
    library.close()
    root = opened.settings.library
    assert len(list((root / "vectors").iterdir())) == len(list((root / "words").iterdir())) == 1


def test_examination_finds_an_index_that_lost_vectors_while_open(library: Library) -> None:
    """Counts are compared with the catalog, and random chunks are searched for by their own vectors."""
    library.import_papers(twenty(), progress=None)
    ids = [f"{paper.paper_id}:0" for paper in library.papers()]
    library._derived.vectors.drop(ids[:10])
    health = library.health()
    assert not health.ok
    assert (health.vectors, health.indexed) == (20, 10)
    assert "10 of 20" in health.problems[0]
    assert library.health(rebuild=True).ok
