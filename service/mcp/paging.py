"""A document in pages: whole items in order, as many as fit, and a cursor that knows its request and its document."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Final

from service.errors import UsageError

_BYTES_A_TOKEN: Final = 3
_LEAST_ROOM: Final = 50
_MOST_NAMED: Final = 5
"""Items too large for a page that one page names."""
_DIGEST: Final = 12


@dataclass(frozen=True, slots=True)
class TooLarge:
    """An item that no page of the size asked for can hold, and the size of one that could."""

    field: str
    index: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a document's items, of which there are `items`. `left` counts those that follow, `too_large` names those that no page can hold."""

    document: dict[str, Any]
    items: int
    complete: bool
    next_position: int | None
    left: Mapping[str, int]
    too_large: tuple[TooLarge, ...]


def tokens(value: object) -> int:
    """About how many tokens a value's JSON is: a third of its bytes, which is high for English."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)


def page_of(
    document: Mapping[str, Any], fields: Sequence[str], *, position: int, max_tokens: int, limit: int | None
) -> Page:
    """The items from `position` on that fit into `max_tokens` beside what is no list of `fields`.

    `fields` name the lists to page through in their order; "matrix.rows" is a list in an object. `limit` bounds the
    items of the first. An item that is too large for any page of this size is left out and named. Raises `UsageError`
    where what is no item fills the page.
    """
    whole = list(_items(document, fields))
    shown = _emptied(document, fields)
    most = max_tokens - tokens(shown)
    if most < _LEAST_ROOM:
        raise UsageError(
            f"the request leaves no room for a result in {max_tokens} tokens: shorten it or raise max_tokens"
        )
    room, taken, too_large = most, 0, list[TooLarge]()
    at = position
    while at < len(whole):
        field, index, item = whole[at]
        size = tokens(item) + 1
        if size > most and len(too_large) < _MOST_NAMED:
            too_large.append(TooLarge(field, index, size + max_tokens - most))
        elif size > min(room, most) or (field == fields[0] and taken == limit):
            break
        else:
            room -= size
            taken += field == fields[0]
            _list_of(shown, field).append(item)
        at += 1
    following = at if at < len(whole) else None
    left = dict(Counter(field for field, _, _ in whole[at:]))
    complete = position == 0 and following is None and not too_large
    return Page(shown, len(whole), complete, following, left, tuple(too_large))


def _items(document: Mapping[str, Any], fields: Sequence[str]) -> Iterator[tuple[str, int, Any]]:
    for field in fields:
        for index, item in enumerate(_list_of(document, field)):
            yield field, index, item


def _list_of(document: Mapping[str, Any], field: str) -> list[Any]:
    """The list of that name; a new, empty one where the document has none."""
    value: Any = document
    for name in field.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else []


def _emptied(document: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The document with those lists empty."""
    shown = dict(document)
    for field in fields:
        outer, _, inner = field.partition(".")
        if inner and isinstance(shown.get(outer), dict):
            shown[outer] = copy(shown[outer]) | {inner: []}
        elif not inner and isinstance(shown.get(outer), list):
            shown[outer] = []
    return shown


def digest(value: object) -> str:
    """A short name for a value: equal for equal JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]


def content_digest(document: Mapping[str, Any], fields: Sequence[str]) -> str:
    """A short name for a document's items, whatever time and money they cost."""
    return digest([[field, index, item] for field, index, item in _items(document, fields)])


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on in which document of which request."""

    request: str
    content: str
    position: int

    def encoded(self) -> str:
        """As the agent hands it back."""
        return base64.urlsafe_b64encode(f"{self.request}.{self.content}.{self.position}".encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> Cursor:
        """The cursor of a text. Raises `UsageError` for one that was never given out."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            request, content, position = raw.split(".")
            return cls(request, content, int(position))
        except (ValueError, binascii.Error) as error:
            raise UsageError(f"the cursor {text[:40]!r} was never given out; leave it out to start anew") from error
