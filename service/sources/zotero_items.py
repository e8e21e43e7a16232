"""Items of a Zotero library, as its API gives their data, -> papers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from service.identity import arxiv_number, is_safe_id
from service.readers.json_fields import listed, mapping, text
from service.readers.publication_status import status_of_note
from service.readers.raw import Name, RawRecord, papers_of
from service.records import Paper, Record, Rejection
from service.sources.source import MalformedReply

_NO_WORKS: Final = frozenset(("attachment", "note", "annotation"))
_TITLES: Final = ("title", "caseName", "nameOfAct", "subject")
_VENUES: Final = ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName", "encyclopediaTitle")
_ORGANISATIONS: Final = ("university", "institution")
_HELPERS: Final = frozenset(("editor", "seriesEditor", "translator", "contributor", "reviewedAuthor", "commenter"))
_EXTRA: Final = re.compile(
    r"^[ \t]*(citation key|doi|arxiv|pmid)[ \t]*:[ \t]*(\S{1,300})", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ZoteroItem:
    """One item: `records` is empty for a note or an attachment. `collections` are keys, not names."""

    key: str
    version: int
    collections: tuple[str, ...]
    citation_key: str | None
    records: tuple[Record, ...]

    @property
    def paper(self) -> Paper | None:
        """The paper, where the item is one that can be read."""
        return next((record for record in self.records if isinstance(record, Paper)), None)


def item_of(parsed: object, source: str) -> ZoteroItem:
    """An item from its object. Raises `MalformedReply` for what is none."""
    item = mapping(parsed)
    given = mapping(item.get("data"))
    key, version = text(item.get("key")), item.get("version")
    if key is None or not isinstance(version, int) or not given:
        raise MalformedReply("it holds an item without key, version or data")
    collections = tuple(name for name in map(text, listed(given.get("collections"))) if name is not None)
    if given.get("itemType") in _NO_WORKS:
        return ZoteroItem(key, version, collections, None, ())
    extra = _extra(given)
    citation_key = text(given.get("citationKey")) or extra.get("citation key")
    records: Sequence[Record] = tuple(papers_of(_raw(given, extra), source))
    named = citation_key is not None and is_safe_id(citation_key)
    # The text's own key finds the paper again; arXiv id, DOI and PMID are recognised beside it.
    found = tuple(
        replace(r, paper_id=citation_key) if named and citation_key and isinstance(r, Paper) else _at(r, key)
        for r in records
    )
    return ZoteroItem(key, version, collections, citation_key, found)


def _at(record: Record, key: str) -> Record:
    """A rejection that names the item, which has no line."""
    return replace(record, reason=f"item {key}: {record.reason}") if isinstance(record, Rejection) else record


def _raw(given: Mapping[str, object], extra: Mapping[str, str]) -> RawRecord:
    arxiv = extra.get("arxiv") or text(given.get("archiveID")) or ""
    return RawRecord(
        number=1,
        title=_first(given, _TITLES),
        abstract=text(given.get("abstractNote")),
        authors=_authors(listed(given.get("creators"))),
        date=text(given.get("date")),
        doi=text(given.get("DOI")) or extra.get("doi"),
        url=text(given.get("url")),
        venue=_first(given, _VENUES),
        organisation=_first(given, _ORGANISATIONS),
        ids={"arxiv": arxiv_number(arxiv), "pmid": extra.get("pmid")},
        status=status_of_note(text(given.get("extra"))),
    )


def _first(given: Mapping[str, object], names: Sequence[str]) -> str | None:
    return next((found for name in names if (found := text(given.get(name)))), None)


def _extra(given: Mapping[str, object]) -> dict[str, str]:
    """What people and Better BibTeX write into the field "Extra", a line each."""
    return {name.casefold(): value for name, value in _EXTRA.findall((text(given.get("extra")) or "")[:20_000])}


def _authors(creators: Sequence[object]) -> tuple[Name, ...]:
    """The authors; of a work without any, whoever else made it; editors and translators only where nobody did."""
    people = [mapping(creator) for creator in creators]
    authors = [person for person in people if person.get("creatorType") == "author"]
    makers = [person for person in people if person.get("creatorType") not in _HELPERS]
    return tuple(name for person in authors or makers or people if (name := _name(person)))


def _name(person: Mapping[str, object]) -> Name | None:
    whole, family = text(person.get("name")), text(person.get("lastName"))
    if whole is not None:
        return {"literal": whole}
    given = text(person.get("firstName")) or ""
    return {"family": family, "given": given} if family else given or None
