"""Where the sentences of a scientific abstract begin and end, by rules, in linear time.

A full stop, question or exclamation mark is a *candidate*; the words on both sides decide. Wrong splits
cost more than missed ones, because a quote is a whole sentence: in doubt, no boundary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.records import Span

_CLOSERS = "\"'”’»›)\\]}」』）】"
_CANDIDATE = re.compile(
    rf"(?P<mark>[.!?…]+|[。！？｡]+)(?:\[[\d,–\- ]{{1,20}}\])?[{_CLOSERS}]*"
    r"|(?P<paragraph>\n[^\S\n]*\n)|(?P<bullet>\n[^\S\n]*(?=[-*•‣▪][^\S\n]))"
)
_GAP = re.compile(r"\s*")
_NEXT = re.compile(r"(?P<open>[\"'“‘«„(\[{`$\\*_–—-]*)(?P<word>[^\W_][\w'’]{0,30})?(?P<after>.?)", re.DOTALL)
_LOOK_BACK_CHARS = 80
_LAST_WORD = re.compile(r"[^\s(\[{\"“‘«,;]+\Z")
# A bracket that stays open longer than this is taken to be unbalanced, and protects nothing.
_BRACKET_CHARS = 400


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_NEVER_LAST = _words("e.g i.e eg ie cf vs viz dr mr mrs ms prof")
_BEFORE_NUMBER = _words(
    """fig figs eq eqs eqn eqns ref refs sec sect tab tabs thm lem prop def alg ch chap app suppl no nos p
    pp vol ver v art ex n nr"""
)
_RARELY_LAST = _words(
    """al resp approx ca inc ltd co corp jr sr st sp spp subsp ssp var dept univ ed eds a.k.a aka w.r.t wrt"""
)
_LETTER_ENDS = _words(
    """vitamin vitamins type types group groups hepatitis grade class stage factor protein model models
    phase phases cohort arm option step case set method task and or versus than"""
)
_STARTERS = _words(
    """a additionally after all along also although among an and another any as at based because before
    besides beyond both but by code compared consequently contrary conversely current currently data
    despite do does due during each evaluation existing experimental experiments extensive finally
    findings first firstly following for from furthermore given here hence how however if
    importantly in indeed instead interestingly is it its key last lastly later many meanwhile
    methods more moreover most motivated nevertheless new next nonetheless not notably of on one
    only other our overall particularly patients prior previous rather recent recently results
    second secondly several similarly since so some specifically still subsequently such
    surprisingly that the their them then there thereby therefore these they third this those though
    through throughout thus to together two under unfortunately unlike until up upon using via we
    were what when where whereas whether which while who why with within without yet you your"""
)
_ACRONYM_DOTS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|Ph\.D", re.IGNORECASE)
_NUMBERED_NEXT = re.compile(r"\d|[A-Z]{1,4}\d|[IVX]{1,5}\b|[A-Z]\b")
_INNER_CAPITAL = re.compile(r"[^\W_]*[A-Z\d]")
_GLUED_LEFT = re.compile(r"(?:[^\W\d_]{2,}[a-z]|[a-z]{3,}|[A-Z]{2,}s?|\d%?|[)\]%])\Z")
_GLUED_RIGHT = re.compile(r"(?:[A-Z][a-z]+(?:-[A-Za-z]+)*|[A-Z]{2,}s?|[AI])[ ,]")


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text` in order: trimmed of white space, not overlapping, all else covered."""
    protected = _bracketed(text)
    spans: list[Span] = []
    start = _skip_space(text, 0)
    for candidate in _CANDIDATE.finditer(text, start):
        end = candidate.end()
        if end <= start:
            continue
        if candidate["mark"] is None:
            end = candidate.start()
        elif protected[end - 1] or not _ends_sentence(text, start, candidate):
            continue
        _append(spans, text, start, end)
        start = _skip_space(text, max(end, start))
    _append(spans, text, start, len(text))
    return tuple(spans)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))


def _skip_space(text: str, index: int) -> int:
    gap = _GAP.match(text, index)
    return gap.end() if gap else index


