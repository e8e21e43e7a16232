"""Which sentences of a paper a related-work text tells: what it does, what came of it, or what a plan asks for."""

from __future__ import annotations

import re

from service.annotate.names import name_key, own_names
from service.annotate.roles import Role, role_scores
from service.review.choose import defining, has_figure, introduces
from service.review.old_evidence import Candidate
from service.review.rewrite import dangles, third_person
from service.text.normal import for_search

_LEANING = 1.5  # points against a sentence that leans on the one before it
_UNTELLABLE = 0.7
_EMPTY_RESULT = re.compile(
    r"\b(?:validate|verify|demonstrate|confirm|show|prove|highlight)s?\b.{0,40}"
    r"\b(?:effectiveness|superiority|efficacy|usefulness|advantages?|potential|promise)\b",
    re.IGNORECASE,
)
_INNER = re.compile(
    r"(?<!^)(?<![.:;] )\b(?:this|these|those|such an?) (?!paper|work|stud|survey|article|end\b)\"?[a-z]", re.IGNORECASE
)
_PROPOSES = re.compile(
    r"\b(?:we|this (?:paper|work|study)) (?:\w+ly |then |further |also |first )*"
    r"(?:propos|introduc|present|develop|design|describ|stud|investigat|explor|analy|examin|review|survey)\w*",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:also|further(?:more)?|additionally)\b|^(?:for|to) (?:evaluation|evaluate|be specific)|^specifically",
    re.IGNORECASE,
)
_ASIDE_POINTS = 1.2
_PROMISE = re.compile(
    r"\b(?:code|models?|data(?:sets?)?)\b.{0,40}\b(?:open[- ]?source|releas|availab|public)", re.IGNORECASE
)
_LEAST_WORDS = 7
_LEAST_POINTS = {Role.RESULT: 2.0, Role.LIMIT: 2.5, Role.DATA: 2.5, Role.PROBLEM: 2.0}


def sentence_for(candidate: Candidate, role: Role, *, besides: tuple[int, ...] = ()) -> int | None:
    """The index of the sentence that plays a role best, or `None`. `besides` are taken already.

    APPROACH is the sentence that introduces the work. A result or limit stands behind it, and says something:
    "experiments show the effectiveness" without a figure does not.
    """
    introduced = _introducing(candidate)
    if role is Role.APPROACH:
        return None if introduced in besides else introduced
    n = len(candidate.sentences.spans)
    offers: list[tuple[float, int]] = []
    for i in range(n):
        text = candidate.sentences.text(i)
        behind = i > introduced or role not in (Role.RESULT, Role.LIMIT)
        if i in besides or not behind or text.rstrip().endswith("?") or candidate.roles[i] is Role.NOTE:
            continue
        points = role_scores(text, i / max(n - 1, 1))
        if points[role] < _LEAST_POINTS.get(role, 2.0) or points[role] < 0.6 * max(points.values()):
            continue
        told = third_person(text, short=None, introduced=True)
        follows = i - 1 in (introduced, *besides)
        if role is Role.RESULT and (told is None or _says_little(text) or (dangles(for_search(text)) and not follows)):
            continue
        worth = points[role] + 0.5 * has_figure(text) - _LEANING * dangles(for_search(text))
        worth -= _UNTELLABLE * (told is None)
        offers.append((worth, -i))
    return -max(offers)[1] if offers else None


def _introducing(candidate: Candidate) -> int:
    """The sentence that introduces the work; where it leans on what stands before it, one that says so by itself."""
    best = defining(candidate)
    if not _leans(candidate.sentences.text(best)) and introduces(candidate, best):
        return best
    short = own_names(candidate.paper.title, candidate.paper.abstract).short
    n = len(candidate.sentences.spans)

    def merit(i: int) -> float:
        text = candidate.sentences.text(i)
        named = short is not None and name_key(text).startswith(name_key(short))
        proposes = _PROPOSES.search(text) is not None
        aside = _ASIDE.search(text) is not None
        return (
            2.0 * proposes
            + 1.5 * named
            + (candidate.roles[i] is Role.APPROACH)
            - _leans(text)
            - _ASIDE_POINTS * aside
            - 0.05 * i
        )

    alone = [i for i in range(n) if len(candidate.sentences.text(i).split()) >= _LEAST_WORDS]
    return max([best, *alone], key=merit)


def _leans(text: str) -> bool:
    plain = for_search(text)
    return dangles(plain) or _INNER.search(plain) is not None


def _says_little(text: str) -> bool:
    """Neither a figure nor more than praise, or only a few words."""
    if _PROMISE.search(text):
        return True
    if _EMPTY_RESULT.search(text):
        return re.search(r"\d", text) is None
    return not has_figure(text) and len(text.split()) < _LEAST_WORDS
