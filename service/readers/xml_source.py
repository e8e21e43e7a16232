"""XML files -> their records, each parsed alone, with nothing of the file's own declarations in force.

A document's DOCTYPE is never given to the parser, so that no entity can be declared, expanded or fetched: the cure for
entity bombs and external entities alike. Each record is cut out by its tags and parsed strictly: one that is damaged,
nested too deeply or uses an entity costs itself, not the file, and two documents in one file are both read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.entities import html5
from typing import Final

from service.errors import SourceError
from service.readers.xml_element import Element
from service.records import Rejection

MOST_CHARS: Final = 10_000_000
"""Of one record; libxml2 allows as many in one text."""
_MOST_PREFIXES: Final = 50
_TAG_END_WITHIN: Final = 10_000
_DECLARED: Final = re.compile(rb"\s{0,1000}<\?xml[^>]{0,200}?\sencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']")
_READ_ENCODINGS: Final = re.compile(
    r"utf-?8|us-ascii|ascii|(?:iso|windows|cp|koi8|mac|ibm)[\w.-]{0,20}|latin[\w-]{0,3}|gb(?:2312|k|18030)|"
    r"big5[\w-]{0,6}|shift[_-]jis|euc[_-]\w{2}",
    re.IGNORECASE,
)
_LATIN: Final = frozenset(("iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1"))
_PREFIX: Final = re.compile(
    r"<([A-Za-z_][A-Za-z0-9_.-]{0,40}):|\s([A-Za-z_][A-Za-z0-9_.-]{0,40}):[\w.-]{1,60}\s{0,9}=\s{0,9}[\"']"
)
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES: Final = frozenset(("amp", "lt", "gt", "quot", "apos"))
_ENDS: Final = {"<!--": "-->", "<![CDATA[": "]]>"}
_ESCAPED: Final = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Piece:
    """The markup of one record, the line it starts on, its place among its like (both from 1), and what is wrong."""

    number: int
    place: int
    name: str
    markup: str
    fault: str | None = None


def elements(data: bytes, source: str, names: Sequence[str]) -> Iterator[tuple[int, Element] | Rejection]:
    """Every element called one of `names` with the line it starts on, or why it cannot be read, in file order.

    `names` are without prefix, of elements that do not hold each other. Raises `SourceError` where the file's encoding
    is unknown.
    """
    for piece in pieces(decoded(data, source), names):
        found = parsed(piece, source)
        yield found if isinstance(found, Rejection) else (piece.number, found)


def decoded(data: bytes, source: str) -> str:
    """The document's text in the encoding of its byte order mark or declaration; invalid bytes as lone surrogates."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    if data[:4] in (b"<\x00?\x00", b"\x00<\x00?"):
        return data.decode("utf-16-le" if data[0] else "utf-16-be", errors="replace")
    data = data.removeprefix(b"\xef\xbb\xbf")
    found = _DECLARED.match(data)
    encoding = found[1].decode("ascii").casefold() if found else "utf-8"
    if encoding.startswith(("utf-16", "utf16", "ucs")):
        encoding = "utf-8"  # what it declares in bytes that are not UTF-16
    if encoding in _LATIN:
        encoding = "cp1252"  # as browsers read it: nobody means the control characters of Latin-1
    try:
        if _READ_ENCODINGS.fullmatch(encoding):
            return data.decode(encoding, errors="surrogateescape")
    except (LookupError, UnicodeError):
        pass
    raise SourceError(f"{source} declares the encoding {encoding!r}, which is not read here: save it as UTF-8")


def pieces(text: str, names: Sequence[str]) -> Iterator[Piece]:
    """The markup of every element called one of `names`, also of those that are cut off."""
    number, counted = 1, 0
    for place, (start, end, name, fault) in enumerate(_cut(text, names), 1):
        number += text.count("\n", counted, start)
        counted = start
        yield Piece(number, place, name, text[start:end], fault)


