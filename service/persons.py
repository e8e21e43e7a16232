"""Persons' names: the one reader of them, for labels, look-ups, BibTeX, RIS and CSL.

As BibTeX reads names: `Family, Given`, or the last word is the family name, with particles in small letters before it.
One word, a team, a name in braces, and anything with digits or marks that names do not have stays whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from service.text.latex import resolve
from service.text.normal import for_display, title_key

_PARTICLES: Final = frozenset(
    "af al bin da das de del della den der des di do dos du el la le los ter van von zu zum zur".split()
)
_SUFFIXES: Final = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))
_NOT_A_PERSON: Final = frozenset(
    "team group groups lab labs laboratory consortium collaboration network initiative project university institute "
    "research inc inc. ltd ltd. gmbh corp corp. corporation company foundation organization organisation association "
    "ministry department agency council committee commission society federation centre center contributors authors "
    "and others et the for of".split()
)
_ODD: Final = re.compile(r"[\d@&/:()]")
_OTHERS: Final = re.compile(r"(?:and\s+)?(?:others|et\.?\s+al\.?|colleagues)\W*", re.IGNORECASE)
_INITIALS: Final = re.compile(r"(?:[^\W\d_a-z]\.?-?){1,4}")
_MEDLINE: Final = re.compile(r"[A-Z]{1,3}")
_BRACED_FAMILY: Final = re.compile(r"([^{},]{1,80})\s\{([^{}]{1,80})\}")
"""`A. {Delgado de Molina}`: a family name of several words."""
_HAN: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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
    def surname(self) -> str:
        """`van der Berg`: the family name with its particle."""
        return " ".join(filter(None, (self.particle, self.family)))

    @property
    def inverted(self) -> str:
        """`van der Berg, Jan, Jr.`; a whole name as it is."""
        return ", ".join(filter(None, (self.surname, self.given, self.suffix)))


def name_of(author: str) -> Name:
    """A name in its parts. `author` is plain text: LaTeX but for braces around it is resolved before."""
    words = author.split()
    folded = {word.casefold().strip(",") for word in words}
    if author[:1] == "{" and author[-1:] == "}":
        return Name(author[1:-1].strip())
    braced = _BRACED_FAMILY.fullmatch(author)
    if braced is not None:
        return Name(braced[2].strip(), braced[1].strip())
    if len(words) < 2 or folded & _NOT_A_PERSON or _ODD.search(author) or author.count(",") > 2:
        return Name(author)
    if "," in author:
        return _inverted([part.strip() for part in author.split(",")]) or Name(author)
    if _HAN.match(author):
        return Name(words[0], " ".join(words[1:]))
    suffix = words.pop() if len(words) > 2 and words[-1].casefold() in _SUFFIXES else ""
    if _MEDLINE.fullmatch(words[-1]) and not any(_INITIALS.fullmatch(word) for word in words[:-1]) and len(words) == 2:
        return Name(words[0], words[1], "", suffix)  # "Okonjo MA", as MEDLINE writes
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return Name(words[-1], " ".join(words[:start]), " ".join(words[start:-1]), suffix)


def family_name(author: str) -> str:
    """What a person is cited by: "van der Berg" for "van der Berg, Jan" and for "Jan van der Berg"."""
    return name_of(for_display(author)).surname


def surname_label(authors: Sequence[str], author_count: int | None = None) -> str | None:
    """ "Okonjo", "Okonjo and Šťastný", "Okonjo et al."; `None` where not every author is known by name."""
    known = [author for author in authors if _OTHERS.fullmatch(author.strip()) is None]
    families = [family_name(author) for author in known]
    if not families or not all(families):
        return None
    if author_count is not None and author_count != len(authors):
        return None
    return f"{families[0]} et al." if len(authors) > 2 or len(known) < len(authors) else " and ".join(families)


def surname_key(author: str) -> str:
    """The family name as family names are compared: no case, accents, spaces or particle."""
    return title_key(name_of(for_display(author)).family)


def same_surname(cited: str, author: str) -> bool:
    """Whether a surname as it is cited ("van der Berg", "Berg", "Márquez") can be that of an author's full name."""
    cited_words = re.split(r"[\s-]+", for_display(cited))
    while len(cited_words) > 1 and cited_words[0].casefold() in _PARTICLES:
        del cited_words[0]
    words = list(map(title_key, cited_words))
    name = name_of(for_display(author))
    family = [title_key(word) for word in re.split(r"[\s-]+", name.family)]
    n = len(words)
    return 0 < n <= len(family) and words in (family[:n], family[len(family) - n :])


def split_authors(listed: str) -> tuple[str, ...]:
    """The names of a BibTeX `author` field, a name in braces kept in them; "and others" left out."""
    return tuple(name for name in _split(listed) if name and _OTHERS.fullmatch(name) is None)


def _split(listed: str) -> Iterator[str]:
    depth, begin = 0, 0
    for found in re.finditer(r"(?<!\\)[{}]|(?<!\s)\s+and\s+", listed):
        if found[0] in "{}":
            depth += 1 if found[0] == "{" else -1
        elif depth <= 0:
            yield _plain(listed[begin : found.start()])
            begin = found.end()
    yield _plain(listed[begin:])


def _plain(name: str) -> str:
    """LaTeX resolved; braces around the whole of a name stay, for what is in them is no person."""
    name = name.strip()
    whole = len(name) > 1 and name[0] == "{" and name[-1] == "}" and "}" not in name[1:-1]
    plain = for_display(resolve(name)).replace("{", "").replace("}", "")
    return f"{{{plain}}}" if whole else plain


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
