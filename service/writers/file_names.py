"""Names of files that Windows, macOS and Linux all take, and Obsidian as the target of a link."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from service.render.plain import readable

# Windows takes none of the first; the others end or open a link of Obsidian, or a comment (%).
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|#^\[\]%]+')
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_MOST_BYTES: Final = 180
"""Of 255 that file systems take, with room for a suffix, a number, and names that a Mac stores decomposed."""


def file_stem(text: str, *, otherwise: str) -> str:
    """`text` as the name of a file without its suffix; `otherwise` where nothing of it can be in one."""
    stem = " ".join(_UNSAFE.sub(" ", unicodedata.normalize("NFC", readable(text))).split())
    while len(unicodedata.normalize("NFD", stem).encode("utf-8", "ignore")) > _MOST_BYTES:
        stem = stem[:-1]
    stem = stem.strip(" .") or otherwise
    return f"{stem}_" if _DEVICES.fullmatch(stem) else stem


class FreeNames:
    """Gives out names that no file has yet, also where letter case or composition of accents does not count."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {_folded(name) for name in taken}

    def free(self, stem: str, suffix: str) -> str:
        """`stem` and `suffix`, with " 2", " 3", … between them where the name is taken. It is taken then."""
        name, number = f"{stem}{suffix}", 1
        while _folded(name) in self._taken:
            number += 1
            name = f"{stem} {number}{suffix}"
        self._taken.add(_folded(name))
        return name


def _folded(name: str) -> str:
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())
