"""Sides: who beats whom, which figure belongs to which name. One quote holds both, so words alone cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.records import Paper
from service.review.faithful.objection import Objection
from service.review.faithful.wording import words
from service.review.references import short_name
from service.text.terms import terms

_WINS = (
    r"outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|outdo(?:es)?|"
    r"(?:better|faster|higher|larger|greater|stronger|superior|longer|ahead|more \w+)(?: \w+){0,2} (?:than|to|of)|"
    r"improv(?:es?|ed|ing|ements?)(?: [\w.%]+){0,4} (?:over|on|upon)|above"
)
_LOSES = (
    r"underperform(?:s|ed|ing)?|trail(?:s|ed|ing)?|lag(?:s|ged|ging)? behind|falls? short of|loses? to|behind|below|"
    r"(?:worse|slower|lower|smaller|weaker|inferior|shorter|fewer|less \w+)(?: \w+){0,2} (?:than|to)"
)
_BEATEN = r"(?:outperformed|outdone|beaten|surpassed|exceeded|trailed) by"
COMPARISON = re.compile(rf"\b(?:(?P<beaten>{_BEATEN})|(?P<wins>{_WINS})|(?P<loses>{_LOSES}))\b", re.IGNORECASE)
_SELF = re.compile(
    r"\b(?:we|ours?|it|its|(?:the|this|our|their) (?:proposed )?(?:method|approach|model|framework|system|work))\b",
    re.I,
)
_STOP = re.compile(r"[;]|(?<=\w)[.!?](?=\s)|, (?:and|but|while|whereas|although)\b|\bwhile\b|\bwhereas\b|\bbut\b")
_SELF_TERM = "\0self"


@dataclass(frozen=True, slots=True)
class _Contest:
    """Terms on the winning and on the losing side of one comparison."""

    winner: frozenset[str]
    loser: frozenset[str]


def swapped_sides(text: str, source: str, cited: Sequence[Paper]) -> Objection | None:
    """A comparison that the quotes tell the other way round. In search form."""
    said, there = _contests(text, source, cited)
    for contest in said:
        if any(_crossed(contest, other) for other in there) and not any(_agree(contest, other) for other in there):
            return Objection("contradicted", "the quote compares them the other way round")
    return None


def same_contest(text: str, source: str, cited: Sequence[Paper]) -> bool:
    """Whether both tell of one comparison, in whatever words: "B trails A", "A outperforms B"."""
    said, there = _contests(text, source, cited)
    return any(_agree(a, b) and a.loser & b.loser and a.winner & b.winner for a in said for b in there)


def _contests(text: str, source: str, cited: Sequence[Paper]) -> tuple[list[_Contest], list[_Contest]]:
    own = (
        frozenset(t for p in cited for t in terms(short_name(p)))
        if len({p.paper_id for p in cited}) == 1
        else frozenset()
    )
    return list(_told(text, own)), list(_told(source, own))


def _told(text: str, own: frozenset[str]) -> Iterator[_Contest]:
    for match in COMPARISON.finditer(text):
        left = _STOP.split(text[: match.start()])[-1]
        right = _STOP.split(text[match.end() :])[0]
        before, after = _side(left, own), _side(right, own)
        yield _Contest(before, after) if match["wins"] else _Contest(after, before)


def _side(text: str, own: frozenset[str]) -> frozenset[str]:
    held = {t for w in words(text) for t in w.terms}
    if _SELF.search(text) or (own and own <= held):
        held |= own | {_SELF_TERM}
    return frozenset(held)


def _crossed(a: _Contest, b: _Contest) -> bool:
    straight, cross = _overlaps(a, b)
    return cross > straight


def _agree(a: _Contest, b: _Contest) -> bool:
    straight, cross = _overlaps(a, b)
    return straight >= cross and straight > 0


def _overlaps(a: _Contest, b: _Contest) -> tuple[int, int]:
    """Terms that keep their side, and terms that change it; what stands on both sides tells nothing."""
    both = (a.winner & a.loser) | (b.winner & b.loser)
    straight = len((a.winner & b.winner) - both) + len((a.loser & b.loser) - both)
    return straight, len((a.winner & b.loser) - both) + len((a.loser & b.winner) - both)
