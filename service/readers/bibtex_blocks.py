"""BibTeX text -> where each of its blocks begins and ends, in linear time whatever is left open in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_AT: Final = re.compile(r"(?<![\w.])@[ \t]*(?P<kind>[A-Za-z][\w-]*)\s*(?P<open>[{(])")
CERTAIN_START: Final = re.compile(
    r"^[ \t]*@[ \t]*[A-Za-z][\w-]*\s*[{(]\s*[^\s,{}=\"]{0,200}\s*,\s*[A-Za-z][\w:.+-]{0,60}\s*=", re.MULTILINE
)
"""An entry that begins a line: here the one before it has ended, however many of its braces are open."""
_BRACES: Final = re.compile(r"[{}]")
_BRACES_OR_ESCAPES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_ROUND: Final = re.compile(r'\\"|[{})"]')
_ROUND_OR_ESCAPES: Final = re.compile(r'\\.|[{})"]', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` from its `@`, which is on line `number`; `text[open]` is its first brace or parenthesis.

    `end` is `None` where it is never closed; then it goes on to `limit`, where the next entry certainly begins.
    `counts_escaped`: a brace behind a backslash is one all the same, as BibTeX itself counts.
    """

    number: int
    kind: str
    start: int
    open: int
    end: int | None
    limit: int
    counts_escaped: bool = True

    def content(self, text: str) -> str:
        """What is between its outer brackets, or up to the next entry."""
        return text[self.open + 1 : self.limit if self.end is None else self.end - 1]


def blocks_of(text: str) -> Iterator[Block]:
    """Every block but `@comment`, in order. What a line has behind "%" outside of blocks is no block."""
    at = counted = limit = 0
    number, comments_close = 1, True
    while (found := _AT.search(text, at)) is not None:
        begin = found.start()
        number += text.count("\n", counted, begin)
        counted = begin
        if "%" in text[max(text.rfind("\n", at, begin), at) : begin]:
            at = text.find("\n", begin) + 1 or len(text)
            continue
        if found["kind"].casefold() == "comment":
            # BibTeX skips the word alone, biber all of it; once one stays open, only the words are skipped.
            end = _end(text, found.end() - 1, len(text), escapes=False) if comments_close else None
            comments_close = end is not None
            at = end or found.end()
            continue
        if limit <= begin:
            certain = CERTAIN_START.search(text, begin + 1)
            limit = certain.start() if certain else len(text)
        block = _bounded(text, Block(number, found["kind"].casefold(), begin, found.end() - 1, None, limit))
        yield block
        at = limit if block.end is None else block.end


def _bounded(text: str, block: Block) -> Block:
    """The block with its end: of the two ways to read an escaped brace, the one that takes in more of it."""
    plain = _end(text, block.open, block.limit, escapes=False)
    escaped = plain
    if text.find("\\", block.open, block.limit) >= 0:
        escaped = _end(text, block.open, block.limit, escapes=True)
    counts = plain is not None and (escaped is None or plain > escaped)
    end = plain if counts else escaped
    return Block(block.number, block.kind, block.start, block.open, end, block.limit, counts)


def _end(text: str, opened: int, limit: int, *, escapes: bool) -> int | None:
    """Behind the bracket that closes the one at `opened`; `escapes`: an escaped brace is none."""
    is_round = text[opened] == "("
    marks = (_ROUND_OR_ESCAPES if escapes else _ROUND) if is_round else (_BRACES_OR_ESCAPES if escapes else _BRACES)
    depth, quoted = 0, False
    for mark in marks.finditer(text, opened + 1, limit):
        if mark[0] == "{":
            depth += 1
        elif mark[0] == "}":
            if depth == 0 and not is_round:
                return mark.end()
            depth = max(depth - 1, 0)
        elif depth == 0 and mark[0] == '"':
            quoted = not quoted
        elif depth == 0 and mark[0] == ")" and not quoted:
            return mark.end()
    return None
