"""A litellm embedding model on a real socket: batched, retried, checked."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from fault_server import Exchange, FaultServer, Play, status

from service.errors import EmbeddingError
from service.index.embedding import load_embedder
from service.index.embedding_litellm import LitellmEmbedder
from service.llm.core.payer import Payer, paying
from service.llm.core.route import Route
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.embedding_cost import EmbeddingCost, embedding_cost
from service.llm.policies.ledger import Ledger
from service.llm.policies.store import ModelStore
from service.llm.providers.prices import Price
from service.llm.providers.retry import Backoff
from service.settings import Settings

Serve = Callable[..., FaultServer]


def vectors(make: Callable[[str], Sequence[float]] = lambda text: [len(text), 0.0, 1.0], *, drop: int = 0) -> Play:
    """Rows of what `make` says of each text, last text first."""

    async def play(to: Exchange) -> None:
        texts = to.request.body["input"]
        rows = [{"object": "embedding", "index": i, "embedding": list(make(text))} for i, text in enumerate(texts)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        document = {"object": "list", "model": "m", "data": rows[drop:][::-1], "usage": usage}
        await to.whole(200, json.dumps(document).encode())

    return play


def embedder(server: FaultServer, *, dimension: int | None = None, batch_texts: int = 2) -> LitellmEmbedder:
    backoff = Backoff(base_s=0.01, rng=random.Random(1))
    return LitellmEmbedder(
        Route("openai/m", server.api_base), batch_texts=batch_texts, dimension=dimension, backoff=backoff
    )


def test_texts_become_unit_rows_in_their_order_batch_by_batch(serve: Serve) -> None:
    """Three texts, two a request: two requests, and rows go by the index that the server gives them."""
    server = serve(vectors())
    found = embedder(server, dimension=3).embed(["", "aaa", "a" * 7])
    lengths = np.array([[1, 0, 1], [3, 0, 1], [7, 0, 1]], np.float32)  # an empty text is sent as "-"
    assert np.allclose(found, lengths / np.linalg.norm(lengths, axis=1, keepdims=True))
    assert [len(request.body["input"]) for request in server.requests] == [2, 1]


def test_the_dimension_is_asked_once_where_it_is_not_stated(serve: Serve) -> None:
    """One request more, the first time only."""
    server = serve(vectors())
    model = embedder(server)
    assert (model.dimension, model.dimension, model.embed([]).shape) == (3, 3, (0, 3))
    assert len(server.requests) == 1


@pytest.mark.parametrize("fault", ["status:503", "later 429", "reset"])
def test_a_fault_that_passes_costs_one_request_more(serve: Serve, fault: str) -> None:
    """The same policy as for language models."""
    server = serve(fault, vectors())
    assert embedder(server, dimension=3).embed(["a"]).shape == (1, 3)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("play", "words", "requests"),
    [
        (vectors(lambda text: [1.0, 2.0]), "dimension 2, not 3", 1),
        (vectors(drop=1), "gave 1 vectors for 2 texts", 1),
        (vectors(lambda text: [1.0] * len(text)), "different dimensions", 1),
        (vectors(lambda text: [0.0, 0.0, 0.0]), "zero", 1),
        (vectors(lambda text: []), "empty", 1),
        ("echoed key 401", "LITWEAVE_API_KEY", 1),
        ("status:500", "error of its own", 3),
        ("html 200", "could not be embedded", 1),
    ],
    ids=["dimension", "one missing", "uneven", "zero", "empty", "401", "500", "html"],
)
def test_what_is_no_vector_of_this_model_is_refused(serve: Serve, play: str | Play, words: str, requests: int) -> None:
    """Nothing wrong reaches the catalog."""
    server = serve(play)
    with pytest.raises(EmbeddingError, match=words):
        embedder(server, dimension=3).embed(["a", "bb"])
    assert len(server.requests) == requests


def test_the_setting_chooses_it_and_the_switch_stops_it() -> None:
    """`provider/name` is litellm's; in the tests it may not be called."""
    chosen = load_embedder(Settings(embedding="openai/text-embedding-3-small"))
    assert isinstance(chosen, LitellmEmbedder)
    assert chosen.name == "openai/text-embedding-3-small"
    with pytest.raises(EmbeddingError, match="LITWEAVE_MODEL_REQUESTS"):
        chosen.embed(["a"])


