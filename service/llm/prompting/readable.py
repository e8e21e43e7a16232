"""An abstract as a model reads it: LaTeX and artefacts resolved, look-alikes neutralised, with the way back.

A model that is shown `41.8\\%` copies it as `41.8%`, or as JSON that does not parse. So it is shown what a person
would read, and a quote of that leads back to the characters that are stored.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from typing import Final

from service.text.neutral import Neutral, neutralised
from service.text.normal import for_display

_WORD = re.compile(r"\S+")
_WINDOW: Final = 24  # words; no formula of an abstract is longer


def readable(original: str) -> Neutral:
    """The text to show, on one line. What was rewritten leads back to the whole words it stands for.

    Neutralised before, because resolving LaTeX can hide a mark, and after, because it can make one.
    """
    neutral = neutralised(original)
    shown = _displayed(neutral.text)
    return neutral if shown is None else _through(neutral, _through(shown, neutralised(shown.text)))


def _through(first: Neutral, second: Neutral) -> Neutral:
    """The second text, which was made from the first, led back to what the first was made from."""
    starts = array("I", (first.starts[at] for at in second.starts))
    ends = array("I", (first.ends[end - 1] for end in second.ends))
    return Neutral(second.text, starts, ends)


def _displayed(original: str) -> Neutral | None:
    """The displayed text, or `None` where its words cannot be told from those of the original."""
    text = for_display(original)
    old, new = list(_WORD.finditer(original)), list(_WORD.finditer(text))
    before, after = [word[0] for word in old], [word[0] for word in new]
    starts, ends = array("I"), array("I")
    i = j = 0
    while j < len(new):
        step = _step(before, after, i, j)
        if step is None:
            return None
        a, b = step
        if b and starts:  # the space since the last word
            starts.append(ends[-1])
            ends.append(old[i].start())
        if before[i] == after[j] and step == (1, 1):
            starts.extend(range(old[i].start(), old[i].end()))
            ends.extend(range(old[i].start() + 1, old[i].end() + 1))
        elif b:
            size = new[j + b - 1].end() - new[j].start()
            starts.extend([old[i].start()] * size)
            ends.extend([old[i + a - 1].end()] * size)
        i, j = i + a, j + b
    return Neutral(text, starts, ends)


def _step(before: Sequence[str], after: Sequence[str], i: int, j: int) -> tuple[int, int] | None:
    """How many words from `i` stand for how many from `j`: one for one, or the fewest after which both agree again."""
    if i < len(before) and before[i] == after[j]:
        return 1, 1
    for both in range(1, 2 * _WINDOW):
        for a in range(max(1, both - _WINDOW), min(both, len(before) - i) + 1):
            b = both - a
            agree = 1 if both == 2 else 2  # a word for a word is the usual case, also twice in a row
            if b <= len(after) - j and before[i + a : i + a + agree] == after[j + b : j + b + agree]:
                return a, b
    return None
