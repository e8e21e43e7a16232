"""HTML, JATS and MathML in a field -> plain text. What only looks like a tag ("p<0.05", "<LOD>", "a<b>c") stays."""

from __future__ import annotations

import html
import re
from typing import Final

from service.text.superscripts import DOWN, DOWN_END, UP, UP_END, resolved, unmarked
from service.vocabulary.words import words

_TOKEN: Final = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][\w:.-]{0,40})(?P<rest>(?:\s[^<>]{0,2000})?)(?P<empty>/?)>")
_DROPPED: Final = re.compile(r"<!--|<\?|<!\[CDATA\[|\]\]>")
_DROPPED_TO: Final = {"<!--": "-->", "<?": "?>"}
_BLOCKS: Final = words(
    """p div br hr title sec section list list-item li ul ol h1 h2 h3 h4 h5 h6 table tr td th abstract body caption
    label disp-formula disp-quote blockquote dl dt dd abstracttext para simplepara"""
)
_INLINE: Final = words(
    """a b i u em strong italic bold sub sup inf span small big tt code sc font underline overline strike s q cite abbr
    mark math mrow mi mo mn msub msup msubsup mfrac msqrt mover munder mtext mspace mstyle semantics annotation mfenced
    mtable mtr mtd mroot munderover mmultiscripts mprescripts none mpadded mphantom inline-formula tex-math xref
    ext-link uri named-content styled-content alternatives roman monospace fn abbrev scp smallcaps ital"""
)
_KNOWN: Final = _BLOCKS | _INLINE
_VOID: Final = words("br hr mspace mprescripts none")
_MARKED: Final = {"sup": (UP, UP_END), "sub": (DOWN, DOWN_END), "inf": (DOWN, DOWN_END)}
_ESCAPED_TAG: Final = re.compile(r"&lt;/(?:(?:jats:)?(?:sup|sub|inf|i|b|em|strong|p|italic|bold|title|sec))&gt;", re.I)
"""Markup that was escaped as though it were text, as some publishers deposit it."""
_MOST: Final = 2_000_000


def without_markup(text: str) -> str:
    """The text with tags of known names taken out and entities resolved; only paired ones, but for `br` and its like.

    Words on both sides of a block's tag stay apart, those of an inline one together; "10<sup>3</sup>" reads "10^3".
    Tags that were escaped once too often go too.
    """
    if len(text) > _MOST or ("<" not in text and "&" not in text):
        return text
    found = _plain(text)
    return _plain(found) if _ESCAPED_TAG.search(text) else found


def _plain(text: str) -> str:
    text = unmarked(text)
    text = _without_comments(text) if "<" in text else text
    taken = _taken_out(text)
    parts: list[str] = []
    at = 0
    for start, end, put in taken:
        parts += (text[at:start], put)
        at = end
    parts.append(text[at:])
    found = resolved(html.unescape("".join(parts)))
    return re.sub(r"[ \t]{2,}", " ", found).strip() if taken else found


def _without_comments(text: str) -> str:
    """`text` without comments, processing instructions and brackets of CDATA. Linear: no end is looked for twice."""
    parts: list[str] = []
    unclosed: set[str] = set()
    at = begin = 0
    while (found := _DROPPED.search(text, at)) is not None:
        at = found.end()
        closing = _DROPPED_TO.get(found[0], "")
        end = -1 if closing in unclosed else text.find(closing, at)
        if end < 0:
            unclosed.add(closing)
            continue
        parts += (text[begin : found.start()], " ")
        at = begin = end + len(closing)
    return "".join(parts) + text[begin:] if parts else text


def _taken_out(text: str) -> list[tuple[int, int, str]]:
    """Start, end and replacement of each tag that goes, in order."""
    going: list[tuple[int, int, str]] = []
    waiting: dict[str, list[re.Match[str]]] = {}
    for tag in _TOKEN.finditer(text):
        name = tag["name"].rpartition(":")[2].casefold()
        if name not in _KNOWN:
            continue
        put = " " if name in _BLOCKS else ""
        if tag["close"]:
            if name in _VOID or not waiting.get(name):
                continue
            opened = waiting[name].pop()
            before, behind = _MARKED.get(name, (put, put))
            going += [(opened.start(), opened.end(), before), (tag.start(), tag.end(), behind)]
        elif tag["empty"] or tag["rest"].endswith("/") or name in _VOID:
            going.append((tag.start(), tag.end(), put))
        else:
            waiting.setdefault(name, []).append(tag)
    return sorted(going)
