"""A question that goes on from an answer: "the second paper", "[2]", "do they …" name papers of that answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from service.errors import QueryError
from service.records import Paper
from service.review.question.referents import among, unresolved

_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")
_BY_ORDINAL: Final = {word: place for place, word in enumerate(_ORDINALS)} | {"former": 0, "latter": 1, "last": -1}
_LABEL: Final = re.compile(r"(?:\b(?:the )?(?:paper|study|article|work) )?\[(\d{1,3})\]")
_PLURAL: Final = re.compile(r"\b(?:they|them|their|these|those)\b", re.IGNORECASE)
_COMPARED: Final = re.compile(r"\W*(?:\w+,? )?(?:compare|contrast)\b", re.IGNORECASE)
_MOST_NAMED: Final = 4
_OTHERS: Final = frozenset({"previous", "next", "above", "other"})
_SHORTEST_NAME: Final = 2


def followed(question: str, earlier: Sequence[Paper]) -> tuple[str, tuple[str, ...]]:
    """The question with papers by their names in place of what refers to them, and the ids of those papers.

    `earlier`: the papers of the answer before, in the order of their labels. A question that refers to none of them
    comes back as it is, with no ids. Raises `QueryError` for a number that the answer did not have, and for "it" where
    it had several papers.
    """
    labelled = list(_LABEL.finditer(question))
    if labelled and earlier:
        meant = [_at(earlier, int(m[1]) - 1, m[0]) for m in labelled]
        named = iter(meant)
        return _LABEL.sub(lambda _: _name(next(named)), question), _ids(meant)
    phrase = unresolved(question)
    if phrase is None or not earlier:
        return question, ()
    meant = _meant(phrase, earlier)
    return re.sub(rf"\b{re.escape(phrase)}(?!\w)", lambda _: _said(question, meant), question, count=1), _ids(meant)


def means_papers(question: str) -> bool:
    """Whether it speaks of papers of the answer before ("[2]", "the second paper", "these studies"), not of a topic."""
    phrase = unresolved(question)
    several = among(question) is not None
    return _LABEL.search(question) is not None or several or (phrase is not None and " " in phrase)


def _said(question: str, meant: Sequence[Paper]) -> str:
    """What stands for papers: the name of one, each name where a few are to be compared, else "the papers"."""
    few = len(meant) == 1 or (_COMPARED.match(question) and len(meant) <= _MOST_NAMED)
    return " and ".join(map(_name, meant)) if few else "the papers"


def _meant(phrase: str, earlier: Sequence[Paper]) -> list[Paper]:
    for word in re.findall(r"[a-z]+", phrase.casefold()):
        if word in _BY_ORDINAL:
            return [_at(earlier, _BY_ORDINAL[word], phrase)]
        if word in _OTHERS and len(earlier) > 1:
            break
    else:
        if _PLURAL.search(phrase) or len(earlier) == 1:
            return list(earlier)
    raise QueryError(f"{phrase!r} could be any of {len(earlier)} papers: say its number, as in [2]")


def _at(earlier: Sequence[Paper], place: int, phrase: str) -> Paper:
    if not -1 <= place < len(earlier):
        had = f"{len(earlier)} paper{'' if len(earlier) == 1 else 's'}"
        raise QueryError(f"there is no {phrase!r}: the answer before has {had}")
    return earlier[place]


def _name(paper: Paper) -> str:
    """What a title calls its subject, "Gusset-4" of "Gusset-4: Adapters That Survive Merging"; else the title."""
    before, colon, _ = paper.title.partition(":")
    name = before.strip()
    return name if colon and len(name) >= _SHORTEST_NAME and " " not in name else f'"{paper.title.rstrip(".")}"'


def _ids(papers: Sequence[Paper]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paper.paper_id for paper in papers))
