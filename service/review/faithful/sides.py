"""Sides: who beats whom, which figure belongs to which name. One quote holds both, so words alone cannot tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.records import Paper
from service.review.faithful.figures import Figure, figures
from service.review.faithful.objection import Objection
from service.review.faithful.wording import Word, words
from service.review.references import short_name
from service.text.names import looks_like_name, name_key
from service.text.terms import terms

_WINS = (
    r"outperform(?:s|ed|ing)?|surpass(?:es|ed|ing)?|exceed(?:s|ed|ing)?|beat(?:s|ing)?|outdo(?:es)?|dominat(?:es|ed)|"
    r"(?:better|faster|higher|larger|greater|stronger|superior|ahead|more \w+)(?: \w+){0,2} (?:than|to|of)|"
    r"improv(?:es?|ed|ing|ements?)(?: [\w.%]+){0,4} (?:over|on|upon)|above"
)
_LOSES = (
    r"underperform(?:s|ed|ing)?|trail(?:s|ed|ing)?|lag(?:s|ged|ging)? behind|falls? short of|loses? to|behind|below|"
    r"(?:worse|slower|lower|smaller|weaker|inferior|fewer|less \w+)(?: \w+){0,2} (?:than|to)"
)
_BEATEN = r"(?:out(?:performed|done)|beaten|surpassed|exceeded|dominated) by"
_COMPARED = re.compile(rf"\b(?:(?P<beaten>{_BEATEN})|(?P<wins>{_WINS})|(?P<loses>{_LOSES}))\b", re.IGNORECASE)
_SELF = re.compile(
    r"\b(?:we|ours?|it|its|(?:the|this|our|their) (?:proposed )?(?:method|approach|model|framework|system|work))\b",
    re.I,
)
_STOP = re.compile(r"[;]|(?<=\w)[.!?](?=\s)|, (?:and|but|while|whereas|although)\b|\bwhile\b|\bwhereas\b|\bbut\b")
_SELF_TERM = "\0self"


@dataclass(frozen=True, slots=True)
class Contest:
    """Terms on the winning and on the losing side of one comparison."""

    winner: frozenset[str]
    loser: frozenset[str]


def swapped_sides(text: str, source: str, cited: Sequence[Paper]) -> Objection | None:
    """A comparison told the other way round, names that changed places, or a figure given to another name."""
    own = frozenset(t for p in cited for t in terms(short_name(p)))
    there = list(_contests(source, own))
    for said in _contests(text, own):
        if any(_crossed(said, other) for other in there) and not any(_agree(said, other) for other in there):
            return Objection("contradicted", "the quote compares them the other way round")
    return _exchanged(text, source) or _misgiven(text, source)


def _contests(text: str, own: frozenset[str]) -> Iterator[Contest]:
    for match in _COMPARED.finditer(text):
        left = _STOP.split(text[: match.start()])[-1]
        right = _STOP.split(text[match.end() :])[0]
        before, after = _side(left, own), _side(right, own)
        yield Contest(before, after) if match["wins"] else Contest(after, before)


def _side(text: str, own: frozenset[str]) -> frozenset[str]:
    held = {t for w in words(text) for t in w.terms}
    if _SELF.search(text) or (own and own <= held):
        held |= own | {_SELF_TERM}
    return frozenset(held)


def _crossed(a: Contest, b: Contest) -> bool:
    straight, cross = _overlaps(a, b)
    return cross > straight


def _agree(a: Contest, b: Contest) -> bool:
    straight, cross = _overlaps(a, b)
    return straight >= cross and straight > 0


def _overlaps(a: Contest, b: Contest) -> tuple[int, int]:
    """Terms that keep their side, and terms that change it; what stands on both sides tells nothing."""
    both = (a.winner & a.loser) | (b.winner & b.loser)
    straight = len((a.winner & b.winner) - both) + len((a.loser & b.loser) - both)
    return straight, len((a.winner & b.loser) - both) + len((a.loser & b.winner) - both)


_ROLE = re.compile(
    r"\b(on|over|than|by|from|to|in|against|into|with|of|for|via|using|beyond)\s+(?:the |a |an |its )?$", re.I
)


def _exchanged(text: str, source: str) -> Objection | None:
    """Two names that have each the preposition which the other has in the quotes: "KITE on Gust", "Gust on KITE"."""
    said, there = _roles(text), _roles(source)
    shared = [n for n in said if n in there]
    for i, a in enumerate(shared):
        for b in shared[i + 1 :]:
            if said[a] == there[b] and said[b] == there[a] and said[a].isdisjoint(said[b]):
                return Objection("contradicted", "two names of the quote have changed places")
    return None


def _roles(text: str) -> dict[str, frozenset[str]]:
    """For each name the prepositions before it; none counts as one too."""
    roles: dict[str, set[str]] = {}
    for name in _names(words(text)):
        before = _ROLE.search(text[: name.start])
        roles.setdefault(name_key(name.text), set()).add(before[1].casefold() if before else "")
    return {name: frozenset(found) for name, found in roles.items()}


def _names(among: Sequence[Word]) -> list[Word]:
    return [w for w in among if looks_like_name(w.text) and any(c.isalpha() for c in w.text)]


def _misgiven(text: str, source: str) -> Objection | None:
    """A figure that the quotes give to another name, or to another measure, than the sentence does."""
    said, there = _owners(text), _owners(source)
    known = {name for names in there.values() for name in names}
    for figure, names in said.items():
        theirs = there.get(figure)
        if not theirs or not names:
            continue
        mistaken = (names & known) - theirs
        if mistaken and names.isdisjoint(theirs):
            return Objection("contradicted", f"the quote gives {figure[0]} to something else")
    return None


def _owners(text: str) -> dict[tuple[str, str], frozenset[str]]:
    """For each figure outside names the names nearest to it in its clause, on both sides."""
    among = words(text)
    names = _names(among)
    inside = [(n.start, n.start + len(n.text)) for n in names]
    found: dict[tuple[str, str], set[str]] = {}
    for figure in figures(text):
        if any(start <= figure.start < end for start, end in inside):
            continue
        found.setdefault((figure.value, figure.unit), set()).update(_nearest(figure, names, among))
    return {figure: frozenset(owners) for figure, owners in found.items()}


def _nearest(figure: Figure, names: Sequence[Word], among: Sequence[Word]) -> Iterator[str]:
    at = [w.start for w in among]
    place = sum(start < figure.start for start in at)
    clause = next((w.clause for w in among if w.start >= figure.start), among[-1].clause if among else 0)
    inside = [n for n in names if n.clause == clause]
    if not inside:
        return
    distance = {n.start: abs(at.index(n.start) - place) for n in inside}
    least = min(distance.values())
    yield from (name_key(n.text) for n in inside if distance[n.start] == least)
