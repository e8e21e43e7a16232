"""What an online source is: where it is, what it is asked for a page, and how its reply goes on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from service.readers.formats import Reader
from service.records import Paper

WORDS_MAX: Final = 2_000
"""Characters of a query."""


class MalformedReply(Exception):
    """A reply of status 200 that is not what the service documents; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Site:
    """A service on the net. Requests go to `base`; redirects may lead to `hosts`, over https, and nowhere else.

    `interval_s`: least seconds between the starts of two requests. `key_setting`: the setting that holds a key for it.
    """

    key: str
    name: str
    base: str
    hosts: tuple[str, ...] = ()
    interval_s: float = 1.0
    key_setting: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a site: a path below its base (or of another of its addresses), parameters, own headers."""

    path: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks: an address for the service's operators, and a key where one is set. The key is never shown."""

    mailto: str | None = None
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `since`: published on that day or later; `today` bounds a feed by days; `size`: of a page."""

    text: str
    since: date | None
    today: date
    size: int
    access: Access = Access()


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a reply goes on, `None` at the end; how many records there are in all; whether it holds any itself."""

    following: str | None
    available: int | None = None
    has_records: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """One service that is searched.

    `request` asks for the page at a cursor, `outline` says how its body goes on and raises `MalformedReply`, `reader`
    takes the records out of it. `keeps`: which papers belong to the query, where the service cannot tell. `sparse`:
    a page without a paper is no sign of the end.
    """

    site: Site
    reader: Reader
    first: str
    page_size: int
    request: Callable[[Query, str], Request]
    outline: Callable[[Query, str, bytes], Outline]
    keeps: Callable[[Query, Paper], bool] | None = None
    sparse: bool = False


def parsed_json(body: bytes) -> object:
    """The JSON of a reply. Raises `MalformedReply`."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedReply(f"it is no whole JSON ({type(error).__name__})") from error


def parsed_object(body: bytes) -> dict[str, object]:
    """As `parsed_json`, of a reply that is an object."""
    found = parsed_json(body)
    if not isinstance(found, dict):
        raise MalformedReply("it is no JSON object")
    return found
