"""Ellipsis: a question that leaves out what the one before it was about ("and in humans?", "Why?", "Does it last?")."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from service.annotate.names import looks_like_name, tokens
from service.review.question.content import content_words
from service.review.question.language import language_of
from service.review.question.referents import AUX, unresolved
from service.vocabulary import FUNCTION_WORDS

Embed: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts -> (n, dimension), unit rows."""

_AUX: Final = rf"(?:{AUX}|must)(?:n.t)?"
_WH: Final = r"(?:what|which|who|whom|whose|when|where|why|how)"
_PREPOSITION: Final = (
    r"(?:in|on|at|for|by|to|from|with|without|of|into|under|over|between|against|during|after|before|among|through|"
    r"(?:as )?compared (?:with|to)|than)"
)
_LEAD: Final = re.compile(r"(?:and|but|or|so|then)\b[,\s]*(?:(?:what|how) (?:about|of)\b\s*)?|"
                          r"(?:(?:what|how) (?:about|of)|as for)\b\s*", re.IGNORECASE)  # fmt: skip
_CLAUSE: Final = re.compile(
    rf"(?:{_PREPOSITION} )?(?:{_WH}\b(?: [\w-]+){{0,4}}? )?{_AUX}\b|(?:list|name|find|show)\b", re.IGNORECASE
)
_OPENING: Final = re.compile(
    rf"(?:{_PREPOSITION} )?(?:{_WH}\b(?P<head>(?: [\w-]+){{0,4}}?) {_AUX}\b|{_WH}\b|{_AUX}\b)", re.IGNORECASE
)
_BARE: Final = re.compile(rf"(?:(?P<preposition>{_PREPOSITION}) )?{_WH}\b(?P<rest>.*)", re.IGNORECASE)
_ANAPHOR: Final = re.compile(
    rf"(?:{_PREPOSITION} )?(?:{_WH}\b(?: [\w-]+){{0,4}}? )?{_AUX} (?P<subject>it|they|this|that|these|those)\b|"
    r"\b(?P<other>its|their|them)\b",
    re.IGNORECASE,
)
_SLOT: Final = re.compile(
    rf"\b(?P<preposition>{_PREPOSITION})\s+(?P<phrase>(?:(?!{_PREPOSITION}\b|and\b|or\b)[\w'+/.-]+\s*)+)", re.IGNORECASE
)
_WORD: Final = re.compile(r"[\w'+/.-]*\w")
_OF_A_SUBJECT: Final = ("for", "of", "with")
"""Before a name they may ask the same of another subject: "and for SlackTide?"."""
_ALIKE: Final = 0.2
"""Cosine from which on two phrases behind the same preposition are taken to contrast ("in mice", "in humans")."""
_CLEAR: Final = 0.1
"""By so much the words that a phrase replaces are nearer to it than any others."""
_LONGEST: Final = 3  # words of what a phrase without a preposition stands for


def complete(question: str, before: Sequence[str], embed: Embed) -> str | None:
    """What an elliptic question is read as after those before it, oldest first; `None` for a question of its own."""
    told: str | None = None
    for earlier in before:
        told = _completed(earlier, told, embed) or earlier
    return None if told is None else _completed(question, told, embed)


def _completed(question: str, before: str | None, embed: Embed) -> str | None:
    said = question.strip().rstrip("?. ")
    if before is None or not said or "other" in (language_of(question), language_of(before)):
        return None
    before = before.strip().rstrip("?. ")
    lead = _LEAD.match(said)
    body = said[lead.end() :] if lead else said
    if not body:
        return None
    anaphor = _ANAPHOR.search(body)
    if anaphor and (anaphor["other"] or (anaphor.start() == 0 and (anaphor["subject"] == "that" or unresolved(body)))):
        return _ended(_with_topic(body, anaphor, before, embed))
    if _CLAUSE.match(body):
        return _ended(f"{body}, as to “{_topic(before)}”") if lead else None
    bare = _BARE.fullmatch(body)
    if bare:
        few = len(content_words(bare["rest"])) <= (2 if bare["preposition"] else 1)
        return _ended(_asked_of(body, before)) if few or lead else None
    slot = _SLOT.match(body)
    if slot:
        return _ended(_in_slot(body, slot, before, embed))
    return _ended(_in_place(body, before, embed)) if lead else None


def _ended(text: str) -> str:
    return f"{text[:1].upper()}{' '.join(text[1:].split())}?"


def _topic(before: str) -> str:
    """A question without what asks: "IL-6 blockade help in sepsis in mice"."""
    opening = _OPENING.match(before)
    if opening is None:
        return before
    return f"{(opening['head'] or '').strip()} {before[opening.end() :].strip()}".strip()


def _asked_of(bare: str, before: str) -> str:
    """Another interrogative for the same clause: "At what dose" of "Does it help?" is "At what dose does it help"."""
    opening = _OPENING.match(before)
    if opening is None:
        return f"{bare}: {before}"
    auxiliary = re.search(rf"\b{_AUX}$", opening[0], re.IGNORECASE)
    if auxiliary is None:
        return f"{bare}: {_topic(before)}"
    head = (opening["head"] or "").strip()
    return f"{bare} {auxiliary[0].lower()} {head} {before[opening.end() :].strip()}"


