r"""Citations as they stand in plain running text: `[1, 3-5]`, `[@key]`, `(Zhang and Li, 2024)`, `Zhang et al. (2024)`.

Every pattern is bounded, so that a line of a million brackets costs no more than its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from service.errors import SourceTooLarge
from service.manuscript.commands import CITES, TEXTUAL
from service.manuscript.prose import Prose
from service.manuscript.records import Cited, Mark

_WIDEST_RANGE = 60
_MOST_MARKS = 2_000  # of one paragraph
_NUMBERS = r"\d{1,4}(?:\s?[,;–—−-]{1,3}\s?\d{1,4}){0,40}"
_DASH = "–—−-"
_LOCATOR = r"(?:,\s(?:pp?\.|[Ss]ec|[Ff]ig|[Tt]ab|[Cc]h|§|Thm|Eq)[^\[\]]{0,60})?"
_NAME = r"(?:(?:van|von|de|der|den|di|da|le|la|el|al|bin|ter)[ -]){0,3}[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
_AUTHORS = (
    rf"{_NAME}(?:,? et al\.?| (?:and|&) {_NAME}| and (?:colleagues|others)|(?:, {_NAME}){{1,6}},? (?:and|&) {_NAME})?"
)
_YEAR = r"(?:19|20)\d\d"
_CITATION = re.compile(
    rf"(?P<latex>\\(?P<command>[A-Za-z]{{0,20}}[cC]ite[A-Za-z]{{0,20}})\*?(?:\[[^\[\]]{{0,200}}\]){{0,2}}"
    rf"\{{(?P<keys>[^{{}}]{{0,2000}})\}})"
    rf"|(?P<span>\[(?P<first>\d{{1,4}})\]\s?[{_DASH}]{{1,3}}\s?\[(?P<last>\d{{1,4}})\])"
    rf"|(?P<numbered>\[(?P<numbers>{_NUMBERS}){_LOCATOR}\])"
    r"|(?P<pandoc>\[(?P<inner>[^\[\]@]{0,200}@[^\[\]]{1,1000})\])"
    r"|(?P<note>\[\^(?P<label>[^\[\]\s]{1,80})\])"
    r"|(?P<bare>(?<![\w.@/])@\{?(?P<key>[A-Za-z0-9_][\w:.#$%&+?<>~/-]{0,200})\}?)"
    rf"|(?P<narrative>\b(?P<authors>{_AUTHORS})(?:'s|’s)? ?[(\[](?P<year>{_YEAR})[a-z]?(?:,\s[^()\[\]]{{0,40}})?[)\]])"
    r"|(?P<bracketed>\((?P<works>[^()]{4,400})\))"
)
_KEY = re.compile(r"-?@\{?([A-Za-z0-9_][\w:.#$%&+?<>~/-]{0,200})\}?")
_WORK = re.compile(
    rf"\s*(?:(?:see|see also|also|e\.g\.|i\.e\.|cf\.|compare),?\s)?(?P<authors>{_AUTHORS}),? (?P<years>{_YEAR}[a-z]?"
    rf"(?:, {_YEAR}[a-z]?){{0,8}})(?:[,:]\s[^;]{{0,60}})?\s*"
)


def with_citations(prose: Prose, *, pandoc: bool) -> Prose:
    """The paragraph with a mark for every citation. `pandoc`: a bare `@key` is one too, not somebody's handle."""
    text = prose.text
    found: list[tuple[int, int, Mark]] = []
    for match in _CITATION.finditer(text):
        a, b = match.span()
        cited, textual = _cited(match, pandoc=pandoc)
        if len(found) == _MOST_MARKS:
            raise SourceTooLarge(f"a paragraph holds more than {_MOST_MARKS:,} citations: is it a text?")
        if cited:
            found.append((a, b, Mark(cited, prose.starts[a], prose.ends[b - 1], textual)))
    return prose.marked(found) if found else prose


def _cited(match: re.Match[str], *, pandoc: bool) -> tuple[tuple[Cited, ...], bool]:
    """What a match cites, and whether as a word of its sentence; nothing where it only looks like a citation."""
    if match["latex"]:
        textual = TEXTUAL.fullmatch(match["command"].lower()) is not None and match["command"].lower() != "cite"
        return (_keys(match["keys"].split(",")) if CITES.fullmatch(match["command"]) else ()), textual
    if match["span"]:
        return _numbers(f"{match['first']}-{match['last']}"), False
    if match["numbered"]:
        return _numbers(match["numbers"]), False
    if match["pandoc"]:
        return _keys(_KEY.findall(match["inner"])), False
    if match["note"]:
        return (Cited(f"^{match['label']}", "note"),), False
    if match["bare"]:
        return (_keys([match["key"].rstrip(".:,/?")]) if pandoc else ()), True
    if match["narrative"]:
        return (_work(match["authors"], match["year"]),), True
    works = [w for part in match["works"].split(";") if (w := _WORK.fullmatch(part)) is not None]
    return tuple(_work(w["authors"], year) for w in works for year in re.findall(_YEAR, w["years"])), False


def _keys(keys: list[str]) -> tuple[Cited, ...]:
    stripped = dict.fromkeys(k.strip().rstrip(".:,") for k in keys)
    return tuple(Cited(k, "key") for k in stripped if k) or (Cited("", "key"),)


def _numbers(text: str) -> tuple[Cited, ...]:
    """`1, 3-5` is 1, 3, 4 and 5; with a zero it is an interval, and cites nothing."""
    numbers: list[int] = []
    for low, high in _runs(text):
        numbers += range(low, high + 1) if 0 < high - low <= _WIDEST_RANGE else dict.fromkeys((low, high))
    return () if 0 in numbers else tuple(Cited(str(n), "number") for n in dict.fromkeys(numbers))


def _runs(text: str) -> Iterator[tuple[int, int]]:
    for part in re.split(r"[,;]", text):
        ends = [int(n) for n in re.findall(r"\d+", part)]
        if ends:
            yield ends[0], ends[-1]


def _work(authors: str, year: str) -> Cited:
    surname = re.split(r",| et al| and | & ", authors)[0]
    return Cited(f"{authors} {year}", "author-year", surname, int(year[:4]))
