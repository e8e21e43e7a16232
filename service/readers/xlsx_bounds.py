"""How large a workbook becomes when it is read, found out before it is: a few kilobytes can stand for terabytes.

The library that reads workbooks holds a sheet as a full rectangle, one cell in A1 and one in XFD1048576 making
17 billion, and copies a shared text into each cell that names it.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from zipfile import ZipFile, ZipInfo

from service.errors import SourceError
from service.readers.unpacking import Allowance, Refused, opened_zip, unpacked

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MOST_BYTES: Final = 500_000_000
"""Of all parts of a workbook, unpacked."""
MOST_CELLS: Final = 10_000_000
"""In the rectangle of one sheet."""
MOST_CHARS: Final = 500_000_000
"""In the cells of one sheet."""
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ROW: Final = re.compile(r"[0-9]{1,7}")
_SHEET_ROWS: Final = b"sheetData"
_OTHER_KINDS: Final = frozenset(("xl/workbook.bin", "content.xml"))
"""What makes an archive a workbook of another kind, which is read by other rules."""
_TOO_LARGE: Final = "save the rows of papers as CSV"


def check_bounds(data: bytes, source: str) -> None:
    """Nothing, or `SourceError` where the workbook is damaged or reading it would take too much memory."""
    allowance = Allowance(most=MOST_BYTES, packed=len(data))
    with opened_zip(io.BytesIO(data), source) as archive:
        try:
            lengths = _shared_lengths(archive, allowance)
            for entry in archive.infolist():
                name = entry.filename.casefold()
                if name in _OTHER_KINDS:
                    raise Refused(f"it holds {entry.filename}, which is of another kind: {_TOO_LARGE}")
                if not name.endswith(".xml"):
                    _skip(archive, entry, allowance)
                elif not name.endswith("sharedstrings.xml"):
                    _walk(archive, entry, allowance, _Extent(lengths))
        except Refused as refused:
            raise SourceError(f"{source} is not read: {refused}") from refused


@dataclass(slots=True)
class _Texts:
    """The lengths of the shared texts, in order."""

    lengths: list[int] = field(default_factory=list)

    def start(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self.lengths.append(0)

    def text(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)

    def end(self, name: str) -> None:
        pass


@dataclass(slots=True)
class _Extent:
    """The rectangle of a sheet and the characters in it."""

    shared: list[int]
    row: int = 0
    column: int = 0
    last_row: int = 0
    last_column: int = 0
    chars: int = 0
    is_shared: bool = False
    index: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            given = attributes.get("r")
            self.row = self.row + 1 if given is None else int(_place(_ROW, given)[0])
            self.column = 0
        elif name == "c":
            self._cell(attributes)

    def text(self, text: str) -> None:
        if self.is_shared:
            self.index = (self.index + text.strip())[:12]
        else:
            self.chars += len(text)

    def end(self, name: str) -> None:
        if name != "c" or not self.is_shared:
            return
        if self.index.isascii() and self.index.isdigit() and int(self.index) < len(self.shared):
            self.chars += self.shared[int(self.index)]
        self.is_shared, self.index = False, ""
        if self.chars > MOST_CHARS:
            raise Refused(f"a sheet holds more than {MOST_CHARS:,} characters: {_TOO_LARGE}")

    def _cell(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r")
        if given is None:
            self.column += 1
        else:
            place = _place(_CELL, given)
            self.column, self.row = _number(place[1]), int(place[2])
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        self.is_shared, self.index = attributes.get("t") == "s", ""
        if self.last_row * self.last_column > MOST_CELLS:
            raise Refused(f"a sheet spans more than {MOST_CELLS:,} cells, empty ones included: {_TOO_LARGE}")


def _shared_lengths(archive: ZipFile, allowance: Allowance) -> list[int]:
    texts = _Texts()
    for entry in archive.infolist():
        if entry.filename.casefold().endswith("sharedstrings.xml"):
            _walk(archive, entry, allowance, texts)
    return texts.lengths


def _skip(archive: ZipFile, entry: ZipInfo, allowance: Allowance) -> None:
    """A part that is no XML by its name unpacked to its end. Raises `Refused` where it is a sheet all the same."""
    before = b""
    for chunk in unpacked(archive, entry, allowance):
        if _SHEET_ROWS in before + chunk:
            raise Refused(f"{entry.filename} is a sheet under another kind's name: {_TOO_LARGE}")
        before = chunk[-len(_SHEET_ROWS) :]


def _walk(archive: ZipFile, entry: ZipInfo, allowance: Allowance, seen: _Texts | _Extent) -> None:
    """One part unpacked to its end, its elements shown to `seen`. Raises `Refused`."""
    from xml.parsers.expat import ExpatError

    parser = _parser(seen)
    try:
        for chunk in unpacked(archive, entry, allowance):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except ExpatError as error:
        raise Refused(f"{entry.filename} is damaged ({error}): save it anew, or as CSV") from error


def _parser(seen: _Texts | _Extent) -> XMLParserType:
    from xml.parsers.expat import ParserCreate

    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: seen.start(name.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda name: seen.end(name.rpartition(":")[2])
    parser.CharacterDataHandler = seen.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise Refused("it declares a document type, which no workbook does")


def _place(form: re.Pattern[str], given: str) -> re.Match[str]:
    found = form.fullmatch(given)
    if found is None:
        raise Refused(f"{given[:40]!r} is no place in a sheet: save it anew, or as CSV")
    return found


def _number(letters: str) -> int:
    """The column that letters name: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
