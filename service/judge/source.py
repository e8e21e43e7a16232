"""A paper's sentences as alignment reads them: whatever stands for its authors or their system in one form."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from service.annotate import AnnotatedAbstract
from service.annotate.names import looks_like_name, name_key
from service.annotate.names import tokens as name_tokens
from service.judge.tokens import SELF, Token, keys_of, tokens_of, with_self
from service.persons import family_name
from service.vocabulary.words import words

_WORK: Final = sorted(words("author paper studi work articl research investig review trial experi"))
"""Stems of what authors call their own work and themselves."""
_POINTING: Final = (("this",), ("the",), ("present",), ("current",), ("these",), ("the", "present"))
_CITED = re.compile(r"\s*\bet al\.?,?|\s*\((?:19|20)\d\d[a-z]?\)")


@dataclass(frozen=True, slots=True)
class Source:
    """A paper made ready: its evidence sentences by index, and the keys of what stands for it or its authors."""

    sentences: dict[int, tuple[Token, ...]]
    selves: tuple[tuple[str, ...], ...]

    def read(self, text: str) -> tuple[Token, ...]:
        """A claim in the terms of this paper."""
        return with_self(tokens_of(_CITED.sub("", text)), self.selves)


@lru_cache(maxsize=2_000)
def source_of(abstract: AnnotatedAbstract) -> Source:
    """The evidence sentences of a paper as tokens."""
    selves = _selves(abstract)
    return Source({i: _its(with_self(tokens_of(abstract.text(i)), selves)) for i in abstract.evidence}, selves)


def surnames(abstract: AnnotatedAbstract) -> tuple[str, ...]:
    """The family names of the first three authors, by any of which a claim may speak of the paper."""
    return tuple(word for author in abstract.paper.authors[:3] for word in family_name(author).split()[-1:])


def own_names(abstract: AnnotatedAbstract) -> tuple[str, ...]:
    """The names that a paper coins or that stand in its title, as written."""
    paper, own = abstract.paper, abstract.own
    coined = [t for t in name_tokens(f"{paper.title} . {paper.abstract}") if name_key(t) in own.keys]
    return tuple(dict.fromkeys((*coined, *(t for t in name_tokens(paper.title) if looks_like_name(t)))))


def _its(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """A source sentence with the "It" at its head as a self-reference."""
    return (replace(tokens[0], key=SELF, kind="self"), *tokens[1:]) if tokens and tokens[0].key == "it" else tokens


def _selves(abstract: AnnotatedAbstract) -> tuple[tuple[str, ...], ...]:
    """Keys of what stands for the authors or their own system: its names, "the authors", "this study", surnames."""
    names = (abstract.own.short or "", *own_names(abstract), *surnames(abstract))
    work = [(*pointing, noun) for pointing in _POINTING for noun in _WORK]
    return tuple(dict.fromkeys(keys for keys in (*map(keys_of, names), *work) if keys))
