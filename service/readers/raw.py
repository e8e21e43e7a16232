"""What every reader hands on, and the one place where that becomes a paper.

A reader takes its format apart and no more: text as its parser decoded it, names as they stand, dates as they are
written. Markup, DOIs, names, years, placeholders and links are read here, for all formats alike. A field that cannot be
read costs that field, and a remark says so; only a record without a title is rejected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from service.annotate.no_evidence import is_placeholder
from service.identity import arxiv_number, clean_doi
from service.persons import name_of
from service.readers.dates import iso_date
from service.readers.formulas import formulas_as_text
from service.readers.publication_status import status_told
from service.records import DateKind, Notice, Origin, Paper, PublicationStatus, Record, Rejection, Remark
from service.text.latex import resolve
from service.text.markup import without_markup
from service.text.normal import SURROGATE, for_display

LONGEST_TITLE: Final = 2_000
_MOST_AUTHORS: Final = 20_000
_LINK: Final = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
_AMPERSAND: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]*=)")
"""Before a parameter of an address: HTML would read "&region=" as an entity that lacks its semicolon."""
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_NO_DOI: Final = frozenset(("", "none", "null", "nan", "n/a", "na", "-"))
_PMID: Final = re.compile(r"[0-9]{1,9}")
_C1: Final = re.compile("[\x80-\x9f]")
_AFFILIATION: Final = re.compile(r"<sup>[^<>]{0,20}</sup>")
_INVISIBLE: Final = re.compile("[\u200b-\u200d\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad]")

Name: TypeAlias = "str | Mapping[str, object]"
"""A name as written, or its parts: `given`, `family`, `particle`, `suffix`, or `literal` for one that has none."""


class Update(NamedTuple):
    """That the paper of a DOI or PMID was, say, retracted."""

    kind: Literal["doi", "pmid"]
    given: object
    status: PublicationStatus


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as its format has it, numbered by its first line, or by its place where the format has no lines.

    `updates`: of a notice, what it says became of other papers. `markup`: "latex" where fields are TeX (BibTeX), "none"
    where litweave itself wrote the text and it stays as it is; anything else may hold HTML, JATS or MathML, which is
    taken out. `ids`: what else identifies it, by kind ("arxiv", "pmid", "openalex", "s2", "acl").
    """

    number: int
    title: object = None
    abstract: object = None
    authors: Sequence[Name] = ()
    year: object = None
    date: object = None
    date_kind: DateKind = "published"
    doi: object = None
    url: object = None
    venue: object = None
    organisation: object = None
    ids: Mapping[str, object] = field(default_factory=dict)
    key: str = ""
    author_count: int | None = None
    upvotes: int | None = None
    status: PublicationStatus | None = None
    updates: Sequence[Update] = ()
    markup: Literal["latex", "html", "none"] = "html"
    origin: str = ""


def without_html(text: str) -> str:
    """`text` as it is read where its format may hold markup: without tags, entities and characters of no width."""
    return _INVISIBLE.sub("", without_markup(formulas_as_text(text) if "math" in text or "-formula" in text else text))


def papers_of(raw: RawRecord, source: str) -> Iterator[Record]:
    """The paper of a record with remarks on what of it could not be read, or why it is none; what it says of others."""
    reading = _Reading(raw, source)
    found = reading.paper()
    yield found
    if isinstance(found, Paper):
        yield from reading.remarks
    yield from _notices(raw, source)


def _notices(raw: RawRecord, source: str) -> Iterator[Notice]:
    """Each once; what a record says of its own DOI or PMID is its `status`."""
    own = {("doi", clean_doi(str(raw.doi or ""))), ("pmid", str(raw.ids.get("pmid")))}
    for kind, given, status in dict.fromkeys(raw.updates):
        text = str(given).strip()
        name = clean_doi(text) if kind == "doi" else text if _PMID.fullmatch(text) else None
        if name is not None and (kind, name) not in own:
            yield Notice(source, raw.number, f"{kind}:{name.lower()}", status)


