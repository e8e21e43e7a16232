"""Who is served first where several threads want vectors of one embedder, and what is embedded once for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import HashEmbedder, invented
from numpy.typing import NDArray

from service.errors import EmbeddingError, LibraryClosing
from service.library import Library
from service.library.embedding import Stopped, text_hash
from service.library.embedding_queue import EmbeddingQueue
from service.review.evidence.finding import find
from service.review.evidence.library_corpus import LibraryCorpus
from service.review.question.words import query_from_words
from service.settings import Settings

PATIENCE_S = 30
SLICE = 128


class Gate(HashEmbedder):
    """Holds each call until it is let through; `calls` are the texts of those that came to the gate, in order."""

    def __init__(self, *, singly: bool = True) -> None:
        """Without `singly` a single text, as a query is, passes by."""
        super().__init__()
        self.calls: list[list[str]] = []
        self.broken = False
        self._singly = singly
        self._came, self._through = threading.Semaphore(0), threading.Semaphore(0)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(texts) > 1 or self._singly:
            self.calls.append(list(texts))
            self._came.release()
            assert self._through.acquire(timeout=PATIENCE_S)
        if self.broken:
            self.broken = False
            raise EmbeddingError("no model today")
        return super().embed(texts)

    def wait(self) -> None:
        """Until the next call has come."""
        assert self._came.acquire(timeout=PATIENCE_S)

    def let_through(self, calls: int = 1) -> None:
        self._through.release(calls)

    def close(self) -> None:
        """Let nothing more through, and forget what came."""
        self._came, self._through = threading.Semaphore(0), threading.Semaphore(0)


def named(texts: Iterable[str]) -> dict[bytes, str]:
    return {text_hash("hash", text): text for text in texts}


def numbered(word: str, n: int) -> list[str]:
    return [f"{word}{i:04}" for i in range(n)]


class Callers:
    """Threads that want vectors, each known to the queue before the next starts."""

    def __init__(self, queue: EmbeddingQueue) -> None:
        self.queue = queue
        self.pool = ThreadPoolExecutor(8)

    def start(
        self, texts: Iterable[str], *, urgent: bool, stop: Callable[[], bool] = lambda: False
    ) -> Future[dict[bytes, NDArray[np.float32]]]:
        known = len(self.queue._orders)
        future = self.pool.submit(self.queue.vectors, named(texts), urgent=urgent, stop=stop)
        while len(self.queue._orders) == known:
            pass
        return future


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def callers(gate: Gate) -> Callers:
    return Callers(EmbeddingQueue(gate))


def test_fill_leaves_off_at_the_next_slice_for_requests(gate: Gate, callers: Callers) -> None:
    """Of 300 texts ahead of need one slice is done; then come two requests, in their order, then the rest."""
    fill = callers.start(numbered("fill", 300), urgent=False)
    gate.wait()
    first = callers.start(numbered("first", 200), urgent=True)
    second = callers.start(numbered("second", 5), urgent=True)
    gate.let_through(6)
    assert [len(each.result(PATIENCE_S)) for each in (first, second, fill)] == [200, 5, 300]
    assert [(call[0][:-4], len(call)) for call in gate.calls] == [
        ("fill", SLICE),
        ("first", SLICE),
        ("first", 200 - SLICE),
        ("second", 5),
        ("fill", SLICE),
        ("fill", 300 - 2 * SLICE),
    ]


def test_text_that_two_callers_want_is_embedded_once(gate: Gate, callers: Callers) -> None:
    """Also where its vector is being made when the second one asks, and where it was made a moment ago."""
    one = callers.start(["kites", "herons"], urgent=False)
    gate.wait()
    other = callers.start(["herons", "gulls"], urgent=True)
    gate.let_through(2)
    made, others = one.result(PATIENCE_S), other.result(PATIENCE_S)
    key = text_hash("hash", "herons")
    assert np.array_equal(made[key], others[key])
    again = callers.queue.vectors(named(["gulls", "kites"]), urgent=True)
    assert again.keys() == named(["gulls", "kites"]).keys()
    assert sorted(gate.texts) == ["gulls", "herons", "kites"]


def test_vectors_are_those_of_their_texts(gate: Gate, callers: Callers) -> None:
    """Whatever the order in which they are embedded."""
    texts = ["the longest of them all", "short", "middling one"]
    gate.let_through()
    made = callers.queue.vectors(named(texts), urgent=True)
    for text, row in zip(texts, HashEmbedder().embed(texts), strict=True):
        assert np.array_equal(made[text_hash("hash", text)], row)
    assert callers.queue.vectors({}, urgent=True) == {}


def test_failure_is_heard_by_who_embedded_and_the_other_tries_itself(gate: Gate, callers: Callers) -> None:
    """The text that both want is made for the one that is left."""
    gate.broken = True
    one = callers.start(["kites", "herons"], urgent=True)
    gate.wait()
    other = callers.start(["herons"], urgent=True)
    gate.let_through(2)
    with pytest.raises(EmbeddingError, match="no model today"):
        one.result(PATIENCE_S)
    assert other.result(PATIENCE_S).keys() == named(["herons"]).keys()
    assert gate.calls[1] == ["herons"]


def test_fill_that_waits_for_requests_can_be_stopped(gate: Gate, callers: Callers) -> None:
    """It does not wait for its turn first, and what it had embedded by then serves the next."""
    stopped = threading.Event()
    fill = callers.start(numbered("fill", 200), urgent=False, stop=stopped.is_set)
    gate.wait()
    request = callers.start(["kites"], urgent=True)
    gate.let_through()
    gate.wait()
    stopped.set()
    with pytest.raises(Stopped):
        fill.result(PATIENCE_S)
    gate.let_through()
    request.result(PATIENCE_S)
    callers.queue.vectors(named(numbered("fill", SLICE)), urgent=True)
    assert len(gate.calls) == 2


def test_embedder_that_takes_two_at_once_is_given_two(gate: Gate) -> None:
    """A second request need not wait for the first one's slice; a third one does."""
    callers = Callers(EmbeddingQueue(gate, at_once=2))
    started = [callers.start([word], urgent=True) for word in ("kites", "herons", "gulls")]
    gate.wait()
    gate.wait()
    assert sorted(gate.calls) == [["herons"], ["kites"]]
    gate.let_through(3)
    for future in started:
        future.result(PATIENCE_S)
    assert gate.calls[2] == ["gulls"]


