"""A style's XML made fit for our use: without what we do not want of it, and in terms that citeproc-py knows."""

from __future__ import annotations

from xml.etree.ElementTree import Element

_CSL = "{http://purl.org/net/xbiblio/csl}"


def adapt(root: Element) -> None:
    """Change the style in place."""
    _leave_out_numbers(root)
    _never_initialize(root)
    _delimit_dates(root)


def _leave_out_numbers(root: Element) -> None:
    """Labels are ours, and entries keep their order: neither numbers nor dashes for repeated authors."""
    for element in root.iter():
        element.attrib.pop("subsequent-author-substitute", None)
        for child in list(element):
            if child.tag == f"{_CSL}text" and child.get("variable") in ("citation-number", "citation-label"):
                element.remove(child)


def _never_initialize(root: Element) -> None:
    """citeproc-py does not know `initialize="false"`, which keeps given names whole under an inherited mark."""
    if not any(name.get("initialize") == "false" for name in root.iter(f"{_CSL}name")):
        return
    bibliography = root.find(f"{_CSL}bibliography")
    holders = [root] if bibliography is None else [bibliography, root]
    marks = [mark for mark in (holder.attrib.pop("initialize-with", None) for holder in holders) if mark is not None]
    substitutes = {names for substitute in root.iter(f"{_CSL}substitute") for names in substitute.iter(f"{_CSL}names")}
    for names in root.iter(f"{_CSL}names"):
        if names not in substitutes and names.find(f"{_CSL}name") is None:
            names.insert(0, Element(f"{_CSL}name"))
    for name in root.iter(f"{_CSL}name"):
        if name.get("initialize") == "false":
            name.attrib.pop("initialize-with", None)
        elif marks:
            name.attrib.setdefault("initialize-with", marks[0])


def _delimit_dates(root: Element) -> None:
    """citeproc-py forgets the delimiter of a locale's date: each part but the first begins with it instead."""
    for locale in root.iter(f"{_CSL}locale"):
        for date in locale.iter(f"{_CSL}date"):
            delimiter = date.get("delimiter", "")
            for part in list(date.iter(f"{_CSL}date-part"))[1:]:
                part.set("prefix", delimiter + part.get("prefix", ""))
