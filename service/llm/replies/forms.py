"""What replies of models are made of, as pydantic reads them. A quote names its source by the opaque id."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ReplyForm(BaseModel):
    """Base of what is read from a model's reply: keys that were not asked for are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class QuoteReply(ReplyForm):
    """Words said to stand in a source."""

    source: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    quote: Text
