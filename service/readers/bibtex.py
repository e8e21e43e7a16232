"""BibTeX and BibLaTeX: `@article{key, title = {...}, author = {...}, ...}`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from typing import Final

from service.errors import SourceError
from service.identity import arxiv_number, clean_doi
from service.persons import split_authors
from service.readers.bibtex_blocks import CERTAIN_START
from service.readers.bibtex_entries import Entry, entries_of
from service.readers.dates import iso_date
from service.readers.opened import Opened
from service.readers.publication_status import status_of_note, status_told
from service.readers.raw import Name, RawRecord
from service.records import PublicationStatus, Rejection
from service.text.bibtex_values import link_of, paragraphs, plain, with_bytes
from service.vocabulary.months import MONTHS

_KINDS: Final = (
    "article|book|mvbook|booklet|inbook|bookinbook|incollection|collection|inproceedings|conference|proceedings|manual|"
    "mastersthesis|phdthesis|thesis|techreport|report|unpublished|misc|online|electronic|www|preprint|dataset|software|"
    "inreference|reference|periodical|patent|string|preamble|comment|xdata|set"
)
_KNOWN_START: Final = re.compile(rf"^[ \t]*@[ \t]*(?:{_KINDS})\s*[{{(]", re.MULTILINE | re.IGNORECASE)
_ENCODING: Final = re.compile(
    r"^%\s*Encoding:\s*(windows-125\d|cp-?125\d|iso[-_]?8859[-_]?\d{1,2}|latin-?1)\b", re.IGNORECASE | re.MULTILINE
)
_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")
_FAMILY_IN_BRACES: Final = re.compile(r"(?<=[\w.}] )\{([^{}\\,]{1,200}\s[^{}\\,]{1,200})\}(?=\s+and\s|\s*$)")
_PARTS: Final = re.compile(r"\b(given|family|prefix|suffix)\s*=\s*\"?([^,\"]{1,200})")
_ARXIV_WORDS: Final = re.compile(r"\barXiv:\s?(\S{7,20}?)(?=v\d|[\s,;\])]|$)|^abs/(\S{7,20})$", re.IGNORECASE)
_DAY: Final = re.compile(r"\b(\d{1,2})\b(?!\d)")


class BibTeX:
    """Reads `.bib` files, whatever program wrote them."""

    key = "bibtex"
    name = "BibTeX"
    rank = 30

    def recognises(self, head: str) -> bool:
        """True when a line begins a block of a known kind, or any with a key and a field, and the file no other."""
        if head.lstrip()[:1] in ("", "<", "[", "{"):
            return False
        return _KNOWN_START.search(head) is not None or CERTAIN_START.search(head) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every entry, also for those that share a key."""
        entry = None
        for entry in entries_of(_decoded(file), most_chars=file.max_record_bytes):
            if isinstance(entry, Entry):
                yield _record(entry)
            else:
                yield Rejection(file.source, entry.number, entry.reason)
        if entry is None:
            raise SourceError(f"{file.source} holds no BibTeX entries: `@article{{key, title = {{...}}}}` is expected")


def _decoded(file: Opened) -> str:
    """The text; in the encoding that JabRef declares on its first line, where it is not UTF-8."""
    text = file.whole()
    declared = _ENCODING.search(text[:2000])
    if declared is None or _ESCAPED_BYTE.search(text) is None:
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode(codecs.lookup(declared[1]).name, "replace")
    except (LookupError, UnicodeError):
        return text


def _record(entry: Entry) -> RawRecord:
    fields = entry.fields
    date = _date(fields)
    ids = _ids(fields)
    return RawRecord(
        number=entry.number,
        title=_title(fields),
        abstract=paragraphs(fields.get("abstract", "")) or None,
        authors=_authors(fields.get("author", "")),
        year=None if date is not None else plain(fields.get("year", fields.get("date", ""))) or None,
        date=date,
        doi=_doi(fields),
        url=_link(fields),
        venue=_first(fields, "journal", "journaltitle", "booktitle", "fjournal"),
        organisation=_first(fields, "institution", "school"),
        ids=ids,
        key=entry.key,
        status=_status(fields),
        markup="latex",
    )


def _first(fields: Mapping[str, str], *names: str) -> str | None:
    return next((text for name in names if (text := plain(fields.get(name, "")))), None)


def _title(fields: Mapping[str, str]) -> str:
    title = _first(fields, "title", "booktitle", "issuetitle", "maintitle") or ""
    subtitle = plain(fields.get("subtitle", "")) if "title" in fields else ""
    if not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{'' if title[-1:] in '?!:.' else ':'} {subtitle}" if title else subtitle


