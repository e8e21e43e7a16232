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
_BESIDE: Final = 2
"""Tokens of the brackets and commas around an item."""
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
    """Some of a document's items, of which there are `items`.

    `left` counts those that follow, `too_large` names those that no page of this size can hold.
    """

    document: dict[str, Any]
    items: int
    next_position: int | None
    left: Mapping[str, int]
    too_large: tuple[TooLarge, ...]

    @property
    def complete(self) -> bool:
        """Nothing follows, and nothing of this page was left out."""
        return self.next_position is None and not self.too_large


def tokens(value: object) -> int:
    """About how many tokens a value's JSON is: a third of its bytes, which is high for English."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_A_TOKEN)


def page_of(
    document: Mapping[str, Any], fields: Sequence[str], *, position: int, max_tokens: int, limit: int | None
) -> Page:
    """The items from `position` on that fit into `max_tokens` beside what is no list of `fields`.

    `fields` name the lists to page through in their order; "matrix.rows" is a list in an object. Of an item that is a
    list itself (a paragraph) a page may hold the first parts and the next page the rest. `limit` bounds the items of
    the first list. An item that is too large for any page of this size is left out and named. Raises `UsageError`
    where what is no item fills the page.
    """
    whole = list(_items(document, fields))
    shown = _emptied(document, fields)
    most = max_tokens - tokens(shown)
    if most < _LEAST_ROOM:
        raise UsageError(
            f"the request leaves no room for a result in {max_tokens} tokens: shorten it or raise max_tokens"
        )
    room, too_large = most, list[TooLarge]()
    taken = dict[tuple[str, int], list[Any]]()
    at = position
    while at < len(whole):
        item = whole[at]
        size = tokens(item.value) + _BESIDE
        new = item.place not in taken
        if size > most and len(too_large) < _MOST_NAMED:
            too_large.append(TooLarge(item.field, item.index, size + max_tokens - most))
        elif size > min(room, most) or (new and item.field == fields[0] and len(taken) == limit):
            break
        else:
            room -= size
            _put(item, taken, _list_of(shown, item.field))
        at += 1
    following = at if at < len(whole) else None
    left = dict(Counter(field for field, _ in dict.fromkeys(item.place for item in whole[at:])))
    return Page(shown, len(whole), following, left, tuple(too_large))


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a list, or with `part` one of those of which the item consists."""

    field: str
    index: int
    value: Any
    part: bool = False

    @property
    def place(self) -> tuple[str, int]:
        return self.field, self.index


def _items(document: Mapping[str, Any], fields: Sequence[str]) -> Iterator[_Item]:
    for field in fields:
        for index, item in enumerate(_list_of(document, field)):
            if isinstance(item, list):
                yield from (_Item(field, index, part, part=True) for part in item)
            else:
                yield _Item(field, index, item)


def _put(item: _Item, taken: dict[tuple[str, int], list[Any]], target: list[Any]) -> None:
    """Add an item, or a part to the item whose parts came before it."""
    if not item.part:
        taken[item.place] = []
        target.append(item.value)
        return
    if item.place not in taken:
        taken[item.place] = []
        target.append(taken[item.place])
    taken[item.place].append(item.value)


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
    return digest([[item.field, item.index, item.value] for item in _items(document, fields)])


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where to go on in which document of which request. `change`: the library's newest when it was made."""

    request: str
    content: str
    change: int
    position: int

    def encoded(self) -> str:
        """As the agent hands it back."""
        raw = f"{self.request}.{self.content}.{self.change}.{self.position}"
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str) -> Cursor:
        """The cursor of a text. Raises `UsageError` for one that was never given out."""
        try:
            raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("ascii")
            request, content, change, position = raw.split(".")
            return cls(request, content, int(change), int(position))
        except (ValueError, binascii.Error) as error:
            raise UsageError(f"the cursor {text[:40]!r} was never given out; leave it out to start anew") from error
