"""Reference lists in any CSL style, by citeproc-py.

The library never sees a title, venue, address or DOI: it works on stand-ins of one private-use character, and
what they stand for is put in afterwards. So nothing in a paper can act as markup, and titles keep their letters.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from xml.etree.ElementTree import Element, tostring

from service.errors import UsageError
from service.records import Reference
from service.render.csl_json import csl_item
from service.render.csl_styles import find_style
from service.render.entry import Entries, Entry, Run, doi_address

_PRIVATE = re.compile("[\ue000-\uf8ff]")
_TYPES = {
    "Italic": "italic",
    "Oblique": "italic",
    "Bold": "bold",
    "SmallCaps": "small_capitals",
    "Underline": "underlined",
    "Superscript": "raised",
    "Subscript": "lowered",
}
_OPEN = {chr(0xE000 + n): name for n, name in enumerate(dict.fromkeys(_TYPES.values()))}
_CLOSE = {chr(0xE010 + n): name for n, name in enumerate(dict.fromkeys(_TYPES.values()))}
_TITLE, _VENUE, _URL, _DOI = "\ue100", "\ue101", "\ue102", "\ue103"
_CLOSED_TITLE, _CLOSED_VENUE = "\ue110", "\ue111"
"""Stand for a value that ends in a mark of its own, so that no full stop follows."""

_M = "[\ue000-\ue01f]*"
_T = f"[{_TITLE}{_CLOSED_TITLE}]"
_AGAIN = re.compile(rf"\s*({_M})[“\"‘']*({_M}){_T}({_M})[”\"’']*({_M})")
_IN_QUOTES = re.compile(rf"({_M})”({_M})([.,])")
_TIDY = (
    (re.compile(rf"([{_CLOSED_TITLE}{_CLOSED_VENUE}]{_M}”?{_M})\."), r"\1"),
    (re.compile(rf"(?<!\.)\.({_M})(”?)({_M})\.(?!\.)"), r".\1\2\3"),
    (re.compile(rf"([.,])({_M})\s+({_M})[.,](?=\s|$)"), r"\1\2\3"),
    (re.compile(rf"\s+({_M})([.,])(?=\s|$)"), r"\1\2"),
    (re.compile(r"\(\s*\)|\[\s*\]"), ""),
    (re.compile(r"\s+"), " "),
)
_PIECES = re.compile("([\ue000-\ue01f]|(?:https?://(?:dx[.])?doi[.]org/)?[\ue100-\ue11f])")
_CSL = "{http://purl.org/net/xbiblio/csl}"


def styled(references: Sequence[Reference], style: str) -> Entries:
    """The references' entries by label, set in the named style (or a .csl file's). Raises `UsageError`.

    Numbers of the style's own are left out: labels stand before the entries, in the order of the references.
    """
    from lxml.etree import LxmlError

    root = find_style(style)
    adapt(root)
    items = [_item(reference, number) for number, reference in enumerate(references)]
    try:
        texts = _set(root, [item for item, _ in items]) if items else []
    # What the library raises on a style that is XML but makes no sense.
    except (LookupError, AttributeError, TypeError, ValueError, RecursionError, LxmlError) as error:
        raise UsageError(f"the style {style!r} cannot be used: {type(error).__name__}: {error}") from error
    american = root.get("default-locale") in (None, "en-US")
    return {
        reference.label: _entry(text, meanings, item["type"], american=american)
        for reference, text, (item, meanings) in zip(references, texts, items, strict=True)
    }


def _item(reference: Reference, number: int) -> tuple[dict[str, Any], Mapping[str, str]]:
    """The item with stand-ins, and what each stands for."""
    item = csl_item(replace(reference, authors=tuple(_PRIVATE.sub("", name) for name in reference.authors)), "")
    item.pop("note", None)
    meanings: dict[str, str] = {}
    for field, open_sign, closed_sign in (
        ("title", _TITLE, _CLOSED_TITLE),
        ("container-title", _VENUE, _CLOSED_VENUE),
        ("URL", _URL, _URL),
        ("DOI", _DOI, _DOI),
    ):
        if field in item:
            value = str(item[field])
            sign = closed_sign if value.endswith((".", "?", "!")) else open_sign
            meanings[sign], item[field] = value, sign
    return {**item, "id": str(number)}, meanings


def _set(root: Element, items: list[dict[str, Any]]) -> list[str]:
    from citeproc import CitationStylesBibliography, CitationStylesStyle
    from citeproc.source.json import CiteProcJSON

    marks = {formatted: _around(name) for formatted, name in _TYPES.items()}
    formatter = SimpleNamespace(preformat=_kept, Light=_kept, **marks)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on fields that the library does not know
        style = CitationStylesStyle(io.BytesIO(tostring(root, encoding="utf-8")), validate=False)
        return [_set_one(CitationStylesBibliography(style, CiteProcJSON([item]), formatter)) for item in items]


def _set_one(bibliography: Any) -> str:
    """One entry at a time: the library leaves out entries for which a style has nothing to say."""
    from citeproc import Citation, CitationItem

    for key in bibliography.source:
        bibliography.register(Citation([CitationItem(key)]))
    return "".join(str(text) for text in bibliography.bibliography())


def _kept(text: Any) -> Any:
    """citeproc-py's own kind of text, which alone knows how to change its case."""
    from citeproc.string import String

    return String(str(text))


def _around(name: str) -> Any:
    (opening,) = (sign for sign, of in _OPEN.items() if of == name)
    (closing,) = (sign for sign, of in _CLOSE.items() if of == name)
    return lambda text: _kept(f"{opening}{text}{closing}" if text else "")


def _entry(text: str, meanings: Mapping[str, str], kind: str, *, american: bool) -> Entry:
    first = re.search(_T, text)
    if first is not None:  # citeproc-py prints a title that stands for missing authors a second time
        text = text[: first.end()] + _AGAIN.sub(r"\1\2\3\4", text[first.end() :])
    if american:
        text = _IN_QUOTES.sub(r"\3\1”\2", text)
    if kind != "article":
        text = text.replace(" [Preprint]", "")  # said of papers without a volume; nobody told us so
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    if first is None:
        text = f"{text.strip()} {_TITLE if _TITLE in meanings else _CLOSED_TITLE}"
    return tuple(_runs(text.strip(), meanings))


def _runs(text: str, meanings: Mapping[str, str]) -> Iterator[Run]:
    types: list[str] = []
    for piece in filter(None, _PIECES.split(text)):
        if piece in _OPEN:
            types.append(_OPEN[piece])
        elif piece in _CLOSE:
            types.remove(_CLOSE[piece])
        else:
            sign = piece[-1]
            meaning = meanings.get(sign)
            shown = piece if meaning is None else piece[:-1] + meaning
            link = meaning if sign == _URL else doi_address(meaning) if meaning and sign == _DOI else None
            yield Run(_PRIVATE.sub("", shown), **dict.fromkeys(types, True), link=link)


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
