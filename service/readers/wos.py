"""Web of Science and ISI exports: plain text (`FN`, `PT J` … `ER`, `EF`) and tab-delimited with a line of tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from service.readers.opened import Opened
from service.readers.raw import Name, RawRecord
from service.readers.tagged_fields import doi_among, ids_of, names, status_of
from service.readers.tagged_lines import TaggedRecord, head_lines, tagged_records, too_long
from service.records import Rejection

_TAG: Final = re.compile(r"([A-Z][A-Z0-9])(?: (.*))?", re.DOTALL)
_FRAME: Final = frozenset(("FN", "VR"))
_USED: Final = tuple(
    "PT AU AF BA BF CA GP TI AB SO CT DT PY PD EA EY DI D2 DL UT PM UR NT NO ID".split()
)  # all of them known to wosfile, which warns of others
_CELL: Final = re.compile(r"[A-Z][A-Z0-9]")
_LEAST_CELLS: Final = 5
_QUOTED: Final = re.compile(r'"(?:[^"]|"")*"', re.DOTALL)
_HAS_YEAR: Final = re.compile(r"\d{4}")
_MONTH_YEAR: Final = re.compile(r"(\d{1,2}) (\d{4})")
_BRACKETED: Final = re.compile(r"\[(10\.\d{4,9}/[^\[\]\s]{1,200})\]")

_Values = dict[str, "str | list[str]"]


class WebOfScience:
    """Reads plain text and tab-delimited exports of Web of Science, also older ISI and Inspec ones."""

    key = "wos"
    name = "Web of Science"
    rank = 22

    def recognises(self, head: str) -> bool:
        """True for `FN` with `VR` or `PT` behind it, `PT` with fields behind it, and a line of tab-parted tags."""
        lines = head_lines(head)
        if not lines:
            return False
        if _columns(lines[0]):
            return True
        tags = [found[1] if (found := _TAG.fullmatch(line.rstrip())) else "" for line in lines[:6]]
        if tags[0] == "FN":
            return bool({"VR", "PT"} & set(tags[1:]))
        return tags[0] == "PT" and len(lines[0].split()) == 2 and len([tag for tag in tags if tag]) > 1

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every `PT` field, or every line under the line of tags."""
        if any(_columns(line) for line in head_lines(file.head)[:1]):
            return _tab_delimited(file.text_lines(), file)
        return tagged_records(
            file,
            _tag_of,
            lambda tagged: _record(_by_wosfile(tagged), tagged.number),
            start="PT",
            end="ER",
            titles=("TI",),
        )


def _tag_of(line: str) -> tuple[str, str] | None:
    """Tag and value; what frames a file, perhaps in the midst of joined ones, ends a record."""
    found = _TAG.fullmatch(line.rstrip())
    if found is None:
        return None
    is_frame = found[1] in _FRAME or (found[1] == "EF" and not found[2])
    return ("ER" if is_frame else found[1]), found[2] or ""


def _by_wosfile(tagged: TaggedRecord) -> _Values:
    """The values of the fields that are used, as wosfile reads them.

    It is given one record at a time, framed as it demands: it refuses files without `FN`, `VR 1.0`, the last `ER` or
    `EF`, and stops at the first tag without a value.
    """
    from wosfile import PlainTextReader, Record  # type: ignore[import-untyped]

    lines = ["FN Web of Science", "VR 1.0"]
    for tag, values in tagged.fields:
        written = [value.strip() for value in values if value.strip()]
        if tag in _USED and written:
            lines += [f"{tag} {written[0]}", *(f"   {value}" for value in written[1:])]
    if len(lines) == 2:
        return {}
    return dict(Record(next(PlainTextReader(iter([*lines, "ER", "EF"])))))


def _columns(line: str) -> list[str]:
    """The tags of a tab-delimited file's first line, or nothing for any other line."""
    cells = [cell.strip('"') for cell in line.strip("\ufeff\n").rstrip("\t").split("\t")]
    is_header = len(cells) >= _LEAST_CELLS and all(map(_CELL.fullmatch, cells))
    return cells if is_header and {"PT", "TI"} <= set(cells) else []


def _tab_delimited(lines: Iterator[str], file: Opened) -> Iterator[RawRecord | Rejection]:
    """Each line by itself: csv would take a title that begins with a quotation mark for many lines' text."""
    from wosfile import Record  # not its TabDelimitedReader, for that reason and csv's limit of 131,072 a field

    tags: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if columns := _columns(line):
            tags = columns
            continue
        cells = line.split("\t")
        if len(line) > file.max_record_bytes:
            yield Rejection(file.source, number, too_long(file.max_record_bytes))
        elif len(cells) < 2 or any(cell.strip() for cell in cells[len(tags) :]):
            reason = f"the line has {len(cells)} cells where the first line names {len(tags)}: export the file again"
            yield Rejection(file.source, number, reason)
        else:
            named = zip(tags, map(_unquoted, cells), strict=False)
            yield _record(dict(Record({tag: cell for tag, cell in named if tag in _USED})), number)


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and _QUOTED.fullmatch(cell) else cell


def _record(values: _Values, number: int) -> RawRecord:
    title, year = _text(values, "TI"), _text(values, "PY") or _text(values, "EY")
    known_from = [_text(values, tag) for tag in ("DL", "UR", "NT", "NO")]
    return RawRecord(
        number=number,
        title=title,
        abstract=_text(values, "AB") or None,
        authors=_authors(values),
        year=year,
        date=_date(_text(values, "PD"), year) or _text(values, "EA"),
        doi=_doi(values) or doi_among(known_from),
        url=_text(values, "UR"),
        venue=_text(values, "SO") or _text(values, "CT"),
        ids=ids_of(known_from, pubmed_number=_text(values, "PM").removeprefix("MEDLINE:").strip()),
        key=_text(values, "UT"),
        status=status_of(title, [part for tag in ("DT", "NT", "NO") for part in _list(values, tag)]),
    )


def _authors(values: _Values) -> list[Name]:
    """Full names where every author has one, then teams; a book's authors where the record has no others."""
    short, full = (_list(values, "AU"), _list(values, "AF")) if "AU" in values or "AF" in values else (
        _list(values, "BA"), _list(values, "BF")
    )  # fmt: skip
    persons = names(full if len(full) >= len(short) else short)
    teams = _list(values, "CA") or _list(values, "GP")
    return [*persons, *({"literal": team} for team in teams)]


def _doi(values: _Values) -> str | None:
    """The DOI; a book's where the record is a book; the one that Inspec has among its identifying codes."""
    doi = _text(values, "DI") or (_text(values, "D2") if _text(values, "PT")[:1] in ("B", "S") else "")
    inspec = _BRACKETED.search(_text(values, "ID")) if not doi and _text(values, "UT").startswith("INSPEC") else None
    return inspec[1] if inspec else doi or None


def _date(day: str, year: str) -> object:
    """`PD` is the month and day of `PY`'s year, in older exports with the year itself ("07 2006" in Inspec's)."""
    numbers = _MONTH_YEAR.fullmatch(day)
    if numbers is not None:
        return [int(numbers[2]), int(numbers[1])]
    if not day or not year:
        return day or None
    return day if _HAS_YEAR.search(day) else f"{day} {year}"


def _text(values: _Values, tag: str) -> str:
    value = values.get(tag, "")
    return "; ".join(value) if isinstance(value, list) else value


def _list(values: _Values, tag: str) -> list[str]:
    value = values.get(tag, "")
    parts = value.split(";") if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]
