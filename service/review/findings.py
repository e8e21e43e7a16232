"""The findings of an abstract: what it says holds, clause by clause, each with its direction and its specific terms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.annotate.names import mentioned_names, name_key
from service.annotate.roles import Role
from service.records import Paper, Span
from service.review.cell_cues import FIGURE
from service.review.clauses import segments
from service.review.corpus import Vectors
from service.review.reading import Reading, measured, names
from service.text.normal import for_display, for_search
from service.text.terms import STOP_TERMS, terms

_REPORTS = re.compile(
    r"^(?:(?:thus|hence|overall|therefore|moreover|furthermore|in addition|surprisingly|also),? )?(?:we|our (?:results|"
    r"experiments|findings|study|analysis|evaluation)|(?:the |these )?(?:results|experiments|findings|analys[ei]s)|"
    r"this (?:study|work|paper)) (?:\w+ly |also |thus |therefore |then )*(?:conclude|find|found|show|shows|demonstrate|"
    r"observe|report|reveal|suggest|indicate|confirm)\w* that\s+",
    re.IGNORECASE,
)
_NEXT = re.compile(r",? and that\s+|;\s+")
_ASSERTS = re.compile(
    r"\b(?:conclude|find|found|show|shows|demonstrate|observe|suggest|reveal|confirm|evidence|conclusion)\w*\b", re.I
)
_NEGATES = re.compile(
    r"\b(?:no|not|never|nothing|none|neither|nor|cannot|unable|fails? to|without|little|hardly|absent)\b|n't\b",
    re.IGNORECASE,
)
_UP = re.compile(
    r"\b(?:increas\w+|ris(?:es?|ing)|rose|climbs?|grow(?:s|n)?|grew|improv\w+|gain(?:s|ed)?|better|helps?|higher|"
    r"boost\w*|"
    r"benefits?|enhanc\w+|more accurate)\b",
    re.IGNORECASE,
)
_DOWN = re.compile(
    r"\b(?:decreas\w+|declin\w+|fall(?:s|en)?|fell|drop(?:s|ped)?|degrad\w+|worsen\w*|worse|hurts?|harms?|lower(?:s|"
    r"ed)?|"
    r"deteriorat\w+|shrinks?|reduc(?:es?|ed)|less accurate)\b",
    re.IGNORECASE,
)
_CONDITIONS = re.compile(
    r"\b(?:only (?:when|if|for|in|on|under|where)|depends? on|may|might|could|partly|in part|sometimes|softens?|"
    r"under some|in some|not always|to some extent|mixed)\b",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"\b(?:our|ours|we propose|the proposed|baselines?|outperform\w*|state-of-the-art|sota)\b", re.I)
_GENERIC = frozenset(
    t
    for word in """model models method methods result results show shows performance task tasks data language
    large small paper study experiment experiments approach approaches work works find finding findings
    conclude evidence report reported evaluation high low effect effects affect affects strongly measurable
    significant significantly improve improves improvement increase increases decrease reduce gain better
    worse help helps rise fall falls decline train training trained learning based benchmark benchmarks
    various different across existing new use used using llm llms also thus even all way one two three""".split()
    for t in terms(word)
)
_LEAST_WORDS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One clause of an abstract. `direction`: 1 more or better, -1 less or worse, 0 none told; `denied`: it is negated.

    `specific`: its terms that any paper might not use; `names` those of data sets and systems in the whole abstract.
    `vector` (unit length) embeds title and sentence.
    """

    paper: Paper
    sentence: Span
    part: Span
    text: str
    specific: frozenset[str]
    names: frozenset[str]
    direction: int
    denied: bool
    conditional: bool
    vector: Vectors

    @property
    def quote(self) -> str:
        return self.paper.abstract[self.sentence.start : self.sentence.end]


def findings(reading: Reading) -> list[Finding]:
    """What an abstract says holds in general: no clause about the paper's own system, its baselines or its limits."""
    held = reading.candidate.sentences
    named = frozenset(name_key(n) for n in mentioned_names(f"{held.paper.title}. {held.paper.abstract}"))
    found: list[Finding] = []
    for i in reading.sentences():
        if i < reading.introduced or (reading.roles[i] is Role.PROBLEM and not _ASSERTS.search(reading.texts[i])):
            continue
        span = held.spans[i]
        for part in _clauses(reading.stored(i)):
            text = reading.stored(i)[part.start : part.end]
            finding = _finding(reading, i, text)
            if finding is None:
                continue
            specific, direction, denied = finding
            found.append(
                Finding(
                    held.paper, span, part, for_display(text), specific, named, direction, denied,
                    bool(_CONDITIONS.search(text)), held.vectors[i],
                )
            )  # fmt: skip
    return found


def _finding(reading: Reading, i: int, text: str) -> tuple[frozenset[str], int, bool] | None:
    """Specific terms, direction and denial of a clause; `None` where it states nothing that others could too."""
    plain = for_search(text)
    if len(plain.split()) < _LEAST_WORDS or _COMPARED.search(plain) or plain.endswith("?"):
        return None
    if reading.short is not None and (measured(plain) or names(plain, reading.short)):
        return None  # what a system scores is its own affair
    up, down = bool(_UP.search(plain)), bool(_DOWN.search(plain))
    direction = up - down
    if not direction and not _ASSERTS.search(reading.texts[i]) and not re.search(r"\bthus\b|\btherefore\b", plain):
        return None
    words = FIGURE.sub(" ", plain)
    specific = frozenset(t for t in terms(words) if t not in STOP_TERMS and t not in _GENERIC and not t.isdigit())
    return (specific, direction, bool(_NEGATES.search(plain))) if len(specific) >= 2 else None


def _clauses(text: str) -> Iterator[Span]:
    """The clauses of a sentence without the words that report them ("We conclude that")."""
    for part in segments(text):
        start = part.start
        for cut in (*_NEXT.finditer(text, part.start, part.end), None):
            end = part.end if cut is None else cut.start()
            lead = _REPORTS.match(text[start:end])
            begin = start + (lead.end() if lead else 0)
            if begin < end:
                yield Span(begin, end)
            start = end if cut is None else cut.end()


def opposed(left: str, right: str) -> bool | None:
    """Whether two statements on one point tell opposite directions, one by a denial; `None` where that is not told."""
    one, other = for_search(left), for_search(right)
    ways = [bool(_UP.search(t)) - bool(_DOWN.search(t)) for t in (one, other)]
    denied = [bool(_NEGATES.search(t)) for t in (one, other)]
    if (ways[0] == 0) != (ways[1] == 0):
        return True if denied[0] != denied[1] else None
    return (ways[0] == ways[1]) != (denied[0] == denied[1])
