"""What in an abstract is never quoted: labels alone, notices, placeholders, orders to a machine, links to code."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from service.annotate.hostile import hostile, links
from service.annotate.labels import Section

NoEvidence: TypeAlias = Literal["label", "notice", "placeholder", "order", "housekeeping"]
"""Why a sentence is never quoted: a section label alone; a copyright line, heading or correction notice; "No abstract
available" and the like; an order to whoever reads it by machine; a link to code or a project page."""

_PLACEHOLDER = re.compile(
    r"\W*(?:(?:no|without) abstracts?(?: is| was)?(?: (?:available|provided|supplied|given))?"
    r"|abstract (?:is )?(?:not |un)available(?: in [a-z]+)?|not (?:available|applicable|provided)"
    r"|none|n/?a|nan|null|nil|unknown"
    r"|tb[acd]|to ?do|to be (?:written|added|announced|determined|completed)|(?:see|in) (?:full )?text|lorem ipsum\b.*"
    r"|(?:see )?(?:figure|table|image|video|graphical abstract|text|formula)s?(?:\s?\d*)?(?: ?: ?see text)?)\W*",
    re.IGNORECASE | re.DOTALL,
)
_NOTICE = re.compile(
    r"\W*(?:copyright\W*(?:\(c\)|©|\d{4}|the authors?\b|by\b|held\b|of\b)|\(c\)\s?(?:\d{4}|copyright)"
    r"|all rights reserved|this (?:article|work|paper) is (?:protected by copyright|licensed under)"
    r"|published (?:online )?by\b|(?:this|the) (?:article|paper|submission|manuscript|preprint)"
    r" (?:has been|was|is being) (?:retracted|withdrawn)|(?:this|the article) (?:corrects|retracts)\b|withdrawn\b\W*$"
    r"|(?:correction|corrigendum|erratum|retraction|addendum)\b(?: (?:to|for|of|notice|in)\b|\W*$|:)"
    r"|psycinfo database record)|[^\w.,;:]*[©℗]",
    re.IGNORECASE,
)
_THINGS = (
    r"(?:code|models?|weights|data(?:sets?)?|corpus|corpora|benchmarks?|appendix|page|software|implementation|scripts?|"
    r"materials?|resources?|checkpoints|demo|videos?)"
)
_AVAILABLE = (
    r"(?:(?:released|found|accessed|downloaded|hosted|available) (?:at|from|on|in|here|upon|via|under|online)\b"
    r"|(?<!that )(?<!which )(?:is|are|be) (?:made )?(?:publicly |freely |openly )?"
    r"(?:available|released|open-?sourced)\W*$)"
)
_RELEASED = re.compile(rf".{{0,60}}\b{_THINGS}\b.{{0,80}}\b{_AVAILABLE}", re.IGNORECASE | re.DOTALL)
_MOST_WORDS_BESIDE_A_LINK: Final = 25


def is_placeholder(text: str) -> bool:
    """Whether a text stands where there is none: "No abstract available", "None", "nan"."""
    return _PLACEHOLDER.fullmatch(text) is not None


def no_evidence(text: str, section: Section | None) -> NoEvidence | None:
    """Why a sentence, its label left out, is never quoted; `None` where it may be."""
    if not text.strip(" .:;-–—*_[]()"):
        return "label"
    if hostile(text):
        return "order"
    if is_placeholder(text):
        return "placeholder"
    if section == "notice" or _NOTICE.match(text):
        return "notice"
    if _RELEASED.match(text) or (links(text) and len(text.split()) <= _MOST_WORDS_BESIDE_A_LINK):
        return "housekeeping"
    return None
