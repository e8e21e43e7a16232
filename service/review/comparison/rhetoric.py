"""What an abstract says of its problem, approach, data, metric, result and limits, by the roles of its sentences."""

from __future__ import annotations

import re
from typing import Final

from service.annotate import AnnotatedAbstract, RhetoricalRole
from service.review.comparison.model import Value
from service.review.comparison.own_work import part, says_we, sentence, speaks_of_itself, told, whole
from service.text.terms import STOP_TERMS, terms
from service.vocabulary import FUNCTION_WORDS
from service.vocabulary.connectives import CONTRASTING
from service.vocabulary.limiters import COMPARATIVES
from service.vocabulary.words import words

_AIM: Final = re.compile(r"\b(?:aims?|objectives?|purpose|goals?) (?:of|was|were|is|are)\b|\baimed to\b|^to \w+[^,]*$", re.IGNORECASE)
_CONTRAST: Final = re.compile(rf"^(?:{'|'.join(map(re.escape, CONTRASTING))}|although|despite|while)\b", re.IGNORECASE)
_EVEN: Final = words("same similar equal different equally similarly further farther earlier later")
_LIMIT: Final = re.compile(r"\blimitations?\b|\bfuture (?:work|research|studies)\b|\bfurther (?:research|studies|work)\b|"
                           r"\bremains? to be \w+ed\b", re.IGNORECASE)  # fmt: skip
_MEASURED: Final = re.compile(
    r"\b(?P<metric>(?:[A-Za-z][\w-]*[ -]){0,3}?[A-Za-z][\w-]*(?: \([^)\d]{1,12}\))?)\s?(?:of|=)\s?"
    r"(?:up to |about |over |approximately |only )?$"
)
_COUNTING: Final = words(
    "total number average mean median range sample maximum minimum increase decrease reduction n p"
)
_MATERIAL: Final = re.compile(
    r"\b(?P<lead>(?:(?!(?:and|or|using|use|used|with|the|a|an|in|on|of|from|by|that|this|these|our|we|to|as|for|is|are|was|"
    r"were|based)\b)[\w%'/+-]+,? (?:and )?){0,6})\b(?:data ?sets?|databases?|data|corpus|corpora|recordings|"
    r"observations|samples|specimens|records)\b(?! (?:analys|min|augment|collect|driven|set|point|scien|process|structure|model|acqui))"
    r"(?P<of>(?: (?:of|from|containing|on|comprising) (?:the |a |an )?[\w'/+-]+(?: [\w'/+-]+){0,7}?(?=[,;.:()]|\s(?:and|to|for|in|"
    r"which|that|is|are|was|were|with|using|by|during)\b|$))?)",
    re.IGNORECASE,
)

_BEFORE_RESULTS: Final = (RhetoricalRole.PROBLEM, RhetoricalRole.APPROACH, RhetoricalRole.DATA)


def problem(abstract: AnnotatedAbstract) -> Value:
    """The stated aim, else what is said to stand against something, else the last sentence before the work begins."""
    first = next((i for i in told(abstract) if speaks_of_itself(abstract, i)), len(abstract.sentences))
    before = [i for i in abstract.evidence if i < first and abstract.sentences[i].role is RhetoricalRole.PROBLEM]
    against = [i for i in before if _CONTRAST.search(sentence(abstract, i))]
    aims = [i for i in told(abstract, *_BEFORE_RESULTS) if _AIM.search(sentence(abstract, i))]
    found = against[-1:] or aims or before[-1:]
    return whole(abstract, found[0]) if found else "not_reported"


def approach(abstract: AnnotatedAbstract) -> Value:
    """What the authors did: before the results, the first sentence that speaks of the work, else the first about it."""
    first = [i for i in told(abstract, *_BEFORE_RESULTS) if len(abstract.text(i).split()) > 5]
    methods = [i for i in first if abstract.sentences[i].role is not RhetoricalRole.PROBLEM]
    itself = [i for i in methods if speaks_of_itself(abstract, i)]
    found = itself or [i for i in first if says_we(abstract, i)] or methods
    return whole(abstract, found[0]) if found else "not_reported"


def result(abstract: AnnotatedAbstract) -> Value:
    """What was found: the first result with a share or a decimal, else with a comparative, else the last."""
    found = [i for i in told(abstract, RhetoricalRole.RESULT) if len(abstract.text(i).split()) > 5]
    figures = [i for i in found if any(q.unit == "%" or "." in q.value for q in abstract.sentences[i].quantities)]
    compared = [i for i in found if set(re.findall(r"\w+", sentence(abstract, i))) & (COMPARATIVES - _EVEN)]
    best = figures[:1] or compared[:1] or found[-1:]
    return whole(abstract, best[0]) if best else "not_reported"


def limit(abstract: AnnotatedAbstract) -> Value:
    """What the authors call a limitation or leave to later work."""
    late = [i for i in told(abstract) if abstract.sentences[i].role is not RhetoricalRole.PROBLEM]
    for i in reversed(late):
        if _LIMIT.search(sentence(abstract, i)) or (abstract.sentences[i].label or "").casefold().startswith("limit"):
            return whole(abstract, i)
    hinted = any(abstract.sentences[i].role is RhetoricalRole.LIMIT for i in late)
    return "not_found" if hinted else "not_reported"


def data(abstract: AnnotatedAbstract) -> Value:
    """The material that the work is done on: the noun phrase about data, records, samples or observations."""
    own = told(abstract, RhetoricalRole.APPROACH, RhetoricalRole.DATA, RhetoricalRole.PROBLEM)
    for i in (i for i in own if speaks_of_itself(abstract, i)):
        for found in _MATERIAL.finditer(sentence(abstract, i)):
            if found["lead"].strip() or found["of"]:
                return part(abstract, i, found.start(), found.end())
    return "not_reported"


def metric(abstract: AnnotatedAbstract) -> Value:
    """The measure that a figure of the results is a value of: "an accuracy of 97.8%", "MSE = 0.004"."""
    for i in told(abstract, RhetoricalRole.RESULT):
        text, offset = sentence(abstract, i), abstract.sentences[i].start
        for quantity in abstract.sentences[i].quantities:
            found = _MEASURED.search(text[: quantity.start - offset])
            if found is None or not (quantity.unit == "%" or "." in quantity.value):
                continue
            name = found["metric"].split()
            while name and name[0].casefold() in FUNCTION_WORDS:
                name = name[1:]
            if name and not {w.casefold() for w in name} & (FUNCTION_WORDS | _COUNTING):
                return part(abstract, i, found.end("metric") - len(" ".join(name)), found.end("metric"))
    return "not_reported"


def by_words(abstract: AnnotatedAbstract, name: str) -> Value:
    """What is said in the words of a column's name: the one sentence about the work that has them all."""
    wanted = {t for t in terms(name) if t not in STOP_TERMS}
    having = [i for i in abstract.evidence if wanted and wanted <= set(abstract.sentences[i].terms)]
    own = [i for i in told(abstract) if i in having]
    if len(own) == 1 or (own and speaks_of_itself(abstract, own[0])):
        return whole(abstract, own[0])
    return "not_found" if having else "not_reported"
