"""Hedges and bounds: what a quote says with reserve, a sentence must not say outright."""

from __future__ import annotations

import re

from service.review.faithful.figures import figures
from service.review.faithful.objection import Objection

_HEDGE = re.compile(
    r"\b(?:may|might|could|would|possibl[ey]|perhaps|probabl[ey]|likely|potentially|suggest(?:s|ed|ing)?|"
    r"appear(?:s|ed)?|"
    r"seem(?:s|ed|ingly)?|hypothesi[sz]e[sd]?|hypothesis|believe[sd]?|expect(?:s|ed)?|indicat(?:e|es|ed|ing)|"
    r"tend(?:s|ed)?|often|sometimes|usually|typically|mostly|largely|partly|partially|preliminary|speculate[sd]?|"
    r"in some cases|in part|can(?:not)?|hope|hopes|plausibl[ey]|apparent(?:ly)?|we think|arguably|presumably|aims?|"
    r"hardly|merely|roughly|supposed(?:ly)?|should|promis(?:e|es|ing)|attempts?|tr(?:y|ies)|if|when|provided|unless)\b",
    re.IGNORECASE,
)
_STRONG_HEDGE = re.compile(
    r"\b(?:may|might|could|would|possibl[ey]|perhaps|probabl[ey]|likely|potentially|suggest(?:s|ed|ing)?|"
    r"appear(?:s|ed)? to|seem(?:s|ed|ingly)?|hypothesi[sz]e[sd]?|we (?:believe|think|hope|expect|hypothesi[sz]e)|"
    r"speculate[sd]?|in some cases|sometimes|tend(?:s|ed)? to|preliminary|presumably|arguably|partly|partially|in part|"
    r"(?<!as )often|usually|typically|mostly)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:up to|at least|at most|no more than|nearly|almost|about|around|approximately|approx\.?|roughly|over|"
    r"more than|less than|fewer than|below|above|under|within|some|close to|an estimated|~)\s*$",
    re.IGNORECASE,
)
_NEARLY = re.compile(
    r"\b(?:nearly|almost|hardly|roughly|approximately|practically|virtually) (?P<what>[a-z]{4,})", re.I
)
_SWEEPING = tuple(
    (re.compile(rf"\b(?:{telling})\b", re.IGNORECASE), re.compile(rf"\b(?:{telling}|{allowing})\b", re.IGNORECASE))
    for telling, allowing in (
        ("all|every|always|everywhere|universally", "each|any|both|throughout|never|only"),
        ("entirely|completely|fully|wholly|totally|perfectly", "no|none|all|perfect"),
        ("prove[sdn]?|guarantee[sd]?|ensure[sd]?", "so that|proof"),
        ("solve[sd]?", "solution|solving"),
        ("state-of-the-art|sota|best|highest|lowest|fastest", "record|first|top|outperform\\w*|no other"),
        (
            "significant(?:ly)?|dramatic(?:ally)?|substantial(?:ly)?|considerabl[ey]|marked(?:ly)?|drastic(?:ally)?|strongly",
            "much|great(?:ly)?|strong|large(?:st)?|far|huge|big",
        ),
    )
)
"""Words that widen a claim, and what, in a quote, allows them."""


def overstated(text: str, spoken_of: str, source: str) -> Objection | None:
    """A hedge of the parts spoken of, or the bound of a figure, that the sentence leaves out; or a sweeping word
    that the quotes do not have. In search form.
    """
    hedge = _STRONG_HEDGE.search(spoken_of)
    if hedge and not _HEDGE.search(text):
        return Objection("partial", f"the quote says it with reserve ({hedge[0]!r})")
    bounded = {f.value: bound[0].strip() for f in figures(source) if (bound := _BOUND.search(source[: f.start]))}
    plain = {f.value for f in figures(source) if not _BOUND.search(source[: f.start])}
    for figure in figures(text):
        bound_said = _BOUND.search(text[: figure.start])
        if figure.value in bounded and figure.value not in plain and not bound_said:
            return Objection("partial", f"the quote says {bounded[figure.value]!r} {figure.said}")
    for match in _NEARLY.finditer(source):
        if re.search(rf"\b{re.escape(match['what'])}\b", text) and not _NEARLY.search(text):
            return Objection("partial", f"the quote says {match[0]!r}")
    for telling, allowing in _SWEEPING:
        swept = telling.search(text)
        if swept and not allowing.search(source):
            return Objection("partial", f"the quote does not say {swept[0]!r}")
    return None
