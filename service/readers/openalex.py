"""OpenAlex works: a reply of its API, one work, an array of them, or one a line as in its snapshots."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from service.identity import arxiv_number
from service.readers.json_fields import listed, mapping, no_record, no_title, text, whole
from service.readers.json_outline import outline
from service.readers.json_values import values
from service.readers.opened import Opened
from service.readers.raw import RawRecord
from service.records import Rejection

_PLACES: Final = ("", "[]", ".results[]", "[].results[]")
_LIST: Final = re.compile(r'"results"\s{0,20}:\s{0,20}\[')
_ADDRESS: Final = "https://openalex.org/"
_LONGEST_ABSTRACT: Final = 2_000_000
_ASK: Final = "fetch it again with id, title and abstract_inverted_index among the selected fields"
_NEW_YEAR: Final = re.compile(r"(\d{4})-01-01")


class OpenAlex:
    """Reads what the OpenAlex API replies, and works saved from it or its snapshots."""

    key = "openalex"
    name = "OpenAlex JSON"
    rank = 41

    def recognises(self, head: str) -> bool:
        """Whether its ids, its kind of abstract or its open-access block are in it."""
        shape = outline(head)
        if shape.get(".results") == "[" and ".meta.count" in shape:
            return True
        return any(_is_work(shape, place) for place in _PLACES)

    def records(self, file: Opened) -> Iterator[RawRecord | Rejection]:
        """One record or rejection for every work, in file order."""
        for found in values(file, unfold=_works, lists=_LIST):
            yield found if isinstance(found, Rejection) else _record(found.parsed, found.number, file.source)


def _is_work(shape: Mapping[str, str], place: str) -> bool:
    has_own_id = any(shape.get(f"{place}{key}", "").startswith(f'"{_ADDRESS}') for key in (".id", ".ids.openalex"))
    has_access = f"{place}.open_access.oa_status" in shape and f"{place}.open_access.is_oa" in shape
    return has_own_id or has_access or f"{place}.abstract_inverted_index" in shape


def _works(parsed: object) -> Sequence[object]:
    results = mapping(parsed).get("results")
    return results if isinstance(results, list) else (parsed,)


def _record(parsed: object, number: int, source: str) -> RawRecord | Rejection:
    if not isinstance(parsed, dict):
        return Rejection(source, number, no_record(parsed))
    own_id = _last_part(parsed.get("id")) or _last_part(mapping(parsed.get("ids")).get("openalex"))
    if own_id and own_id[:1].upper() in "ASIPFTKC":
        return Rejection(source, number, f"{own_id[:40]!r} is an author, source or topic of OpenAlex: ask for /works")
    title = text(parsed.get("title")) or text(parsed.get("display_name"))
    if title is None:
        return Rejection(source, number, no_title(parsed, _ASK))
    size, abstract = _abstract(parsed)
    if size > _LONGEST_ABSTRACT:
        reason = f"its abstract would be {size:,} characters long when put in order: it is not read"
        return Rejection(source, number, reason)
    place = mapping(parsed.get("primary_location"))
    venue = text(mapping(place.get("source")).get("display_name"))
    return RawRecord(
        number=number,
        title=title,
        abstract=abstract,
        authors=_authors(parsed),
        author_count=whole(parsed.get("authors_count")),
        year=parsed.get("publication_year"),
        date=_date(parsed),
        doi=text(parsed.get("doi")),
        url=text(place.get("landing_page_url")) or text(parsed.get("doi")) or text(parsed.get("id")),
        venue=venue or text(mapping(parsed.get("host_venue")).get("display_name")),
        ids={
            "openalex": own_id,
            "pmid": _last_part(mapping(parsed.get("ids")).get("pmid")),
            "arxiv": _arxiv(parsed, place),
        },
        status="retracted" if parsed.get("is_retracted") is True else None,
    )


def _abstract(work: Mapping[str, object]) -> tuple[int, str | None]:
    """Its length, and the text whose words stand at their positions; no text where that would be longer than any is."""
    index = mapping(work.get("abstract_inverted_index"))
    index = mapping(index.get("InvertedIndex")) or index
    placed = [
        (position, word)
        for word, positions in index.items()
        for position in listed(positions)
        if whole(position) is not None and isinstance(position, int)
    ]
    size = sum(len(word) + 1 for _, word in placed)
    if size > _LONGEST_ABSTRACT or not placed:
        return size, text(work.get("abstract"))
    return size, " ".join(word for _, word in sorted(placed, key=lambda pair: pair[0]))


def _authors(work: Mapping[str, object]) -> tuple[str, ...]:
    """The names as the paper has them: `display_name` is of whom OpenAlex takes the author to be."""
    names = (
        text(item.get("raw_author_name")) or text(mapping(item.get("author")).get("display_name"))
        for item in map(mapping, listed(work.get("authorships")))
    )
    return tuple(filter(None, names))


def _date(work: Mapping[str, object]) -> str | None:
    """The date; its year alone for 1 January, which OpenAlex writes where it knows no more than the year."""
    date = text(work.get("publication_date"))
    found = _NEW_YEAR.fullmatch(date or "")
    return found[1] if found else date


def _arxiv(work: Mapping[str, object], primary: Mapping[str, object]) -> str | None:
    places = [primary, *map(mapping, listed(work.get("locations")))]
    ids = mapping(work.get("ids"))
    asked = [ids.get("arxiv"), work.get("doi"), ids.get("doi")]
    asked += [place.get(key) for place in places for key in ("landing_page_url", "pdf_url")]
    return next((number for value in asked if (given := text(value)) and (number := arxiv_number(given))), None)


def _last_part(value: object) -> str | None:
    given = str(value) if isinstance(value, int) and not isinstance(value, bool) else text(value)
    return given.strip().rstrip("/").rpartition("/")[2] if given else None
