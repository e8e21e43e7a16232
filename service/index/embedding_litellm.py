"""Any litellm embedding model as an `Embedder`, under the same policy of retries as the language models.

Each batch is one request and each call of `embed` stands alone, so an import that breaks off goes on where the
catalog says: what has a vector is not sent again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from service.errors import BudgetExceeded, EmbeddingError, EmbeddingOverLimit, ModelError
from service.index.embedding import REMOTE_AT_ONCE
from service.llm.core.model import Deadline, estimated_tokens
from service.llm.core.network_policy import check_allowed, go_directly
from service.llm.core.route import Route
from service.llm.policies.embedding_cost import EmbeddingCost, embedding_cost
from service.llm.providers.concurrency import Lanes
from service.llm.providers.faults import translated
from service.llm.providers.litellm_library import litellm
from service.llm.providers.loop import outcome, shared_loop
from service.llm.providers.retry import Backoff, retrying
from service.settings import Settings

_MAX_CHARS: Final = 8000  # of one text; a chunk has some 1,500


class LitellmEmbedder:
    """Unit vectors of a litellm embedding model. Thread-safe; batches of all threads share one limit of calls."""

    def __init__(
        self,
        route: Route,
        *,
        batch_texts: int = 64,
        dimension: int | None = None,
        backoff: Backoff | None = None,
        cost: EmbeddingCost | None = None,
    ) -> None:
        """`dimension`: refuse vectors of any other; without it, the first reply settles it. `cost` books each call."""
        self.name = route.model
        self._route = route
        self._batch_texts = batch_texts
        self._dimension = dimension
        self._backoff = backoff or Backoff()
        self._cost = cost
        self.costs = True
        self._lanes = Lanes(at_once=REMOTE_AT_ONCE, waiting=64)
        self._settling = threading.Lock()

    @classmethod
    def of(cls, settings: Settings) -> LitellmEmbedder:
        """The embedder that the settings name."""
        route = Route(
            settings.embedding,
            settings.embedding_api_base,
            settings.embedding_api_key,
            timeout_s=settings.model_timeout_s,
            price_in=settings.embedding_price,
        )
        return cls(
            route,
            batch_texts=settings.embedding_batch_texts,
            dimension=settings.embedding_dimension,
            cost=embedding_cost(settings, route),
        )

    @property
    def dimension(self) -> int:
        """Asked of the model once where it was not stated. Raises `EmbeddingError`."""
        with self._settling:
            if self._dimension is None:
                self._dimension = self._batch(["dimension"]).shape[1]
            return self._dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), unit row i for text i. Raises `EmbeddingError`; earlier batches of the call are lost."""
        dimension = self.dimension
        vectors = np.zeros((len(texts), dimension), np.float32)
        for first in range(0, len(texts), self._batch_texts):
            batch = self._batch(texts[first : first + self._batch_texts])
            if batch.shape[1] != dimension:
                raise EmbeddingError(
                    f"{self.name!r} returned vectors of dimension {batch.shape[1]}, not {dimension}: set "
                    "LITWEAVE_EMBEDDING_DIMENSION, and rebuild the library where it was made with another model"
                )
            vectors[first : first + len(batch)] = batch
        return vectors

    def _batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One request's unit rows, (n, dimension)."""
        # Providers refuse a whole batch for one empty text.
        sent = [text.encode("utf-8", "replace").decode("utf-8")[:_MAX_CHARS].strip() or "-" for text in texts]
        deadline = Deadline(3 * self._route.timeout_s)
        try:
            check_allowed(self.name, self._route.api_base)
            go_directly(self._route.api_base)
            litellm()
            with nullcontext() if self._cost is None else self._cost.call(sum(map(estimated_tokens, sent))) as used:
                reply: Any = shared_loop().run(retrying(deadline, self._backoff)(self._once, sent, deadline), deadline)
                tokens = int(getattr(getattr(reply, "usage", None), "prompt_tokens", 0) or 0)
                if used is not None and tokens > 0:
                    used(tokens)
        except BudgetExceeded as error:
            raise EmbeddingOverLimit(f"texts could not be embedded: {error}") from error
        except ModelError as error:
            raise EmbeddingError(f"texts could not be embedded: {error}") from error
        return self._unit(list(reply.data), len(texts))

    async def _once(self, texts: list[str], deadline: Deadline) -> Any:
        arguments: dict[str, Any] = {"model": self.name, "input": texts, "max_retries": 0, "num_retries": 0}
        if self._route.api_base is not None:
            arguments["api_base"] = self._route.api_base
        key = self._route.key_to_send()
        if key is not None:
            arguments["api_key"] = key
        async with self._lanes.lane(self._route.lane):
            seconds = min(self._route.timeout_s, deadline.remaining_s)
            result = await outcome(litellm().aembedding(**arguments, timeout=seconds), seconds)
        if result.value is None:
            error = result.error or TimeoutError()
            raise translated(error, model=self.name, secrets=self._route.secrets())
        return result.value

    def _unit(self, rows: list[Any], expected: int) -> NDArray[np.float32]:
        """Rows in the order of the texts: the protocol numbers them, and they may come in another."""
        read = sorted((_row(row) for row in rows), key=lambda row: row[0])
        if [index for index, _ in read] != list(range(expected)):
            raise EmbeddingError(f"{self.name!r} gave {len(rows)} vectors for {expected} texts; try a smaller batch")
        if len({len(vector) for _, vector in read}) != 1:
            raise EmbeddingError(f"{self.name!r} returned vectors of different dimensions; choose another model")
        vectors = np.asarray([vector for _, vector in read], np.float32)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if vectors.size == 0 or not np.all(np.isfinite(norms) & (norms > 0)):
            raise EmbeddingError(f"{self.name!r} returned a vector that is empty, not finite or zero; choose another")
        unit: NDArray[np.float32] = vectors / norms
        return unit


def _row(row: Any) -> tuple[int, list[float]]:
    get = row.get if hasattr(row, "get") else lambda name: getattr(row, name)
    return int(get("index")), list(get("embedding"))
