"""Normal forms of a text: for search, for display, and the key by which titles are equal.

The stored abstract is never touched; these forms are made from it. All three functions are pure, total
(any `str`, lone surrogates included) and linear in the length of the text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Set

from service.text import latex

_URL = re.compile(r"https?://[^\s<>\"]+")
_URL_COMMAND = re.compile(r"\\url\s?\{([^{}\s]{1,2000})\}")
_URL_ESCAPE = re.compile(r"\\([_%#&~])(?:\{\})?")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]{2,31});")
_TAG = re.compile(r"</?(?:i|b|u|em|strong|tt|span|sub|sup|scp|p|br|jats:[a-z-]{1,30})\s?/?>")

# What is left of "&#x2013;" when a listing loses the "&#" and the ";": only where no year can be meant
# ("samplesx2013less", a token of its own), because "SimLex2013" is a name.
_LOST_DASH = re.compile(
    r"(?:(?<=[A-Za-z)\]%])x(2013|2014)(?=[A-Za-z(])|(?<!\S)x(2013|2014)(?!\S)|(?<=\d)x(2013|2014)(?=\d))"
)
_LOST_APOSTROPHE = re.compile(r"(?<=[A-Za-z])x2019(?=(?:s|t|re|ve|ll|d|m)\b)")
_LOST_QUOTE = re.compile(r"x201[cdCD](?![0-9A-Fa-f])")

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]"
)
_JOINERS = re.compile("[\u200c\u200d]")
SURROGATE = re.compile("[\ud800-\udfff]")
"""Half a character of UTF-16: no text."""
_SUPERSCRIPT = re.compile("[⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TEX_QUOTES = re.compile(r"``|''|,,(?=\w)")
_TEX_DASH = re.compile(r"(?<=\w)(-{2,3})(?=\w)|(?<=\s)(-{2,3})(?=\s)")
_UNIFIED = str.maketrans(
    dict.fromkeys("“”„‟«»″〝〞＂", '"')
    | dict.fromkeys("‘’‚‛‹›′`´ʼ＇", "'")
    | dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
    | {"…": "...", "∼": "~", "ς": "σ"}
)
_UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ȷ": "j", "ħ": "h"}
    | {letter: name for name, letter in latex.GREEK.items()}
)


def for_search(text: str) -> str:
    """What is matched: NFKC, LaTeX resolved, plain quotes and dashes, artefacts repaired, white space folded.

    Case is kept, and so is what names are made of: `D^2O`, `<HYBNEXT>`, `LiPO-λ`, `78.2%`.
    """
    text = _SUPERSCRIPT.sub(_caret, _readable(text))
    text = unicodedata.normalize("NFKC", text).translate(_UNIFIED)
    text = _JOINERS.sub("", text.replace("''", '"'))
    return " ".join(text.split())


def for_display(text: str) -> str:
    """What a person reads: LaTeX and artefacts resolved, NFC, white space folded; otherwise as it stands."""
    return " ".join(unicodedata.normalize("NFC", _readable(text)).split())


def title_key(title: str) -> str:
    """Equal for titles that differ in case, punctuation, accents, LaTeX or spaces only.

    Greek letters are spelt out and "&" is "and". A title without any letter or digit keeps its signs, so
    the key is empty only when the title is blank.
    """
    folded = for_search(title).casefold().replace("&", " and ")
    bare = unicodedata.normalize("NFKD", folded.translate(_UNDECOMPOSED)).translate(_UNDECOMPOSED)
    key = "".join(c for c in bare if c.isalnum())
    return key or "".join(folded.split())


def _readable(text: str) -> str:
    """The repairs both forms share. URLs are left alone but for their LaTeX escapes."""
    text = _URL_COMMAND.sub(r"\1", SURROGATE.sub("\ufffd", text))
    parts: list[str] = []
    at = 0
    for url in _URL.finditer(text):
        parts += (_repaired(text[at : url.start()]), _URL_ESCAPE.sub(r"\1", url[0]))
        at = url.end()
    parts.append(_repaired(text[at:]))
    return _INVISIBLE.sub("", "".join(parts))


def _repaired(text: str) -> str:
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "<" in text:
        tags = set(_TAG.findall(text))
        text = _TAG.sub(lambda found: _tag(found[0], tags), text)
    if "x201" in text:
        text = _LOST_DASH.sub(_dash, text)
        text = _LOST_QUOTE.sub('"', _LOST_APOSTROPHE.sub("'", text))
    if "--" in text:
        text = _TEX_DASH.sub(lambda found: "–" if len(found[0]) == 2 else "—", text)
    return _TEX_QUOTES.sub('"', latex.resolve(text))


def _tag(tag: str, tags: Set[str]) -> str:
    """`10<sup>3</sup>` -> `10^3`; a paragraph or break parts words; other tags just go, if they are in pairs."""
    name = tag.strip("</ >")
    if name not in ("br", "p") and not {f"<{name}>", f"</{name}>"} <= tags:
        return tag
    if tag == "<sup>":
        return "^"
    return " " if tag.strip("</ >") in ("p", "br", "jats:p", "jats:title") else ""


def _dash(found: re.Match[str]) -> str:
    return "–" if "2013" in found[0] else "—"


def _caret(found: re.Match[str]) -> str:
    return "^" + unicodedata.normalize("NFKC", found[0])
