"""One paper and one aspect -> the sentence that tells it and the part that says it, or nothing.

Problem, approach, result and limit are moves (`move_cells`). The others are told in passing, so their cells are
phrases, and may come from a sentence that also fills a move's cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from service.annotate.names import looks_like_name
from service.annotate.roles import Role
from service.records import Span
from service.review import cell_cues as cue
from service.review.aspects import Aspect, Kind
from service.review.choose import has_figure
from service.review.clauses import opened, phrase, saying
from service.review.coverage import content_words
from service.review.move_cells import find_approach, find_limit, find_problem, find_result, limit_points, result_points
from service.review.reading import Found, Reading

_LEAST = 3.0
_LEAST_COVERED = 0.75  # of a column's own words, for a sentence to fill it
_DENIES = re.compile(r"\b(?:no|without|neither|nor|free|any|only|alone)\b", re.IGNORECASE)
_USUAL = re.compile(r"\b(?:typically|conventional|usually|commonly)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compared|than|as long as|against|despite|latter|can be|such as|experiments?|results?|including|"
    r"demonstrate\w*|"
    r"exhibit\w*|reflects?)\b",
    re.IGNORECASE,
)


def find_cell(reading: Reading, aspect: Aspect) -> Found | None:
    """What fills the cell of this aspect. Columns are to be filled in their order: a sentence tells one move only."""
    finder = _FINDERS.get(aspect.kind)
    return _by_words(reading, aspect.name) if finder is None else finder(reading)


def _find_data(reading: Reading) -> Found | None:
    """What the work learns from, collects or describes, with its amount. A benchmark's name alone is no data."""

    def points(i: int) -> float:
        text = reading.texts[i]
        if i < reading.introduced and not reading.own(i):
            return 0.0
        counted, told = cue.COUNTED.search(text), cue.DATA_TOLD.search(text)
        trained, collected = cue.TRAINED_ON.search(text), cue.COLLECTED.search(text)
        if (not counted and not told) or _USUAL.search(text):
            return 0.0
        others = cue.OTHERS.search(text) is not None and not reading.own(i)
        worth = 2.0 * bool(counted) + 3.0 * bool(told) + 1.5 * bool(trained) + 1.5 * bool(collected)
        return (
            worth
            - 2.0 * others
            + 0.5 * (not reading.measured(i))
            - 0.5 * (reading.roles[i] is Role.RESULT and not trained)
        )

    return _facet(reading, points, (cue.COUNTED, cue.DATA_TOLD))


def _find_supervision(reading: Reading) -> Found | None:
    """What the work is taught by, or does without: labels, preferences, feedback, a teacher."""

    def points(i: int) -> float:
        text = reading.texts[i]
        found = cue.SUPERVISION.search(text)
        if found is None or i < reading.introduced or limit_points(reading, i) >= _LEAST:
            return 0.0
        others = cue.OTHERS.search(text) is not None and not reading.own(i)
        near = phrase(text, Span(found.start(), found.end()))
        part = text[near.start : near.end]
        taught = 1.5 * bool(cue.TRAINED_ON.search(part)) or 1.0 * bool(cue.NEEDS.search(part))
        early = 0.5 * (reading.roles[i] in (Role.APPROACH, Role.DATA))
        worth = 2.0 + taught + 1.0 * bool(_DENIES.search(part)) + early
        return worth - 2.0 * others - 1.5 * bool(_COMPARES.search(part)) - 0.5 * reading.measured(i)

    return _facet(reading, points, (cue.SUPERVISION,))


def _find_metric(reading: Reading) -> Found | None:
    """The measure that the result is stated in, with what it is measured on where the words stand together."""
    ranked = sorted(reading.sentences(), key=lambda i: -result_points(reading, i))
    for i in ranked:
        found = list(cue.MEASURE.finditer(reading.stored(i)))
        if found and has_figure(reading.texts[i]) and i > reading.introduced and result_points(reading, i) > 0:
            best = next((m for m in found if m["on"] and looks_like_name(m["on"].split()[-1])), found[0])
            placed = best["on"] and looks_like_name(best["on"].split()[-1])
            return Found(
                i, Span(best.start(), best.end() if placed else best.start("on") if best["on"] else best.end())
            )
    return None


