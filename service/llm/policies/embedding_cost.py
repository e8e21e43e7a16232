"""What embedding costs, counted against the day's limit on cost, and for the API key that it is done for.

Only cost: a library has more tokens than any sensible limit for language models, and they cost a hundredth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Final

from service.errors import BudgetExceeded, ModelError
from service.llm.core.model import Usage
from service.llm.core.payer import current_payer
from service.llm.core.route import Route
from service.llm.policies.budget import DayBook, Limits, Spent
from service.llm.policies.store import FILE_NAME, open_store
from service.llm.providers.prices import Price, price_of
from service.settings import Settings

_FREE: Final = Price(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class EmbeddingCost:
    """The day's book, made when it is needed, and the price of the model, asked late because it loads litellm.

    `limited`: the day has a limit. Without one only what is done for an API key is booked.
    """

    book: Callable[[], DayBook]
    price: Callable[[], Price | None]
    limited: bool = True

    @contextmanager
    def call(self, tokens: int) -> Iterator[Callable[[int], None]]:
        """Book a call of about so many tokens; the function takes what was used. Raises `BudgetExceeded`."""
        used: list[int] = []
        payer = current_payer()
        if not self.limited and payer is None:
            yield used.append
            return
        book, price = self.book().paid_by(payer), self.price()
        booked = charged = _cost(price or _FREE, tokens)
        if not _booked(book, price, booked):
            yield used.append
            return
        try:
            yield used.append
            charged = _cost(price or _FREE, used[-1]) if used else booked
        except ModelError as error:
            charged = booked if error.billed else Spent()
            raise
        finally:
            book.correct(booked, charged)


def embedding_cost(settings: Settings, route: Route) -> EmbeddingCost:
    """For the settings' library."""
    limit = settings.max_cost_usd_day

    @cache
    def book() -> DayBook:
        return DayBook(open_store(settings.library / FILE_NAME), Limits(None, limit))

    return EmbeddingCost(book, lambda: price_of(route), limited=limit is not None)


def _booked(book: DayBook, price: Price | None, amount: Spent) -> bool:
    """Whether it was booked. Where that cannot be done, only a limit keeps the call from being made."""
    if price is None:
        if book.limits_cost:
            raise BudgetExceeded(
                "no price is known for the embedding model, so neither LITWEAVE_MAX_COST_USD_DAY nor a key's limit can "
                "be kept: set LITWEAVE_EMBEDDING_PRICE"
            )
        return False
    try:
        book.book(amount)
    except BudgetExceeded:
        if book.limits_cost:
            raise
        return False
    return True


def _cost(price: Price, tokens: int) -> Spent:
    return Spent(0, price.cost_usd(Usage(tokens, 0)))