def _bracketed(text: str) -> bytearray:
    """1 for each character inside a balanced round bracket of moderate length, the closing one excluded."""
    inside = bytearray(len(text))
    opened: list[int] = []
    for match in re.finditer(r"[()]|\n\s*\n", text):
        place = match.start()
        if match[0] == "(":
            opened.append(place)
        elif match[0] != ")":
            opened.clear()
        elif opened:
            first = opened.pop()
            if place - first <= _BRACKET_CHARS:
                inside[first:place] = b"\1" * (place - first)
    return inside


def _ends_sentence(text: str, start: int, candidate: re.Match[str]) -> bool:
    mark, end = candidate["mark"], candidate.end()
    if mark[0] in "。！？｡":
        return True
    after = _skip_space(text, end)
    if after == len(text):
        return True
    following = _NEXT.match(text, after)
    assert following is not None  # every part of the pattern is optional
    if after == end:
        return _glued(text, start, candidate)
    if not _can_begin(following):
        return False
    if mark != ".":
        return mark[0] in "!?" or (following["word"] or "").casefold() in _STARTERS
    return not _abbreviates(text, start, candidate.start(), following)


def _can_begin(following: re.Match[str]) -> bool:
    """Whether a sentence can begin so: a capital, a digit, other scripts, or a name such as "mRNA", "p53"."""
    word, opening = following["word"], following["open"]
    if word is None:
        return "$" in opening or "\\" in opening or following["after"] not in ",;:.)]}%=<>≤≥±+/|"
    if not word[0].islower():
        return opening[:1] not in ("-", "–", "—") or not word[0].isdigit()
    if "$" in opening or "\\" in opening:
        return True
    return _INNER_CAPITAL.match(word) is not None or (opening == "(" and following["after"] == ")")


def _abbreviates(text: str, start: int, stop: int, following: re.Match[str]) -> bool:
    """Whether the stop belongs to an abbreviation, an initial or a number, and does not end a sentence."""
    first = max(start, stop - _LOOK_BACK_CHARS)
    found = _LAST_WORD.search(text[first:stop])
    if found is None:
        return False
    word = found[0].rstrip(".").lstrip("-–—'")
    folded = word.casefold()
    next_word = following["word"] or ""
    if folded in _NEVER_LAST:
        return True
    if folded in _BEFORE_NUMBER and (folded not in ("no", "art", "app") or word[0].isupper() or folded == "art"):
        return _NUMBERED_NEXT.match(next_word) is not None
    if word.isdigit():
        before = text[start : first + found.start()].rstrip()[-1:]
        enumerates = before in ("", ";", ":")
        return enumerates or (word == "0" and next_word[:1].isdigit())
    starts_anew = next_word.casefold() in _STARTERS and following["after"] != "."
    if folded in _RARELY_LAST or _ACRONYM_DOTS.fullmatch(word):
        return not starts_anew
    if len(word) == 1 and word.isalpha() and word.isupper():
        before = text[first : first + found.start()].rstrip().rpartition(" ")[2].casefold()
        return not starts_anew and before.strip("(,") not in _LETTER_ENDS
    return False


def _glued(text: str, start: int, candidate: re.Match[str]) -> bool:
    """Whether a space is missing: "a new paradigm.This human-like", but not "node.Name", a URL or a file."""
    if candidate["mark"] not in (".", "!", "?") or candidate.end() != candidate.end("mark"):
        return False
    stop = candidate.start()
    left = text[max(start, stop - _LOOK_BACK_CHARS) : stop]
    token = re.split(r"\s", left)[-1]
    right = _GLUED_RIGHT.match(text, candidate.end())
    if right is None or any(c in token for c in "/@\\_=<>:.") or _GLUED_LEFT.search(token) is None:
        return False
    return right[0][:-1].casefold() in _STARTERS or (token[-1:].islower() and " " in left.strip())


def sentence_texts(text: str) -> Iterator[str]:
    """The sentences themselves."""
    return (text[span.start : span.end] for span in split_sentences(text))
