"""An element of a parsed XML record: its parts by name, whatever their namespace, and their text as it is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from service.text.markup import without_markup
from service.text.superscripts import DOWN, DOWN_END, UP, UP_END, resolved, unmarked

_LEFT_OUT: Final = frozenset(("fn", "annotation", "annotation-xml", "object-id", "alt-text", "long-desc"))
_BREAKS: Final = frozenset(("break", "def-item", "statement", "mtd", "mtr", "mspace"))
_RAISED: Final = frozenset((("msup", 1), ("msubsup", 2), ("munderover", 2)))
_LOWERED: Final = frozenset((("msub", 1), ("msubsup", 1), ("munderover", 1), ("munder", 1)))
"""Element of a formula and the place of its child that is a superscript or a subscript."""
_SUM: Final = re.compile(r"[^\s]\s?[-+−±]")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
_TEX_BODY: Final = re.compile(r"\\begin\{document\}(.{0,100000}?)\\end\{document\}", re.DOTALL)


class Element:
    """Names and paths are without prefixes: "Article/Abstract"."""

    __slots__ = ("_node",)

    def __init__(self, node: Any) -> None:
        self._node = node

    @classmethod
    def of_tree(cls, root: Any) -> Element:
        """The root of a tree that is this element's alone: the namespaces are taken out of its names."""
        for node in root.iter():
            if node.tag[0] == "{":
                node.tag = node.tag.rpartition("}")[2]
        return cls(root)

    @property
    def name(self) -> str:
        return str(self._node.tag)

    def attribute(self, name: str) -> str:
        """Its value, or "" where it has none."""
        return str(self._node.get(name) or "").strip()

    def find(self, path: str) -> Element | None:
        """The first element at `path`."""
        node = self._node.find(path)
        return None if node is None else Element(node)

    def findall(self, path: str) -> list[Element]:
        """All elements at `path`, in order; ".//name" finds them at any depth."""
        return [Element(node) for node in self._node.findall(path)]

    def text(self, path: str = ".", *, without: frozenset[str] = frozenset()) -> str:
        """The text of the first element at `path`, less that of elements called `without`; "" where there is none.

        Inline markup is joined to what is beside it, blocks are parted by a space, "10<sup>3</sup>" reads "10^3".
        """
        node = self._node.find(path)
        return "" if node is None else _Writer(_LEFT_OUT | without).text(node)

    def rename(self, name: str) -> None:
        """Another name decides how it is read ("sup"); that of its text after it stays."""
        self._node.tag = name

    def without_layout(self) -> None:
        """Leave out the line breaks between the elements in it, which only lay out the file."""
        if len(self._node) and "\n" in (self._node.text or "") and not self._node.text.strip():
            self._node.text = None
        for child in self._node:
            if "\n" in (child.tail or "") and not child.tail.strip():
                child.tail = None

    def walk(self) -> Iterator[Element]:
        """It and all elements in it, in the order they open."""
        return (Element(node) for node in self._node.iter())

    def __iter__(self) -> Iterator[Element]:
        return (Element(node) for node in self._node)


class _Writer:
    def __init__(self, left_out: frozenset[str]) -> None:
        self._left_out = left_out
        self._written: list[str] = []

    def text(self, node: Any) -> str:
        self._write(node, in_math=False)
        return _SPACE.sub(" ", resolved("".join(self._written))).strip()

    def _put(self, text: str | None) -> None:
        if text:
            self._written.append(text)

    def _write(self, node: Any, *, in_math: bool) -> None:
        name = str(node.tag)
        if name in self._left_out or (name == "xref" and node.get("ref-type") == "fn"):
            return
        if name == "tex-math":
            self._put(_formula(node))
            return
        in_math = in_math or name == "math"
        parting = " " if _is_block(name) else ""
        self._put("√" if name == "msqrt" else parting)
        self._put(_token(node.text, name, in_math=in_math))
        for place, child in enumerate(node):
            tag = str(child.tag)
            if tag == "sup" or (name, place) in _RAISED:
                self._within(UP, child, UP_END, in_math=in_math)
            elif tag in ("sub", "inf") or (name, place) in _LOWERED:
                self._within(DOWN, child, DOWN_END, in_math=in_math)
            elif name == "mfrac":
                self._put("/" if place == 1 else "")
                self._term(child, in_math=in_math)
            elif tag != "tex-math" or name != "alternatives" or len(node) == 1:  # else the formula comes twice
                self._write(child, in_math=in_math)
            self._put(_token(child.tail, name, in_math=in_math))
        self._put(parting)

    def _within(self, opening: str, node: Any, closing: str, *, in_math: bool) -> None:
        self._put(opening)
        self._write(node, in_math=in_math)
        self._put(closing)

    def _term(self, node: Any, *, in_math: bool) -> None:
        """A part of a fraction, in parentheses where it is a sum."""
        start = len(self._written)
        self._write(node, in_math=in_math)
        if _SUM.search("".join(self._written[start:])):
            self._written.insert(start, "(")
            self._put(")")


def _token(text: str | None, name: str, *, in_math: bool) -> str | None:
    """White space counts in prose; in a formula it only lays out the file."""
    text = unmarked(text) if text else ""
    return text.strip() if in_math and name != "mtext" else text


def _formula(node: Any) -> str:
    """TeX without the document it is wrapped in."""
    written = "".join(node.itertext())
    body = _TEX_BODY.search(written)
    return (body[1] if body else written).strip()


@lru_cache(maxsize=1024)
def _is_block(name: str) -> bool:
    return name in _BREAKS or without_markup(f"a<{name}>b</{name}>").startswith("a ")
