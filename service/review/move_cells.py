"""The cells told by a move of the abstract: problem, approach, result, limit. One sentence, one move."""

from __future__ import annotations

import re
from collections.abc import Callable

from service.annotate.roles import Role, role_scores
from service.records import Span
from service.review import cell_cues as cue
from service.review.choose import has_figure
from service.review.clauses import saying, segments
from service.review.reading import Found, Reading
from service.review.rewrite import dangles

_LEAST_PROBLEM, _LEAST_RESULT, _LEAST_LIMIT = 2.0, 3.0, 3.0
_LONG = 40  # words; a longer sentence is cut to the clauses in which somebody does something
_RELEVANCE_SHARE = 0.5  # relevance to the question, added to points: it decides between near equals
_HOWEVER = re.compile(r"(?:however|yet|but|despite|although|unfortunately)\b", re.IGNORECASE)
_LEANS = re.compile(r"\b(?:them|this|such|these|so)\b", re.IGNORECASE)
_PRAISED = re.compile(
    r"\b(?:remarkable|impressive|success\w*|promising|powerful|breakthroughs?|significant progress)\b", re.I
)
_ACTS = re.compile(
    r"\b(?:we|this (?:paper|work|study|survey)|our)\b|\b(?:propos|introduc|present|develop|learn|train|use|let|keep|"
    r"treat|"
    r"split|store|write|scor|predict|regress|answer|give|map|measur|decid|estimat|add)\w*",
    re.IGNORECASE,
)
_RESULTS = re.compile(
    r"\b(?:outperform|surpass|show|demonstrat|find|found|improv|achiev|attain|obtain|conclude|match|comparable|"
    r"competitive)\w*",
    re.I,
)
_REPORTED = re.compile(
    r"\b(?:we|results?|experiments?|analys[ie]s|evaluations?) (?:\w+ )?(?:find|found|show|reveal|demonstrat|observ|"
    r"highlight|"
    r"suggest|conclude|indicat|summari[sz]|provide)\w*|\b(?:observation|finding) that\b|\brevealing\b",
    re.IGNORECASE,
)
_ABLATES = re.compile(
    r"(?:without|a (?:second|third)|translating|reversing|mixing|swapping|choosing|given|with one)\b", re.I
)
_CHANGES = re.compile(r"\bfrom \$?[\d.]+\S* (?:\S+ ){0,8}?to \$?[\d.]+")
_PERCENT = re.compile(r"\d\s?\\?%")
_LEAVES = re.compile(r"\b(?:we leave|future work|left (?:for|to)|limitation)\b", re.IGNORECASE)
_NO_RESULT = re.compile(
    r"(?:no|neither)\b|we (?:did|have|could) not\b|(?:\w+ly, |\w+, )?we (?:also |further |then )?(?:discuss|review|"
    r"survey|summari[sz]e)",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"\b(?:they|them|the latter|the former)\b", re.IGNORECASE)


def find_approach(reading: Reading) -> Found | None:
    """What the paper does: the sentence that introduces the work, or, where that only announces it, the next."""
    i = reading.introduced
    text = reading.texts[i]
    if reading.roles[i] is Role.NOTE or text.rstrip().endswith("?"):
        return None
    if reading.roles[i] not in (Role.APPROACH, Role.DATA) and not reading.own(i):
        return None
    announces = len(text.split()) < 7 or (len(text.split()) <= 12 and (dangles(text) or _LEANS.search(text)))
    if announces and i + 1 < len(reading.texts) and _goes_on(reading, i + 1):
        i += 1
    reading.used.add(i)
    text = reading.stored(i)
    part = Span(*_whole(text)) if len(text.split()) <= _LONG else saying(text, lambda part: bool(_ACTS.search(part)))
    return Found(i, part)


def _whole(text: str) -> tuple[int, int]:
    parts = segments(text)
    return parts[0].start, parts[-1].end


def _goes_on(reading: Reading, i: int) -> bool:
    """Whether a sentence behind an announcement says how: it is long enough, and neither a figure nor a limit."""
    text = reading.texts[i]
    told = reading.measured(i) or cue.STRONG_LIMIT.search(text) or _REPORTED.search(text) or text.rstrip().endswith("?")
    return len(text.split()) >= 8 and not told and reading.roles[i] is not Role.NOTE


