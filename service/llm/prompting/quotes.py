"""Where a quote stands in a text: equal after NFKC and white-space folding, or nowhere; with its true offsets."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_MARKS: Final = ("Mn", "Mc", "Me")
_PLAIN = str.maketrans("“”„‟«»‘’‚‛‐‑‒–—−\u00a0", '""""""\'\'\'\'------ ')


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A text as quotes are compared: `text[i]` stands for `original[starts[i]:ends[i]]`, a whole grapheme or space."""

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, wanted: str) -> tuple[int, int] | None:
        """Where the wanted text stands in the original, cutting neither a word nor a grapheme."""
        at = self.text.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if not self._cuts(at) and not self._cuts(end):
                return self.starts[at], self.ends[end - 1]
            at = self.text.find(wanted, at + 1)
        return None

    def _cuts(self, at: int) -> bool:
        """Whether a word or figure, or what stands for one grapheme, goes on over this place."""
        if not 0 < at < len(self.text):
            return False
        before, after = self.text[at - 1], self.text[at]
        if before.islower() and after.isupper() and self.starts[at - 1] != self.starts[at]:
            return False  # two sentences whose space is lost: "responsesIncreased"
        if self.starts[at - 1] == self.starts[at] or (before.isalnum() and after.isalnum()):
            return True
        beyond = self.text[at + 1 : at + 2]
        return (after in ".," and before.isdigit() and beyond.isdigit()) or (
            before in ".," and after.isdigit() and self.text[at - 2 : at - 1].isdigit()
        )


@lru_cache(maxsize=256)
def squeezed(text: str) -> Squeezed:
    """NFKC by grapheme, plain quotes and dashes, runs of white space as one space. Linear."""
    kept: list[str] = []
    starts, ends = array("I"), array("I")
    for start, end in _graphemes(text):
        plain = unicodedata.normalize("NFKC", text[start:end]).translate(_PLAIN)
        plain = "".join(plain.split()) or " "
        if plain == " " and kept and kept[-1] == " ":
            ends[-1] = end
            continue
        kept += plain
        starts.extend([start] * len(plain))
        ends.extend([end] * len(plain))
    return Squeezed("".join(kept), starts, ends)


def _graphemes(text: str) -> Iterator[tuple[int, int]]:
    """Each character with the marks, and Hangul vowels and finals, that normalisation may join to it."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _joins(text[at]):
            yield start, at
            start = at


def _joins(char: str) -> bool:
    return unicodedata.category(char) in _MARKS or "\u1160" <= char <= "\u11ff"


def with_its_marks(abstract: str, end: int) -> int:
    """The end of a quote moved behind the marks that belong to its last character."""
    while end < len(abstract) and unicodedata.category(abstract[end]) in _MARKS:
        end += 1
    return end
