"""Kept replies, by what was asked. Only a reply that was read and checked is ever put in."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from service.errors import LibraryError
from service.llm.policies.store import ModelStore

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply's text and the model that gave it."""

    text: str
    model: str


class ReplyCache:
    """Replies younger than `max_age_s`; over `max_bytes` in all, the longest unused go first."""

    def __init__(
        self, store: ModelStore, *, max_age_s: float, max_bytes: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._max_age_s = max_age_s
        self._max_bytes = max_bytes
        self._clock = clock

    def get(self, key: str) -> KeptReply | None:
        """The reply kept under `request_key(...)`, or `None`: also where the store fails, which is logged."""
        try:
            return self._get(key)
        except LibraryError as error:
            _log.warning("%s", error)
            return None

    def _get(self, key: str) -> KeptReply | None:
        now = self._clock()
        with self._store.transaction() as connection:
            row = connection.execute(
                "SELECT text, model FROM replies WHERE key = ? AND stored_s BETWEEN ? AND ?",
                (key, now - self._max_age_s, now + 60),  # one from the future has lost its age with the clock
            ).fetchone()
            if row is None:
                return None
            connection.execute("UPDATE replies SET used_s = ? WHERE key = ?", (now, key))
        return KeptReply(*row)

    def put(self, key: str, reply: KeptReply, *, prompt: str) -> None:
        """Keep a good reply and drop what is too old or too much. One over the whole limit is not kept."""
        size = len(reply.text.encode("utf-8", "replace"))
        if size > self._max_bytes:
            return
        try:
            self._put(key, reply, prompt, size)
        except LibraryError as error:
            _log.warning("%s", error)

    def _put(self, key: str, reply: KeptReply, prompt: str, size: int) -> None:
        now = self._clock()
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, reply.model, prompt, reply.text, now, now, size),
            )
            connection.execute("DELETE FROM replies WHERE stored_s < ?", (now - self._max_age_s,))
            connection.execute(
                "DELETE FROM replies WHERE key IN (SELECT key FROM (SELECT key, SUM(bytes) OVER "
                "(ORDER BY used_s DESC, rowid DESC) AS so_far FROM replies) WHERE so_far > ?)",
                (self._max_bytes,),
            )
