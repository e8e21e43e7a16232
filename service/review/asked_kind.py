"""Questions after a kind of fact that only some words can state: money, time, hardware, memory, size, licence, a name.

An abstract may be near a question in meaning and still hold no such word: then it does not say.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.annotate.names import mentioned_names, name_key
from service.text.normal import for_search

_COUNT: Final = r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|a few|several|half an?|an?|single)"
_KINDS: Final[tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]] = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(stated, re.IGNORECASE))
    for asked, stated in (
        (r"\blicen[cs]e[sd]?\b", r"\blicen[cs]e[sd]?\b"),
        (r"\b(?:dollars?|euros?|usd|price|how expensive|budget in)\b|\$",
         r"\$|\b(?:dollars?|euros?|usd|cents?|price[sd]?|expens\w+)\b"),
        (r"\bhow long (?:did|does|do|was|were|is|will) .{0,60}?\b(?:tak\w+|train\w*|last\w*|run\w*|need\w*)\b|"
         r"\btraining time\b|\bhow many (?:\w+[ -])?(?:seconds|minutes|hours|days|weeks|months)\b",
         rf"\b{_COUNT}[ -]?(?:\w+[ -])?(?:ms|s|secs?|seconds?|min|minutes?|h|hrs?|hours?|days?|weeks?|months?)\b"),
        (r"\bhow many (?:\w+ )?(?:gpus?|tpus?|accelerators?)\b|"
         r"\b(?:which|what) (?:\w+ ){0,2}?(?:gpus?|hardware|accelerators?)\b",
         r"\b(?:[gtc]pus?|[avh]\d00|rtx|accelerators?|chips?|boards?|phones?|laptops?|devices?|hardware)\b"),
        (r"\b(?:gigabytes?|[gmt]b)\b|\b(?:how much|what) (?:\w+ ){0,2}?memory\b",
         r"\b\d[\d.]* ?(?:[gmtk]i?b|gigabytes?|megabytes?)\b|\bmemory\b"),
        (r"\b(?:model|network) sizes?\b|\bhow many parameters\b|\bparameter counts?\b|"
         r"\bhow (?:large|big) (?:is|was|are|were) (?:the |its |their )?(?:\w+ )?(?:model|network|llm)s?\b",
         r"\b\d[\d.]*[ -]?(?:[bmt]|billion|million|trillion)\b|\b\d[\d.,]*\w? (?:\w+ )?parameters?\b"),
    )
)  # fmt: skip
_ASKS_NAMES: Final = re.compile(
    r"\b(?:what|how) (?:is|are|was|were) .{1,80}\b(?:called|named)\b|\bnames? of the\b|\bcalled\b$", re.IGNORECASE
)


def can_state(question: str, texts: Sequence[str], own: frozenset[str]) -> bool:
    """Whether some sentence holds the kind of words that the question is after; true where it is after none.

    `own` are the name keys of the paper's own system, which answer no question after names.
    """
    plain = [for_search(text) for text in texts]
    for asked, stated in _KINDS:
        if asked.search(question) and not any(stated.search(text) for text in plain):
            return False
    if _ASKS_NAMES.search(question.rstrip(" ?")):
        return any(name_key(name) not in own for text in texts for name in mentioned_names(text))
    return True
