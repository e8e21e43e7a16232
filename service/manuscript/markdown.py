"""A markdown text -> its paragraphs, its own references, and the .bib files its front matter names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from service.identity import arxiv_number, normal_doi
from service.manuscript.prose import Prose
from service.manuscript.records import Cited, Entry, Mark
from service.text.latex import resolve
from service.text.normal import for_display

REFERENCES = re.compile(
    r"(?:\d+\.?\s*)?(?:references|bibliography|literature(?: cited)?|works cited|sources)\s*:?\s*", re.IGNORECASE
)
_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?\n)(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_BIBLIOGRAPHY = re.compile(r"^bibliography:[^\S\n]*(.*(?:\n[^\S\n]*-[^\n]*)*)", re.MULTILINE)
_FILE_NAME = re.compile(r"[^\s\[\]\"',-]")
_NUMBERED_ENTRY = re.compile(r"^\s*(?:\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})\.)\s*:?\s+", re.MULTILINE)
_LABELLED_ENTRY = re.compile(r"^\s*\[([A-Za-z][\w:+.-]{0,60})\]:?\s+", re.MULTILINE)
_ENTRY_BEGIN = re.compile(r"\W{0,3}[^\W\d_a-z]")
_ENTRY_YEAR = re.compile(r"\b(?:19|20)\d\d[a-z]?\b")
_ENTRY_END = re.compile(r"(?:\.|/\S{1,200})\s{0,9}\Z")
_NOTE_LABEL = re.compile(r"\[\^([^\[\]\s]{1,80})\]:\s*")
# The first author, up to a comma, bracket or a full stop that ends no initial, and the first year behind.
_AUTHOR_YEAR = re.compile(
    r"^\W*([^\W\d_](?:(?! and | et al)[^\n,;:(&.]|(?<=\b[^\W\d_])\.){1,80})[^\n]{0,400}?\b((?:19|20)\d\d)[a-z]?\b"
)
# What is not prose within a line. Bounded, so that a line of openings costs no more than its length.
_INLINE = re.compile(
    r"(?P<code>(?P<ticks>`{1,3})[^`\n]{1,500}(?P=ticks))"
    r"|(?P<math>(?<![\\$\w])\$(?=[^\s$])[^$\n]{1,400}?(?<=[^\s\\])\$(?![\d$]))"
    r"|!\[[^\[\]\n]{0,500}\]\([^()\n]{0,1000}\)"
    r"|\[(?P<link>[^\[\]\n]{1,500})\]\((?P<url>[^()\s]{1,1000})(?: \"[^\"\n]{0,300}\")?\)"
    r"|<(?P<auto>https?://[^<>\s]{1,1000})>"
    r"|(?P<tag></?[A-Za-z][^<>\n]{0,300}>)"
    r"|(?P<emphasis>\*{1,3}|(?<!\w)_{1,2}(?=\S)|(?<=\S)_{1,2}(?!\w)|~~)"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])(?![A-Za-z]*\{)",
    re.DOTALL,
)


_NOT_CITED = re.compile(r"[\[\]@\\]")


class MarkdownText:
    """One markdown text, read on construction: headings, code, tables and quoted HTML are not prose.

    `section`: the heading that it is taken to stand under.
    """

    def __init__(self, source: str, *, section: str = "") -> None:
        self.paragraphs: list[Prose] = []
        self.entries: list[Entry] = []
        self.names_bibliography = False
        self.asides: list[str] = []
        self._source = _without_comments(source)
        self._offsets = [0, *(i + 1 for i, c in enumerate(source) if c == "\n")]
        self._section = section
        self._front_matter()
        self._read()

    def _front_matter(self) -> None:
        self._body = 0
        found = _FRONT_MATTER.match(self._source[:20_000])
        if found is not None:
            self._body = found[1].count("\n") + 2
            self.names_bibliography = any(map(_FILE_NAME.search, _BIBLIOGRAPHY.findall(found[1])))

    def _read(self) -> None:
        blocks = MarkdownIt("commonmark").enable("table").disable("inline")
        environment: dict[str, dict[str, dict[str, str | list[int]]]] = {}
        # Lines are kept in number, so that the maps of the tokens hold for the file.
        body = "\n" * self._body + self._source[self._offsets[min(self._body, len(self._offsets) - 1)] :]
        number = ""
        heading = in_table = False
        for token in blocks.parse(body, environment):
            if token.type in ("heading_open", "heading_close"):
                heading = token.type == "heading_open"
            elif token.type in ("table_open", "table_close"):
                in_table = token.type == "table_open"
            elif token.type == "list_item_open":
                number = token.info
            elif token.type == "list_item_close":
                number = ""
            elif token.type == "inline" and heading:
                self._section = for_display(token.content)
            elif token.type == "inline" and not in_table:
                self._paragraph(token, number)
        for label, link in environment.get("references", {}).items():
            where = link["map"]
            line = where[0] + 1 if isinstance(where, list) else 1
            self.entries.append(Entry(label, f"{link['title']} {link['href']}".strip(), line, url=str(link["href"])))

    def _paragraph(self, token: Token, number: str) -> None:
        if REFERENCES.fullmatch(self._section):
            self._entries(token, number)
            return
        if token.content.lstrip().startswith("$$"):
            return
        prose = Prose()
        note = _NOTE_LABEL.match(token.content)
        if note is not None:
            self.entries.append(_entry(f"^{note[1]}", token.content[note.end() :], self._first_line(token)))
        for text, start in self._lines_of(token):
            if not prose.parts and note is not None:
                text, start = text[note.end() :], start + note.end()
            _inline(prose, text, start)
        self.paragraphs.append(prose)

    def _entries(self, token: Token, number: str) -> None:
        """The works of one paragraph or item under "References": one, or as many as begin with a number."""
        content, line = token.content, self._first_line(token)
        begins = list(_NUMBERED_ENTRY.finditer(content)) or list(_LABELLED_ENTRY.finditer(content))
        if number or not begins:
            lines = content.split("\n")
            apart = lines if len(lines) > 1 and all(map(_is_entry, lines)) else [content]
            for i, text in enumerate(apart):
                self.entries.append(_entry(number or str(len(self.entries) + 1), text, line + i))
            return
        for i, begin in enumerate(begins):
            end = begins[i + 1].start() if i + 1 < len(begins) else len(content)
            key = next(filter(None, begin.groups()))
            self.entries.append(_entry(key, content[begin.end() : end], line + content.count("\n", 0, begin.start())))

    def _first_line(self, token: Token) -> int:
        return (token.map[0] if token.map else 0) + 1

    def _lines_of(self, token: Token) -> Iterator[tuple[str, int]]:
        """The lines of a block with their offsets in the file; quote marks and indents are not in them."""
        first = token.map[0] if token.map else 0
        lines = token.content.split("\n")
        for i, text in enumerate(lines):
            begin = self._offsets[min(first + i, len(self._offsets) - 1)]
            end = self._offsets[first + i + 1] if first + i + 1 < len(self._offsets) else len(self._source)
            at = self._source.find(text, begin, end)
            stands = at if at >= 0 else begin
            yield (text if i == len(lines) - 1 else text + "\n"), stands


def _inline(prose: Prose, text: str, start: int) -> None:
    """One line without its markup: code goes, of links the text stays, mathematics is resolved."""
    at = 0
    for found in _INLINE.finditer(text):
        prose.verbatim(text[at : found.start()], start + at)
        at = found.end()
        if found["link"]:
            _inline(prose, found["link"], start + found.start("link"))
            if arxiv_number(found["url"]) or normal_doi(found["url"]):
                prose.mark(Mark((Cited(found["url"], "link"),), start + found.start(), start + found.end()))
        elif found["math"]:
            prose.instead(resolve(found[0]), start + found.start(), start + found.end())
        elif found["escaped"]:
            prose.instead(found["escaped"], start + found.start(), start + found.end())
        elif found["code"]:
            prose.verbatim(_NOT_CITED.sub(" ", found["code"].strip("`")), start + found.start() + len(found["ticks"]))
    prose.verbatim(text[at:], start + at)


def _without_comments(source: str) -> str:
    """The text with HTML comments blanked, every character and line in its place."""
    parts: list[str] = []
    at = 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin)) >= 0:
        parts += (source[at:begin], re.sub(r"[^\n]", " ", source[begin : end + 3]))
        at = end + 3
    return "".join((*parts, source[at:]))


def _entry(key: str, text: str, line: int) -> Entry:
    named = _AUTHOR_YEAR.match(text)
    surnames = (named[1].strip(),) if named else ()
    return Entry(key, for_display(text), line, surnames=surnames, year=int(named[2]) if named else None)


def _is_entry(line: str) -> bool:
    """Whether a line is an entry by itself: a name first, a year in it, and a full stop or an address at its end."""
    ends = _ENTRY_END.search(line[-220:]) is not None
    return ends and _ENTRY_BEGIN.match(line) is not None and _ENTRY_YEAR.search(line) is not None
