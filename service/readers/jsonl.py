"""JSONL: one paper a line, `{id?, title, abstract?, authors?, year?, date?, url?, doi?, ...}`.

Also read when present: venue, organisation, author_count, upvotes, source, date_kind, status, and `markup`, which is
"none" where texts hold what looks like markup and stay as they are. Other keys are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

from service.readers.lines import Line
from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord
from service.records import PublicationStatus, Rejection

_OBJECT_START = re.compile(r"\s*\{\s*[\"}]")
_SNIFFED_LINES = 50
_REPLY_KEYS = frozenset(
    {"DOI", "message", "message-type", "results", "abstract_inverted_index", "externalIds", "paperId"}
)
_REPLY_START = re.compile(r'.{0,200}"(?:message-type|message-version|meta|total|paperId)":')


class JsonLines:
    """Reads a file of one JSON object a line."""

    key = "jsonl"
    name = "JSONL"
    rank = 51

    def recognises(self, head: str) -> bool:
        """True when a line near the start opens an object, unless the file is another notation or service's."""
        if head.lstrip()[:1] in ("", "[", "<", "@", "%"):
            return False
        lines = [line for line in head.split("\n") if line.strip()][:_SNIFFED_LINES]
        objects = [line for line in lines if _OBJECT_START.match(line)]
        return bool(objects) and not _is_service_reply(objects[0], is_alone=len(lines) == 1)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every line that is not blank."""
        for line in file.lines():
            if line.fault is not None:
                yield Rejection(file.source, line.number, line.fault)
            elif line.text.strip("\ufeff \t\r\n\v\f"):
                yield _record(line, file.source)


def _is_service_reply(line: str, *, is_alone: bool) -> bool:
    """Crossref, OpenAlex and Semantic Scholar replies are often one line of JSON, but not one paper a line."""
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        return bool(_REPLY_START.match(line))
    if not isinstance(parsed, dict):
        return False
    return bool(_REPLY_KEYS & parsed.keys()) or (is_alone and not {"title", "abstract"} & parsed.keys())


def _record(line: Line, source: str) -> RawRecord | Rejection:
    try:
        parsed = json.loads(line.text.lstrip("\ufeff"))
    except RecursionError:
        return Rejection(source, line.number, "the JSON is nested too deeply for a paper")
    except json.JSONDecodeError as error:
        reason = f"the JSON does not parse: {error.msg} at column {error.colno}; write one object a line"
        return Rejection(source, line.number, reason)
    except ValueError:  # an integer of thousands of digits
        return Rejection(source, line.number, "the JSON does not parse: it holds a number of thousands of digits")
    if not isinstance(parsed, dict):
        reason = f"expected an object {{...}} with title and abstract, found {_kind(parsed)}"
        return Rejection(source, line.number, reason)
    return record_of(parsed, line.number)


def record_of(parsed: dict[str, Any], number: int) -> RawRecord:
    """A record of litweave's own JSON: `{id?, title, abstract?, authors?, year?, date?, url?, doi?, ...}`."""
    return RawRecord(
        number=number,
        title=_text_or_none(parsed.get("title")),
        abstract=_text_or_none(parsed.get("abstract")),
        authors=_authors(parsed.get("authors")),
        year=parsed.get("year"),
        date=parsed.get("date"),
        date_kind="listed" if parsed.get("date_kind") == "listed" else "published",
        doi=parsed.get("doi"),
        url=parsed.get("url"),
        venue=parsed.get("venue"),
        organisation=parsed.get("organisation"),
        key=str(given) if isinstance(given := parsed.get("id"), str | int) and not isinstance(given, bool) else "",
        author_count=_count(parsed.get("author_count")),
        upvotes=_count(parsed.get("upvotes")),
        status=status if (status := parsed.get("status")) in get_args(PublicationStatus) else None,
        origin=str(parsed["source"]) if isinstance(parsed.get("source"), str) else "",
        markup="none" if parsed.get("markup") == "none" else "html",
    )


def _text_or_none(value: object) -> object:
    return value if isinstance(value, str | float) or value is None else None


def _authors(value: object) -> tuple[Name, ...]:
    """A list of names or of author objects ({"name": …}, {"given": …, "family": …}), or one text, split."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, re.split(r";|(?<!\s)\s+and\s+", value))))
    found: list[Name] = []
    for item in value if isinstance(value, list) else ():
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict):
            named = item.get("name") or item.get("display_name")
            found.append(str(named) if named else item)
    return tuple(found)


def _count(value: object) -> int | None:
    """A whole number that is not negative, also as text or as 4.0."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return int(number) if number >= 0 and number == int(number) and number < 2**53 else None


def _kind(parsed: object) -> str:
    if parsed is None:
        return "null"
    names = {list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(parsed), "a number")
