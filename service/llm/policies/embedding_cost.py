"""What embedding costs, counted against the day's limit on cost.

Only cost: a library has more tokens than any sensible limit for language models, and they cost a hundredth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from service.errors import BudgetExceeded, ModelError
from service.llm.core.model import Usage
from service.llm.core.route import Route
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.store import FILE_NAME, open_store
from service.llm.providers.prices import Price, price_of
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class EmbeddingCost:
    """The day's book, and the price of the model; `price` is called late, because it loads litellm."""

    book: DayBook
    price: Callable[[], Price | None]

    @contextmanager
    def call(self, tokens: int) -> Iterator[Callable[[int], None]]:
        """Book a call of about so many tokens; the function takes what was used. Raises `BudgetExceeded`."""
        price = self.price()
        if price is None:
            raise BudgetExceeded(
                "no price is known for the embedding model, so LITWEAVE_MAX_COST_USD_DAY cannot be kept: set "
                "LITWEAVE_EMBEDDING_PRICE"
            )
        booked = charged = _cost(price, tokens)
        used: list[int] = []
        self.book.book(booked)
        try:
            yield used.append
            charged = _cost(price, used[-1]) if used else booked
        except ModelError as error:
            charged = booked if error.billed else Spent()
            raise
        finally:
            self.book.correct(booked, charged)


def embedding_cost(settings: Settings, route: Route) -> EmbeddingCost | None:
    """For the settings' library; `None` where a day's cost has no limit."""
    if settings.max_cost_usd_day is None:
        return None
    store = open_store(settings.library / FILE_NAME)
    return EmbeddingCost(DayBook(store, Limits(None, settings.max_cost_usd_day)), lambda: price_of(route))


def _cost(price: Price, tokens: int) -> Spent:
    return Spent(0, price.cost_usd(Usage(tokens, 0)))
