"""CSL-JSON and CSL-YAML: lists of items with `type`, `title`, `author`, `issued`, as Zotero and pandoc write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from service.errors import SourceError
from service.identity import arxiv_number, clean_doi
from service.readers.csl_items import Item, json_items, yaml_items
from service.readers.opened import Opened
from service.readers.publication_status import status_of_note, status_of_update, status_told
from service.readers.raw import Name, RawRecord
from service.records import PublicationStatus, Rejection

_TYPES: Final = (
    "article-journal|article-magazine|article-newspaper|article|bill|book|broadcast|chapter|classic|collection|dataset|"
    "document|entry|entry-dictionary|entry-encyclopedia|event|figure|graphic|hearing|interview|legal_case|legislation|"
    "manuscript|map|motion_picture|musical_score|pamphlet|paper-conference|patent|performance|periodical|"
    "personal_communication|post|post-weblog|regulation|report|review|review-book|software|song|speech|standard|thesis|"
    "treaty|webpage"
)
_JSON_TYPE: Final = re.compile(rf'"type"\s*:\s*"(?:{_TYPES})"')
_JSON_SIGN: Final = re.compile(r'"(?:citation-key|date-parts|container-title|family|literal|issued|title-short)"\s*:')
_OTHER_JSON: Final = re.compile(
    r'"(?:message-type|message-version|paperId|externalIds|openalex|abstract_inverted_index|is-referenced-by-count)"\s*:'
)
_YAML_TYPE: Final = re.compile(rf"^[ -]*['\"]?type['\"]?:\s+['\"]?(?:{_TYPES})['\"]?\s*$", re.MULTILINE)
_YAML_TITLE: Final = re.compile(r"^[ -]*['\"]?title['\"]?:\s", re.MULTILINE)
_YAML_SIGN: Final = re.compile(r"^[ -]*(?:id|issued|container-title|author|family):", re.MULTILINE)
_OTHER_YAML: Final = re.compile(r"^cff-version:", re.MULTILINE)
_EMPHASIS: Final = re.compile(r"(?<![\w*\\])(\*{1,3})(?=[^\s*])([^*\n]{1,500})(?<=[^\s*])\1(?![\w*])")
_LOWERED: Final = re.compile(r"(?<=\w)~(\w{1,20})~")
_RAISED: Final = re.compile(r"(?<=\w)\^(\w{1,20})\^")
_EXTRA: Final = re.compile(r"^\s*(PMID|DOI|arXiv|PMCID)\s*:\s*(\S{1,200})", re.MULTILINE | re.IGNORECASE)
_ORGANISATIONS: Final = frozenset(("thesis", "report"))


class CslJson:
    """Reads CSL-JSON: a list of items, one under "items" or "references", or one item."""

    key = "csl-json"
    name = "CSL-JSON"
    rank = 44

    def recognises(self, head: str) -> bool:
        """True for JSON whose objects have a type of CSL and the names CSL gives to fields, and no other service's."""
        if head.lstrip()[:1] not in ("[", "{") or _OTHER_JSON.search(head):
            return False
        return '"title"' in head and _JSON_TYPE.search(head) is not None and _JSON_SIGN.search(head) is not None

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every item."""
        item = None
        for item in json_items(file.whole()):
            if isinstance(item.parsed, dict) and _is_keyed(item.parsed):
                yield from (_record(Item(item.number, value), file.source) for value in item.parsed.values())
            else:
                yield _record(item, file.source)
        if item is None:
            raise SourceError(f"{file.source} holds no CSL-JSON items: a list of objects with type and title is needed")


class CslYaml:
    """Reads CSL-YAML: a list of items, or one under `references:`. Their text is Markdown."""

    key = "csl-yaml"
    name = "CSL-YAML"
    rank = 44

    def recognises(self, head: str) -> bool:
        """True for YAML lists whose items have a title, a type of CSL and another name that CSL gives to fields."""
        if head.lstrip()[:1] in ("", "[", "{", "<", "@") or _OTHER_YAML.search(head):
            return False
        signs = (_YAML_TYPE, _YAML_TITLE, _YAML_SIGN)
        return re.search(r"^ {0,8}- ", head, re.MULTILINE) is not None and all(sign.search(head) for sign in signs)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every item of the list."""
        item = None
        for item in yaml_items(file.whole()):
            yield _record(item, file.source, is_markdown=True)
        if item is None:
            raise SourceError(f"{file.source} holds no CSL-YAML items: a list of them, or `references:`, is expected")


def _is_keyed(parsed: dict[str, Any]) -> bool:
    """Items by their id: `{"doe2020": {"type": ...}}`."""
    return "title" not in parsed and bool(parsed) and all(isinstance(v, dict) and "type" in v for v in parsed.values())


