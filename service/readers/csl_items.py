"""CSL-JSON and CSL-YAML text -> its items, one by one, so that a damaged one costs no other.

YAML is put together from the parser's events: PyYAML's own loaders end the process on deep nesting, turn `DOI: 10.10`
into a number, and follow aliases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

_WHITE: Final = re.compile(r"[\s,]*")
_WRAPPED: Final = re.compile(r'\s*\{\s*"(?:items|references)"\s*:\s*\[')
_NEXT_ITEM: Final = re.compile(
    r"\}[\s,]*(?=\{\s*\"(?:id|type|title|citation-key|DOI|ISBN|ISSN|URL|abstract|author|container-title|PMID)\")"
)
_YAML_ITEM: Final = re.compile(r"^(?P<indent> *)-(?=[ \n])", re.MULTILINE)
_YAML_OUTER: Final = re.compile(r"^[^\s#-]|^---|^\.\.\.", re.MULTILINE)
_DEEPEST: Final = 40
_MOST_NODES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """What stands on line `number` or begins there: parsed, or why not."""

    number: int
    parsed: Any = None
    fault: str | None = None


class _BadYaml(ValueError):
    """Why a piece of YAML is not read."""


def json_items(text: str) -> Iterator[Item]:
    """The items of a list, of a list under "items" or "references", of one object, or of objects one after another."""
    decoder = json.JSONDecoder(strict=False)
    wrapped = _WRAPPED.match(text)
    opening = wrapped.end() if wrapped else len(text) - len(text.lstrip())
    at = opening + (not wrapped and text[opening : opening + 1] == "[")
    number, counted = 1, 0
    while True:
        skipped = _WHITE.match(text, at)
        at = skipped.end() if skipped else at
        if at >= len(text) or text[at] == "]" or (wrapped and text[at] == "}"):
            return
        number += text.count("\n", counted, at)
        counted = at
        try:
            parsed, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield Item(number, fault=_json_fault(error))
            following = _NEXT_ITEM.search(text, at)
            if following is None:
                return
            at = following.end()
        else:
            yield Item(number, parsed)


def _json_fault(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply for a paper"
    if isinstance(error, json.JSONDecodeError):
        return f"the JSON does not parse: {error.msg} on line {error.lineno}, column {error.colno}; correct it there"
    return "the JSON does not parse: it holds a number of thousands of digits"


def yaml_items(text: str) -> Iterator[Item]:
    """The items of the first list: of the whole document, or under `references:`."""
    first = _YAML_ITEM.search(text)
    if first is None:
        return
    indent = re.escape(first["indent"])
    outer = _YAML_OUTER.search(text, first.end())
    end = outer.start() if outer else len(text)
    starts = [found.start() for found in re.compile(rf"^{indent}-(?=[ \n])", re.M).finditer(text, first.start(), end)]
    number, counted = 1, 0
    for start, stop in zip(starts, [*starts[1:], end], strict=True):
        number += text.count("\n", counted, start)
        counted = start
        try:
            yield Item(number, _yaml_value(text[start:stop]))
        except _BadYaml as error:
            yield Item(number, fault=f"the YAML does not parse: {error}; correct the item there")


def _yaml_value(text: str) -> object:
    """The first element of the list that `text` is, every scalar as text, as it is written."""
    from yaml import CBaseLoader, YAMLError, parse
    from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, MappingStartEvent, ScalarEvent

    stack: list[list[Any]] = [[]]
    mappings: list[bool] = []
    try:
        for count, event in enumerate(parse(text, Loader=CBaseLoader)):
            if isinstance(event, AliasEvent):
                raise _BadYaml("it has an alias (*): write the value out")
            if len(stack) > _DEEPEST or count > _MOST_NODES:
                raise _BadYaml("it is nested too deeply or has too many values for a paper")
            if isinstance(event, ScalarEvent):
                stack[-1].append(event.value)
            elif isinstance(event, CollectionStartEvent):
                mappings.append(isinstance(event, MappingStartEvent))
                stack.append([])
            elif isinstance(event, CollectionEndEvent):
                values = stack.pop()
                stack[-1].append(_mapping(values) if mappings.pop() else values)
    except UnicodeEncodeError as error:
        raise _BadYaml("it holds bytes that are not valid UTF-8: save the file as UTF-8") from error
    except YAMLError as error:
        raise _BadYaml(" ".join(str(getattr(error, "problem", None) or error).split())[:200]) from error
    listed = stack[0][0] if stack[0] else None
    return listed[0] if isinstance(listed, list) and listed else None


def _mapping(values: list[Any]) -> dict[str, Any]:
    return {key: value for key, value in zip(values[::2], values[1::2], strict=False) if isinstance(key, str)}
