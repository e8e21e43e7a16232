"""A LaTeX text -> its paragraphs, with citations where they stand, its own references, and what it pulls in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pylatexenc.latexwalker import (
    LatexCharsNode,
    LatexEnvironmentNode,
    LatexGroupNode,
    LatexMacroNode,
    LatexMathNode,
    LatexNode,
)

from service.manuscript import commands
from service.manuscript.bibitem import bibitem_addresses, bibitem_text
from service.manuscript.prose import Lines, Prose
from service.manuscript.records import Cited, Entry, Mark
from service.manuscript.walker import parsed
from service.text.latex import resolve

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?\s*")
_PLAIN_BODY = re.compile(r"[^\\{}$#%]{1,80}")


class LatexText:
    """One LaTeX text, read on construction. Raises `SourceError`, `SourceTooLarge`.

    `paragraphs` are in the order of the text, footnotes and captions after the paragraph they belong to.
    """

    def __init__(self, source: str) -> None:
        self.paragraphs: list[Prose] = []
        self.entries: list[Entry] = []
        self.asides: list[str] = []
        self._source = source
        self._line = Lines(source)
        self._names: dict[str, str] = {}
        self._prose = Prose()
        self._waiting: list[Prose] = []
        nodes = parsed(source)
        document = [n for n in nodes if isinstance(n, LatexEnvironmentNode) and n.environmentname == "document"]
        for node in nodes[: nodes.index(document[0])] if document else ():
            self._preamble(node)
        self._walk(document[0].nodelist if document else nodes)
        self._flush()

    def _preamble(self, node: LatexNode) -> None:
        """Before the document begins only names that are defined count."""
        if isinstance(node, LatexMacroNode) and node.macroname in commands.DEFINES:
            self._define(node)

    def _walk(self, nodes: Sequence[LatexNode]) -> None:
        many: list[LatexNode] | None = None
        for i, node in enumerate(nodes):
            if isinstance(node, LatexMacroNode) and commands.CITES.fullmatch(node.macroname):
                many = [node]
                while commands.MANY.fullmatch(node.macroname) and _goes_on(nodes, i + len(many)):
                    many.append(nodes[i + len(many)])
                self._cite(node, many)
                continue
            if many is not None and node in many:
                continue
            self._take(node)

    def _take(self, node: LatexNode) -> None:
        if isinstance(node, LatexCharsNode):
            self._chars(node)
        elif isinstance(node, LatexGroupNode):
            self._walk(node.nodelist)
        elif isinstance(node, LatexMathNode):
            self._math(node)
        elif isinstance(node, LatexEnvironmentNode):
            self._environment(node)
        elif isinstance(node, LatexMacroNode):
            self._macro(node)

    def _chars(self, node: LatexCharsNode) -> None:
        at, end = node.pos, node.pos + node.len
        for blank in _BLANK_LINE.finditer(self._source, at, end):
            self._prose.verbatim(self._source[at : blank.start()].replace("~", " "), at)
            self._flush()
            at = blank.end()
        self._prose.verbatim(self._source[at:end].replace("~", " "), at)

    def _math(self, node: LatexMathNode) -> None:
        source = self._source[node.pos : node.pos + node.len]
        if node.displaytype == "inline" and not _BLANK_LINE.search(source):
            self._prose.instead(resolve(source), node.pos, node.pos + node.len)
        elif _BLANK_LINE.search(source):
            self.asides.append(f"line {self._line(node.pos)}: mathematics is not closed in its paragraph; read as text")
            self._walk(node.nodelist)
        else:
            self._prose.instead(" ", node.pos, node.pos + node.len)

    def _environment(self, node: LatexEnvironmentNode) -> None:
        name = node.environmentname.rstrip("*")
        if name in commands.OPAQUE:
            self._prose.instead(" ", node.pos, node.pos + node.len)
        elif name in commands.FLOATS:
            self._notes_in(node.nodelist)
        elif name == "thebibliography":
            self._flush()
            self._reference_list(node.nodelist)
        else:
            self._flush()
            self._walk(node.nodelist)
            self._flush()

    def _macro(self, node: LatexMacroNode) -> None:
        name = node.macroname
        if name in commands.HEADINGS:
            self._flush()
        elif name in commands.NOTES:
            self._note(node)
        elif name in ("item", "par"):
            self._flush()
        elif name in commands.SHOWS:
            self._walk(_arguments(node)[commands.SHOWS[name] :][:1])
        elif name in commands.PULLS_IN:
            inner = self._verbatim(_arguments(node)[-1:])
            self.asides.append(f"line {self._line(node.pos)}: \\{name}{{{inner}}} is not followed; check that file too")
        elif name in commands.DEFINES:
            self._define(node)
        elif name in self._names:
            self._prose.instead(self._names[name], node.pos, node.pos + node.len)
        elif name not in commands.SILENT:
            self._symbol(node)

    def _symbol(self, node: LatexMacroNode) -> None:
        r"""An accent, an escaped character, a symbol; a space for a command that is not known."""
        shown = resolve(self._source[node.pos : node.pos + node.len].rstrip())
        if shown.startswith("\\"):
            shown = ""
        self._prose.instead(shown or " ", node.pos, node.pos + node.len)

    def _define(self, node: LatexMacroNode) -> None:
        r"""`\newcommand{\sys}{TideWalk}`: a name for a name."""
        given = _arguments(node)
        if len(given) == 2:
            name, body = (self._verbatim([a]).strip() for a in given)
            plain = resolve(body.replace("\\xspace", "")).strip()
            if name.startswith("\\") and _PLAIN_BODY.fullmatch(plain):
                self._names[name[1:]] = plain

    def _cite(self, node: LatexMacroNode, parts: Sequence[LatexNode]) -> None:
        keys: list[str] = []
        for part in parts:
            group = _arguments(node)[-1:] if part is node else [part]
            if not isinstance(part, LatexCharsNode):
                keys += [k.strip() for k in _COMMENT.sub("", self._verbatim(group)).split(",")]
        last = parts[-1]
        cited = tuple(Cited(key, "key") for key in dict.fromkeys(keys) if key) or (Cited("", "key"),)
        textual = commands.TEXTUAL.fullmatch(node.macroname.lower()) is not None and node.macroname != "cite"
        self._prose.mark(Mark(cited, node.pos, last.pos + last.len, textual))

    def _note(self, node: LatexMacroNode) -> None:
        """A footnote or caption: a paragraph of its own, which does not break the one it hangs on."""
        outer, waiting = self._prose, self._waiting
        self._prose, self._waiting = Prose(), []
        first = len(self.paragraphs)
        self._walk(_arguments(node)[-1:])
        self._flush()
        waiting += self.paragraphs[first:]
        del self.paragraphs[first:]
        self._prose, self._waiting = outer, waiting

    def _notes_in(self, nodes: Sequence[LatexNode]) -> None:
        for node in nodes:
            if isinstance(node, LatexMacroNode) and node.macroname in commands.NOTES:
                self._note(node)
            elif isinstance(node, LatexEnvironmentNode | LatexGroupNode):
                self._notes_in(node.nodelist)

    def _reference_list(self, nodes: Sequence[LatexNode]) -> None:
        items = [n for n in nodes if isinstance(n, LatexMacroNode) and n.macroname == "bibitem"]
        for i, item in enumerate(items):
            after = items[i + 1].pos if i + 1 < len(items) else nodes[-1].pos + nodes[-1].len
            text = self._source[item.pos + item.len : after]
            key = self._verbatim(_arguments(item)[-1:]).strip()
            url = next(iter(bibitem_addresses(text)), None)
            self.entries.append(Entry(key, bibitem_text(text), self._line(item.pos), url=url))

    def _flush(self) -> None:
        for prose in (self._prose, *self._waiting):
            if not prose.is_blank():
                self.paragraphs.append(prose)
        self._prose, self._waiting = Prose(), []

    def _verbatim(self, nodes: Sequence[LatexNode]) -> str:
        """The source of the nodes, without the braces around a group."""
        text = "".join(self._source[n.pos : n.pos + n.len] for n in nodes)
        return text[1:-1] if text[:1] == "{" and text[-1:] == "}" else text


def _arguments(node: LatexMacroNode) -> list[LatexNode]:
    """The arguments that are there."""
    parsed_arguments = node.nodeargd
    return [] if parsed_arguments is None else [a for a in parsed_arguments.argnlist or () if a is not None]


def _goes_on(nodes: Sequence[LatexNode], i: int) -> bool:
    """Whether the node is one more list of keys of a citation, or the remark in front of it."""
    if i >= len(nodes):
        return False
    node = nodes[i]
    if isinstance(node, LatexGroupNode):
        return True
    remark = isinstance(node, LatexCharsNode) and node.chars[:1] in "[(" and node.chars.rstrip()[-1:] in "])"
    return remark and i + 1 < len(nodes) and isinstance(nodes[i + 1], LatexGroupNode)
