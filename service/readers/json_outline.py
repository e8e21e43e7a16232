"""What a piece of JSON is about, from its beginning alone, which may stop anywhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_TOKEN: Final = re.compile(r'["\[\]{},:]|[^\s"\[\]{},:]+')
_QUOTE_OR_ESCAPE: Final = re.compile(r'["\\]')
_DEEPEST: Final = 6
_LONGEST_SHOWN: Final = 80


@lru_cache(maxsize=1)
def outline(head: str) -> Mapping[str, str]:
    """What first stands at each place near the root: "{", "[", a text as `"…`, or the number or word itself.

    Places are written ".message.items[].DOI"; the root is "". Nothing for what does not begin as JSON.
    """
    if head.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return {}
    found: dict[str, str] = {}
    above: list[tuple[str, str | None]] = []
    place: str | None = ""
    kind, key, is_value, at = "", "", True, 0
    while (token := _TOKEN.search(head, at)) is not None:
        mark, at = token[0], token.end()
        here = _inside(kind, place, key, len(above))
        if mark == '"':
            end = string_end(head, at - 1)
            at = len(head) if end is None else end
            if kind == "{" and not is_value:
                key = head[token.end() : at - 1][:_LONGEST_SHOWN]
            elif here is not None:
                found.setdefault(here, head[token.start() : at][:_LONGEST_SHOWN].removesuffix('"'))
        elif mark in "{[":
            if here is not None:
                found.setdefault(here, mark)
            above.append((kind, place))
            kind, place, is_value = mark, here, mark == "["
        elif mark in "}]":
            kind, place = above.pop() if above else ("", "")
        elif mark in ",:":
            is_value = mark == ":" or kind != "{"
        elif here is not None:
            found.setdefault(here, mark[:_LONGEST_SHOWN])
    return found


def string_end(text: str, at: int) -> int | None:
    """Where the JSON string that opens at `at` is over; `None` where it is not closed."""
    at += 1
    while (mark := _QUOTE_OR_ESCAPE.search(text, at)) is not None:
        if mark[0] == '"':
            return mark.end()
        at = mark.end() + 1
    return None


def _inside(kind: str, place: str | None, key: str, depth: int) -> str | None:
    if place is None or depth > _DEEPEST:
        return None
    return f"{place}.{key}" if kind == "{" else f"{place}[]" if kind == "[" else place