def find_problem(reading: Reading) -> Found | None:
    """What is wrong before the work is introduced."""

    def points(i: int) -> float:
        text = cue.SPARES.sub(" ", reading.texts[i])
        contrast = _HOWEVER.match(text)
        if i >= reading.proposed or reading.roles[i] is Role.RESULT or (reading.own(i) and not contrast):
            return 0.0
        troubles = len({m[0].casefold() for m in cue.TROUBLE.finditer(text)}) + (contrast is not None and i > 0)
        if not troubles:
            return 0.0
        worth = 1.5 + 0.5 * min(troubles, 3) + 0.5 * bool(cue.CONTRASTS.search(text))
        return (
            worth - 1.0 * (dangles(text) and not contrast) - 0.5 * (_PRAISED.search(text) is not None and not contrast)
        )

    return _best(reading, _LEAST_PROBLEM, points, lambda part: bool(cue.TROUBLE.search(part)))


def find_result(reading: Reading) -> Found | None:
    """What came of it: its main figure, else what the paper says it shows."""

    def says(part: str) -> bool:
        return has_figure(part) or bool(_RESULTS.search(part))

    return _best(reading, _LEAST_RESULT, lambda i: result_points(reading, i), says)


def result_points(reading: Reading, i: int) -> float:
    """How surely a sentence states the outcome of this work."""
    text, measured, changes = reading.texts[i], reading.measured(i), bool(_CHANGES.search(reading.texts[i]))
    stated = measured or changes or _PERCENT.search(text) is not None
    if i <= reading.introduced and not (measured and reading.own(i)):
        return 0.0
    points = role_scores(text, 0.0 if stated else reading.position(i))[Role.RESULT]  # the headline comes first
    if not stated and (points < 2.0 or (reading.roles[i] not in (Role.RESULT, Role.LIMIT) and points < 3.5)):
        return 0.0
    if _NO_RESULT.match(text):
        return 0.0
    points = min(points, 6.0) + 3.5 * measured + 1.5 * changes + 1.5 * stated + 0.5 * reading.own(i)
    points -= 1.5 * bool(_ABLATES.match(text))  # it tells of the parts, not of the whole
    limit = limit_points(reading, i)
    points -= (0.2 if stated else 1.5) * limit * (limit >= 2.0)
    return points - 1.0 * (dangles(text) and not reading.own(i)) - 0.1 * i


def find_limit(reading: Reading) -> Found | None:
    """What the work cannot do, costs, or leaves open, in its authors' words."""

    def says(part: str) -> bool:
        return bool(cue.STRONG_LIMIT.search(part) or cue.LIMIT.search(part))

    return _best(reading, _LEAST_LIMIT, lambda i: limit_points(reading, i), says)


def limit_points(reading: Reading, i: int) -> float:
    """How surely a sentence tells of a limit of this work; negations that tell of a strength count against it."""
    text, position = reading.texts[i], reading.position(i)
    if i <= reading.introduced or position < 0.4:
        return 0.0
    spared = cue.SPARES.sub(" ", text)
    strong = cue.STRONG_LIMIT.search(spared) is not None
    weak = len({m[0].casefold() for m in cue.LIMIT.finditer(spared)})
    if not strong and not weak:
        return 0.0
    first = re.search(r"\b(?:we|our)\b", text, re.IGNORECASE)
    points = 4.0 * strong + 2.0 * min(weak, 2) + 0.75 * bool(cue.HEDGED.search(spared)) + 1.5 * position
    points -= 2.0 * bool(cue.PRAISE.search(text)) + 2.0 * (cue.SPARES.search(text) is not None)
    points -= 3.0 * (reading.proposes(i) and not _LEAVES.search(text))
    points -= 3.0 * (cue.OTHERS.search(text) is not None and not first) + 2.0 * bool(_REPORTED.search(text))
    points -= 1.0 * (reading.roles[i] is Role.RESULT and reading.measured(i) and not strong)
    return max(points - 1.0 * bool(_VAGUE.search(text)), 0.0)


def _best(reading: Reading, least: float, points: Callable[[int], float], says: Callable[[str], bool]) -> Found | None:
    """The open sentence with most points, from the least on; it tells no other move then."""
    offers = [
        (worth + _RELEVANCE_SHARE * float(reading.candidate.relevance[i]), i)
        for i in reading.sentences()
        if i not in reading.used and (worth := points(i)) >= least
    ]
    if not offers:
        return None
    i = max(offers)[1]
    reading.used.add(i)
    return Found(i, saying(reading.stored(i), says))
