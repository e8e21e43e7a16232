"""What calls may use: tokens and cost for one request and for one day, checked before each call.

A call is booked with the most it can use before it is sent, and corrected to what it used when it ends. So calls
at the same time cannot pass a limit together, and a crash leaves too much on the book rather than too little.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from service.errors import BudgetExceeded, LibraryError, ModelError
from service.llm.core.model import (
    Completion,
    Deadline,
    Event,
    Finished,
    Message,
    Model,
    Parameters,
    Usage,
    estimated_usage,
)
from service.llm.core.payer import Payer
from service.llm.policies.store import ModelStore
from service.llm.providers.prices import Price

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """`None`: no limit."""

    max_tokens: int | None = None
    max_cost_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Tokens (in and out) and USD."""

    tokens: int = 0
    cost_usd: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.tokens + other.tokens, self.cost_usd + other.cost_usd)


class Book(Protocol):
    """Where spending is added up; thread-safe."""

    def book(self, amount: Spent) -> None:
        """Add it, where the limits allow. Raises `BudgetExceeded`, adding nothing."""

    def correct(self, booked: Spent, used: Spent) -> None:
        """Replace what was booked by what was used."""

    @property
    def limits_cost(self) -> bool: ...


class RequestBook:
    """What one request spends, and what its calls used (`usage`), for the answer's accounting."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._spent = Spent()
        self.usage = Usage(0, 0)

    @property
    def limits_cost(self) -> bool:
        return self._limits.max_cost_usd is not None

    @property
    def spent(self) -> Spent:
        return self._spent

    def book(self, amount: Spent) -> None:
        with self._lock:
            self._spent = _within(self._limits, self._spent, amount, "request", "")

    def correct(self, booked: Spent, used: Spent) -> None:
        with self._lock:
            self._spent = self._spent + used + Spent(-booked.tokens, -booked.cost_usd)

    def used(self, usage: Usage) -> None:
        """Note the tokens of a call."""
        with self._lock:
            self.usage = self.usage + usage


class DayBook:
    """What all requests of a day (UTC) spend, kept in the store; that of `payer` also apart, under its own limit."""

    def __init__(
        self,
        store: ModelStore,
        limits: Limits,
        *,
        payer: Payer | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._limits = limits
        self._payer = payer
        self._clock = clock

    @property
    def limits_cost(self) -> bool:
        return self._limits.max_cost_usd is not None or (
            self._payer is not None and self._payer.usd_per_day is not None
        )

    def paid_by(self, payer: Payer | None) -> DayBook:
        """The same book for calls that are made for `payer`."""
        return DayBook(self._store, self._limits, payer=payer, clock=self._clock)

    def _today(self) -> str:
        return self._clock().date().isoformat()

    def book(self, amount: Spent) -> None:
        try:
            self._book(amount)
        except LibraryError as error:
            raise BudgetExceeded(f"the day's limits cannot be kept: {error}") from error

    def _book(self, amount: Spent) -> None:
        day = self._today()
        with self._store.transaction() as connection:
            row = connection.execute("SELECT tokens, cost_usd FROM spent WHERE day = ?", (day,)).fetchone()
            total = _within(self._limits, Spent(*row) if row else Spent(), amount, "day", "_DAY")
            connection.execute("INSERT OR REPLACE INTO spent VALUES (?, ?, ?)", (day, total.tokens, total.cost_usd))
            if self._payer is not None:
                own = connection.execute(
                    "SELECT tokens, cost_usd FROM spent_by WHERE day = ? AND payer = ?", (day, self._payer.id)
                ).fetchone()
                paid = _paid(self._payer, Spent(*own) if own else Spent(), amount)
                connection.execute(
                    "INSERT OR REPLACE INTO spent_by VALUES (?, ?, ?, ?)",
                    (day, self._payer.id, paid.tokens, paid.cost_usd),
                )

    def correct(self, booked: Spent, used: Spent) -> None:
        """A call that ran over midnight is corrected on the new day, never below nothing.

        Where the store fails, what was booked stays: too much rather than too little.
        """
        try:
            self._correct((used.tokens - booked.tokens, used.cost_usd - booked.cost_usd))
        except LibraryError as error:
            _log.warning("%s", error)

    def _correct(self, change: tuple[int, float]) -> None:
        with self._store.transaction() as connection:
            connection.execute("INSERT OR IGNORE INTO spent VALUES (?, 0, 0.0)", (self._today(),))
            connection.execute(
                "UPDATE spent SET tokens = MAX(0, tokens + ?), cost_usd = MAX(0.0, cost_usd + ?) WHERE day = ?",
                (*change, self._today()),
            )
            if self._payer is not None:
                whose = (self._today(), self._payer.id)
                connection.execute("INSERT OR IGNORE INTO spent_by VALUES (?, ?, 0, 0.0)", whose)
                connection.execute(
                    "UPDATE spent_by SET tokens = MAX(0, tokens + ?), cost_usd = MAX(0.0, cost_usd + ?) "
                    "WHERE day = ? AND payer = ?",
                    (*change, *whose),
                )


class BudgetedModel:
    """A model whose calls are booked in every one of `books` first. `price` is `None` where none is known."""

    def __init__(
        self, model: Model, *, price: Callable[[], Price | None], request: RequestBook, day: Book | None
    ) -> None:
        self.name = model.name
        self._model = model
        self._price = price
        self._request = request
        self._books: Sequence[Book] = (request,) if day is None else (request, day)

    def complete(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Completion:
        with self._booked(messages, parameters) as done:
            completion = self._model.complete(messages, parameters=parameters, deadline=deadline)
            done(completion)
        return completion

    def stream(self, messages: Sequence[Message], *, parameters: Parameters, deadline: Deadline) -> Iterator[Event]:
        with self._booked(messages, parameters) as done:
            for event in self._model.stream(messages, parameters=parameters, deadline=deadline):
                if isinstance(event, Finished):
                    done(event.completion)
                yield event

    @contextmanager
    def _booked(self, messages: Sequence[Message], parameters: Parameters) -> Iterator[Callable[[Completion], None]]:
        price = self._price()
        if price is None and any(book.limits_cost for book in self._books):
            raise BudgetExceeded(
                f"no price is known for {self.name!r}, so a cost limit cannot be kept: set LITWEAVE_MODEL_PRICE_IN and "
                "LITWEAVE_MODEL_PRICE_OUT, or limit tokens instead of cost"
            )
        sent = estimated_usage(messages, "")
        most = _spent(replace(sent, tokens_out=parameters.max_tokens), price)
        booked: list[Book] = []
        used: list[Usage] = []
        # A caller that stops reading a stream is charged for the whole of it: what was sent is not known.
        charged = most
        try:
            for book in self._books:
                book.book(most)
                booked.append(book)
            yield lambda completion: used.append(completion.usage)
            charged = _spent(used[0], price) if used else most
        except BudgetExceeded:
            charged = Spent()
            raise
        except ModelError as error:
            lost = replace(sent, tokens_in=sent.tokens_in * max(1, error.requests)) if error.billed else Usage(0, 0)
            used = [lost]
            charged = _spent(lost, price)
            raise
        finally:
            for book in booked:
                book.correct(most, charged)
            for usage in used:
                self._request.used(usage)


def _spent(usage: Usage, price: Price | None) -> Spent:
    return Spent(usage.tokens_in + usage.tokens_out, 0.0 if price is None else price.cost_usd(usage))


def _paid(payer: Payer, so_far: Spent, amount: Spent) -> Spent:
    total = so_far + amount
    if payer.usd_per_day is not None and total.cost_usd > payer.usd_per_day:
        raise BudgetExceeded(
            f"the next call may cost {amount.cost_usd:.4f} USD, and {so_far.cost_usd:.4f} of the "
            f"{payer.usd_per_day:.4f} a day of this API key are spent: ask again tomorrow (UTC), or for less"
        )
    return total


def _within(limits: Limits, so_far: Spent, amount: Spent, scope: str, suffix: str) -> Spent:
    total = so_far + amount
    if limits.max_tokens is not None and total.tokens > limits.max_tokens:
        raise BudgetExceeded(
            f"the next call may use {amount.tokens} tokens, and {so_far.tokens} of {limits.max_tokens} for this "
            f"{scope} are used: raise LITWEAVE_MAX_TOKENS{suffix}, or ask for less"
        )
    if limits.max_cost_usd is not None and total.cost_usd > limits.max_cost_usd:
        raise BudgetExceeded(
            f"the next call may cost {amount.cost_usd:.4f} USD, and {so_far.cost_usd:.4f} of {limits.max_cost_usd:.4f} "
            f"for this {scope} are spent: raise LITWEAVE_MAX_COST_USD{suffix}, or ask for less"
        )
    return total
