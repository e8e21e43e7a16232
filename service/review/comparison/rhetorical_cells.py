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
from service.vocabulary.negations import NEGATIONS
from service.vocabulary.words import words

_AIM: Final = re.compile(
    r"\b(?:aims?|objectives?|purpose|goals?) (?:of|was|were|is|are)\b|\baimed to\b|^to \w+[^,]*$", re.IGNORECASE
)
_CONTRAST: Final = re.compile(rf"^(?:{'|'.join(map(re.escape, CONTRASTING))}|although|despite|while)\b", re.IGNORECASE)
_EVEN: Final = words("same similar equal different equally similarly further farther earlier later")
_LIMIT: Final = re.compile(
    r"\b(?:an?|one|main|major|the) limitations? (?:is|are|was|were|of (?:this|our|the (?:present|current)))\b|"
    r"\b(?:our|this) \w+ (?:is|was|has been) limited\b|\b(?:limited by|we leave|left for future)\b|"
    r"\b(?:further|future) (?:research|work|stud(?:y|ies))\b.{0,80}"
    r"\b(?:should|needed|required|warranted|necessary|must)\b",
    re.IGNORECASE,
)
_SYMBOL: Final = re.compile(r"(?<![\w-])(?P<metric>(?!CI\b|SD\b|SE\b|AND\b)[A-Z][\w-]{1,9})\s?=\s?-?[\d.]")
_FUNCTION: Final = "|".join(map(re.escape, FUNCTION_WORDS))
_WORD: Final = r"[\w%'/+-]+"
_HEAD: Final = r"(?:data ?sets?|databases?|data|corpus|corpora|recordings|observations|samples|specimens|records)"
_MATERIAL: Final = re.compile(
    rf"\b(?P<lead>(?:(?!(?:{_FUNCTION}|using|use|used|based)\b){_WORD} ){{0,6}})"
    rf"{_HEAD}\b(?=[,;.:()]|\s(?:{_FUNCTION}|\w+ed)\b|$)"
    rf"(?P<of>(?: (?:of|from|containing|comprising) (?:the |a |an )?{_WORD}(?: {_WORD}){{0,7}}?"
    r"(?=[,;.:()]|\s(?:and|to|for|in|which|that|is|are|was|were|with|using|by|during)\b|$))?)",
    re.IGNORECASE,
)
_BEFORE_RESULTS: Final = (RhetoricalRole.PROBLEM, RhetoricalRole.APPROACH, RhetoricalRole.DATA)


def problem(abstract: AnnotatedAbstract) -> Value:
    """Of the background the sentence that stands against it; else the aim, else what is not so, else the last."""
    first = next((i for i in told(abstract) if speaks_of_itself(abstract, i)), len(abstract.sentences))
    before = [i for i in abstract.evidence if i < first and abstract.sentences[i].role is RhetoricalRole.PROBLEM]
    against = [i for i in before if _CONTRAST.search(sentence(abstract, i))]
    aims = [i for i in told(abstract, *_BEFORE_RESULTS) if _AIM.search(sentence(abstract, i))]
    denied = [i for i in before if NEGATIONS.intersection(re.findall(r"[\w'-]+", sentence(abstract, i).casefold()))]
    adjacent = [i for i in before if i == first - 1]
    found = against[-1:] or aims or denied[-1:] or adjacent
    return whole(abstract, found[0]) if found else ("not_found" if before else "not_reported")


def approach(abstract: AnnotatedAbstract) -> Value:
    """What the authors did: before the results, the first sentence that speaks of the work, else the first about it."""
    first = [i for i in told(abstract, *_BEFORE_RESULTS) if len(abstract.text(i).split()) > 5]
    methods = [i for i in first if abstract.sentences[i].role is not RhetoricalRole.PROBLEM]
    itself = [i for i in methods if speaks_of_itself(abstract, i)]
    found = itself or [i for i in first if says_we(abstract, i)] or methods
    return whole(abstract, found[0]) if found else "not_reported"


def result(abstract: AnnotatedAbstract) -> Value:
    """What was found: the first result that compares by a share or a decimal, else has or does so, else the last."""
    found = [i for i in told(abstract, RhetoricalRole.RESULT) if len(abstract.text(i).split()) > 5]
    figures = [i for i in found if any(q.unit == "%" or "." in q.value for q in abstract.sentences[i].quantities)]
    compared = [i for i in found if set(re.findall(r"\w+", sentence(abstract, i))) & (COMPARATIVES - _EVEN)]
    best = [i for i in figures if i in compared] or figures or compared or found[-1:]
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
    """The material that the work is done on: data, records or samples that a name, number or source tells apart."""
    own = told(abstract, RhetoricalRole.APPROACH, RhetoricalRole.DATA, RhetoricalRole.PROBLEM)
    for i in own:
        if abstract.sentences[i].role is not RhetoricalRole.DATA and not speaks_of_itself(abstract, i):
            continue
        for found in _MATERIAL.finditer(sentence(abstract, i)):
            if found["of"] or re.search(r"[A-Z\d]", found["lead"]):
                return part(abstract, i, found.start(), found.end())
    return "not_reported"


def metric(abstract: AnnotatedAbstract) -> Value:
    """The measure that a figure of the results is stated for: "MSE = 0.004"; no p-value, no number of subjects."""
    for i in told(abstract, RhetoricalRole.RESULT):
        found = _SYMBOL.search(sentence(abstract, i))
        if found is not None:
            return part(abstract, i, found.start("metric"), found.end("metric"))
    return "not_reported"


def by_words(abstract: AnnotatedAbstract, name: str) -> Value:
    """What is said in the words of a column's name: the one sentence about the work that has them all."""
    wanted = {t for t in terms(name) if t not in STOP_TERMS}
    having = [i for i in abstract.evidence if wanted and wanted <= set(abstract.sentences[i].terms)]
    own = [i for i in told(abstract) if i in having]
    if len(own) == 1 or (own and speaks_of_itself(abstract, own[0])):
        return whole(abstract, own[0])
    return "not_found" if having else "not_reported"
