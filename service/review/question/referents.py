"""Phrases of a question that refer to something it does not say: "the second paper", "does it …"."""

from __future__ import annotations

import re
from typing import Final

_AUX: Final = r"(?:do|does|did|is|are|was|were|can|could|has|have|had|will|would|should|may|might)"
_WH: Final = r"(?:(?:in|on|at|for|by|to|from|with) )?(?:what|which|who|when|where|why|how)(?: [\w\-]+){0,3}?"
_NUMBERED: Final = re.compile(
    r"\bthe (?:first|second|third|fourth|fifth|last|previous|next|above|other)(?: of (?:these|those))? "
    r"(?:papers?|stud(?:y|ies)|articles?|works?|abstracts?|one|ones)\b(?!\s+(?:to|of|on|that|in|for|with|which|about))|"
    r"\bthe (?:former|latter)\b",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(
    rf"^(?:{_WH} )?{_AUX} (?P<it>it|they|he|she|its|their|(?:this|these|those)(?: (?:papers?|stud(?:y|ies)|one|ones|"
    rf"articles?|works?|methods?|authors?|results?))?)\b(?!\s+\w+\s+(?:that|to|for)\b)(?!\s+(?:that|true|possible)\b)",
    re.IGNORECASE,
)


def unresolved(question: str) -> str | None:
    """The phrase that has no referent in the question, or `None`."""
    numbered = _NUMBERED.search(question)
    if numbered:
        return numbered[0]
    pronoun = _PRONOUN.match(question.strip())
    return pronoun["it"] if pronoun else None
