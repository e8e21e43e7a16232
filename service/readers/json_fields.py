"""Fields of parsed JSON by the type they must have; what has another counts as missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def mapping(value: object) -> Mapping[str, object]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> Sequence[object]:
    """The list, or an empty one."""
    return value if isinstance(value, list) else ()


def text(value: object) -> str | None:
    """The text, unless it is blank."""
    return value if isinstance(value, str) and value.strip() else None


def first_text(value: object) -> str | None:
    """The text, or the first one of a list."""
    return text(value) or next(filter(None, map(text, listed(value))), None)


def whole(value: object) -> int | None:
    """The whole number, unless it is negative."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def no_record(parsed: object) -> str:
    """Why something that is no object is no paper."""
    kinds = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return f"expected an object {{...}} of a paper, found {kinds.get(type(parsed), 'a number')}"


def no_title(parsed: Mapping[str, object], ask: str) -> str:
    """Why an object without a title is no paper; `ask` says how to fetch it with one."""
    keys = ", ".join(str(key)[:40] for key in list(parsed)[:6])
    return f"it has no title, only {keys}: {ask}" if keys else f"it is empty: {ask}"
