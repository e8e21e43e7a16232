"""Text -> vector. The embedder is chosen by setting; the usual one runs all-MiniLM-L6-v2 on the CPU."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from service.errors import EmbeddingError, UsageError
from service.index import minilm
from service.index.runtime import Batch, Runtime, load_runtime
from service.settings import Settings

# Read and sorted by length together: long enough for batches without padding, short enough for memory.
_WINDOW_TEXTS = 1024
_BATCH_TEXTS = 8
_BATCH_TOKENS = 2048
_RECENT_TEXTS = 64
REMOTE_AT_ONCE = 2
"""Requests at once to a model's server."""


class Embedder(Protocol):
    """Texts to unit vectors. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """Recorded by the index: vectors of two names are never compared."""

    @property
    def dimension(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), unit row i for text i; (0, dimension) for no texts. Raises `EmbeddingError`."""


@runtime_checkable
class Loadable(Protocol):
    """An embedder whose model can be loaded before its first text."""

    def load(self) -> None:
        """Raises `EmbeddingError`."""


@runtime_checkable
class Charging(Protocol):
    """An embedder whose calls are paid for: what is embedded for a request is embedded in its own thread."""

    costs: bool


class Recent:
    """An embedder that remembers the last texts it was given singly: each step of an answer embeds the question."""

    def __init__(self, embedder: Embedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self.costs = isinstance(embedder, Charging) and embedder.costs
        self._embedder = embedder
        self._single = lru_cache(maxsize=_RECENT_TEXTS)(self._embedded)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._single(texts[0]).copy() if len(texts) == 1 else self._embedder.embed(texts)

    def load(self) -> None:
        """Read the model now, where it can be. Raises `EmbeddingError`."""
        if isinstance(self._embedder, Loadable):
            self._embedder.load()

    def _embedded(self, text: str) -> NDArray[np.float32]:
        return self._embedder.embed([text])


class Tokenizer(Protocol):
    """Texts to token ids, at most `minilm.MAX_TOKENS` each, special tokens included."""

    def __call__(self, texts: Sequence[str]) -> list[list[int]]: ...


def load_embedder(settings: Settings) -> Embedder:
    """The embedder the settings name; its files are read on first use. Raises `UsageError`."""
    if "/" in settings.embedding:
        from service.index.embedding_litellm import LitellmEmbedder

        return LitellmEmbedder.of(settings)
    if settings.embedding != "minilm":
        raise UsageError(
            f"embedding {settings.embedding!r} is not known; set LITWEAVE_EMBEDDING=minilm, "
            "or a litellm embedding model as provider/name"
        )
    if settings.embedding_runtime not in ("auto", "openvino", "onnxruntime"):
        raise UsageError(
            f"embedding runtime {settings.embedding_runtime!r} is not known; "
            "set LITWEAVE_EMBEDDING_RUNTIME to auto, openvino or onnxruntime"
        )
    return _shared_minilm(settings.embedding_runtime)


def at_once(settings: Settings) -> int:
    """How many batches the embedder of the settings works on side by side: a model on this machine uses all of it."""
    return REMOTE_AT_ONCE if "/" in settings.embedding else 1


class MiniLM:
    """all-MiniLM-L6-v2, 384 dimensions, cosine, at most 256 tokens a text (the rest is not read).

    In bf16 a text's vector moves by less than 1e-2 in cosine with the padding of its batch; the model
    is loaded once, on the first text.
    """

    name = minilm.NAME
    dimension = minilm.DIMENSION

    def __init__(self, runtime: Callable[[], Runtime], tokenizer: Callable[[], Tokenizer]) -> None:
        self._load_runtime = runtime
        self._load_tokenizer = tokenizer
        self._loaded: tuple[Runtime, Tokenizer] | None = None
        self._loading = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        if not texts:
            return vectors
        runtime, tokenizer = self._parts()

        def store(batch: Batch, pooled: NDArray[np.float32]) -> None:
            vectors[batch.rows] = pooled

        runtime.run(_batches(texts, tokenizer), store)
        return _unit_rows(vectors)

    def load(self) -> None:
        """Read the model now instead of at the first text. Raises `EmbeddingError`."""
        self._parts()

    def _parts(self) -> tuple[Runtime, Tokenizer]:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load_runtime(), self._load_tokenizer()
            return self._loaded


@cache
def _shared_minilm(runtime: str) -> MiniLM:
    """The embedder of a runtime, one a process: a load takes 0.3 s, and 100 MB of it are never given back."""
    return MiniLM(lambda: load_runtime(runtime), load_tokenizer)


def load_tokenizer() -> Tokenizer:
    """The model's own tokenizer, cut at 256 tokens. Raises `EmbeddingError`."""
    from tokenizers import Tokenizer as WordPiece

    path = minilm.tokenizer_path()
    word_piece = WordPiece.from_file(str(path))
    word_piece.enable_truncation(minilm.MAX_TOKENS)
    word_piece.no_padding()

    def tokenize(texts: Sequence[str]) -> list[list[int]]:
        # A lone surrogate cannot be encoded as UTF-8, which the tokenizer needs; "?" stands for it.
        safe = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        return [encoding.ids for encoding in word_piece.encode_batch_fast(safe)]

    return tokenize


def _batches(texts: Sequence[str], tokenizer: Tokenizer) -> Iterator[Batch]:
    """Batches of texts of about one length. A window is tokenised while the last one is still inferred."""
    for first in range(0, len(texts), _WINDOW_TEXTS):
        tokens = tokenizer(texts[first : first + _WINDOW_TEXTS])
        longest_first = iter(sorted(range(len(tokens)), key=lambda row: -len(tokens[row])))
        for head in longest_first:
            size = max(_BATCH_TEXTS, min(4 * _BATCH_TEXTS, _BATCH_TOKENS // max(1, len(tokens[head]))))
            rows = [head, *islice(longest_first, size - 1)]
            yield _padded(rows, [tokens[row] for row in rows], first)


def _padded(rows: list[int], tokens: list[list[int]], first: int) -> Batch:
    length = max(map(len, tokens))
    ids = np.zeros((len(rows), length), np.int64)
    mask = np.zeros((len(rows), length), np.int64)
    for place, row in enumerate(tokens):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return Batch(np.asarray(rows) + first, ids, mask)


def _unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.all(np.isfinite(norms) & (norms > 0)):
        raise EmbeddingError(
            f"embedding model {minilm.NAME!r} returned a vector that is not finite or is zero; "
            "try LITWEAVE_EMBEDDING_RUNTIME=onnxruntime and report the text"
        )
    unit: NDArray[np.float32] = vectors / norms
    return unit
