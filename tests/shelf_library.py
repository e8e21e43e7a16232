"""Three invented papers in a real library, for tests of what is kept about them."""

from __future__ import annotations

from pathlib import Path

from hash_embedder import HashEmbedder

from service.index.embedding import Embedder, load_embedder
from service.library import Library
from service.library.session import LibrarySession
from service.records import Origin, Paper
from service.review import Review
from service.settings import Settings

KITE = Paper(
    title="KITE: Gentle Steering of Frames",
    abstract="We propose KITE, which steers kites with adapters. KITE needs 12 tethers a day.",
    paper_id="kite",
    year=2023,
    doi="10.1234/kite",
    origin=Origin("wind.bib", 1),
)
HERON = Paper(
    title="Heron: Steering Without Tethers",
    abstract="We propose Heron, which steers kites without tethers. Heron needs adapters of 3 grams.",
    paper_id="heron",
    year=2024,
    origin=Origin("birds.nbib", 1),
)
STORK = Paper(title="Stork: A Note on Adapters of Kites", abstract="", paper_id="stork", origin=Origin("birds.nbib", 9))


def review_over(settings: Settings, *, create: bool = False, repair: bool = False) -> Review:
    """A review over the library of the settings, without a model."""
    return _review(settings, HashEmbedder(), create=create, repair=repair)


def review_with_meaning(path: Path) -> Review:
    """A review over a new library that holds the three papers, embedded by the bundled model."""
    settings = Settings(library=path)
    review = _review(settings, load_embedder(settings), create=True)
    with review._session.using() as library:
        library.import_papers([KITE, HERON, STORK])
    return review


def filled(path: Path) -> Settings:
    """Settings of a library at `path` that holds the three papers."""
    settings = Settings(library=path)
    with Library.open(settings, create=True, embedder=HashEmbedder()) as library:
        library.import_papers([KITE, HERON, STORK])
    return settings


def _review(settings: Settings, embedder: Embedder, *, create: bool, repair: bool = False) -> Review:
    session = LibrarySession(
        lambda: Library.open(settings, create=create, repair=repair, embedder=embedder), resident=create
    )
    return Review(session, settings)
