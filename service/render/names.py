"""A person's name in parts, as reference styles and RIS want it; what is no plain name stays whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.render.plain import readable

_PARTICLES = frozenset(
    "af al bin da das de del della den der des di do dos du el la le los ter van von zu zum zur".split()
)
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_NOT_A_PERSON = frozenset(
    "team group groups lab labs laboratory consortium collaboration network initiative project university institute "
    "research inc inc. ltd gmbh and others et the for of".split()
)
_ODD = re.compile(r"[\d@&/:()]")


@dataclass(frozen=True, slots=True)
class Name:
    """`family` holds the whole name where it has no parts."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.given

    @property
    def inverted(self) -> str:
        """`van der Berg, Jan, Jr.`; a whole name as it is."""
        family = " ".join(filter(None, (self.particle, self.family)))
        return ", ".join(filter(None, (family, self.given, self.suffix)))


def name_of(author: str) -> Name:
    """As BibTeX reads names: `Family, Given`, or the last word is the family name, with particles before it.

    One word, a team, and anything with digits or marks that names do not have stays whole.
    """
    author = readable(author)
    words = author.split()
    folded = {word.casefold().strip(",") for word in words}
    if len(words) < 2 or folded & _NOT_A_PERSON or _ODD.search(author) or author.count(",") > 2:
        return Name(author)
    if "," in author:
        return _inverted([part.strip() for part in author.split(",")]) or Name(author)
    suffix = words.pop() if len(words) > 2 and words[-1].casefold() in _SUFFIXES else ""
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return Name(words[-1], " ".join(words[:start]), " ".join(words[start:-1]), suffix)


def _inverted(parts: list[str]) -> Name | None:
    if not all(parts):
        return None
    if len(parts) == 3:
        family, suffix, given = parts
        if suffix.casefold() not in _SUFFIXES:
            family, given, suffix = parts
            if suffix.casefold() not in _SUFFIXES:
                return None
    else:
        (family, given), suffix = parts, ""
    if given.casefold() in _SUFFIXES:
        return None
    words = family.split()
    start = 0
    while start < len(words) - 1 and words[start] in _PARTICLES:
        start += 1
    return Name(" ".join(words[start:]), given, " ".join(words[:start]), suffix)
