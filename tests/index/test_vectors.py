"""The vector index against real Chroma: nearest first, and none of its silent traps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from service.errors import IndexDamaged
from service.index.vectors import VectorIndex, collection_name

MODEL = "hash"


def rows(*vectors: list[float]) -> NDArray[np.float32]:
    return np.array(vectors, np.float32)


def vector(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def random_rows(n: int) -> NDArray[np.float32]:
    made = np.random.default_rng(7).standard_normal((n, 32)).astype(np.float32)
    unit: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return unit


@pytest.fixture
def index(tmp_path: Path) -> Iterator[VectorIndex]:
    made = VectorIndex.create(tmp_path / "vectors", MODEL)
    yield made
    made.close()


def test_nearest_come_first_with_their_cosine(index: VectorIndex) -> None:
    """Angles of 0, 60 and 90 degrees to the query: cosines 1, 0.5 and 0."""
    index.add(["a:0", "b:0", "c:0"], rows([0, 1], [1, 0], [0.5, 3**0.5 / 2]))
    found = index.query(vector(1, 0), 3)
    assert [chunk_id for chunk_id, _ in found] == ["b:0", "c:0", "a:0"]
    assert [cosine for _, cosine in found] == pytest.approx([1.0, 0.5, 0.0], abs=1e-6)


@pytest.mark.parametrize(("n", "expected"), [(-1, 0), (0, 0), (1, 1), (2, 2), (1_000_000, 2)])
def test_any_number_may_be_asked_for(index: VectorIndex, n: int, expected: int) -> None:
    """Fewer than asked where there are fewer; none for none."""
    index.add(["a:0", "b:0"], rows([1, 0], [0, 1]))
    assert len(index.query(vector(1, 0), n)) == expected


def test_empty_index_finds_nothing(index: VectorIndex) -> None:
    """No error for a library without papers."""
    assert index.count() == 0
    assert index.query(vector(1, 0), 5) == []
    index.settle()


def test_changed_vector_needs_drop_and_add(index: VectorIndex) -> None:
    """Chroma's `add` keeps the old vector of a known id and says nothing: the trap, and the way round it."""
    index.add(["a:0"], rows([1, 0]))
    index.add(["a:0"], rows([0, 1]))
    assert index.query(vector(0, 1), 1)[0][1] == pytest.approx(0.0, abs=1e-6)
    index.drop(["a:0", "never-there:0"])
    index.add(["a:0"], rows([0, 1]))
    assert index.query(vector(0, 1), 1)[0][1] == pytest.approx(1.0, abs=1e-6)
    assert index.count() == 1


def test_more_vectors_than_one_page_go_in_and_out(index: VectorIndex) -> None:
    """2,500 ids are more than a page of either kind."""
    ids = [f"p:{i}" for i in range(2500)]
    index.add(ids, random_rows(2500), batch=1000)
    assert index.count() == 2500
    index.drop(ids[:2400])
    assert index.count() == 100


def test_settled_index_has_every_vector_on_disk(tmp_path: Path) -> None:
    """Below the threshold nothing is persisted, and each open would insert it all again."""
    vectors = random_rows(1000)
    ids = [f"p:{i}" for i in range(1000)]
    index = VectorIndex.create(tmp_path, MODEL)
    index.add(ids, vectors, batch=1000)
    graph = next(tmp_path.glob("*/data_level0.bin"))
    before = graph.stat().st_size
    index.settle()
    found = index.query(vectors[10], 3)
    index.close()
    assert before < vectors.nbytes < graph.stat().st_size
    reopened = VectorIndex.open(tmp_path, MODEL)
    assert reopened.count() == 1000
    assert reopened.query(vectors[10], 3) == found
    assert found[0][0] == "p:10"
    reopened.close()


def test_settling_an_empty_index_leaves_it_empty_and_usable(tmp_path: Path) -> None:
    index = VectorIndex.create(tmp_path, MODEL)
    index.settle()
    index.add(["p:0"], random_rows(1))
    assert index.count() == 1
    index.close()


def test_missing_index_is_damage_and_is_not_made_in_silence(tmp_path: Path) -> None:
    """Chroma itself would make an empty store there."""
    with pytest.raises(IndexDamaged, match=r"missing.*doctor --rebuild"):
        VectorIndex.open(tmp_path / "nowhere", MODEL)
    assert not (tmp_path / "nowhere").exists()


def test_index_of_another_model_is_not_opened(tmp_path: Path) -> None:
    """The collection's name carries the model: vectors of two models are never compared."""
    VectorIndex.create(tmp_path, "one").close()
    with pytest.raises(IndexDamaged, match="doctor --rebuild"):
        VectorIndex.open(tmp_path, "two")


def test_overwritten_store_is_damage(tmp_path: Path) -> None:
    """A file that is no database gives our error, not Chroma's."""
    index = VectorIndex.create(tmp_path, MODEL)
    index.close()
    (tmp_path / "chroma.sqlite3").write_bytes(b"\xff" * 9000)
    with pytest.raises(IndexDamaged, match="doctor --rebuild"):
        VectorIndex.open(tmp_path, MODEL)


@pytest.mark.parametrize("model", ["", "::", "openai/text-embedding-3", "ü" * 600, "a" * 600])
def test_any_model_makes_a_name_that_chroma_takes(tmp_path: Path, model: str) -> None:
    """3 to 512 characters of [a-zA-Z0-9._-], with a letter or digit at both ends."""
    name = collection_name(model)
    assert 3 <= len(name) <= 512
    VectorIndex.create(tmp_path, model).close()


def test_eight_threads_search_while_one_adds(index: VectorIndex) -> None:
    """Every search finds the vector that was there before; nothing fails."""
    vectors = random_rows(600)
    index.add(["p:0"], vectors[:1])
    wrong: list[object] = []

    def search() -> None:
        try:
            for _ in range(20):
                if index.query(vectors[0], 1)[0][0] != "p:0":
                    wrong.append("another chunk")
        except IndexDamaged as error:
            wrong.append(error)

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    index.add([f"p:{i}" for i in range(1, 600)], vectors[1:])
    for thread in threads:
        thread.join()
    assert wrong == []
    assert index.count() == 600


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Standard output belongs to the JSON document, and telemetry is off."""
    index = VectorIndex.create(tmp_path, MODEL)
    index.add(["a:0"], rows([1, 0]))
    index.query(vector(1, 0), 1)
    index.close()
    assert capfd.readouterr() == ("", "")