@dataclass(slots=True)
class _Reading:
    raw: RawRecord
    source: str
    remarks: list[Remark] = field(default_factory=list)

    def paper(self) -> Paper | Rejection:
        raw = self.raw
        title = " ".join(self._text(raw.title).split())
        broken = next((t for t in (title, self._text(raw.abstract)) if SURROGATE.search(t) or "\x00" in t), None)
        if broken is not None:
            return self._rejected(_fault(broken))
        if not any(c.isprintable() for c in for_display(title[: LONGEST_TITLE + 1]).replace(" ", "")):
            return self._rejected("it has no title")
        if len(title) > LONGEST_TITLE:
            return self._rejected(f"title is longer than {LONGEST_TITLE:,} characters: is it the abstract?")
        authors = tuple(name for given in raw.authors[:_MOST_AUTHORS] if (name := self._name(given)))
        date, year = self._when()
        return Paper(
            title=title,
            abstract=self._abstract(),
            paper_id=self._id(),
            authors=authors,
            author_count=raw.author_count if raw.author_count is not None else len(raw.authors) or None,
            organisation=self._line("organisation", raw.organisation),
            year=year,
            date=date,
            date_kind=None if date is None and year is None else raw.date_kind,
            url=self._url(),
            doi=self._doi(),
            venue=self._line("venue", raw.venue),
            upvotes=raw.upvotes,
            status=raw.status or status_told(title, ()),
            origin=Origin(raw.origin or self.source, raw.number),
        )

    def _rejected(self, reason: str) -> Rejection:
        return Rejection(self.source, self.raw.number, reason)

    def _remark(self, field_: str, value: object, why: str) -> None:
        shown = f"{value!r}"[:80]
        self.remarks.append(Remark(self.source, self.raw.number, f"{field_} {shown} {why}"))

    def _text(self, value: object) -> str:
        """Text without the format's markup; numbers as they are written, nothing for what is missing."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        text = value if isinstance(value, str) else str(value)
        text = text if text.isascii() else _C1.sub(_of_cp1252, text)
        if self.raw.markup == "html":
            text = without_html(text)
        return text if self.raw.markup == "none" or text.isascii() else _INVISIBLE.sub("", text)

    def _line(self, field_: str, value: object) -> str | None:
        text = " ".join(self._text(value).split())
        if SURROGATE.search(text) or "\x00" in text:
            self._remark(field_, text.encode("ascii", "replace").decode(), "is not text and was left out")
            return None
        return None if is_placeholder(text) else text or None

    def _abstract(self) -> str:
        text = self._text(self.raw.abstract).strip()
        if text and (is_placeholder(text) or not any(c.isalnum() for c in text) or len(text) < 3):
            self._remark("abstract", text, "is a placeholder: the paper is kept without an abstract")
            return ""
        return text

    def _name(self, given: Name) -> str:
        if isinstance(given, str):
            name = " ".join(self._text(_AFFILIATION.sub("", given)).split())
        elif given.get("literal"):
            literal = " ".join(self._text(given["literal"]).split())
            name = literal if name_of(literal).is_whole else f"{{{literal}}}"
        else:
            parts = {k: " ".join(self._text(given.get(k)).split()) for k in ("given", "family", "particle", "suffix")}
            surname = " ".join(filter(None, (parts["particle"], parts["family"])))
            name = ", ".join(filter(None, (surname, parts["suffix"], parts["given"]))) if parts["given"] else surname
        if SURROGATE.search(name):
            self._remark("author", name.encode("ascii", "replace").decode(), "is not text and was left out")
            return ""
        return name

    def _when(self) -> tuple[str | None, int | None]:
        date = year = None
        if self._text(self.raw.date).strip():
            date = iso_date(self.raw.date)
            if date is None:
                self._remark("date", self.raw.date, "is no date that is read here")
        if self._text(self.raw.year).strip():
            read = iso_date(self.raw.year)
            year = int(read[:4]) if read else None
            if year is None:
                self._remark("year", self.raw.year, "is no year")
        if year is None and date is not None:
            year = int(date[:4])
        return date, year

    def _doi(self) -> str | None:
        given = self._text(self.raw.doi).strip()
        given = resolve(given) if self.raw.markup == "latex" else given
        if given.casefold() in _NO_DOI:
            return None
        doi = clean_doi(given)
        if doi is None or not doi.isprintable():
            self._remark("doi", given.encode("ascii", "replace").decode(), "is no DOI")
            return None
        return doi

    def _url(self) -> str | None:
        """Only web links: a `javascript:` address would be live on every page that shows it."""
        given = self.raw.url
        if isinstance(given, str) and self.raw.markup == "html":
            given = _AMPERSAND.sub(r"&amp;\1", given)
        url = self._text(given).strip()
        if not url:
            return self._url_of_ids()
        if not _LINK.fullmatch(url) or not url.isprintable():
            self._remark("url", url, "is no web address that begins with https:// or http://")
            return self._url_of_ids()
        return url

    def _url_of_ids(self) -> str | None:
        arxiv, pmid = (str(self.raw.ids.get(kind) or "").strip() for kind in ("arxiv", "pmid"))
        if arxiv:
            return f"https://arxiv.org/abs/{arxiv_number(arxiv) or arxiv}"
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() else None

    def _id(self) -> str:
        for kind in ("arxiv", "pmid", "acl", "openalex", "s2"):
            given = str(self.raw.ids.get(kind) or "").strip()
            if given and given.isprintable():
                return f"{kind}:{(arxiv_number(given) or given) if kind == 'arxiv' else given}"
        key = self.raw.key.strip()
        return key if key.isprintable() else ""


def _of_cp1252(found: re.Match[str]) -> str:
    """A character of Windows that was read as Latin-1: no control character stands in a paper."""
    try:
        return found[0].encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return " "


def _fault(text: str) -> str:
    if "\x00" in text:
        return "holds a NUL character: remove it"
    escaped = _ESCAPED.search(text)
    if escaped is not None:
        return f"byte 0x{ord(escaped[0]) - 0xDC00:02x} is not valid UTF-8: save the file as UTF-8"
    return "holds half a character (a lone surrogate): write it in full"
