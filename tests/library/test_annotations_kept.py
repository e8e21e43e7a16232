"""What is read off an abstract is kept with its paper, made anew when either changes, and counted by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder

from service.annotate import annotate
from service.annotate.stored import from_bytes, name_keys, to_bytes
from service.index.chunking import Chunker
from service.library import Library
from service.records import Filters, Paper
from service.settings import Settings

KITE = Paper(
    "KestrelNet: Nets for Birds",
    "METHODS: We trained KestrelNet on 1,240 hawks. RESULTS: It won by 12%.",
    "k",
    year=2021,
)
OWL = Paper("Owls at Night", "We compare OwlY with KestrelNet on LLMs. OwlY lost.", "o", year=2022)
RISE = Paper("Rising Kite Alignment for Birds", "It rises with wind. We use an LLM.", "r", year=2023)


def _open(directory: Path) -> Library:
    settings = Settings(library=directory, import_batch_papers=4)
    return Library.open(settings, create=True, embedder=HashEmbedder(), chunker=Chunker())


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with _open(tmp_path / "library") as opened:
        opened.import_papers([KITE, OWL, RISE])
        yield opened


def _rows(tmp_path: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(tmp_path / "library" / "catalog.sqlite3") as connection:
        return connection.execute(statement).fetchall()


def test_import_keeps_the_annotation_with_the_paper(library: Library, tmp_path: Path) -> None:
    papers = list(library.papers())
    assert library.annotated(papers) == [annotate(paper) for paper in papers]
    assert _rows(tmp_path, "SELECT count(*) FROM annotations") == [(3,)]


def test_kept_annotation_is_what_is_handed_out(library: Library, tmp_path: Path) -> None:
    """Nothing is read a second time: a mark left in the kept bytes comes back."""
    paper = next(library.papers())
    marked = replace(annotate(paper), title_terms=("kept",))
    with sqlite3.connect(tmp_path / "library" / "catalog.sqlite3") as connection:
        connection.execute("UPDATE annotations SET body = ?", (to_bytes(marked),))
    assert library.annotated([paper]) == [marked]


def test_annotation_of_another_version_is_made_anew(library: Library, tmp_path: Path) -> None:
    _rows(tmp_path, "UPDATE annotations SET version = 0, body = x'00'")
    papers = list(library.papers())
    assert library.annotated(papers[:1]) == [annotate(papers[0])]
    assert sorted(_rows(tmp_path, "SELECT version > 0 FROM annotations")) == [(0,), (0,), (1,)]


def test_damaged_annotation_is_made_anew(library: Library, tmp_path: Path) -> None:
    _rows(tmp_path, "UPDATE annotations SET body = x'00'")
    papers = list(library.papers())
    assert library.annotated(papers) == [annotate(paper) for paper in papers]


def test_paper_that_is_in_no_library_is_read_all_the_same(library: Library, tmp_path: Path) -> None:
    stranger = Paper("Strange", "We propose StrangeNet.", "s")
    assert library.annotated([stranger]) == [annotate(stranger)]
    assert _rows(tmp_path, "SELECT count(*) FROM annotations") == [(3,)]


def test_paper_with_another_text_than_the_stored_one_is_not_mistaken_for_it(library: Library) -> None:
    known = next(library.papers())
    other = replace(known, abstract="Another text about GullNet.")
    assert library.annotated([other])[0].sentences[0].names == ("GullNet",)
    assert library.name_frequency("GullNet") == 0


def test_catalog_that_cannot_be_written_fails_nobody(library: Library, tmp_path: Path) -> None:
    papers = list(library.papers())
    _rows(tmp_path, "UPDATE annotations SET version = 0")
    _rows(tmp_path, "CREATE TRIGGER full BEFORE INSERT ON annotations BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    assert library.annotated(papers) == [annotate(paper) for paper in papers]


def test_replaced_text_takes_its_names_along(library: Library) -> None:
    longer = replace(OWL, abstract=f"{OWL.abstract} It also meets GullNet, and much more is said of it than before.")
    library.import_papers([longer])
    assert library.count() == 3
    stored = library.paper("o")
    assert stored is not None
    assert library.name_frequency("GullNet") == ("GullNet" in stored.abstract)
    assert library.annotated([stored]) == [annotate(stored)]


def test_names_are_counted_over_papers(library: Library) -> None:
    assert library.name_frequency("KestrelNet") == 2
    assert library.name_frequency("kestrelnet") == 2
    assert library.name_frequency("LLM") == library.name_frequency("LLMs") == 2
    assert library.name_frequency("GullNet") == 0
    assert library.name_frequency("\ud800") == 0


def test_who_coins_a_name_is_told_from_who_mentions_it(library: Library) -> None:
    found = library.named("KestrelNet", n=5)
    assert [p.paper_id for p in found.coined] == ["k"]
    assert [p.paper_id for p in found.mentioned] == ["o"]
    assert library.named("KestrelNet", n=5, filters=Filters(year_from=2022)).coined == ()


def test_method_in_plain_words_is_coined_by_the_paper_that_its_title_heads(library: Library) -> None:
    assert [p.paper_id for p in library.named("rising kite alignment", n=5).coined] == ["r"]


def test_name_that_many_coin_belongs_to_the_field(library: Library) -> None:
    library.import_papers([Paper(f"GullNet: Part {i}", f"Gulls of kind {i} fly {i} km.", f"g{i}") for i in range(5)])
    found = library.named("GullNet", n=9)
    assert (len(found.coined), len(found.mentioned)) == (0, 5)


def test_library_of_an_older_litweave_is_read_when_names_are_asked_for(tmp_path: Path) -> None:
    with _open(tmp_path / "library") as old:
        old.import_papers([KITE, OWL, RISE])
    _rows(tmp_path, "DELETE FROM annotations")
    _rows(tmp_path, "DELETE FROM paper_names")
    with _open(tmp_path / "library") as opened:
        assert opened.name_frequency("KestrelNet") == 2
        assert [p.paper_id for p in opened.named("KestrelNet", n=5).coined] == ["k"]


@pytest.mark.parametrize("paper", [KITE, OWL, Paper("", "", "e"), Paper("é 🦉", "\u2028 “OwlY” −3 °C.\nNone", "u")])
def test_annotation_survives_its_bytes(paper: Paper) -> None:
    annotated = annotate(paper)
    stored = to_bytes(annotated)
    assert from_bytes(paper, stored) == annotated
    assert from_bytes(replace(paper, title=f"{paper.title}!"), stored) is None
    assert from_bytes(paper, stored[:-1]) is None


def test_keys_of_a_paper_tell_what_it_coins() -> None:
    keys = name_keys(annotate(OWL))
    assert keys["kestrelnet"] is False
    assert keys["llm"] is keys["llms"] is False
    assert "owls" not in keys