def _with_topic(body: str, anaphor: re.Match[str], before: str, embed: Embed) -> str:
    """The topic of the question before in place of a pronoun, without the phrase that this question contrasts."""
    group = "subject" if anaphor["subject"] else "other"
    topic = _topic(before)
    name = _only_subject(before)
    if name is not None and anaphor["subject"] and (_than_a_name(body) or _all_but_a_verb(before, name)):
        return f"{body[: anaphor.start(group)]}{name[0]}{body[anaphor.end(group) :]}"
    for slot in _SLOT.finditer(body, anaphor.end()):
        contrasted = _contrasted(slot, topic, embed)
        if contrasted is not None:
            topic = " ".join(f"{topic[: contrasted.start()]} {topic[contrasted.end() :]}".split())
    return f"{body[: anaphor.start(group)]}“{topic}”{body[anaphor.end(group) :]}"


def _in_slot(body: str, slot: re.Match[str], before: str, embed: Embed) -> str:
    """A phrase with its preposition in place of the one that it contrasts with, else behind the question."""
    contrasted = _contrasted(slot, before, embed)
    name = _only_subject(before) if slot["preposition"].casefold() in _OF_A_SUBJECT else None
    if contrasted is None and name is not None and _is_named(slot["phrase"]):
        return f"{before[: name.start()]}{body[slot.start('phrase') :].strip()}{before[name.end() :]}"
    if contrasted is None:
        return f"{before} {body}"
    return f"{before[: contrasted.start()]}{body} {before[contrasted.end() :]}"


def _contrasted(slot: re.Match[str], before: str, embed: Embed) -> re.Match[str] | None:
    """The phrase behind the same preposition that is nearest in meaning, if one is near; of a name the only name."""
    preposition = slot["preposition"].casefold()
    same = [found for found in _SLOT.finditer(before) if found["preposition"].casefold() == preposition]
    if not same:
        return None
    named = [found for found in same if _is_named(found["phrase"])]
    if len(named) == 1 and _is_named(slot["phrase"]):
        return named[0]
    vectors = embed([slot["phrase"].strip(), *(found["phrase"].strip() for found in same)])
    cosines = vectors[1:] @ vectors[0]
    best = int(np.argmax(cosines))
    return same[best] if float(cosines[best]) >= _ALIKE else None


def _in_place(phrase: str, before: str, embed: Embed) -> str:
    """A phrase in place of the words of the question before that it contrasts with, behind it where that is not clear.

    "T cells" takes the place of "B cells", which have the same last word, a name that of the only name; other phrases
    that of the words which are nearest in meaning, if none beside them is about as near.
    """
    words = list(_WORD.finditer(before))
    runs = [
        (words[first].start(), words[last].end())
        for first in range(len(words))
        for last in range(first, min(first + _LONGEST, len(words)))
        if all(w[0].casefold() not in FUNCTION_WORDS for w in words[first : last + 1])
    ]
    length, ending = len(phrase.split()), phrase.split()[-1].casefold()
    alike = [run for run in runs if length > 1 and before[slice(*run)].casefold().split()[-1] == ending]
    alike = [run for run in alike if len(before[slice(*run)].split()) == length and _opens(before, run[0])] or [
        run for run in alike if " " not in before[slice(*run)]
    ]
    if length == 1 and _is_named(phrase):
        alike = [run for run in runs if " " not in before[slice(*run)] and _is_named(before[slice(*run)])]
    if len(alike) == 1:
        return _put(phrase, before, alike[0])
    if runs:
        vectors = embed([phrase, *(before[start:end] for start, end in runs)])
        cosines = vectors[1:] @ vectors[0]
        best = runs[int(np.argmax(cosines))]
        beside = [float(c) for c, run in zip(cosines, runs, strict=True) if run[1] <= best[0] or best[1] <= run[0]]
        if float(cosines.max()) >= max(beside, default=0.0) + _CLEAR:
            return _put(phrase, before, best)
    return f"{before}, as to {phrase}"


def _opens(text: str, start: int) -> bool:
    """Whether words that begin there open a phrase: nothing or a function word stands before them."""
    return (text[:start].split() or ["the"])[-1].casefold() in FUNCTION_WORDS


def _only_subject(text: str) -> re.Match[str] | None:
    """The one name of a text that stands behind no preposition; `None` where there is none, or are several."""
    placed = [slot.span("phrase") for slot in _SLOT.finditer(text)]
    found = [
        word
        for word in _WORD.finditer(text)
        if _is_named(word[0]) and not any(start <= word.start() < end for start, end in placed)
    ]
    return found[0] if len(found) == 1 else None


def _than_a_name(body: str) -> bool:
    """Whether it compares with a name: "is it better than SlackTide"."""
    return any(slot["preposition"].casefold() == "than" and _is_named(slot["phrase"]) for slot in _SLOT.finditer(body))


def _all_but_a_verb(before: str, name: re.Match[str]) -> bool:
    """Whether a question says no more of a name than a verb: "what does TideWalk show"."""
    opening = _OPENING.match(before)
    done = opening is not None and opening[0].casefold().split()[-1] in ("do", "does", "did")
    return done and not (opening and opening["head"]) and _topic(before).split()[:-1] == [name[0]]


def _is_named(phrase: str) -> bool:
    return any(map(looks_like_name, tokens(phrase)))


def _put(phrase: str, before: str, place: tuple[int, int]) -> str:
    return f"{before[: place[0]]}{phrase}{before[place[1] :]}"
