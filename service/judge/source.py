"""A paper's sentences as alignment reads them: self-references and abbreviations in one form on both sides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from service.annotate import AnnotatedAbstract
from service.annotate.names import looks_like_name, name_key
from service.annotate.names import tokens as name_tokens
from service.judge.tokens import SELF, Token, keys_of, renamed, tokens_of
from service.persons import family_name
from service.vocabulary import CONNECTIVES
from service.vocabulary.words import words

_WORK: Final = words("author paper studi work articl research investig review trial experi")
"""Stems of what authors call their own work and themselves."""
_POINTING: Final = ("this", "the", "present", "current", "these")
_BRACKETED = re.compile(r"\(([^\W_][\w-]{1,9})\)")
_CITED = re.compile(r"\s*\bet al\.?,?|\s*\((?:19|20)\d\d[a-z]?\)")
_CONNECTIVES: Final = tuple(sorted((keys_of(c) for c in CONNECTIVES), key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Source:
    """A paper made ready: its evidence sentences by index, the keys of title and sentences before each, and the terms
    in which a claim about it is read."""

    sentences: dict[int, tuple[Token, ...]]
    before: dict[int, frozenset[str]]
    selves: tuple[tuple[str, ...], ...]
    abbreviations: tuple[tuple[tuple[str, ...], str], ...]

    def read(self, text: str) -> tuple[Token, ...]:
        """A claim in the terms of this paper."""
        return _prepared(tokens_of(_CITED.sub("", text)), self)


@lru_cache(maxsize=2_000)
def source_of(abstract: AnnotatedAbstract) -> Source:
    """The evidence sentences of a paper as tokens."""
    bare = Source({}, {}, _selves(abstract), _abbreviations(abstract))
    sentences = {i: _its(_prepared(tokens_of(abstract.text(i)), bare)) for i in abstract.evidence}
    before: dict[int, frozenset[str]] = {}
    told = set(keys_of(abstract.paper.title))
    for i, sentence in enumerate(abstract.sentences):
        before[i] = frozenset(told)
        told |= set(keys_of(sentence.search))
    return replace(bare, sentences=sentences, before=before)


def _prepared(tokens: Sequence[Token], source: Source) -> tuple[Token, ...]:
    tokens = renamed(_without_connective(tokens), source.selves, SELF, "self")
    for expansion, short in source.abbreviations:
        tokens = renamed(tokens, [expansion], short, "word")
    kept = [t for i, t in enumerate(tokens) if not _repeats(t, tokens[i - 1] if i else None)]
    return tuple(replace(t, kind="function") if _resumed(kept, i) else t for i, t in enumerate(kept))


def _resumed(tokens: Sequence[Token], i: int) -> bool:
    """Whether a preposition only repeats an earlier one behind "and" or "or": "in mice and in rats"."""
    token = tokens[i]
    if token.kind != "preposition" or i < 2 or tokens[i - 1].kind != "coordinator":
        return False
    return any(t.key == token.key for t in tokens[: i - 1])


def _its(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """A source sentence with the "It" at its head as a self-reference."""
    return (replace(tokens[0], key=SELF, kind="self"), *tokens[1:]) if tokens and tokens[0].key == "it" else tokens


def _repeats(token: Token, before: Token | None) -> bool:
    """Whether an abbreviation in brackets only repeats the words before it: "x-ray tomography (XRT)"."""
    return before is not None and "(" in token.pause and token.key == before.key


def _without_connective(tokens: Sequence[Token]) -> Sequence[Token]:
    """Without the "However," or "In addition," before a sentence."""
    keys = tuple(t.key for t in tokens[:5])
    for phrase in _CONNECTIVES:
        after = len(phrase)
        if keys[:after] == phrase and len(tokens) > after and "," in tokens[after].pause:
            return tokens[after:]
    return tokens


def _selves(abstract: AnnotatedAbstract) -> tuple[tuple[str, ...], ...]:
    """Keys of what stands for the authors or their own system: its names, "the authors", "this study", surnames."""
    paper = abstract.paper
    names = [abstract.own.short] if abstract.own.short else []
    names += [t for t in name_tokens(f"{paper.title} . {paper.abstract}") if name_key(t) in abstract.own.keys]
    names += [t for t in name_tokens(paper.title) if looks_like_name(t)]
    surnames = [word for author in paper.authors[:3] for word in family_name(author).split()[-1:]]
    work = [(p, w) for p in _POINTING for w in sorted(_WORK)] + [("the", "present", w) for w in sorted(_WORK)]
    listed = [*map(keys_of, dict.fromkeys((*names, *surnames))), *work]
    return tuple(dict.fromkeys(k for k in listed if k))


def _abbreviations(abstract: AnnotatedAbstract) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Expansions with the key of their abbreviation, where the abstract gives both: "x-ray tomography (XRT)"."""
    found: dict[tuple[str, ...], str] = {}
    for sentence in abstract.sentences:
        for match in _BRACKETED.finditer(sentence.search):
            short = match[1]
            if sum(c.isupper() for c in short) < 2:
                continue
            expansion = _spelt_out(tokens_of(sentence.search[: match.start()]), short)
            keys = keys_of(short)
            if expansion and len(keys) == 1:
                found.setdefault(tuple(t.key for t in expansion), keys[0])
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _spelt_out(before: Sequence[Token], short: str) -> Sequence[Token]:
    """The fewest words at the end of a text whose letters spell an abbreviation, initials first."""
    letters = [c.casefold() for c in short.rstrip("s") if c.isalnum()]
    for width in range(2, len(letters) + 3):
        words_ = before[-width:]
        if len(words_) < width or any(t.pause for t in words_[1:]):
            break
        if words_[0].surface[0].casefold() == letters[0] and words_[0].kind == "word" and _spells(words_, letters):
            return words_
    return ()


def _spells(tokens: Sequence[Token], letters: Sequence[str]) -> bool:
    """Whether the letters are found in order, each new word giving its initial or being a function word."""
    initials = [t.surface[0].casefold() for t in tokens if t.kind == "word"]
    if len(initials) == len(letters):
        return initials == list(letters)
    text = "".join(t.surface.casefold() for t in tokens if t.kind == "word")
    at = iter(text)
    return len(initials) < len(letters) and all(c in at for c in letters)
