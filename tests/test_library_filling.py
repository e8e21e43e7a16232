"""Text first, vectors after it: searchable at once, embedded once, wherever and whenever that is done."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import HashEmbedder, invented
from numpy.typing import NDArray

from service.errors import EmbeddingError
from service.index.chunking import Chunker
from service.library import Library
from service.records import Paper
from service.settings import Settings


class Waiting(HashEmbedder):
    """Says when it is first asked, and holds back its vectors until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = threading.Event(), threading.Event()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) > 1:
            self.asked.set()
            assert self.let_go.wait(30)
        return super().embed(texts)


class Failing(HashEmbedder):
    """Fails at every batch; a single text, as a query is, goes through."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) > 1:
            self.asked.set()
            raise EmbeddingError("no model today")
        return super().embed(texts)


def opened(
    directory: Path, embedder: HashEmbedder, *, max_chars: int = 900, repair: bool = False, batch: int = 4
) -> Library:
    settings = Settings(library=directory / "library", import_batch_papers=5, embed_batch_chunks=batch)
    chunker = Chunker(max_chars)
    return Library.open(settings, create=True, repair=repair, embedder=embedder, chunker=chunker)


@pytest.fixture
def embedder() -> HashEmbedder:
    return HashEmbedder()


@pytest.fixture
def library(tmp_path: Path, embedder: HashEmbedder) -> Iterator[Library]:
    made = opened(tmp_path, embedder)
    yield made
    made.close()


def ten() -> Iterator[Paper]:
    return (invented(i) for i in range(10))


def test_text_is_found_before_any_of_it_is_embedded(library: Library, embedder: HashEmbedder) -> None:
    """By its words, with an exact quote; the document says that nothing is embedded, until all is."""
    library.import_papers(ten(), embed=False)
    assert embedder.texts == []
    result = library.search("tether7", k=1)
    assert result.hits[0].best.quote in invented(7).abstract
    assert (result.embedded, result.as_document()["embedded"]) == (0.0, 0.0)
    assert library.health().ok, "what waits for its vector is not a fault"
    library.embed_waiting()
    result = library.search("tether7", k=1)
    assert result.embedded is None
    assert "embedded" not in result.as_document()
    assert library.health().indexed == 10


def test_share_of_what_is_embedded_is_counted_in_chunks(library: Library) -> None:
    """Eight of ten papers of one chunk: .8."""
    library.import_papers(invented(i) for i in range(8))
    library.import_papers([invented(8), invented(9)], embed=False)
    assert library.search("kites", k=1).embedded == pytest.approx(0.8)


def test_progress_hears_of_every_batch_and_ends_at_the_total(library: Library) -> None:
    """Ten chunks, four a batch; then, in a small library, the sentences of ten papers, one a batch (of four texts)."""
    library.import_papers(ten(), embed=False)
    heard: list[tuple[int, int]] = []
    library.embed_waiting(progress=lambda done, total: heard.append((done, total)))
    assert heard[:4] == [(0, 10), (4, 10), (8, 10), (10, 10)]
    assert heard[4:] == [(done, 10) for done in range(11)]
    assert library.papers_without_sentences() == 0


def test_the_first_batches_are_small_so_that_a_rate_is_soon_known(tmp_path: Path, embedder: HashEmbedder) -> None:
    """64, then 128, and what is left; before that how many there are."""
    with opened(tmp_path / "ramp", embedder, batch=1_024) as library:
        library.import_papers([invented(i) for i in range(200)], embed=False)
        heard: list[int] = []
        library.embed_waiting(progress=lambda done, _: heard.append(done), sentences=False)
        assert heard == [0, 64, 192, 200]
        assert library.papers_without_sentences() == 200


def test_no_text_is_embedded_twice(library: Library, embedder: HashEmbedder) -> None:
    """Not the same abstract under another id and year, nor a sentence that is a whole chunk."""
    short = Paper("Kites", "A tether holds the frame.", paper_id="a", doi="10.1234/a")
    library.import_papers([short])
    assert embedder.texts == ["Kites. A tether holds the frame."]
    twin = replace(short, paper_id="b", title="KITES", doi="10.1234/b", abstract="Nothing alike in this. More.")
    library.import_papers([twin, *ten()])
    library.import_papers(ten())
    assert len(embedder.texts) == len(set(embedder.texts))


def test_changed_text_embeds_only_what_is_new_in_it(library: Library, embedder: HashEmbedder) -> None:
    """A longer abstract: its chunk is new, of its sentences only the added one."""
    library.import_papers([invented(1)])
    embedder.texts.clear()
    longer = replace(invented(1), abstract=invented(1).abstract + " Sailors cheer.")
    library.import_papers([longer])
    title = invented(1).title
    assert sorted(embedder.texts) == sorted([f"{title}. {longer.abstract}", f"{title}. Sailors cheer."])


def test_new_chunker_embeds_only_what_it_cuts_otherwise(tmp_path: Path, embedder: HashEmbedder) -> None:
    """Chunks of the whole abstract become chunks of single sentences, whose vectors are there already."""
    with opened(tmp_path, embedder) as library:
        library.import_papers(ten())
    embedder.texts.clear()
    with opened(tmp_path, embedder, max_chars=60, repair=True) as library:
        health = library.health(rebuild=True)
        assert health.problems == ()
        assert health.vectors == health.chunks == health.indexed > 10
        assert embedder.texts == []


def test_failure_of_the_model_keeps_the_text(tmp_path: Path) -> None:
    """It is searchable by its words, and embedded once the model works again."""
    with opened(tmp_path, Failing()) as library:
        with pytest.raises(EmbeddingError):
            library.import_papers(ten())
        assert library.search("tether7", k=1).hits[0].paper.title == invented(7).title
    with opened(tmp_path, HashEmbedder()) as library:
        library.embed_waiting()
        assert library.health().indexed == 10


def test_background_embeds_what_an_import_leaves_and_search_goes_on(tmp_path: Path) -> None:
    """While the model works on the first batch, a search finds a paper by its words; at last all is embedded."""
    slow = Waiting()
    with opened(tmp_path, slow) as library:
        library.import_papers(ten(), embed=False)
        library.embed_in_background()
        assert slow.asked.wait(30)
        assert library.search("tether7", k=1).embedded == 0.0
        slow.let_go.set()
        library.embed_waiting()
        assert library.search("tether7", k=1).embedded is None
        library.import_papers([invented(11)], embed=None)
        assert library.health().indexed == 11


def test_closing_stops_the_background_after_its_batch(tmp_path: Path) -> None:
    """Batches of four: one is stored, the rest waits for the next opening."""
    slow = Waiting()
    library = opened(tmp_path, slow)
    library.import_papers(ten(), embed=False)
    library.embed_in_background()
    assert slow.asked.wait(30)
    closing = threading.Thread(target=library.close)
    closing.start()
    while not library._background._stopped.is_set():  # type: ignore[union-attr]
        pass
    slow.let_go.set()
    closing.join()
    with opened(tmp_path, HashEmbedder()) as library:
        health = library.health()
        assert (health.vectors, health.indexed, health.problems) == (4, 4, ())


def test_background_outlives_a_failing_model(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It says so and waits for the next import, instead of ending the server."""
    failing = Failing()
    with opened(tmp_path, failing) as library:
        library.import_papers(ten(), embed=False)
        library.embed_in_background()
        assert failing.asked.wait(30)
    assert "no model today" in caplog.text


def test_sentences_asked_for_are_embedded_once(library: Library, embedder: HashEmbedder) -> None:
    """In a library without them, three sentences a paper; the second time they are read."""
    library.import_papers(ten(), embed=False)
    library.embed_waiting(sentences=False)
    embedder.texts.clear()
    papers = list(library.papers())[:2]
    first = library.sentences(papers)
    assert len(embedder.texts) == 6
    second = library.sentences(papers)
    assert len(embedder.texts) == 6
    for made, kept in zip(first, second, strict=True):
        assert made.spans == kept.spans
        assert made.vectors is not None
        assert kept.vectors is not None
        assert np.abs(made.vectors - kept.vectors).max() < 1e-3


def test_sentences_of_every_paper_are_filled_on_demand(library: Library, embedder: HashEmbedder) -> None:
    """Also where some are there already; those are not embedded again."""
    library.import_papers(ten(), embed=False)
    library.sentences(list(library.papers())[3:5])
    library.embed_waiting(sentences=True)
    assert len(embedder.texts) == len(set(embedder.texts)) == 10 + 30
    embedder.texts.clear()
    library.sentences(list(library.papers()))
    assert embedder.texts == []
