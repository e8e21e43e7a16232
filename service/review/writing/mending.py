"""After a sentence was dropped: what in the next one pointed back to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from service.annotate import AnnotatedAbstract
from service.records import Sentence
from service.review.writing.references import short_name
from service.vocabulary import CONNECTIVES

_LEADING: Final = re.compile(rf"(?:{'|'.join(map(re.escape, CONNECTIVES))}),\s+", re.IGNORECASE)
_EXPLETIVE: Final = r"(?: (?:is|was|has been|remains|seems|appears|turns out)\b(?: \w+){0,2} (?:that|whether)\b)"
_PRONOUN: Final = re.compile(rf"(?P<its>Its)\b|It(?!{_EXPLETIVE})(?P<own>['’]s)?\b")


def mended(
    sentences: Sequence[Sentence | None], abstracts: Mapping[str, AnnotatedAbstract]
) -> tuple[Sentence | None, ...]:
    """The sentences; one that follows a dropped one loses "However," and the like, and its "It" becomes a name.

    Which name is certain only where the sentence quotes one paper. "It" stays where the sentence shown before speaks of
    that same paper alone, and in "It is known that".
    """
    made: list[Sentence | None] = []
    before: Sentence | None = None
    for at, sentence in enumerate(sentences):
        if sentence is not None and at > 0 and sentences[at - 1] is None:
            sentence = _mended(sentence, before, abstracts)
        before = sentence or before
        made.append(sentence)
    return tuple(made)


def _mended(sentence: Sentence, before: Sentence | None, abstracts: Mapping[str, AnnotatedAbstract]) -> Sentence:
    led = _LEADING.match(sentence.text)
    text = sentence.text if led is None else _capital(sentence.text[led.end() :])
    papers = _papers(sentence)
    pronoun = _PRONOUN.match(text)
    if pronoun is not None and len(papers) == 1 and (before is None or _papers(before) != papers):
        name = short_name(abstracts[next(iter(papers))])
        name += "'s" if pronoun["its"] else (" is" if pronoun["own"] else "")
        text = f"{name}{text[pronoun.end() :]}"
    if text == sentence.text:
        return sentence
    return replace(sentence, text=text, support="supported" if sentence.support == "exact" else sentence.support)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _papers(sentence: Sentence) -> frozenset[str]:
    return frozenset(citation.paper_id for citation in sentence.citations)
