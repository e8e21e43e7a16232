"""Paragraphs -> statements: sentences with the citations that belong to them, and where they stand in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from service.manuscript.prose import Lines, Prose
from service.manuscript.records import PLACE, Statement
from service.text.sentences import split_sentences

# "It holds.[3] Next" and "It holds. [3] Next": the citation behind a full stop belongs to what is before it.
_BEHIND_STOP = re.compile(rf"([.!?])([ \t]?{PLACE}+)(?=\s+[^\W_]|\s*\Z)")
_NEXT_LETTER = re.compile(r"\s*(\w?)")


def statements(paragraphs: Sequence[Prose], source: str) -> Iterator[Statement]:
    """In the order of the paragraphs, whose number is the statement's `block`."""
    line = Lines(source)
    for block, prose in enumerate(paragraphs):
        text = _BEHIND_STOP.sub(_before_stop, prose.text)
        marks = iter(prose.marks)
        for span in split_sentences(text):
            said = text[span.start : span.end]
            own = tuple(next(marks) for _ in range(said.count(PLACE)))
            start, end = prose.starts[span.start], max(prose.ends[span.start : span.end])
            yield Statement(" ".join(said.split()), start, end, line(start), block, prose.section, own)


def _before_stop(found: re.Match[str]) -> str:
    """The stop behind the citation, unless the citation is the subject of what follows: "It holds. [3] goes on."."""
    following = _NEXT_LETTER.match(found.string, found.end())
    goes_on = following is not None and following[1].islower()
    return found[0] if goes_on else found[2] + found[1]
