"""The records of a file of JSON: one document, several after another, or one a line.

A record whose JSON is broken costs that record: where it ends is found by its brackets, and the next one is read.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from service.errors import SourceError
from service.readers.json_outline import string_end
from service.readers.lines import Line
from service.readers.opened import Opened
from service.records import Rejection

_BLANK: Final = "\ufeff \t\r\n\v\f"
_BETWEEN: Final = re.compile(r"[\s,]*")
_BRACKET: Final = re.compile(r'["\[\]{}]')
_NEXT: Final = re.compile(r"[,\]}]")
_ASKED_LINES: Final = 6


@dataclass(frozen=True, slots=True)
class Value:
    """One record as parsed, numbered by its line in a file of lines, else by its place."""

    number: int
    parsed: object


def values(
    file: Opened, *, unfold: Callable[[object], Sequence[object]], lists: re.Pattern[str]
) -> Iterator[Value | Rejection]:
    """Every record or why it is none. `unfold` gives the records in a reply or the one that it is; `lists` finds where
    in a reply they begin, for one that is damaged. Raises `SourceError` where nothing of a document can be read."""
    if _is_lines(file):
        for line in file.lines():
            if line.fault is not None:
                yield Rejection(file.source, line.number, line.fault)
            elif line.text.strip(_BLANK):
                yield from _of_line(line, file.source, unfold)
        return
    number = 0
    for found in _Document(file.whole(), file.source, lists).parts():
        if isinstance(found, _Fault):
            number += 1
            yield Rejection(file.source, number, found.reason)
            continue
        for record in _flat(found.parsed, unfold):
            number += 1
            yield Value(number, record)


def _flat(parsed: object, unfold: Callable[[object], Sequence[object]]) -> Iterator[object]:
    for item in parsed if isinstance(parsed, list) else (parsed,):
        yield from unfold(item)


def _of_line(line: Line, source: str, unfold: Callable[[object], Sequence[object]]) -> Iterator[Value | Rejection]:
    try:
        parsed = _DECODER.decode(line.text.strip(_BLANK))
    except (ValueError, RecursionError) as error:
        reason, at = _reason(error)
        where = "" if at is None else f" at column {at + 1}"
        yield Rejection(source, line.number, f"{reason}{where}")
        return
    for record in _flat(parsed, unfold):
        yield Value(line.number, record)


def _is_lines(file: Opened) -> bool:
    """Whether the first line is a whole value and not all there is; or two near the start are, where that is broken."""
    lines = (line for line in file.text.lines(max_bytes=file.max_record_bytes) if line.fault or line.text.strip(_BLANK))
    first = list(islice(lines, _ASKED_LINES))
    if len(first) < 2:
        return False
    whole = [_is_whole(line.text.strip(_BLANK)) for line in first]
    return whole[0] or (sum(whole) > 1 and first[0].text.lstrip(_BLANK)[:1] != "[")


def _is_whole(text: str) -> bool:
    if text[:1] not in ("{", "["):
        return False
    try:
        return bool(_DECODER.decode(text))
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True, slots=True)
class _Part:
    parsed: object


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str


@dataclass(slots=True)
class _Document:
    """A text of one JSON value or several. After a first fault each element is cut out before it is parsed, so that a
    file of many faults costs no more than one pass."""

    text: str
    source: str
    lists: re.Pattern[str]
    is_clean: bool = True
    line: int = 1
    line_start: int = 0
    counted: int = field(default=0)

    def parts(self) -> Iterator[_Part | _Fault]:
        at, any_yet = self._after_gap(0), False
        while at < len(self.text):
            if self.text[at] == "[":
                at = yield from self._elements(at + 1)
            else:
                try:
                    parsed, at = _DECODER.raw_decode(self.text, at)
                except (ValueError, RecursionError) as error:
                    begin = self.lists.search(self.text, at)
                    if begin is None and not any_yet:
                        raise SourceError(f"{self.source}: {self._told(error, 0)}") from error
                    yield from self._elements(begin.end()) if begin else (_Fault(self._told(error, 0)),)
                    return
                yield _Part(parsed)
            any_yet, at = True, self._after_gap(at)

    def _elements(self, at: int) -> Generator[_Part | _Fault, None, int]:
        """The elements of the list that is open at `at`; returns where it is over."""
        while True:
            at = self._after_gap(at)
            if at >= len(self.text):
                yield _Fault(f"{self._place(at)}: the file ends in the middle of a list: fetch it again")
                return at
            if self.text[at] == "]":
                return at + 1
            end = None if self.is_clean else _end_of(self.text, at)
            try:
                if self.is_clean:
                    parsed, end = _DECODER.raw_decode(self.text, at)
                else:
                    parsed = _DECODER.decode(self.text[at:end])
            except (ValueError, RecursionError) as error:
                end = end or _end_of(self.text, at)
                rest = "" if end else "; what follows it cannot be told apart from it"
                yield _Fault(self._told(error, 0 if self.is_clean else at, begin=at) + rest)
                self.is_clean = False
            else:
                yield _Part(parsed)
            if end is None:
                return len(self.text)
            at = end

    def _after_gap(self, at: int) -> int:
        gap = _BETWEEN.match(self.text, at)
        return at if gap is None else gap.end()

    def _told(self, error: Exception, offset: int, *, begin: int = 0) -> str:
        reason, at = _reason(error)
        return f"{self._place(begin if at is None else at + offset)}: {reason}"

    def _place(self, at: int) -> str:
        """Line and column; asked in file order, each stretch is counted once."""
        at = max(at, self.counted)
        more = self.text.count("\n", self.counted, at)
        if more:
            self.line += more
            self.line_start = self.text.rfind("\n", self.counted, at) + 1
        self.counted = at
        return f"line {self.line}, column {at - self.line_start + 1}"


def _end_of(text: str, at: int) -> int | None:
    """Where the value that begins at `at` is over, by its brackets; `None` where it never is."""
    if text[at] not in '[{"':
        found = _NEXT.search(text, at)
        return None if found is None else max(found.start(), at + 1)
    depth = 0
    while (mark := _BRACKET.search(text, at)) is not None:
        if mark[0] == '"':
            end = string_end(text, mark.start())
            if end is None or depth == 0:
                return end
            at = end
            continue
        at = mark.end()
        depth += 1 if mark[0] in "[{" else -1
        if depth <= 0:
            return at
    return None


def _reason(error: Exception) -> tuple[str, int | None]:
    """What is wrong with a piece of JSON, and at which of its characters."""
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply for a paper", None
    if isinstance(error, json.JSONDecodeError):
        return f"the JSON does not parse: {error.msg}", error.pos
    return "the JSON does not parse: it holds a number of thousands of digits", None


def _finite(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


def _missing(_: str) -> None:
    """NaN and Infinity, which are no JSON: what pandas writes for a value that is not there."""


_DECODER: Final = json.JSONDecoder(strict=False, parse_float=_finite, parse_constant=_missing)