def _record(item: Item, source: str, *, is_markdown: bool = False) -> RawRecord | Rejection:
    if item.fault is not None:
        return Rejection(source, item.number, item.fault)
    if not isinstance(item.parsed, dict):
        return Rejection(source, item.number, "expected an item with title and author, found no object: correct it")
    parsed: dict[str, Any] = item.parsed
    extra = {kind.casefold(): value for kind, value in _EXTRA.findall(_text(parsed.get("note")) or "")}
    shown = _unmarked if is_markdown else str
    return RawRecord(
        number=item.number,
        title=shown(_text(parsed.get("title")) or ""),
        abstract=shown(_text(parsed.get("abstract")) or "") or None,
        authors=_authors(parsed.get("author")),
        date=_date(parsed.get("issued")),
        doi=_doi(parsed, extra),
        url=_text(parsed.get("URL")),
        venue=shown(_text(parsed.get("container-title")) or _text(parsed.get("event-title")) or "") or None,
        organisation=_text(parsed.get("publisher")) if _text(parsed.get("type")) in _ORGANISATIONS else None,
        ids=_ids(parsed, extra),
        key=_text(parsed.get("citation-key")) or _text(parsed.get("id")) or "",
        status=_status(parsed),
    )


def _text(value: object) -> str | None:
    """Text or a number; the first of several. Nothing else: what is nested is never turned into text."""
    if isinstance(value, list):
        value = next((part for part in value[:10] if isinstance(part, str) and part.strip()), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value).strip()
    return text if text not in ("", "null", "~") else None


def _unmarked(markdown: str) -> str:
    text = _EMPHASIS.sub(r"\2", markdown)
    text = _LOWERED.sub(r"\1", text)
    return _RAISED.sub(lambda found: f"^{found[1]}" if found[1].isdigit() else found[1], text)


def _authors(given: object) -> list[Name]:
    listed: Sequence[object] = given if isinstance(given, list) else [given]
    return [name for person in listed if (name := _name(person)) is not None]


def _name(person: object) -> Name | None:
    """Its parts; a family name of several words alone is a team, as CSL has no other place for one in some exports."""
    if not isinstance(person, dict):
        return _text(person)
    part = {name: _text(person.get(name)) or "" for name in ("family", "given", "suffix", "literal", "name")}
    literal = part["literal"] or part["name"]
    particles = [_text(person.get(f"{kind}-particle")) or "" for kind in ("dropping", "non-dropping")]
    particle = " ".join(filter(None, particles))
    family, given = part["family"], part["given"]
    if particle[-1:] in ("'", "’", "-"):
        family, particle = particle + family, ""
    if literal or (family and not given and (" " in family or person.get("isInstitution"))):
        return {"literal": literal or " ".join(filter(None, (particle, family)))}
    if not family:
        return given or None
    return {"family": family, "given": given, "particle": particle, "suffix": part["suffix"]}


def _date(issued: object) -> object:
    """The first of its dates: `[year, month, day]` or what is written; `None` where none is."""
    if isinstance(issued, list):
        issued = issued[0] if issued else None
    if not isinstance(issued, Mapping):
        return _text(issued)
    parts = issued.get("date-parts")
    first = parts[0] if isinstance(parts, list) and parts else None
    if isinstance(first, list) and any(map(_text, first[:3])):
        return [_text(part) or "" for part in first[:3]]
    if isinstance(parts, list) and parts and _text(first):  # one date without the outer list
        return [_text(part) or "" for part in parts[:3]]
    if _text(issued.get("year")):
        return [_text(issued.get(part)) or "" for part in ("year", "month", "day")]
    return _text(issued.get("raw")) or _text(issued.get("literal"))


def _doi(parsed: Mapping[str, Any], extra: Mapping[str, str]) -> str | None:
    """The DOI; where it is missing or short ("10/abc"), the one in the link."""
    given = _text(parsed.get("DOI")) or extra.get("doi")
    link = _text(parsed.get("URL")) or ""
    if clean_doi(given or "") is None and "doi.org/10." in link.casefold() and clean_doi(link):
        return link
    return given


def _ids(parsed: Mapping[str, Any], extra: Mapping[str, str]) -> dict[str, object]:
    found: dict[str, object] = {}
    pmid = _text(parsed.get("PMID")) or extra.get("pmid") or ""
    if pmid.isascii() and pmid.isdigit():
        found["pmid"] = pmid
    places = [extra.get("arxiv"), _text(parsed.get("number"))]
    if "arxiv" in f"{_text(parsed.get('archive'))} {_text(parsed.get('publisher'))}".casefold():
        places += [_text(parsed.get(name)) for name in ("archive_location", "archive-location")]
    number = next((number for place in places if place and (number := arxiv_number(place))), None)
    return found if number is None else {"arxiv": number, **found}


def _status(parsed: Mapping[str, Any]) -> PublicationStatus | None:
    """What its `status`, a line of its note, or a keyword says of the paper itself."""
    notes = (_text(parsed.get("note")) or "")[:5_000].split("\n")
    told = next((status for note in notes if (status := status_of_note(note))), None)
    keywords = re.split(r"[,;]", (_text(parsed.get("keyword")) or "")[:10_000])
    return status_of_update(_text(parsed.get("status"))) or told or status_told("", keywords)
