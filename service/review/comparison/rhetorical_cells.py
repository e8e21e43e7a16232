"""What an abstract says of its problem, approach and result, by the roles of its sentences; and of a reader's words."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.model import Value
from service.review.comparison.own_work import BEFORE_RESULTS, says_we, sentence, speaks_of_itself, told, whole
from service.text.terms import STOP_TERMS, terms
from service.vocabulary.function_words import NEGATIONS
from service.vocabulary.limiters import COMPARATIVES, CONTRASTS
from service.vocabulary.words import words

_AIM: Final = re.compile(
    r"\b(?:aims?|objectives?|purpose|goals?) (?:of|was|were|is|are)\b|\baimed to\b|^to \w+[^,]*$", re.IGNORECASE
)
_CONTRAST: Final = re.compile(rf"(?:^|, )(?:{'|'.join(sorted(CONTRASTS))})\b", re.IGNORECASE)
_COMPARING: Final = COMPARATIVES - words("same similar equal different equally similarly further farther earlier later")


def problem(abstract: AnnotatedAbstract) -> Value:
    """The aim, else of the background the last that is said against something, or not to be so."""
    first = next((i for i in told(abstract) if speaks_of_itself(abstract, i)), len(abstract.sentences))
    before = [i for i in abstract.evidence if i < first and abstract.sentences[i].role is RhetoricalRole.PROBLEM]
    aims = [i for i in told(abstract, *BEFORE_RESULTS) if _AIM.search(sentence(abstract, i))]
    against = [i for i in before if NEGATIONS & _words(abstract, i) or _CONTRAST.search(sentence(abstract, i))]
    found = aims[:1] or against[-1:]
    return whole(abstract, found[0]) if found else ("not_found" if before else "not_reported")


def approach(abstract: AnnotatedAbstract) -> Value:
    """What the authors did: before the results, the first sentence that speaks of the work."""
    first = list(told(abstract, *BEFORE_RESULTS))
    methods = [i for i in first if abstract.sentences[i].role is not RhetoricalRole.PROBLEM]
    itself = [i for i in methods if speaks_of_itself(abstract, i)] or [i for i in first if says_we(abstract, i)]
    return whole(abstract, itself[0]) if itself else ("not_found" if methods else "not_reported")


def result(abstract: AnnotatedAbstract) -> Value:
    """What was found: the first result that compares by a share or a decimal, else has or does so, else the last."""
    found = list(told(abstract, RhetoricalRole.RESULT))
    figures = [i for i in found if any(q.unit == "%" or "." in q.value for q in abstract.sentences[i].quantities)]
    compared = [i for i in found if _words(abstract, i) & _COMPARING]
    best = [i for i in figures if i in compared] or figures or compared or found[-1:]
    return whole(abstract, best[0]) if best else "not_reported"


def by_words(abstract: AnnotatedAbstract, name: str) -> Value:
    """What is said in the words of a column's name: the one sentence about the work that has them all."""
    wanted = {t for t in terms(name) if t not in STOP_TERMS}
    having = [i for i in abstract.evidence if wanted and wanted <= set(abstract.sentences[i].terms)]
    own = [i for i in told(abstract) if i in having]
    if len(own) == 1 or (own and speaks_of_itself(abstract, own[0])):
        return whole(abstract, own[0])
    return "not_found" if having else "not_reported"


def _words(abstract: AnnotatedAbstract, i: int) -> set[str]:
    return set(re.findall(r"[\w'-]+", sentence(abstract, i).casefold()))
