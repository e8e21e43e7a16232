"""What prompts/matrix.md and prompts/agreement.md ask models to reply, as pydantic reads it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from service.llm.replies.forms import ClaimReply, Text

_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Reply(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CellReply(_Reply):
    """One cell; value and quote are both there or both null."""

    column: _Short
    value: _Short | None
    quote: Text | None


class MatrixReply(_Reply):
    """The reply to prompts/matrix.md: every column once."""

    cells: Annotated[list[CellReply], Field(max_length=40)]


class PositionReply(ClaimReply):
    """What one paper says on a point."""

    stance: Literal["supports", "contradicts", "qualifies"]


class PointReply(_Reply):
    """A point that at least two papers speak to."""

    point: Text
    claims: Annotated[list[PositionReply], Field(max_length=20)]


class AgreementReply(_Reply):
    """The reply to prompts/agreement.md. An empty list is usual."""

    points: Annotated[list[PointReply], Field(max_length=20)]