def parsed(piece: Piece, source: str) -> Element | Rejection:
    """The element of a piece; a rejection where it is not whole, not well-formed, too deep or too long."""
    from lxml import etree

    if piece.fault is not None:
        return _rejected(piece, source, piece.fault)
    prefixes = {found[1] or found[2] for found in _PREFIX.finditer(piece.markup, 0, MOST_CHARS)} - {"xml", "xmlns"}
    if (excess := _excess(piece.markup, len(prefixes))) is not None:
        return _rejected(piece, source, excess)
    bound = "".join(f' xmlns:{prefix}="urn:prefix:{prefix}"' for prefix in sorted(prefixes))
    parser = etree.XMLParser(
        encoding="utf-8", recover=False, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        markup = f"<r{bound}>{_ENTITY.sub(_character, piece.markup)}</r>".encode()
        return Element.of_tree(etree.fromstring(markup, parser)[0])
    except UnicodeEncodeError:
        return _rejected(piece, source, _not_text(piece.markup))
    except etree.XMLSyntaxError as error:
        return _rejected(piece, source, _reason(str(error.msg), piece.number + error.position[0] - 1))


def _rejected(piece: Piece, source: str, reason: str) -> Rejection:
    return Rejection(source, piece.number, f"<{piece.name}> no. {piece.place} {reason}")


def _excess(markup: str, prefixes: int) -> str | None:
    if len(markup) > MOST_CHARS:
        return f"is longer than {MOST_CHARS:,} characters: take out what is no reference"
    return f"uses over {_MOST_PREFIXES} namespace prefixes: export it again" if prefixes > _MOST_PREFIXES else None


def _cut(text: str, names: Sequence[str]) -> Iterator[tuple[int, int, str, str | None]]:
    """Start, end, name and fault of each element. Linear: no end of a comment or tag is looked for twice."""
    token = re.compile(
        rf"<(?:!--|!\[CDATA\[|!DOCTYPE|(?P<close>/?)(?:[\w.-]{{1,40}}:)?(?P<name>{'|'.join(names)})(?=[\s/>]))"
    )
    opened: re.Match[str] | None = None
    unclosed: set[str] = set()
    at = 0
    while (found := token.search(text, at)) is not None:
        at = found.end()
        if found["name"] is None:
            closing = _ENDS.get(found[0]) or _doctype_end(text, at)
            end = -1 if closing in unclosed else text.find(closing, at)
            if end < 0:
                unclosed.add(closing)  # the record it stands in does not parse; the others are still read
            else:
                at = end + len(closing)
            continue
        end = _tag_end(text, at)
        if opened is not None and found["close"]:
            yield opened.start(), end, opened["name"], None
        elif opened is not None:
            missing = f"is not closed: </{opened['name']}> is missing before the next one; export it again"
            yield opened.start(), found.start(), opened["name"], missing
        opened = None if found["close"] else found
        if opened is not None and text[end - 2 : end] == "/>":
            yield opened.start(), end, opened["name"], None
            opened = None
    if opened is not None:
        yield opened.start(), len(text), opened["name"], "is cut off, for the file ends in it: fetch the file again"


def _tag_end(text: str, at: int) -> int:
    end = text.find(">", at, at + _TAG_END_WITHIN)
    return at if end < 0 else end + 1


def _doctype_end(text: str, at: int) -> str:
    """What closes a DOCTYPE: its own declarations hold ">" too."""
    mark = re.compile(r"[\[>]").search(text, at, at + _TAG_END_WITHIN)
    return "]>" if mark is not None and mark[0] == "[" else ">"


def _character(entity: re.Match[str]) -> str:
    """The character HTML calls by that name ("&nbsp;", "&alpha;"); all others stay, and are errors."""
    if entity[1] in _XML_ENTITIES:
        return entity[0]
    found = html5.get(f"{entity[1]};")
    return entity[0] if found is None else html.escape(found)


def _not_text(markup: str) -> str:
    byte = _ESCAPED.search(markup)
    if byte is None:
        return "holds half a character (a lone surrogate): write it in full"
    return f"holds byte 0x{ord(byte[0]) - 0xDC00:02x}, which its encoding does not have: save the file as UTF-8"


def _reason(message: str, line: int) -> str:
    said = re.sub(r", line \d.*", "", message, flags=re.DOTALL)[:120].strip()
    shown = "".join(c if c.isprintable() else "?" for c in said)
    if "not defined" in shown and shown.startswith("Entity"):
        return f"uses an entity that is not resolved here (line {line}: {shown}): write its text"
    if "Excessive depth" in shown:
        return "is nested over 250 levels deep: no reference is"
    return f"is not well-formed XML (line {line}: {shown}): export it again"
