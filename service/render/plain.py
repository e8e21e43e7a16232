"""Text in which nothing acts: no control characters, no direction overrides, no invisible carriers."""

from __future__ import annotations

import re
import unicodedata

from service import persons
from service.persons import Name
from service.text.normal import for_display

_REPLACEMENT = "\ufffd"
# The zero-width (non-)joiners carry meaning in Indic and Persian writing and in emoji.
_KEPT_FORMAT = frozenset("\u200c\u200d")
_SUSPECT = re.compile(r"[^\x20-\x7e]")
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def visible(text: str) -> str:
    """`text` on one line with white space folded, verbatim but for characters that act instead of showing.

    Control characters and lone surrogates become U+FFFD; format characters (direction overrides, tags,
    zero-width marks) are left out. Without this, ESC sequences in an abstract would drive the terminal.
    """
    return " ".join(_SUSPECT.sub(_shown, text).split())


def inert(text: str) -> str:
    """`text` verbatim, its lines ended by "\\n", but for characters that act instead of showing.

    Control characters and lone surrogates become U+FFFD; what overrides the direction of text, tags and byte order
    marks are left out. Marks of direction that one letter of Arabic or Hebrew needs stay.
    """
    text = _OVERRIDES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub(_REPLACEMENT, text)


def readable(text: str) -> str:
    """The display form of `text` (LaTeX resolved, artefacts repaired), with the guarantees of `visible`."""
    return visible(for_display(visible(text)))


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs"):
        return _REPLACEMENT
    if category == "Cf" and character not in _KEPT_FORMAT:
        return ""
    return character


def name_of(author: str) -> Name:
    """The parts of a name, each fit to be shown."""
    return persons.name_of(readable(author))
