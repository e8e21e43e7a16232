"""Records of formats that begin each field with a tag at the start of a line: RIS, refer and Web of Science."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection

TagOf: TypeAlias = Callable[[str], "tuple[str, str] | None"]
"""Tag and value of a line that begins a field, `None` for one that goes on with the field before it."""

_SENTENCE_ENDS: Final = (".", "!", "?", ":")
_HEADING_WORDS: Final = 3


class Fields(dict[str, list[str]]):
    """The texts of a record's fields by their tags."""

    def every(self, *tags: str) -> list[str]:
        """The texts of those tags, tag by tag."""
        return [text for tag in tags for text in self.get(tag, ())]

    def first(self, *tags: str) -> str | None:
        """The first of them."""
        return next(iter(self.every(*tags)), None)

    def key(self, tag: str) -> str:
        """The first that is no mere number, or nothing."""
        return next((key for key in self.get(tag, ()) if not key.isdigit()), "")


@dataclass(slots=True)
class TaggedRecord:
    """A record's fields in file order, each with its lines; `number` is the 1-based line of the first.

    `size` counts characters, also those that were let go because the record grew over the limit.
    """

    number: int
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0
    too_long: bool = False

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.fields}

    @property
    def ends_blank(self) -> bool:
        """Whether the last line read was a blank one."""
        return bool(self.fields) and not self.fields[-1][1][-1].strip()

    def texts(self) -> Fields:
        """The fields that are not blank, unwrapped."""
        found = Fields()
        for tag, lines in self.fields:
            if text := unwrapped(lines):
                found.setdefault(tag, []).append(text)
        return found

    def add(self, line: str, tag: str = "", *, most: int) -> None:
        """A line with the tag that begins a field, or without one the next line of the last field."""
        line = "" if line.isspace() else line
        self.size += len(line) + 1
        if self.size > most:
            self.too_long = True
            self.fields.clear()
        elif tag:
            self.fields.append((tag, [line]))
        else:
            self.fields[-1][1].append(line)


def tagged_records(
    file: Opened,
    tag_of: TagOf,
    record: Callable[[TaggedRecord], RawRecord | Rejection],
    *,
    start: str,
    end: str = "",
    titles: Iterable[str],
) -> Iterator[RawRecord | Rejection]:
    """Every record of the file as `record` makes it of its fields; a rejection for one that is over the limit."""
    most = file.max_record_bytes
    for tagged in _split(file.text_lines(), tag_of, start=start, end=end, titles=frozenset(titles), most_chars=most):
        yield Rejection(file.source, tagged.number, too_long(most)) if tagged.too_long else record(tagged)


def _split(
    lines: Iterable[str], tag_of: TagOf, *, start: str, end: str, titles: frozenset[str], most_chars: int
) -> Iterator[TaggedRecord]:
    """Every record of the lines: one for each `start` tag, and one for each run of fields that has none.

    The `end` tag is not needed: the next `start` ends a record too, and the end of the file. What stands before `start`
    belongs to its record where it has no title of its own ("ID" before "TY"); so does nothing that has no tag. Where
    records have no `end` tag at all, a blank line ends one that has no `start`.
    """
    current: TaggedRecord | None = None
    for number, line in enumerate(lines, start=1):
        found = tag_of(line)
        if found is None:
            if current is not None and not current.too_long:
                current.add(line, most=most_chars)
            continue
        tag, value = found
        if tag == end:
            if current is not None:
                yield current
            current = None
            continue
        if current is not None and _is_next(current, tag, start=start, titles=titles, has_ends=bool(end)):
            yield current
            current = None
        if current is None:
            current = TaggedRecord(number)
        if not current.too_long:
            current.add(value, tag, most=most_chars)
    if current is not None:
        yield current


def _is_next(current: TaggedRecord, tag: str, *, start: str, titles: frozenset[str], has_ends: bool) -> bool:
    """Whether this tag begins another record than the current one."""
    if tag == start:
        tags = current.tags
        return current.too_long or start in tags or bool(titles & tags)
    return not has_ends and current.ends_blank and not current.too_long and start not in current.tags


def head_lines(head: str) -> list[str]:
    """The lines of a file's beginning that are not blank, whatever ends them."""
    lines = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [line for line in (line.strip("\ufeff") for line in lines) if line.strip()]


def unwrapped(lines: list[str]) -> str:
    """A field's text: wrapped lines joined by a space; headings and paragraphs stay on lines of their own."""
    if len(lines) == 1:
        return lines[0].strip()
    parts: list[str] = []
    before, gap = "", False
    for line in lines:
        bare = line.strip()
        if bare and before:
            ends = before.endswith(_SENTENCE_ENDS) or (before.count(" ") < _HEADING_WORDS and not line[:1].isspace())
            parts.append("\n\n" if gap else "\n" if ends else " ")
        if bare:
            parts.append(bare)
        before, gap = bare or before, not bare
    return "".join(parts)


def too_long(most_chars: int) -> str:
    """Why a record over the limit is rejected, and what to do."""
    return f"the record is longer than {most_chars:,} characters: split it, or raise LITWEAVE_MAX_RECORD_BYTES"
