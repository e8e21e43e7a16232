"""Fields of stored papers changed without an import."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hash_embedder import HashEmbedder

from service.library import Amendment, Library
from service.records import Paper
from service.settings import Settings

KITE = Paper("Kite Aligned Gently", "Kites glide.", "kite")
HERON = Paper("Heron Without Labels", "Herons wade.", "heron", doi="10.1234/heron")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(Settings(library=tmp_path / "l"), create=True, embedder=HashEmbedder()) as opened:
        opened.import_papers([KITE, HERON], embed=False)
        yield opened


def test_a_change_is_made_of_the_paper_as_it_is_stored(library: Library) -> None:
    """Its new key leads to it."""
    change = Amendment("kite", lambda paper: replace(paper, year=2024), ("doi:10.1234/kite",))
    assert library.amend([change]) == 1
    assert library.paper("kite") == replace(KITE, year=2024)
    assert library.by_identity(["doi:10.1234/kite"])["doi:10.1234/kite"] == [replace(KITE, year=2024)]


def test_what_changes_nothing_is_not_written(library: Library) -> None:
    """Neither a paper that is gone, nor a change to the same."""
    same = Amendment("kite", lambda paper: paper)
    assert library.amend([same, Amendment("gone", lambda paper: replace(paper, year=1))]) == 0
    assert library.amend([]) == 0


def test_a_key_of_another_paper_stays_with_it(library: Library) -> None:
    library.amend([Amendment("kite", lambda paper: replace(paper, year=2024), ("doi:10.1234/heron",))])
    assert library.by_identity(["doi:10.1234/heron"])["doi:10.1234/heron"] == [HERON]


@pytest.mark.parametrize("field", ["paper_id", "title", "abstract"])
def test_the_text_cannot_be_amended(library: Library, field: str) -> None:
    """What is quoted and searched for goes through an import. Nothing of the call is written then."""
    good = Amendment("heron", lambda paper: replace(paper, year=2024))
    bad = Amendment("kite", lambda paper: replace(paper, **{field: "other"}))
    with pytest.raises(ValueError, match="'kite'"):
        library.amend([good, bad])
    assert (library.paper("kite"), library.paper("heron")) == (KITE, HERON)
