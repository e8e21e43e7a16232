"""The queue before an embedder: texts that a request waits for go before those that are embedded ahead of need.

Requests are served in the order in which they came, one after the other: side by side each would take as long as all
of them together. A text that several callers want is embedded once, by whichever of them has its turn first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.index.embedding import Embedder
from service.library.embedding import Stop, Stopped

_SLICE: Final = 128
"""Texts embedded between two looks at who waits: half a second to a second, some 5 % slower than a thousand at once."""
_LOOK_S: Final = 0.5
"""How long a caller waits at most before it asks `stop` again."""
_REMEMBERED: Final = 4096
"""Vectors that are kept for a while, 6 MB: their first caller may not have stored them yet."""

Vector: TypeAlias = NDArray[np.float32]


@dataclass(eq=False, slots=True)
class _Order:
    """What one caller waits for. `missing`: texts by their hash, in the order in which they are embedded."""

    missing: dict[bytes, str]
    urgent: bool
    made: dict[bytes, Vector] = field(default_factory=dict)
    embedding: bool = False

    def take(self, made: Mapping[bytes, Vector]) -> None:
        """What is there already, whoever embedded it."""
        for key in made.keys() & self.missing.keys():
            self.made[key] = made[key]
            del self.missing[key]


class EmbeddingQueue:
    """Hands texts to one embedder, slice by slice, for many threads; each caller's thread embeds its own slices."""

    def __init__(self, embedder: Embedder, *, at_once: int = 1) -> None:
        """`at_once`: slices that the embedder is given side by side."""
        self.name = embedder.name
        self._embedder = embedder
        self._at_once = at_once
        self._changed = threading.Condition()
        self._orders: list[_Order] = []
        self._in_hand: set[bytes] = set()
        self._remembered: dict[bytes, Vector] = {}

    @property
    def dimension(self) -> int:
        """Of its vectors."""
        return self._embedder.dimension

    def vectors(self, texts: Mapping[bytes, str], *, urgent: bool, stop: Stop = lambda: False) -> dict[bytes, Vector]:
        """A unit vector for each text, by the text's hash. Raises `EmbeddingError`, `Stopped`.

        `urgent`: somebody waits for the answer. Texts that are not are taken up between two slices only while no
        urgent one waits. What was embedded for a caller that fails or stops stays of use to the others.
        """
        # By length: texts that are embedded together are padded to the longest.
        order = _Order(dict(sorted(texts.items(), key=lambda item: len(item[1]))), urgent)
        with self._changed:
            order.take(self._remembered)
            self._orders.append(order)
        try:
            while order.missing:
                if stop():
                    raise Stopped
                keys = self._turn(order)
                if keys:
                    self._embed(order, keys)
        finally:
            with self._changed:
                self._orders.remove(order)
                self._changed.notify_all()
        return order.made

    def _turn(self, order: _Order) -> list[bytes]:
        """The next texts of the order, once it is its turn; none where it is to look again whether all are there."""
        with self._changed:
            if order.missing and not self._may_go(order):
                self._changed.wait(_LOOK_S)
            if not order.missing or not self._may_go(order):
                return []
            keys = list(islice(self._free(order), _SLICE))
            self._in_hand.update(keys)
            order.embedding = True
            return keys

    def _embed(self, order: _Order, keys: Sequence[bytes]) -> None:
        made: dict[bytes, Vector] = {}
        try:
            rows = self._embedder.embed([order.missing[key] for key in keys])
            made = dict(zip(keys, rows, strict=True))
        finally:
            with self._changed:
                order.embedding = False
                self._in_hand.difference_update(keys)
                self._tell(made)
                self._changed.notify_all()

    def _tell(self, made: Mapping[bytes, Vector]) -> None:
        for order in self._orders:
            order.take(made)
        self._remembered |= made
        for key in list(islice(self._remembered, max(0, len(self._remembered) - _REMEMBERED))):
            del self._remembered[key]

    def _may_go(self, order: _Order) -> bool:
        """Whether the embedder takes another slice, and no order that has precedence has one for it."""
        if sum(other.embedding for other in self._orders) >= self._at_once or not any(True for _ in self._free(order)):
            return False
        return not any(other is not order and self._waits(other) for other in self._before(order))

    def _before(self, order: _Order) -> Iterable[_Order]:
        """The orders that have precedence over one, itself not among them."""
        earlier = self._orders[: self._orders.index(order)]
        if order.urgent:
            return (other for other in earlier if other.urgent)
        return (*earlier, *(other for other in self._orders if other.urgent))

    def _waits(self, order: _Order) -> bool:
        return not order.embedding and any(True for _ in self._free(order))

    def _free(self, order: _Order) -> Iterable[bytes]:
        """Texts of an order that nobody is embedding at the moment."""
        return (key for key in order.missing if key not in self._in_hand)
