"""Is a reply usable at all, and where in it is the JSON?"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from service.errors import BadCompletion, ContentFiltered, ModelError
from service.llm.core.model import Completion

_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL | re.IGNORECASE)
_REFUSAL = re.compile(
    r"\s*(?:I(?:['’]m| am) (?:sorry|unable|not able)|Sorry,|I (?:can(?:not|['’]t)|won['’]t)|As an AI)\b", re.IGNORECASE
)
_HTML = re.compile(r"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LONGEST: Final = 1_000_000  # characters; no reply that was asked for comes near it
_TRIES: Final = 20  # places at which an object may begin


def unusable(completion: Completion) -> ModelError | None:
    """Why a reply has nothing to read in it, or `None`."""
    name, text = repr(completion.model), completion.text
    if completion.finish == "content_filter":
        return ContentFiltered(f"the provider's filter stopped the reply of {name}: reword, or change the model")
    if not text.strip():
        return BadCompletion("empty", f"the reply of {name} is empty; check LITWEAVE_API_BASE, or change the model")
    if len(text) > _LONGEST:
        return BadCompletion("not_json", f"the reply of {name} is endless; lower LITWEAVE_MODEL_REPLY_TOKENS")
    if "\ufffd" in text:
        return BadCompletion("garbled", f"the reply of {name} holds half characters; ask again", reply=text)
    if _HTML.match(text):
        return BadCompletion("html", f"the reply of {name} is a web page; check LITWEAVE_API_BASE")
    return None


def read_object(completion: Completion) -> dict[str, Any]:
    """The JSON object of a reply: bare, in a code fence, after thoughts, or with prose around it.

    Raises what `unusable` returns, and `BadCompletion`: `truncated` (the token limit ended it), `cut` (it ends
    inside the object, whatever the provider says of its end), `refusal`, or `not_json`.
    """
    fault = unusable(completion)
    if fault is not None:
        raise fault
    text = _THINKING.sub("", completion.text)
    found, cut = _object_in(text)
    if found is None and "\\" in text:
        mended, still_cut = _object_in(_ESCAPE.sub(_doubled, text))
        found, cut = (mended, still_cut) if mended is not None else (None, cut)
    if found is not None:
        return found
    name = repr(completion.model)
    if completion.finish == "length":
        raise BadCompletion(
            "truncated",
            f"the reply of {name} was ended by its limit of tokens; ask for less, or raise LITWEAVE_MODEL_REPLY_TOKENS",
            reply=completion.text,
        )
    if cut:
        raise BadCompletion("cut", f"the reply of {name} ends inside its JSON object; ask again", reply=completion.text)
    if _REFUSAL.match(text):
        raise BadCompletion("refusal", f"{name} declined to answer", reply=completion.text)
    raise BadCompletion("not_json", f"the reply of {name} is not a JSON object", reply=completion.text)


def _doubled(found: re.Match[str]) -> str:
    """A backslash that JSON does not know, as in `41.8\\%`, is one that was meant."""
    return found[0] if found[1] in '"\\/bfnrtu' else f"\\{found[0]}"


def _object_in(text: str) -> tuple[dict[str, Any] | None, bool]:
    """The largest object in the text, and whether one seems to begin without an end."""
    decoder = json.JSONDecoder(strict=False)  # a raw line break in a string is forgiven
    best: dict[str, Any] | None = None
    best_size = 0
    cut = False
    at = text.find("{")
    for _ in range(_TRIES):
        if at < 0:
            break
        try:
            value, end = decoder.raw_decode(text, at)
        except (json.JSONDecodeError, RecursionError):
            cut = cut or _open_at_end(text, at)
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict) and end - at > best_size:
            best, best_size = value, end - at
        at = text.find("{", end)
    # What stands inside an object that never ends is a part of it, not the reply.
    return (None, True) if cut else (best, False)


def _open_at_end(text: str, start: int) -> bool:
    """Whether brackets opened from `start` on are still open where the text ends."""
    depth, quoted, escaped = 0, False, False
    for char in text[start:]:
        if quoted:
            escaped, quoted = (char == "\\" and not escaped), (char != '"' or escaped)
        elif char == '"':
            quoted = True
        elif char in "{[":
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth == 0:
                return False
    return True
