"""What was spent, day by day, read from the store of a library beside whoever writes it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from service.errors import LibraryError
from service.llm.policies.store import FILE_NAME


@dataclass(frozen=True, slots=True)
class DaySpent:
    """A day (UTC) of spending; `payers` has what was spent for each API key, by its id."""

    day: str
    tokens: int
    cost_usd: float
    payers: dict[str, tuple[int, float]] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:
        """The day, with its keys in order."""
        keys = [{"key": k, "tokens": t, "cost_usd": round(c, 6)} for k, (t, c) in sorted(self.payers.items())]
        return {"day": self.day, "tokens": self.tokens, "cost_usd": round(self.cost_usd, 6), "keys": keys}


class Ledger:
    """Reads the store in `root`; one that was never made counts as nothing spent."""

    def __init__(self, root: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = root / FILE_NAME
        self._clock = clock

    def days(self, most: int) -> list[DaySpent]:
        """The newest days on which something was spent, newest first. Raises `LibraryError`."""
        with self._reading() as connection:
            if connection is None:
                return []
            rows = connection.execute(
                "SELECT day, tokens, cost_usd FROM spent ORDER BY day DESC LIMIT ?", (most,)
            ).fetchall()
            found = {day: DaySpent(day, tokens, cost) for day, tokens, cost in rows}
            if found and connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'spent_by'").fetchone():
                for day, payer, tokens, cost in connection.execute(
                    "SELECT day, payer, tokens, cost_usd FROM spent_by WHERE day >= ?", (min(found),)
                ):
                    if day in found:
                        found[day].payers[payer] = (tokens, cost)
            return list(found.values())

    def today(self) -> DaySpent:
        """What was spent since midnight UTC. Raises `LibraryError`."""
        day = self._clock().date().isoformat()
        newest = self.days(1)
        return newest[0] if newest and newest[0].day == day else DaySpent(day, 0, 0.0)

    def spent_today(self, payer: str) -> float:
        """USD spent for an API key since midnight UTC. Raises `LibraryError`."""
        return self.today().payers.get(payer, (0, 0.0))[1]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        if not self._path.is_file():
            yield None
            return
        try:
            with closing(
                sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro", uri=True, timeout=5)
            ) as connection:
                yield connection
        except sqlite3.Error as error:
            raise LibraryError(f"what was spent cannot be read from {str(self._path)!r}: {error}") from error
