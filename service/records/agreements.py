"""Where several papers speak to one point: who supports it, who contradicts it, who qualifies it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from service.records.texts import Citation

Stance: TypeAlias = Literal["supports", "contradicts", "qualifies"]


@dataclass(frozen=True, slots=True)
class Position:
    """What one paper says on a point, with its quotes."""

    stance: Stance
    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A point that at least two papers speak to, about the same task and measure. The first claim states it."""

    point: str
    claims: tuple[Position, ...]

    def as_document(self) -> dict[str, Any]:
        """One entry of the `agreement` list."""
        claims = [
            {"stance": c.stance, "text": c.text, "citations": [asdict(q) for q in c.citations]} for c in self.claims
        ]
        return {"point": self.point, "claims": claims}
