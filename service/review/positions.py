"""Several papers on one point -> who supports it, who contradicts it and who qualifies it, each with its quote.

By rules, with precision above all: two findings speak to one point only where they share most of their specific
terms, stand close in meaning, and are about a data set or measure that both papers name (or share more terms still). An
empty map is better than a wrong one. What a paper says of its own system is comparable to nobody else's claim.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.records import Agreement, Citation, Position, Stance
from service.review.findings import Finding, findings
from service.review.reading import Reading

_LEAST_SHARED = 3  # specific terms, where both papers name a data set; one more where they do not
_LEAST_SHARE = 0.5  # of the terms of the finding with fewer, weighted by rarity
_LEAST_COSINE = 0.6
_MOST_POINTS = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Match:
    """Two findings on one point."""

    left: Finding
    right: Finding
    stance: Stance
    worth: float


def agreement_map(readings: Sequence[Reading], *, weight: Callable[[str], float]) -> tuple[Agreement, ...]:
    """At most six points, surest first; empty where no two papers speak to one. `weight` tells how rare a term is."""
    told = [findings(reading) for reading in readings]
    matches = [
        match
        for i, mine in enumerate(told)
        for theirs in told[i + 1 :]
        for left in mine
        for right in theirs
        if (match := _match(left, right, weight)) is not None
    ]
    matches.sort(key=lambda m: (m.stance == "supports", -m.worth))
    points: list[Agreement] = []
    spoken: set[frozenset[str]] = set()
    for match in matches:
        pair = frozenset((match.left.paper.paper_id, match.right.paper.paper_id))
        if pair in spoken or len(points) >= _MOST_POINTS:
            continue
        positions = _positions(match, matches)
        spoken |= {frozenset((a, b)) for a in positions for b in positions if a != b}
        points.append(_told(positions))
    return tuple(points)


def _match(left: Finding, right: Finding, weight: Callable[[str], float]) -> _Match | None:
    shared = left.specific & right.specific
    common = bool(left.names & right.names)
    if len(shared) < _LEAST_SHARED + (not common):
        return None
    fewer = min(sum(map(weight, left.specific)), sum(map(weight, right.specific)))
    share = sum(map(weight, shared)) / fewer if fewer else 0.0
    cosine = float(left.vector @ right.vector)
    if share < _LEAST_SHARE or cosine < _LEAST_COSINE:
        return None
    stance = _stance(left, right)
    return None if stance is None else _Match(left, right, stance, share + cosine)


def _stance(left: Finding, right: Finding) -> Stance | None:
    """How the right finding stands to the left one; `None` where one tells a direction and the other does not."""
    if (left.direction == 0) != (right.direction == 0):
        return None
    same = (left.direction == right.direction) == (left.denied == right.denied)
    if same and left.conditional != right.conditional:
        return "qualifies"
    return "supports" if same else "contradicts"


def _positions(best: _Match, matches: Sequence[_Match]) -> dict[str, tuple[Finding, Stance]]:
    """The papers on the point of the best match by id: the affirming finding first, then who speaks to that one."""
    anchor = best.right if best.left.denied and not best.right.denied else best.left
    positions: dict[str, tuple[Finding, Stance]] = {anchor.paper.paper_id: (anchor, "supports")}
    for match in (best, *matches):
        if anchor not in (match.left, match.right):
            continue
        other = match.right if match.left is anchor else match.left
        positions.setdefault(other.paper.paper_id, (other, match.stance))
    return positions


def _told(positions: dict[str, tuple[Finding, Stance]]) -> Agreement:
    anchor = next(iter(positions.values()))[0]
    claims = tuple(Position(stance, finding.text, (_citation(finding),)) for finding, stance in positions.values())
    return Agreement(anchor.text, claims)


def _citation(finding: Finding) -> Citation:
    return Citation("", finding.paper.paper_id, finding.quote, finding.sentence.start, finding.sentence.end)