def test_question_finds_its_evidence_while_the_fill_has_most_papers_to_do(tmp_path: Path) -> None:
    """The fill is in its first slice when the question comes, whose own papers are the second; a third is held."""
    gate = Gate(singly=False)
    with Library.open(Settings(library=tmp_path / "library"), create=True, embedder=gate) as library:
        gate.let_through(100)
        library.import_papers((invented(i) for i in range(420)), embed=False, titles=False)
        library.embed_waiting(sentences=False)
        gate.close()
        library.embed_in_background()
        gate.wait()
        corpus = LibraryCorpus(library)
        query = query_from_words("Which kite is steered with rule410?", corpus)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(find, corpus, query, most_papers=12, filters=None)
            while len(library._filler.vectoriser.queue._orders) < 2:
                pass
            gate.let_through(2)
            assert asked.result(PATIENCE_S).papers[0].paper.title == invented(410).title
        assert library._catalog.papers_without_sentences() > 300
        gate.let_through(100)
        library.embed_waiting(sentences=True)
        assert library._catalog.papers_without_sentences() == 0


def test_closing_ends_who_waits_for_the_embedder(tmp_path: Path) -> None:
    """The slice in hand is finished; a request behind it hears that the library closes instead of its vectors."""
    gate = Gate(singly=False)
    with Library.open(Settings(library=tmp_path / "library"), create=True, embedder=gate) as library:
        gate.let_through(1)
        library.import_papers((invented(i) for i in range(4)), embed=False)
        library.embed_waiting(sentences=False)
        gate.close()
        papers = list(library.papers())
        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(library.sentences, papers[:2])
            gate.wait()
            second = pool.submit(library.sentences, papers[2:])
            while len(library._filler.vectoriser.queue._orders) < 2:
                pass
            library.stop()
            with pytest.raises(LibraryClosing):
                second.result(PATIENCE_S)
            gate.let_through()
            assert [len(units.spans) for units in first.result(PATIENCE_S)] == [3, 3]