def _authors(listed: str) -> list[Name]:
    """Names as strings; those in braces are teams, and a family name in braces goes before what is given."""
    families = {plain(found[1]) for found in _FAMILY_IN_BRACES.finditer(listed)} if "{" in listed else set()
    names: list[Name] = []
    for name in filter(None, with_bytes(lambda text: "\n".join(split_authors(text)), listed).split("\n")):
        parts = dict(_PARTS.findall(name)) if "family" in name and "=" in name else {}
        behind = next((f for f in families if name.endswith(f" {f}")), None) if families and "," not in name else None
        if parts:
            names.append({"particle" if part == "prefix" else part: text.strip() for part, text in parts.items()})
        elif name[:1] == "{" and name[-1:] == "}":
            names.append({"literal": name[1:-1]})
        elif behind is not None:
            names.append(f"{behind}, {name.removesuffix(behind).strip()}")
        else:
            names.append(name)
    return names


def _date(fields: Mapping[str, str]) -> str | None:
    """The first day of what `date` spans, else `year` with its `month`; `None` where no year is told."""
    given = plain(fields.get("date", "")).partition("/")[0].strip().rstrip("~?%")
    if (found := iso_date(given)) is not None:
        return found
    year = iso_date(plain(fields.get("year", "")))
    if year is None or len(year) > 4:
        return year
    month, day = _month(plain(fields.get("month", "")))
    given_day = plain(fields.get("day", ""))
    return iso_date([int(year), month, int(given_day) if given_day.isascii() and given_day.isdigit() else day])


def _month(given: str) -> tuple[int, int]:
    """Month and day of "jul", "7", "July 7--9", "10 jan"; 0 for what is not told."""
    if given.isascii() and given.isdigit() and len(given) <= 2:
        return int(given), 0
    named = [MONTHS[word] for word in re.findall(r"[a-z]{3,9}", given.casefold()) if word in MONTHS]
    day = _DAY.search(given)
    if not named:
        return 0, 0
    return named[0], int(day[1]) if day is not None and len(named) == 1 else 0


def _doi(fields: Mapping[str, str]) -> str | None:
    """The DOI as it is written; where there is none, the one that a link to doi.org holds."""
    given = fields.get("doi", "").strip()
    if clean_doi(given) is not None:
        return given
    for name in ("doi", "url", "ee", "bdsk-url-1", "howpublished", "note"):
        link = link_of(fields.get(name, ""))
        if "doi.org/10." in link.casefold() or "doi.acm.org/10." in link.casefold():
            return link[link.index("/10.") + 1 :]
    return given or None


def _link(fields: Mapping[str, str]) -> str | None:
    for name in ("url", "ee", "link", "bdsk-url-1", "howpublished"):
        link = link_of(fields.get(name, ""))
        if link and (name == "url" or link.casefold().startswith(("https://", "http://"))):
            return link
    return None


def _ids(fields: Mapping[str, str]) -> dict[str, object]:
    """arXiv and PubMed numbers, also from "arXiv preprint arXiv:..." (Google Scholar) and "abs/..." (DBLP)."""
    found: dict[str, object] = {}
    kind = plain(fields.get("archiveprefix", fields.get("eprinttype", ""))).casefold()
    eprint = plain(fields.get("eprint", ""))
    candidates = [plain(fields.get(name, "")) for name in ("arxivid", "arxiv")]
    candidates += [eprint] if kind in ("arxiv", "") else []
    for name in ("journal", "journaltitle", "volume", "howpublished", "note"):
        words = _ARXIV_WORDS.search(plain(fields[name])) if name in fields else None
        candidates += [words[1] or words[2]] if words is not None else []
    number = next((number for candidate in candidates if (number := arxiv_number(candidate))), None)
    if number is not None:
        found["arxiv"] = number
    pmid = eprint if kind in ("pubmed", "pmid") else plain(fields.get("pmid", ""))
    if pmid.isascii() and pmid.isdigit():
        found["pmid"] = pmid
    return found


def _status(fields: Mapping[str, str]) -> PublicationStatus | None:
    """What a note or a keyword says of the paper itself."""
    notes = (plain(fields[name][:5_000]) for name in ("note", "pubstate", "addendum") if name in fields)
    told = next((status for note in notes if (status := status_of_note(note))), None)
    keywords = plain(fields.get("keywords", fields.get("keyword", ""))[:10_000])
    return told or status_told("", re.split(r"[,;]", keywords))