def test_a_redirect_is_not_followed(serve: Serve) -> None:
    """The same for embeddings: no text and no key goes to where it points."""
    stranger = serve(vectors())
    server = serve(status(307, location=f"{stranger.api_base}/embeddings"))
    with pytest.raises(EmbeddingError, match="not followed"):
        embedder(server, dimension=3).embed(["kites"])
    assert (len(server.requests), stranger.requests) == (1, [])


def test_embedding_is_counted_in_the_days_cost(serve: Serve, tmp_path: Path) -> None:
    """The server says one token a call; at 100 USD a token two calls cost 200, and a third may not be made.

    It is booked before it is sent with what its text comes to, two tokens.
    """
    store = ModelStore(tmp_path / "model.sqlite")
    book = DayBook(store, Limits(None, 350.0))
    cost = EmbeddingCost(lambda: book, lambda: Price(100.0, 0.0))
    server = serve(vectors())
    model = LitellmEmbedder(Route("openai/m", server.api_base), batch_texts=1, dimension=3, cost=cost)
    model.embed(["kite", "kite"])
    with pytest.raises(EmbeddingError, match="LITWEAVE_MAX_COST_USD_DAY"):
        model.embed(["kite"])
    assert len(server.requests) == 2
    book.book(Spent(0, 150.0))


def test_a_failed_embedding_costs_nothing_and_one_without_a_price_is_not_made(serve: Serve, tmp_path: Path) -> None:
    """503 is not billed; without a price a limit cannot be kept."""
    book = DayBook(ModelStore(tmp_path / "model.sqlite"), Limits(None, 200.0))
    server = serve("status:503")
    for price in (Price(100.0, 0.0), None):
        cost = EmbeddingCost(lambda: book, lambda price=price: price)  # type: ignore[misc]
        model = LitellmEmbedder(
            Route("openai/m", server.api_base), dimension=3, cost=cost, backoff=Backoff(base_s=0.01)
        )
        with pytest.raises(EmbeddingError, match="LITWEAVE_EMBEDDING_PRICE" if price is None else "503"):
            model.embed(["kite"])
    assert len(server.requests) == 3
    book.book(Spent(0, 200.0))


def test_without_a_limit_on_cost_nothing_is_booked_but_what_is_done_for_a_key(serve: Serve, tmp_path: Path) -> None:
    """No file is made until then. A key's own limit is kept; another key goes on."""
    server = serve(vectors())
    settings = Settings(library=tmp_path, embedding="openai/m", embedding_api_base=server.api_base)
    route = Route("openai/m", server.api_base, price_in=100e6)
    model = LitellmEmbedder(route, batch_texts=1, dimension=3, cost=embedding_cost(settings, route))
    model.embed(["kite"])
    assert list(tmp_path.iterdir()) == []
    with paying(Payer("ada", 350.0)):
        model.embed(["kite", "kite"])
        with pytest.raises(EmbeddingError, match="of this API key are spent"):
            model.embed(["kite"])
    with paying(Payer("bob")):
        model.embed(["kite"])
    assert Ledger(tmp_path).today().payers == {"ada": (0, 200.0), "bob": (0, 100.0)}
    assert Ledger(tmp_path).today().cost_usd == 300.0


def test_a_key_without_a_limit_embeds_where_nothing_can_be_booked(serve: Serve, tmp_path: Path) -> None:
    """No price is known, or the store fails: only a limit would be broken by that."""
    server = serve(vectors())
    store = ModelStore(tmp_path / "model.sqlite")
    store.close()
    for price in (None, Price(100.0, 0.0)):
        cost = EmbeddingCost(lambda: DayBook(store, Limits()), lambda price=price: price, limited=False)  # type: ignore[misc]
        model = LitellmEmbedder(Route("openai/m", server.api_base), dimension=3, cost=cost)
        with paying(Payer("ada")):
            assert model.embed(["kite"]).shape == (1, 3)
        with paying(Payer("ada", 1.0)), pytest.raises(EmbeddingError, match="can"):
            model.embed(["kite"])