def _find_score(reading: Reading) -> Found | None:
    """The result in figures of a known measure."""
    offers = [
        (worth, -i) for i in reading.sentences() if reading.measured(i) and (worth := result_points(reading, i)) > 0
    ]
    if not offers:
        return None
    i = -max(offers)[1]
    return Found(i, saying(reading.stored(i), has_figure))


def _quantity(pattern: str, *, figure: bool = False) -> Callable[[Reading], Found | None]:
    """A finder for the phrase in which the work states such a quantity, one with a figure first."""
    compiled = re.compile(pattern)

    def find(reading: Reading) -> Found | None:
        places = [
            (i, m)
            for i in reading.sentences()
            if i >= reading.introduced
            for m in [compiled.search(reading.stored(i))]
            if m and (not figure or has_figure(reading.texts[i]))
        ]
        if not places:
            return None
        i, at = max(places, key=lambda p: (bool(re.search(r"\d", p[1][0])), reading.own(p[0]), -p[0]))
        return Found(i, phrase(reading.stored(i), Span(at.start(), at.end())))

    return find


def _by_words(reading: Reading, name: str) -> Found | None:
    """A column of the reader's own: the sentence that has its words, or near enough ones, and is nearest in meaning."""
    words, coverage = content_words(name), reading.coverage
    if coverage is None or not words:
        return None

    def says(text: str) -> bool:
        covered = coverage.covers(words, text)
        return float(covered.min()) >= _LEAST_COVERED and float(covered.max()) == 1.0

    offers = [
        (0.3 * float(reading.candidate.relevance[i]) + 0.2 * reading.own(i) + 0.1 * has_figure(reading.texts[i]), i)
        for i in reading.sentences()
        if (i >= reading.introduced or reading.own(i)) and says(reading.texts[i])
    ]
    if not offers:
        return None
    i = max(offers)[1]
    return Found(i, saying(reading.stored(i), says))


def _facet(reading: Reading, points: Callable[[int], float], patterns: Iterable[re.Pattern[str]]) -> Found | None:
    """The phrase around what the patterns find in the sentence with most points, the earliest of equals."""
    offers = [(worth, -i) for i in reading.sentences() if (worth := points(i)) >= _LEAST]
    if not offers:
        return None
    i = -max(offers)[1]
    text = reading.stored(i)
    at = next((m for p in patterns for m in [p.search(text)] if m), None)
    if at is None:  # found in the searchable form only
        return Found(i, Span(opened(text), len(text.rstrip().rstrip("."))))
    return Found(i, phrase(text, Span(at.start(), at.end())))


_FINDERS: dict[Kind, Callable[[Reading], Found | None]] = {
    Kind.PROBLEM: find_problem,
    Kind.APPROACH: find_approach,
    Kind.SUPERVISION: _find_supervision,
    Kind.DATA: _find_data,
    Kind.METRIC: _find_metric,
    Kind.RESULT: find_result,
    Kind.LIMIT: find_limit,
    Kind.SCORE: _find_score,
    Kind.MEMORY: _quantity(r"\d[\d.,]*\s?(?:[KMGT]i?B|(?:kilo|mega|giga)?bytes)\b|\b[Mm]emory\b", figure=True),
    Kind.TIME: _quantity(
        r"\d[\d.,]*\s?(?:ms|s|seconds?|minutes?|(?:GPU[- ])?hours?|days?|weeks?)\b(?! of)|\breal[- ]time\b|"
        r"\b[Ll]atency\b|"
        r"[\d.]+ times (?:as long|faster|slower)|\d[\d.]*\s?(?:x|\$\\times\$|×) (?:faster|slower|speed-?up)|"
        r"\b(?:under|within) a minute\b|\b(?:wall-clock time|inference speed|throughput)\b", figure=True),
    Kind.SIZE: _quantity(
        r"\d[\d.,]*\s?-?(?:billion|million|B|M|K)(?:[- ]parameters?)?\b(?!\s?(?:tokens|pairs|images|"
        r"samples))", figure=True),
    Kind.LANGUAGES: _quantity(
        r"\b(?:\w+ languages?|English|German|French|Spanish|Chinese|Mandarin|Japanese|Arabic|Hindi|Turkish|Thai|"
        r"multilingual)\b"
    ),
    Kind.COMPARED: _quantity(
        r"\b(?:compared (?:with|to)|against|versus|vs\.|outperform\w*|surpass\w*|baselines?)(?!\w)"
    ),
}  # fmt: skip
