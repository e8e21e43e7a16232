"""Where in the text of an entry a title stands, and what in it may be one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final

from service.review.checking.entry_match import all_words, is_slip
from service.text.normal import title_key

_WORD: Final = re.compile(r"[^\W_]+|&")
_EDGE: Final = re.compile(r"[.,:;!?()\[\]\"“”„«»‘’'*_|]|^$")
_CLOSED: Final = re.compile(r"[*_\s]*(?:[.?!\"”»](?!\s*:)|$)")
_SENTENCE: Final = re.compile(r"(?<![ .(-][A-Z])[.?!][\"”’]?\s+|[“”\"«»]|\)[.,:]?\s+|\*+")
_VENUE: Final = re.compile(r"\W*(?:in\b|proceedings\b|proc\b|available\b|retrieved\b|url\b|\[|$)", re.IGNORECASE)
_LEAST_WORDS: Final = 3
_MOST_WORDS: Final = 45
_LONGER: Final = 2  # words
_COMMA_PARTS: Final = 14
_JOINED_PARTS: Final = 4
_MOST_TITLES: Final = 80
_SHORT_TITLE: Final = 15


@dataclass(frozen=True, slots=True)
class Stretch:
    """`text[start:end]`; `exact` but for case, accents and marks, or without the subtitle."""

    start: int
    end: int
    exact: bool


@dataclass(frozen=True, slots=True)
class _Word:
    key: str
    start: int
    end: int
    opens: bool
    closes: bool
    behind: str


def title_in(text: str, title: str) -> Stretch | None:
    """The title with marks around it, in full; without its subtitle; or with a slip of a word or two."""
    words = _words(text)
    exact = _exact(words, title_key(title))
    if exact is not None:
        return exact
    short = title.partition(":")[0]
    if short != title and len(all_words(short)) >= _LEAST_WORDS and len(title_key(short)) >= _SHORT_TITLE:
        exact = _exact(words, title_key(short), closed=True)
    return exact or _slipped(text, words, all_words(title))


def titles_in(text: str) -> Iterator[str]:
    """Stretches of a text that may be titles, at most 80: whole sentences first, those of the venue last."""
    found: dict[str, None] = {}
    sentences = [part for sentence in _sentences(text) for part in _behind_initials(sentence)]
    sentences.sort(key=lambda sentence: _VENUE.match(sentence) is not None)
    for piece in (*sentences, *chain.from_iterable(map(_pieces, sentences))):
        if _LEAST_WORDS <= len(piece.split()) <= _MOST_WORDS:
            found.setdefault(piece.strip(" .,;:'’‘"))
    yield from list(found)[:_MOST_TITLES]


def _sentences(text: str) -> list[str]:
    """Its sentences, and each that ends in a question or a cry together with the next, as titles have both."""
    ends = [found.span() for found in _SENTENCE.finditer(text)]
    edges = [(0, 0), *ends, (len(text), len(text))]
    alone = [text[a:b] for (_, a), (b, _) in pairwise(edges)]
    longer = [text[edges[i][1] : edges[i + 2][0]] for i in range(len(edges) - 2) if text[edges[i + 1][0]] in "?!"]
    return [*alone, *longer]


def _behind_initials(sentence: str) -> list[str]:
    """A sentence, and what stands behind the last initial in it that may end the list of authors."""
    _, dot, rest = sentence.rpartition(". ")
    return [rest, sentence] if dot else [sentence]


def _pieces(sentence: str) -> Iterator[str]:
    """What is behind a colon in a sentence, and runs of what stands between its commas."""
    yield from (sentence[found.end() :] for found in re.finditer(r":\s", sentence))
    parts = sentence.split(", ")[:_COMMA_PARTS]
    yield from (
        ", ".join(parts[i:j])
        for i in range(len(parts))
        for j in range(i + 1, min(i + _JOINED_PARTS, len(parts)) + 1)
        if j - i < len(parts)
    )


def _words(text: str) -> list[_Word]:
    found = list(_WORD.finditer(text))
    edges = [0, *chain.from_iterable(match.span() for match in found), len(text)]
    gaps = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [
        _Word(
            "and" if match[0] == "&" else title_key(match[0]),
            match.start(),
            match.end(),
            opens=i == 0 or _EDGE.search(gaps[i]) is not None,
            closes=i == len(found) - 1 or _EDGE.search(gaps[i + 1]) is not None,
            behind=gaps[i + 1],
        )
        for i, match in enumerate(found)
    ]


def _exact(words: Sequence[_Word], key: str, *, closed: bool = False) -> Stretch | None:
    """Where the words make up the key. `closed`: a sentence ends behind it; else at least no subtitle follows."""
    joined = "".join(word.key for word in words)
    starts, ends = {}, {}
    at = 0
    for word in words:
        starts[at] = word
        at += len(word.key)
        ends[at] = word
    found = joined.find(key) if key else -1
    while found >= 0:
        first, last = starts.get(found), ends.get(found + len(key))
        if first is not None and last is not None and first.opens and last.closes and _ends(last, closed=closed):
            return Stretch(first.start, last.end, exact=True)
        found = joined.find(key, found + 1)
    return None


def _ends(last: _Word, *, closed: bool) -> bool:
    return _CLOSED.match(last.behind) is not None if closed else last.behind.lstrip("*_")[:1] != ":"


def _slipped(text: str, words: Sequence[_Word], known: Sequence[str]) -> Stretch | None:
    """The stretch between marks that is the title but for a slip, with the fewest words changed."""
    best: tuple[int, Stretch] | None = None
    wanted = set(known)
    ends = {i for i, word in enumerate(words) if word.closes and _ends(word, closed=False)}
    for first in (i for i, word in enumerate(words) if word.opens):
        usual = first + len(known) - 1
        for last in (i for i in range(usual - _LONGER, usual + _LONGER + 1) if i in ends):
            start, end = words[first].start, words[last].end
            given = all_words(text[start:end])
            changed = len(set(given) ^ wanted)
            if (best is None or changed < best[0]) and changed <= 2 * _LONGER and is_slip(given, known):
                best = changed, Stretch(start, end, exact=False)
    return best[1] if best else None
