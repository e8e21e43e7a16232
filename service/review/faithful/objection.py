"""One fault of a sentence, and how grave it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Gravity: TypeAlias = Literal["contradicted", "unsupported", "partial"]


@dataclass(frozen=True, slots=True)
class Objection:
    """`contradicted`: the quotes say otherwise; `unsupported`: they do not say it; `partial`: they say less."""

    gravity: Gravity
    reason: str
