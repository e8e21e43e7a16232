"""One fault of a sentence, and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Gravity: TypeAlias = Literal["contradicted", "unsupported", "partial"]
Fault: TypeAlias = Literal["figure", "name", "negation", "direction", "sides", "clause", "reserve"]


@dataclass(frozen=True, slots=True)
class Objection:
    """`contradicted`: the quotes say otherwise; `unsupported`: they do not say it; `partial`: they say less."""

    gravity: Gravity
    reason: str
    fault: Fault | None = None

    def of(self, fault: Fault) -> Objection:
        """The same, with the kind of fault that it is."""
        return replace(self, fault=fault)
