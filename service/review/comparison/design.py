"""How a study was made, on what it acted beside what, and the effect with its interval."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.model import Part, Value
from service.review.comparison.own_work import BEFORE_RESULTS, part, sentence, told
from service.vocabulary import PRONOUNS
from service.vocabulary.function_words import AUXILIARIES
from service.vocabulary.words import words

_MADE: Final = (
    r"(?:(?:quasi-|non-?)?randomi[sz]ed|controlled?|(?:placebo|active|sham)-controlled|open-label|"
    r"(?:single|double|triple)-(?:blind|masked)(?:ed)?|parallel(?:-group)?|(?:two|three|four)-arm|cross-?over|"
    r"prospective|retrospective|cross-sectional|longitudinal|observational|(?:quasi-)?experimental|cohort|"
    r"(?:nested )?case-control|comparative|(?:multi-?|single-)cent(?:er|re)|clinical|pilot|feasibility|factorial|"
    r"qualitative|quantitative|mixed-methods?|systematic|scoping|narrative|literature|field|laboratory|greenhouse|"
    r"natural|pragmatic|phase (?:I{1,3}V?|[1-4])|simulation|population-based|descriptive|diagnostic accuracy|"
    r"time-series|exploratory|correlational)"
)
"""How studies are made, after the publication types and study characteristics of MeSH."""
_DESIGN: Final = re.compile(
    r"(?P<others>\b(?:previous|prior|earlier|other|further|future|recent|existing|no|most|another)\s+)?"
    rf"(?P<design>\b{_MADE}(?:(?:,? and |, ?| ){_MADE})*(?: \w+)? (?:trial|study|experiment|review|survey|series|"
    r"meta-analysis)\b(?! (?:group|arm|protocol|design))|\bmeta-analysis\b|\bcase (?:series|report)\b|"
    r"\b(?:factorial|crossover|cross-over) design\b)",
    re.IGNORECASE,
)
_INTERVAL: Final = re.compile(
    r"(?:\d\d(?:\.\d)? ?% ?)?(?:\bCI\b|\bconfidence intervals?\b|\bcredible intervals?\b|\bCrI\b)[^;)]{0,12}?"
    r"[-+]?\d[\d.]*%?\s?(?:-|to|,|;|and)\s?[-+]?\d[\d.]*%?",
    re.IGNORECASE,
)
_BOUND: Final = re.compile(r"[;:]\s|,\s(?:and|but|while|whereas)\s")
_STOP: Final = (
    r"(?=[,;:(]|\.(?:\s|$)|\s(?:in|among|during|for|with|using|after|at|were|was|is|are|on|by|over|to|compared|versus|vs|"
    r"under|when|group|twice|once)\b|$)"
)
_NOUNS: Final = r"[\w%/'+-]+(?:\s[\w%/'+-]+){0,11}?"
_SHORT: Final = r"(?: \([^)]*\))?"
_VERSUS: Final = r"(?:versus|vs\.?|(?:compared|in comparison) (?:with|to))"
_EFFECT_OF: Final = re.compile(
    rf"\b(?:effects?|impact|influence|efficacy|effectiveness) of (?P<of>{_NOUNS}){_SHORT}"
    rf"(?: {_VERSUS} (?P<than>{_NOUNS}))? on (?P<on>{_NOUNS}){_STOP}",
    re.IGNORECASE,
)
_ALLOTTED: Final = re.compile(
    rf"\b(?:randomi[sz]ed|assigned|allocated) (?:\w+ )?to (?:receive |either |undergo )*(?P<of>{_NOUNS}){_SHORT}"
    rf"(?: group)?,? (?:or|versus|vs\.?) (?:to )?(?P<than>{_NOUNS}){_STOP}",
    re.IGNORECASE,
)
_AGAINST: Final = re.compile(rf"\b(?P<of>{_NOUNS}){_SHORT} {_VERSUS} (?P<than>{_NOUNS}){_STOP}", re.IGNORECASE)
_OUTCOME: Final = re.compile(
    r"\b(?:(?:primary|main|principal) )?(?:outcomes?|end ?points?)(?: (?:measures?|variables?))?"
    r"(?: of (?:this|the) \w+)? (?:was|were|is|are|included?)(?: (?:measured|defined) as)? (?P<on>[^.;]+)",
    re.IGNORECASE,
)
_NO_NAMES: Final = AUXILIARIES | PRONOUNS | words("latter former regard regards either both trial")


def design(abstract: AnnotatedAbstract) -> Value:
    """The kind of study that the work says it is."""
    return _first(abstract, _DESIGN, "design", tuple(told(abstract)))


def effect(abstract: AnnotatedAbstract) -> Value:
    """The first estimate that is given with a confidence interval, with the words it stands in."""
    for i in told(abstract, RhetoricalRole.RESULT, RhetoricalRole.DATA, RhetoricalRole.APPROACH):
        text = sentence(abstract, i)
        found = _INTERVAL.search(text)
        if found is not None:
            bounds = [m for m in _BOUND.finditer(text, 0, found.start()) if _outside_brackets(text[: m.start()])]
            return part(abstract, i, bounds[-1].end() if bounds else 0, found.end())
    return "not_reported"


def _outside_brackets(text: str) -> bool:
    return text.count("(") == text.count(")")


def outcome(abstract: AnnotatedAbstract) -> Value:
    """What was measured, where the abstract calls it the outcome or tells an effect on it."""
    stated = _first(abstract, _OUTCOME, "on", tuple(told(abstract)))
    aims = tuple(told(abstract, *BEFORE_RESULTS))
    return stated if isinstance(stated, Part) else _first(abstract, _EFFECT_OF, "on", aims)


def intervention(abstract: AnnotatedAbstract) -> Value:
    """What was done or given, from the allotment of the subjects or from the stated aim."""
    return _either(abstract, "of")


def comparator(abstract: AnnotatedAbstract) -> Value:
    """What the intervention was compared with."""
    return _either(abstract, "than")


def _either(abstract: AnnotatedAbstract, group: str) -> Value:
    aims = tuple(told(abstract, *BEFORE_RESULTS))
    read = (_first(abstract, pattern, group, aims) for pattern in (_ALLOTTED, _EFFECT_OF, _AGAINST))
    return next((found for found in read if isinstance(found, Part)), "not_reported")


def _first(abstract: AnnotatedAbstract, pattern: re.Pattern[str], group: str, own: tuple[int, ...]) -> Value:
    """The group of the first match in its `own` sentences; unsure where only others of the abstract match."""
    for i in own:
        for found in pattern.finditer(sentence(abstract, i)):
            if found.groupdict().get("others") is None and (group == "design" or _is_name(found[group] or "")):
                return part(abstract, i, found.start(group), found.end(group))
    others = (i for i in abstract.evidence if i not in own)
    return "not_found" if any(pattern.search(sentence(abstract, i)) for i in others) else "not_reported"


def _is_name(value: str) -> bool:
    """Whether a noun phrase names a thing by itself: no clause, nothing that points back, more than a dose."""
    said = [w.casefold() for w in re.findall(r"[^\W\d_][\w-]*", value)]
    return any(len(w) > 2 for w in said) and not _NO_NAMES.intersection(said)
