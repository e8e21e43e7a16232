"""What kind of answer a question asks for, by its interrogative; and how it is cut into parts."""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from service.review.question.content import content_words
from service.review.question.model import ExpectedAnswer
from service.vocabulary import FUNCTION_WORDS

Asked: TypeAlias = Literal["number", "time", "place", "person", "reason", "which", "yes_no", "manner", "other"]
"""The kind of thing that has to be said for the question to be answered."""

_AUX: Final = r"(?:do|does|did|is|are|was|were|can|could|has|have|had|will|would|should|may|might|must)(?:n't|n’t)?"
_WH: Final = r"(?:what|which|who|whom|whose|when|where|why|how)"
_PREPOSITION: Final = r"(?:in|on|at|for|by|to|from|with|of|into|under|over|between|against|during|after|before)"
_SUBJECT: Final = r"(?:it|they|he|she|we|you)"
"""Right behind an interrogative it tells a clause ("differ in what they train and what they cost") from a question."""
_CUT: Final = re.compile(
    rf"[?;]\s+(?=\w)|,?\s+(?:and|but|or)\s+(?=(?:also\s+)?(?:{_PREPOSITION}\s+)?{_WH}\b(?!\s+{_SUBJECT}\b))|"
    rf",\s+(?=(?:{_PREPOSITION}\s+)?{_WH}\b\s)|,\s+(?:and|but|or)\s+(?={_AUX}\s)",
    re.IGNORECASE,
)
_DIMENSION: Final = (
    "many|much|long|large|big|high|low|fast|far|often|old|small|short|great|deep|wide|tall|heavy|strong|close|"
    "frequently|well|accurate|accurately|common|likely"
)
_QUANTITY: Final = (
    r"(?:number|percent|percentage|proportion|fraction|share|rate|ratio|amount|size|length|average|mean|median|total|"
    r"score|level|count|sum|difference|range|value|frequency|probability|dose|duration|age|speed|cost|price)s?"
)
_NUMBER: Final = re.compile(
    rf"\bhow (?:{_DIMENSION})\b|\bby how\b|\b(?:what|which) (?!{_SUBJECT}\b)(?:[\w\-]+ ){{0,3}}?{_QUANTITY}\b|"
    rf"^(?:the )?{_QUANTITY} of\b",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"\bwhen\b|\bhow long\b|\b(?:what|which) (?:years?|months?|days?|weeks?|dates?|periods?|times?|decades?|century)\b",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:countr(?:y|ies)|cit(?:y|ies)|regions?|places?|continents?)\b", re.I
)
_WORKS: Final = r"(?:papers?|stud(?:y|ies)|articles?|works?|publications?|reviews?|abstracts?|authors?)"
_LIST: Final = re.compile(
    rf"^(?:list|name|find|show)\b|^(?:which|what) (?:[\w\-]+ ){{0,3}}?{_WORKS}\b|\b(?:are|is) there (?:any )?"
    rf"(?:[\w\-]+ ){{0,2}}?{_WORKS}\b|^(?:which|what) (?:of the|of these|are the)\b",
    re.IGNORECASE,
)
_COMPARE: Final = re.compile(
    r"\b(?:compar\w+|contrast\w*|differ(?!ent)\w*|versus|vs\.?|as opposed to|in common|similarit\w+|"
    r"disagree\w*|agree\w*|trade-?offs?)\b",
    re.IGNORECASE,
)
_RECORD: Final = re.compile(
    rf"^who (?:(?:is|are|was|were) (?:the )?(?:\w+ )?authors?\b|wrote\b|authored\b|published\b)|"
    rf"\b(?:authors?|affiliations?) (?:of|behind) (?:the|this|that)\b|\bhow many authors\b|"
    rf"^(?:when|where|(?:in |at )?(?:what|which) (?:year|month|venue|conference|journal|workshop)) {_AUX}\b"
    rf".{{0,120}}\b(?:published|presented|appear(?:ed)?|submitted|accepted)\s*\??$",
    re.IGNORECASE,
)
_POLAR: Final = re.compile(rf"^{_AUX}\b", re.IGNORECASE)

_ASKS: Final = re.compile(rf"\b{_WH}\b|^{_AUX}\b|^(?:list|name|find|show|compare|contrast)\b", re.IGNORECASE)
_HEAD: Final = re.compile(
    rf"\b(?:what|which|whose|how (?:{_DIMENSION}))\b(?P<head>(?: [^\s,;?]+){{1,6}})", re.IGNORECASE
)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a question holds ("What does A need, and how many B?"), in order; at least one.

    A piece that says little of its own ("How often, and …", "… and why?") joins its neighbour, a statement what is
    asked of it ("KITE and Heron both need labels; how …").
    """
    parts: list[str] = []
    for piece in filter(None, (piece.strip(" ,;?") for piece in _CUT.split(question))):
        if parts and (_says_little(piece) or _says_little(parts[-1]) or not _ASKS.search(parts[-1])):
            parts[-1] = f"{parts[-1]}, {piece}"
        else:
            parts.append(piece)
    return tuple(parts) or (question.strip(),)


def _says_little(piece: str) -> bool:
    return all(word.casefold() in _DIMENSION.split("|") for word in content_words(piece))


def expected_answer(question: str) -> ExpectedAnswer:
    """The kind of answer that one question asks for."""
    text = question.strip()
    if _RECORD.search(text):
        return ExpectedAnswer.RECORD
    number, listed = _NUMBER.search(text), _LIST.search(text)
    if listed and not (number and number.start() <= listed.start()):
        return ExpectedAnswer.LIST
    if number:
        return ExpectedAnswer.NUMBER
    if _COMPARE.search(text):
        return ExpectedAnswer.COMPARISON
    if _POLAR.match(text):
        return ExpectedAnswer.YES_NO
    if re.search(r"\b(?:which|who|whose|whom|where|when)\b|\bwhat \w+", text, re.I) and not re.search(
        rf"\b(?:how|why|what) {_AUX}\b", text, re.I
    ):
        return ExpectedAnswer.WHICH
    return ExpectedAnswer.EXPLANATION


def asked_kind(question: str) -> Asked:
    """The kind of thing asked for: what a sentence has to hold to answer."""
    if _TIME.search(question):
        return "time"
    if _NUMBER.search(question):
        return "number"
    if _PLACE.search(question):
        return "place"
    if re.search(r"\bwho(?:m|se)?\b", question, re.I):
        return "person"
    if re.search(r"\bwhy\b", question, re.I):
        return "reason"
    if _POLAR.match(question):
        return "yes_no"
    if re.search(rf"\bwhich\b|\bwhat (?!{_AUX}\b)\w+", question, re.I):
        return "which"
    return "manner" if re.search(r"\bhow\b", question, re.I) else "other"


def asked_for(question: str) -> tuple[str, ...]:
    """The content words right behind the interrogative: what is to be named or counted ("how many *healthy subjects*
    donated …")."""
    found = _HEAD.search(question)
    head: list[str] = []
    for word in found["head"].split() if found else []:
        if word.casefold().strip("?.,;") in FUNCTION_WORDS:
            break
        head.append(word)
    return content_words(" ".join(head))
