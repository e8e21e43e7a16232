"""What may be sent to the chat, in OpenAI's shapes.

What only tunes a model (temperature and the like) is taken and has no effect; what would change the form of the reply
is refused, because its sender would look for it there.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
)
from pydantic_core import PydanticCustomError

from service.api.requests import Words
from service.errors import UsageError

ModelName = Literal["litweave-ask", "litweave-draft"]
Content = str | list[dict[str, Any]]


class ChatMessage(BaseModel):
    """One message; the user's last is asked, and those before it say what a follow-up goes on from."""

    model_config = ConfigDict(extra="ignore")
    role: str
    content: Content | None = None


class StreamOptions(BaseModel):
    """`include_usage`: a last piece, without choices, says how many tokens a model read and wrote."""

    model_config = ConfigDict(extra="ignore")
    include_usage: bool = False


class PlainText(BaseModel):
    """The one form of a reply."""

    model_config = ConfigDict(extra="ignore")
    type: Literal["text"]


class TextOptions(BaseModel):
    """Of a response."""

    model_config = ConfigDict(extra="ignore")
    format: PlainText | None = None


_Nothing = Annotated[list[Any], Field(max_length=0)]
_TEXT_ONLY: Final = "these models write text with citations: leave it out; POST /v1/ask answers with JSON"
_CALLS_NOTHING: Final = "these models call no tools: leave them out"
_KEPT_NOWHERE: Final = "none is kept here: go on with previous_response_id, or send the messages as input"
_REFUSED: Final = {
    "n": "there is one answer: leave n out",
    "tools": _CALLS_NOTHING,
    "functions": _CALLS_NOTHING,
    "modalities": _TEXT_ONLY,
    "logprobs": "these models have none: leave it out",
    "response_format": _TEXT_ONLY,
    "text": _TEXT_ONLY,
    "background": "a response is given at once: POST /v1/ask with Prefer: respond-async waits for none",
    "conversation": _KEPT_NOWHERE,
    "prompt": _KEPT_NOWHERE,
}
"""Why a field of that name has no other value, and what to do instead."""


class _Asked(BaseModel):
    model_config = ConfigDict(extra="ignore")
    model: ModelName
    stream: Annotated[bool, Field(strict=True)] = False
    tools: _Nothing | None = None

    @field_validator(*_REFUSED, mode="wrap", check_fields=False)
    @classmethod
    def _refused(cls, value: Any, fits: ValidatorFunctionWrapHandler, about: ValidationInfo) -> Any:
        try:
            return fits(value)
        except ValidationError as error:
            assert about.field_name is not None
            raise PydanticCustomError("refused", _REFUSED[about.field_name]) from error


class ChatRequest(_Asked):
    """`POST /v1/chat/completions`."""

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1000)]
    n: Literal[1] | None = None
    functions: _Nothing | None = None
    modalities: list[Literal["text"]] | None = None
    logprobs: Literal[False] | None = None
    response_format: PlainText | None = None
    stream_options: StreamOptions | None = None


class ResponseRequest(_Asked):
    """`POST /v1/responses`. `previous_response_id` names the response that this one goes on from."""

    input: Words | Annotated[list[ChatMessage], Field(max_length=1000)]
    previous_response_id: Annotated[str, Field(max_length=200)] | None = None
    store: bool | None = None
    background: Literal[False] | None = None
    conversation: None = None
    prompt: None = None
    text: TextOptions | None = None


def questions(messages: list[ChatMessage]) -> list[str]:
    """The words of the user's messages, the last of which is asked. Raises `UsageError` where there is none."""
    said = [m.content for m in messages if m.role == "user" and m.content is not None]
    if not said:
        raise UsageError("the messages hold none of the user: send one with role user")
    parts = ([c] if isinstance(c, str) else [str(part.get("text", "")) for part in c] for c in said)
    return ["\n".join(filter(None, texts)) for texts in parts]
