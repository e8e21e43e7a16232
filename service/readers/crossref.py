"""Crossref works: a reply of its API with one work or a list, bare works, one a line or in an array."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from service.identity import gravest, normal_doi
from service.readers.json_fields import first_text, listed, mapping, no_record, no_title, text
from service.readers.json_outline import outline
from service.readers.json_values import values
from service.readers.opened import Opened
from service.readers.publication_status import status_of_update, status_told
from service.readers.raw import Name, RawRecord, Update
from service.records import PublicationStatus, Rejection
from service.vocabulary.words import words

_PLACES: Final = ("", "[]", ".message", ".message.items[]", ".items[]", "[].message", "[].message.items[]")
_OWN: Final = words(
    "indexed is-referenced-by-count reference-count references-count content-domain deposited prefix member issn-type"
)
_LIST: Final = re.compile(r'"items"\s{0,20}:\s{0,20}\[')
_DATES: Final = ("issued", "published", "published-online", "published-print", "posted")
_ASK: Final = "fetch it again with title among the chosen fields"


class Crossref:
    """Reads what the Crossref REST API replies, and works saved from it."""

    key = "crossref"
    name = "Crossref JSON"
    rank = 40

    def recognises(self, head: str) -> bool:
        """Whether it is a Crossref reply, or an object with a DOI and fields that only Crossref has."""
        shape = outline(head)
        return any(f"{place}.message-type" in shape for place in ("", "[]")) or any(
            _is_work(shape, place) for place in _PLACES
        )

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every work, in file order."""
        for found in values(file, unfold=_works, lists=_LIST):
            yield found if isinstance(found, Rejection) else _record(found.parsed, found.number, file.source)


def _is_work(shape: Mapping[str, str], place: str) -> bool:
    own = sum(f"{place}.{key}" in shape for key in _OWN)
    has_listed_title = shape.get(f"{place}.title") == "["
    return own > 2 or (shape.get(f"{place}.DOI", "")[:1] == '"' and (own > 1 or has_listed_title))


def _works(parsed: object) -> Sequence[object]:
    """The works in a reply; a reply of another kind, or a work, as it is."""
    reply = mapping(parsed)
    message = reply.get("message", reply)
    if isinstance(message, dict) and isinstance(items := message.get("items"), list) and "DOI" not in message:
        return items
    is_work = reply.get("message-type") in ("work", None) and isinstance(message, dict)
    return (message,) if is_work else (parsed,)


def _record(parsed: object, number: int, source: str) -> RawRecord | Rejection:
    if not isinstance(parsed, dict):
        return Rejection(source, number, no_record(parsed))
    if "message-type" in parsed:
        return Rejection(source, number, _no_works(parsed))
    title = _title(parsed)
    if title is None:
        return Rejection(source, number, no_title(parsed, _ASK))
    return RawRecord(
        number=number,
        title=title,
        abstract=text(parsed.get("abstract")),
        authors=_authors(parsed.get("author")),
        date=next(filter(None, (_date(parsed.get(key)) for key in _DATES)), None),
        doi=text(parsed.get("DOI")),
        url=text(parsed.get("URL")),
        venue=_venue(parsed),
        ids={"arxiv": _preprint(parsed)},
        status=_status(parsed),
        updates=_updates(parsed),
    )


def _no_works(reply: Mapping[str, object]) -> str:
    """Why a reply holds no works: Crossref's own words, or what it is about instead."""
    said = [str(mapping(fault).get("message")) for fault in listed(reply.get("message"))]
    if said:
        return f"Crossref answered with an error, not works: {'; '.join(said[:3])[:300]!r}: correct the query"
    return f"a Crossref reply of kind {str(reply['message-type'])[:40]!r} holds no works: ask for /works"


def _title(work: Mapping[str, object]) -> str | None:
    """Title and subtitle, as they are cited; a subtitle that is a sentence is a deck and no part of it."""
    title, subtitle = first_text(work.get("title")), first_text(work.get("subtitle"))
    if title is None or subtitle is None or subtitle.rstrip()[-1] in ".!" or subtitle.casefold() in title.casefold():
        return title
    return f"{title.rstrip()}{'' if title.rstrip()[-1] in ':?!' else ':'} {subtitle}"


def _authors(value: object) -> tuple[Name, ...]:
    found: list[Name] = []
    for author in map(mapping, listed(value)):
        whole = text(author.get("name")) or text(author.get("literal"))
        if whole and not text(author.get("family")):
            found.append({"literal": whole})
        elif text(author.get("family")) or text(author.get("given")):
            given = author if text(author.get("family")) else {"family": author["given"]}
            found.append({key: part for key in ("given", "family", "suffix") if (part := text(given.get(key)))})
    return tuple(found)


def _date(value: object) -> list[object] | None:
    """`[year, month, day]` as far as it is known. `[[null]]` is Crossref's way to say that it is not."""
    parts = next(iter(listed(mapping(value).get("date-parts"))), None)
    return list(parts[:3]) if isinstance(parts, list) and parts and parts[0] else None


def _venue(work: Mapping[str, object]) -> str | None:
    found = first_text(work.get("container-title")) or text(mapping(work.get("event")).get("name"))
    if found is None and work.get("type") == "posted-content":
        institutions = (mapping(item).get("name") for item in listed(work.get("institution")))
        found = next(filter(None, map(text, institutions)), None) or text(work.get("group-title"))
    return found


def _preprint(work: Mapping[str, object]) -> str | None:
    """The arXiv number of a work's own preprint."""
    for related in map(mapping, listed(mapping(work.get("relation")).get("has-preprint"))):
        if related.get("id-type") == "arxiv" and (number := text(related.get("id"))):
            return number
    return None


def _status(work: Mapping[str, object]) -> PublicationStatus | None:
    """What became of this work. `update-to` tells it of another one, unless the notice has the DOI of its own paper."""
    said = [status_of_update(mapping(update).get("type")) for update in listed(work.get("updated-by"))]
    said += [status_of_update(kind) for kind in mapping(work.get("relation"))]
    updates = [mapping(update) for update in listed(work.get("update-to"))]
    own = _doi_of(work)
    of_itself = [update for update in updates if own is not None and _doi_of(update) == own]
    said += [status_of_update(update.get("type")) for update in of_itself]
    for assertion in map(mapping, listed(work.get("assertion"))):
        value = text(assertion.get("value")) or ""
        said.append(status_of_update(value) if assertion.get("name") == "change_type" else None)
        said.append(status_told(value, ()) if assertion.get("name") == "articletitle" else None)
    return gravest(said)


def _updates(work: Mapping[str, object]) -> list[Update]:
    """What a notice says of the papers it is about."""
    found = (
        (_doi_of(update), status_of_update(update.get("type")))
        for update in map(mapping, listed(work.get("update-to")))
    )
    return [Update("doi", doi, status) for doi, status in found if doi is not None and status is not None]


def _doi_of(holder: Mapping[str, object]) -> str | None:
    return normal_doi(text(holder.get("DOI")) or "")
