"""A share of cases with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

_Z: Final = 1.959964  # 95 %, two-sided


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n` cases. Of no cases there is no share: it is neither 0 nor 1."""

    hits: int
    n: int

    @property
    def share(self) -> float | None:
        return self.hits / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds that the share has with 95 % confidence (Wilson 1927); (0, 1) of no cases."""
        if not self.n:
            return (0.0, 1.0)
        p, z2 = self.hits / self.n, _Z * _Z / self.n
        middle, spread = p + z2 / 2, _Z * math.sqrt(p * (1 - p) / self.n + z2 / (4 * self.n))
        return (max((middle - spread) / (1 + z2), 0.0), min((middle + spread) / (1 + z2), 1.0))

    def __str__(self) -> str:
        low, high = self.interval
        return f"- of {self.n}" if self.share is None else f"{self.share:.3f} [{low:.3f}, {high:.3f}] of {self.n}"

    def as_document(self) -> dict[str, Any]:
        low, high = self.interval
        return {"hits": self.hits, "n": self.n, "share": self.share, "low": low, "high": high}
